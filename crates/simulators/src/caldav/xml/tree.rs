//! The tree.

use std::borrow::Cow;
use std::sync::Arc;

/// WebDAV (RFC 4918).
pub(in crate::caldav) const DAV: &str = "DAV:";
/// CalDAV (RFC 4791).
pub(in crate::caldav) const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";
/// The namespace of `getctag`.
pub(in crate::caldav) const CALENDAR_SERVER: &str = "http://calendarserver.org/ns/";
/// The namespace of `calendar-color`.
pub(in crate::caldav) const APPLE: &str = "http://apple.com/ns/ical/";

/// A qualified name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::caldav) struct Name {
    /// Namespace URI; empty for none.
    pub(in crate::caldav) space: Cow<'static, str>,
    /// Local name.
    pub(in crate::caldav) local: Cow<'static, str>,
}

impl Name {
    pub(in crate::caldav) const fn new(space: &'static str, local: &'static str) -> Self {
        Self { space: Cow::Borrowed(space), local: Cow::Borrowed(local) }
    }

    /// Is it this one?
    pub(in crate::caldav) fn is(&self, space: &str, local: &str) -> bool {
        self.space == space && self.local == local
    }
}

/// What an element holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::caldav) enum Node {
    /// An element.
    Element(Element),
    /// Text.
    Text(String),
    /// A calendar object, shared with the store.
    Data(Arc<str>),
}

/// An element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::caldav) struct Element {
    pub(in crate::caldav) name: Name,
    /// Attributes without namespace, as `name="…"`; others are not kept.
    pub(in crate::caldav) attributes: Vec<(String, String)>,
    pub(in crate::caldav) children: Vec<Node>,
}

impl Element {
    pub(in crate::caldav) fn new(name: Name) -> Self {
        Self { name, attributes: Vec::new(), children: Vec::new() }
    }

    /// With one more child.
    #[must_use]
    pub(in crate::caldav) fn with(mut self, child: Element) -> Self {
        self.children.push(Node::Element(child));
        self
    }

    /// With more children.
    #[must_use]
    pub(in crate::caldav) fn with_all(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        self.children.extend(children.into_iter().map(Node::Element));
        self
    }

    /// With text.
    #[must_use]
    pub(in crate::caldav) fn with_text(mut self, text: impl Into<String>) -> Self {
        self.children.push(Node::Text(text.into()));
        self
    }

    /// With a calendar object.
    #[must_use]
    pub(in crate::caldav) fn with_data(mut self, data: Arc<str>) -> Self {
        self.children.push(Node::Data(data));
        self
    }

    /// With an attribute.
    #[must_use]
    pub(in crate::caldav) fn with_attribute(mut self, name: &str, value: impl Into<String>) -> Self {
        self.attributes.push((name.to_owned(), value.into()));
        self
    }

    /// The child elements.
    pub(in crate::caldav) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) | Node::Data(_) => None,
        })
    }

    /// The first child of this name.
    pub(in crate::caldav) fn child(&self, space: &str, local: &str) -> Option<&Element> {
        self.elements().find(|element| element.name.is(space, local))
    }

    /// The text directly inside, trimmed.
    pub(in crate::caldav) fn text(&self) -> String {
        let pieces = self.children.iter().map(|node| match node {
            Node::Text(text) => text.as_str(),
            Node::Data(data) => data,
            Node::Element(_) => "",
        });
        pieces.collect::<String>().trim().to_owned()
    }

    /// An attribute's value.
    pub(in crate::caldav) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A DAV element.
pub(in crate::caldav) fn dav(local: &'static str) -> Element {
    Element::new(Name::new(DAV, local))
}

/// A CalDAV element.
pub(in crate::caldav) fn cal(local: &'static str) -> Element {
    Element::new(Name::new(CALDAV, local))
}

/// A calendarserver.org element.
pub(in crate::caldav) fn cs(local: &'static str) -> Element {
    Element::new(Name::new(CALENDAR_SERVER, local))
}

/// An Apple element.
pub(in crate::caldav) fn apple(local: &'static str) -> Element {
    Element::new(Name::new(APPLE, local))
}
