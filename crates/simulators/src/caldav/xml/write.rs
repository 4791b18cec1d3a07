//! Writing. The styles mean the same; a client that reads by prefix or by string search fails on one of them.

use quick_xml::escape::escape;

use super::{APPLE, CALDAV, CALENDAR_SERVER, DAV, Element, Node};

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::caldav) enum Style {
    /// `D:`, `C:` … declared once at the root.
    Prefixed,
    /// No prefixes: each change of namespace declares a default one. Calendar objects in CDATA.
    Default,
}

const PREFIXES: [(&str, &str); 4] = [(DAV, "D"), (CALDAV, "C"), (CALENDAR_SERVER, "CS"), (APPLE, "A")];

/// Writes a document.
pub(in crate::caldav) fn write(root: &Element, style: Style) -> String {
    let mut out = String::with_capacity(1024);
    out.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    match style {
        Style::Prefixed => prefixed(root, true, &mut out),
        Style::Default => defaulted(root, "", &mut out),
    }
    out.push('\n');
    out
}

fn prefixed(element: &Element, root: bool, out: &mut String) {
    let space = element.name.space.as_ref();
    let prefix = PREFIXES.iter().find_map(|(uri, prefix)| (*uri == space).then_some(*prefix));
    let tag = match prefix {
        Some(prefix) => format!("{prefix}:{}", element.name.local),
        None if space.is_empty() => element.name.local.to_string(),
        None => format!("X:{}", element.name.local),
    };
    out.push('<');
    out.push_str(&tag);
    if root {
        for (uri, prefix) in PREFIXES {
            attribute(&format!("xmlns:{prefix}"), uri, out);
        }
    }
    if prefix.is_none() && !space.is_empty() {
        attribute("xmlns:X", space, out);
    }
    content(element, &tag, out, |child, out| prefixed(child, false, out));
}

fn defaulted(element: &Element, current: &str, out: &mut String) {
    let space = element.name.space.as_ref();
    out.push('<');
    out.push_str(&element.name.local);
    if space != current {
        attribute("xmlns", space, out);
    }
    content(element, &element.name.local, out, |child, out| defaulted(child, space, out));
}

fn content(element: &Element, tag: &str, out: &mut String, nested: impl Fn(&Element, &mut String)) {
    for (name, value) in &element.attributes {
        attribute(name, value, out);
    }
    if element.children.is_empty() {
        out.push_str("/>");
        return;
    }
    out.push('>');
    let prefixed = tag.contains(':');
    for node in &element.children {
        match node {
            Node::Element(child) => nested(child, out),
            Node::Text(text) => out.push_str(&escape(text.as_str())),
            Node::Data(data) if prefixed => out.push_str(&escape(&**data).replace('\r', "&#13;")),
            Node::Data(data) => {
                out.push_str("<![CDATA[");
                out.push_str(&data.replace("]]>", "]]]]><![CDATA[>"));
                out.push_str("]]>");
            }
        }
    }
    out.push_str("</");
    out.push_str(tag);
    out.push('>');
}

fn attribute(name: &str, value: &str, out: &mut String) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    out.push_str(&escape(value));
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::super::{Name, cal, dav, read};
    use super::*;

    #[test]
    fn both_styles_read_back_as_the_same_tree() {
        let foreign = Element::new(Name::new("urn:x", "note")).with_attribute("lang", "\"<&").with_text("a & b < c");
        let tree = dav("multistatus")
            .with(dav("prop").with(cal("comp").with_attribute("name", "VEVENT")).with(foreign))
            .with(Element::new(Name::new("", "bare")).with(dav("href").with_text("/a/]]>")));
        for style in [Style::Prefixed, Style::Default] {
            assert_eq!(read(&write(&tree, style)).expect("xml"), tree, "{style:?}");
        }
    }

    #[test]
    fn a_calendar_object_keeps_its_text() {
        let object = "SUMMARY:a & ]]> <b>\r\nX:1\r\n";
        let tree = cal("calendar-data").with_data(object.into());
        let back = |style| read(&write(&tree, style)).expect("xml").text();
        assert_eq!(back(Style::Prefixed), object.trim());
        // Without a character reference a CR does not survive XML: readers see LF.
        assert_eq!(back(Style::Default), object.replace("\r\n", "\n").trim());
    }

    #[test]
    fn document_types_and_broken_documents_are_refused() {
        for bad in ["", "<a>", "<!DOCTYPE a><a/>", "<x:a/>", "<a>&nbsp;</a>", "nothing", "<a></b>"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
