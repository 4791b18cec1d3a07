//! Reads the XML that servers answer: by namespace and local name, whatever the prefixes.
//!
//! A listing of a large calendar has tens of thousands of parts, so the children of the root are handed over one by
//! one and never stand in memory together. Document types are refused: no CalDAV answer has one, and entity bombs do.
//!
//! What is kept of an answer is in proportion to its bytes: a namespace is one of few known words, and each part, and the
//! document, have a most of what they may hold. Real answers stay far below; one that doesn't is refused as a whole.

use std::ops::ControlFlow;

use quick_xml::NsReader;
use quick_xml::errors::Error as Fault;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{NamespaceError, ResolveResult};

use super::characters;

/// A namespace, as far as anybody here asks for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Namespace {
    /// None is said.
    #[default]
    Unbound,
    /// `DAV:`
    Dav,
    /// RFC 4791
    Caldav,
    /// RFC 6352
    Carddav,
    /// Any other.
    Foreign,
}

/// `DAV:`
pub(super) const DAV: Namespace = Namespace::Dav;
/// RFC 4791
pub(super) const CALDAV: Namespace = Namespace::Caldav;

impl Namespace {
    fn of(text: &str) -> Self {
        match text {
            "" => Self::Unbound,
            "DAV:" => Self::Dav,
            "urn:ietf:params:xml:ns:caldav" => Self::Caldav,
            "urn:ietf:params:xml:ns:carddav" => Self::Carddav,
            _ => Self::Foreign,
        }
    }
}

/// Deeper nesting than any answer has (privilege sets reach 9).
const MAX_DEPTH: usize = 64;
/// Elements in one part of an answer, such as the `response` of one object. Those of real servers have a dozen, of a
/// calendar with all its privileges some hundred.
pub(super) const MAX_IN_PART: usize = 4_096;
/// Elements in one answer: a calendar of 50,000 events has half of it.
pub(super) const MAX_IN_ANSWER: usize = 1_000_000;
/// Attributes of one element, those that bind namespaces included.
const MAX_ATTRIBUTES: usize = 64;
/// Characters of what the parser says about a text.
const MAX_SAID: usize = 160;

/// Why a text could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum XmlError {
    /// Not well-formed, or cut off.
    #[error("the answer is not XML: {0}")]
    Malformed(String),
    /// It has a document type.
    #[error("the answer has a document type, which is refused")]
    DocumentType,
    /// It is nested too deeply.
    #[error("the answer is nested too deeply")]
    TooDeep,
    /// It holds more than is taken.
    #[error("the answer has more than {most} {what}, which is more than is taken")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// How many of it are taken.
        most: usize,
    },
}

impl XmlError {
    /// Whether the server answers what no calendar needs; asking it again soon changes nothing.
    pub(super) fn is_excess(&self) -> bool {
        match self {
            Self::DocumentType | Self::TooDeep | Self::TooMuch { .. } => true,
            Self::Malformed(_) => false,
        }
    }
}

/// One element with all that is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    namespace: Namespace,
    name: Box<str>,
    attributes: Vec<(Box<str>, Box<str>)>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    /// Whether it is `name` of `namespace`.
    pub(super) fn is(&self, namespace: Namespace, name: &str) -> bool {
        self.namespace == namespace && *self.name == *name
    }

    /// The local name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The namespace.
    pub(super) fn namespace(&self) -> Namespace {
        self.namespace
    }

    /// The children in order.
    pub(super) fn children(&self) -> &[Element] {
        &self.children
    }

    /// The same, where nothing else of it is wanted.
    pub(super) fn into_children(self) -> Vec<Element> {
        self.children
    }

    /// All children that are `name` of `namespace`.
    pub(super) fn all<'a>(&'a self, namespace: Namespace, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.is(namespace, name))
    }

    /// The first child that is `name` of `namespace`.
    pub(super) fn child(&self, namespace: Namespace, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.is(namespace, name))
    }

    /// How many elements it is, with all that are in it.
    pub(super) fn count(&self) -> usize {
        self.children.iter().fold(1, |sum, child| sum + child.count())
    }

    /// Its own text, without the white space around it.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    /// The value of an attribute without a namespace.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| **n == *name).map(|(_, value)| &**value)
    }
}

/// Reads a document, hands each child of the root to `visit`, and answers the root without those children. An error of
/// `visit` ends it.
///
/// # Errors
/// When the document is not whole and well-formed (a listing that was cut off is never taken for a short one), or holds more
/// than is taken.
pub(super) fn read(bytes: &[u8], mut visit: impl FnMut(Element) -> Result<(), XmlError>) -> Result<Element, XmlError> {
    let text = String::from_utf8_lossy(bytes);
    let text = characters::whole(text.trim_start_matches('\u{feff}').trim());
    let mut reader = NsReader::from_str(&text);
    reader.config_mut().expand_empty_elements = true;
    let mut tree = Tree::default();
    let mut root = None;
    loop {
        let (namespace, event) = reader.read_resolved_event().map_err(fault)?;
        let namespace = match namespace {
            ResolveResult::Bound(namespace) => Namespace::of(namespace.0),
            ResolveResult::Unbound | ResolveResult::Unknown(_) => Namespace::Unbound,
        };
        match tree.step(namespace, &event)? {
            ControlFlow::Continue(None) => {}
            ControlFlow::Continue(Some(closed)) => match tree.open.as_mut_slice() {
                [_] => visit(closed)?,
                [.., parent] => parent.children.push(closed),
                [] if root.is_none() => root = Some(closed),
                [] => return Err(malformed("it has two roots")),
            },
            ControlFlow::Break(()) => break,
        }
    }
    if !tree.open.is_empty() {
        return Err(malformed("it ends in the middle"));
    }
    root.ok_or_else(|| malformed("it is empty"))
}

/// Reads a small document whole: one of at most [`MAX_IN_PART`] elements.
///
/// # Errors
/// As [`read`].
pub(super) fn read_whole(bytes: &[u8]) -> Result<Element, XmlError> {
    let (mut children, mut held) = (Vec::new(), 0);
    let mut root = read(bytes, |child| {
        held += child.count();
        children.push(child);
        most("elements", held, MAX_IN_PART)
    })?;
    root.children = children;
    Ok(root)
}

/// The elements that are open, and how many there were.
#[derive(Default)]
struct Tree {
    open: Vec<Element>,
    in_part: usize,
    in_all: usize,
}

impl Tree {
    /// Takes one event in; answers an element that was closed by it, and breaks at the end of the text.
    fn step(&mut self, namespace: Namespace, event: &Event<'_>) -> Result<ControlFlow<(), Option<Element>>, XmlError> {
        match event {
            Event::Start(start) => self.start(namespace, start)?,
            Event::End(_) => return Ok(ControlFlow::Continue(self.open.pop())),
            Event::Text(text) => self.append(&text.xml10_content()),
            Event::CData(text) => self.append(&text.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref().map_err(malformed)? {
                Some(character) => self.append(character.encode_utf8(&mut [0; 4])),
                None => self.append(resolve_xml_entity(reference).ok_or_else(|| malformed("an unknown entity"))?),
            },
            Event::DocType(_) => return Err(XmlError::DocumentType),
            Event::Eof => return Ok(ControlFlow::Break(())),
            // Empty elements arrive as a start and an end.
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
        Ok(ControlFlow::Continue(None))
    }

    fn start(&mut self, namespace: Namespace, start: &BytesStart<'_>) -> Result<(), XmlError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(XmlError::TooDeep);
        }
        // Only the root is open: a new part begins.
        self.in_part = if self.open.len() == 1 { 1 } else { self.in_part + 1 };
        self.in_all += 1;
        most("elements in one part", self.in_part, MAX_IN_PART)?;
        most("elements", self.in_all, MAX_IN_ANSWER)?;
        self.open.push(opened(namespace, start)?);
        Ok(())
    }

    fn append(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
        }
    }
}

fn opened(namespace: Namespace, start: &BytesStart<'_>) -> Result<Element, XmlError> {
    let mut attributes = Vec::new();
    for (index, attribute) in start.attributes().enumerate() {
        most("attributes at one element", index + 1, MAX_ATTRIBUTES)?;
        let attribute = attribute.map_err(malformed)?;
        if attribute.key.as_namespace_binding().is_none() && attribute.key.prefix().is_none() {
            let value = quick_xml::escape::unescape(&attribute.value).map_err(malformed)?;
            attributes.push((attribute.key.0.into(), value.into()));
        }
    }
    let name = start.local_name().as_ref().into();
    Ok(Element { namespace, name, attributes, ..Element::default() })
}

/// Whether there are no more than are taken.
pub(super) fn most(what: &'static str, count: usize, most: usize) -> Result<(), XmlError> {
    if count <= most { Ok(()) } else { Err(XmlError::TooMuch { what, most }) }
}

fn fault(fault: Fault) -> XmlError {
    match fault {
        Fault::Namespace(NamespaceError::TooManyBindings(most)) => XmlError::TooMuch { what: "namespaces", most },
        other => malformed(other),
    }
}

/// The parser names what it trips over, and a name may be most of the text.
fn malformed(why: impl ToString) -> XmlError {
    XmlError::Malformed(why.to_string().chars().filter(|sign| !sign.is_control()).take(MAX_SAID).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_by_namespace_whatever_the_prefix() {
        for text in [
            "<multistatus xmlns='DAV:'><response><href>/a</href></response></multistatus>",
            "<D:multistatus xmlns:D='DAV:'><D:response><D:href>/a</D:href></D:response></D:multistatus>",
            "<x:multistatus xmlns:x='DAV:'><response xmlns='DAV:'><y:href xmlns:y='DAV:'>/a</y:href></response></x:multistatus>",
            "\u{feff}  <?xml version='1.0'?>\n<multistatus xmlns='DAV:'><response><href><![CDATA[/a]]></href></response></multistatus>\n",
        ] {
            let root = read_whole(text.as_bytes()).unwrap();
            assert!(root.is(DAV, "multistatus"), "{text}");
            let href = root.child(DAV, "response").and_then(|r| r.child(DAV, "href")).unwrap();
            assert_eq!(href.text(), "/a", "{text}");
        }
    }

    #[test]
    fn the_same_local_name_of_another_namespace_is_another_element() {
        let root = read_whole(b"<a xmlns='DAV:' xmlns:c='urn:ietf:params:xml:ns:caldav'><c:calendar/></a>").unwrap();
        assert!(root.child(DAV, "calendar").is_none());
        assert!(root.child(CALDAV, "calendar").is_some());
        let unbound = read_whole(b"<x:a><x:b/></x:a>").unwrap();
        assert_eq!(unbound.namespace(), Namespace::Unbound);
        let foreign = read_whole(b"<a xmlns='urn:x'/>").unwrap();
        assert_eq!(foreign.namespace(), Namespace::Foreign);
    }

    #[test]
    fn entities_and_character_references_are_read() {
        let root = read_whole("<a>Ana &amp; &#233;l &lt;3 &#x1F600;<![CDATA[ &amp; ]]></a>".as_bytes()).unwrap();
        assert_eq!(root.text(), "Ana & él <3 😀 &amp;");
        let halves = read_whole(b"<a>Citas &#55357;&#56832; &#11;&amp;</a>").unwrap();
        assert_eq!(halves.text(), "Citas 😀 \u{fffd}&");
        let named = read_whole(b"<a><comp name='V&amp;E'/></a>").unwrap();
        assert_eq!(named.children()[0].attribute("name"), Some("V&E"));
    }

    #[test]
    fn what_was_cut_off_is_an_error() {
        for text in ["", "  ", "<a>", "<a><b/>", "<a></b>", "<a/><b/>", "<a>&unknown;</a>", "not xml"] {
            assert!(read_whole(text.as_bytes()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_document_type_and_endless_nesting_are_refused() {
        let bomb = "<!DOCTYPE a [<!ENTITY x 'ha'><!ENTITY y '&x;&x;&x;'>]><a>&y;</a>";
        assert_eq!(read_whole(bomb.as_bytes()), Err(XmlError::DocumentType));
        let deep = "<a>".repeat(100_000);
        assert_eq!(read_whole(deep.as_bytes()), Err(XmlError::TooDeep));
    }

    fn parts(count: usize, part: &str) -> String {
        format!("<a>{}</a>", part.repeat(count))
    }

    #[test]
    fn a_part_and_an_answer_have_a_most() {
        let all = |text: &str| read(text.as_bytes(), |_| Ok(())).map(|_| ());
        let refused = |what, most| Err(XmlError::TooMuch { what, most });
        let part = |inside: usize| format!("<b>{}</b>", "<c/>".repeat(inside));
        assert_eq!(all(&parts(3, &part(MAX_IN_PART - 1))), Ok(()));
        assert_eq!(all(&parts(1, &part(MAX_IN_PART))), refused("elements in one part", MAX_IN_PART));
        assert_eq!(all(&parts(MAX_IN_ANSWER - 1, "<b/>")), Ok(()));
        assert_eq!(all(&parts(MAX_IN_ANSWER, "<b/>")), refused("elements", MAX_IN_ANSWER));
        let small = parts(MAX_IN_PART + 1, "<b/>");
        assert_eq!(read_whole(small.as_bytes()), refused("elements", MAX_IN_PART).map(|()| Element::default()));
    }

    #[test]
    fn an_element_has_a_most_of_attributes_and_namespaces() {
        let attributes = |count: usize| (0..count).map(|n| format!(" a{n}='x'")).collect::<String>();
        let spaces = |count: usize| (0..count).map(|n| format!(" xmlns:a{n}='x'")).collect::<String>();
        let whole = |inside: String| read_whole(format!("<a{inside}/>").as_bytes());
        assert!(whole(attributes(MAX_ATTRIBUTES)).is_ok() && whole(spaces(MAX_ATTRIBUTES)).is_ok());
        for inside in [attributes(MAX_ATTRIBUTES + 1), spaces(MAX_ATTRIBUTES + 1), spaces(100_000)] {
            assert!(matches!(whole(inside), Err(XmlError::TooMuch { .. })));
        }
    }

    #[test]
    fn what_is_said_of_a_text_is_short() {
        let name = "n".repeat(100_000);
        let said = read_whole(format!("<{name}></a>").as_bytes()).unwrap_err().to_string();
        assert!(said.len() < 300, "{said}");
    }
}
