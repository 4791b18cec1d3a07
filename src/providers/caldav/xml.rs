//! Reads the XML that servers answer: by namespace and local name, whatever the prefixes.
//!
//! A listing of a large calendar has tens of thousands of parts, so the children of the root are handed over one by
//! one and never stand in memory together. Document types are refused: no CalDAV answer has one, and entity bombs do.

use std::ops::ControlFlow;

use quick_xml::NsReader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;

use super::characters;

/// `DAV:`
pub(super) const DAV: &str = "DAV:";
/// RFC 4791
pub(super) const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";

/// Deeper nesting than any answer has (privilege sets reach 9).
const MAX_DEPTH: usize = 64;

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
}

/// One element with all that is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    namespace: String,
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    /// Whether it is `name` of `namespace`.
    pub(super) fn is(&self, namespace: &str, name: &str) -> bool {
        self.name == name && self.namespace == namespace
    }

    /// The local name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The namespace, empty where there is none.
    pub(super) fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The children in order.
    pub(super) fn children(&self) -> &[Element] {
        &self.children
    }

    /// All children that are `name` of `namespace`.
    pub(super) fn all<'a>(&'a self, namespace: &'a str, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.is(namespace, name))
    }

    /// The first child that is `name` of `namespace`.
    pub(super) fn child(&self, namespace: &str, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.is(namespace, name))
    }

    /// Its own text, without the white space around it.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    /// The value of an attribute without a namespace.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// Reads a document, hands each child of the root to `visit`, and answers the root without those children.
///
/// # Errors
/// When the document is not whole and well-formed: a listing that was cut off is never taken for a short one.
pub(super) fn read(bytes: &[u8], mut visit: impl FnMut(Element)) -> Result<Element, XmlError> {
    let text = String::from_utf8_lossy(bytes);
    let text = characters::whole(text.trim_start_matches('\u{feff}').trim());
    let mut reader = NsReader::from_str(&text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        let (namespace, event) = reader.read_resolved_event().map_err(malformed)?;
        let namespace = match namespace {
            ResolveResult::Bound(namespace) => namespace.0,
            ResolveResult::Unbound | ResolveResult::Unknown(_) => "",
        };
        match step(&mut open, namespace, &event)? {
            ControlFlow::Continue(None) => {}
            ControlFlow::Continue(Some(closed)) if open.len() == 1 => visit(closed),
            ControlFlow::Continue(Some(closed)) => match open.last_mut() {
                Some(parent) => parent.children.push(closed),
                None if root.is_none() => root = Some(closed),
                None => return Err(malformed("it has two roots")),
            },
            ControlFlow::Break(()) => break,
        }
    }
    if !open.is_empty() {
        return Err(malformed("it ends in the middle"));
    }
    root.ok_or_else(|| malformed("it is empty"))
}

/// Reads a small document whole.
///
/// # Errors
/// As [`read`].
pub(super) fn read_whole(bytes: &[u8]) -> Result<Element, XmlError> {
    let mut children = Vec::new();
    let mut root = read(bytes, |child| children.push(child))?;
    root.children = children;
    Ok(root)
}

/// Takes one event in; answers an element that was closed by it, and breaks at the end of the text.
fn step(
    open: &mut Vec<Element>,
    namespace: &str,
    event: &Event<'_>,
) -> Result<ControlFlow<(), Option<Element>>, XmlError> {
    match event {
        Event::Start(start) if open.len() < MAX_DEPTH => open.push(opened(namespace, start)?),
        Event::Start(_) => return Err(XmlError::TooDeep),
        Event::End(_) => return Ok(ControlFlow::Continue(open.pop())),
        Event::Text(text) => append(open, &text.xml10_content()),
        Event::CData(text) => append(open, &text.xml10_content()),
        Event::GeneralRef(reference) => match reference.resolve_char_ref().map_err(malformed)? {
            Some(character) => append(open, character.encode_utf8(&mut [0; 4])),
            None => append(open, resolve_xml_entity(reference).ok_or_else(|| malformed("an unknown entity"))?),
        },
        Event::DocType(_) => return Err(XmlError::DocumentType),
        Event::Eof => return Ok(ControlFlow::Break(())),
        // Empty elements arrive as a start and an end.
        Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
    }
    Ok(ControlFlow::Continue(None))
}

fn opened(namespace: &str, start: &BytesStart<'_>) -> Result<Element, XmlError> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(malformed)?;
        if attribute.key.as_namespace_binding().is_none() && attribute.key.prefix().is_none() {
            let value = quick_xml::escape::unescape(&attribute.value).map_err(malformed)?;
            attributes.push((attribute.key.0.to_owned(), value.into_owned()));
        }
    }
    let name = start.local_name().as_ref().to_owned();
    Ok(Element { namespace: namespace.to_owned(), name, attributes, ..Element::default() })
}

fn append(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn malformed(why: impl ToString) -> XmlError {
    XmlError::Malformed(why.to_string())
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
        assert_eq!(unbound.namespace(), "");
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
}
