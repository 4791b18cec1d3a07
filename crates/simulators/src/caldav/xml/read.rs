//! Reading. DTDs are refused: no request needs one.

use std::borrow::Cow;

use quick_xml::NsReader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;

use super::{Element, Name, Node};

/// Reads a document's root element.
///
/// # Errors
/// What is wrong with it, in words.
pub(in crate::caldav) fn read(text: &str) -> Result<Element, String> {
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element> = Vec::new();
    loop {
        let (space, event) = reader.read_resolved_event().map_err(|why| why.to_string())?;
        match event {
            Event::Start(start) => open.push(element(&space, &start)?),
            Event::End(_) => {
                let done = open.pop().ok_or("an end without a start")?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(Node::Element(done)),
                    None => return Ok(done),
                }
            }
            Event::Text(text) => push_text(&mut open, &text.xml10_content()),
            Event::CData(text) => push_text(&mut open, &text.xml10_content()),
            Event::GeneralRef(reference) => push_text(&mut open, &resolve(&reference)?),
            Event::DocType(_) => return Err("a document type is not taken".to_owned()),
            Event::Eof => return Err("the document ends early".to_owned()),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn element(space: &ResolveResult<'_>, start: &BytesStart<'_>) -> Result<Element, String> {
    let space = match space {
        ResolveResult::Bound(namespace) => namespace.0.to_owned(),
        ResolveResult::Unbound => String::new(),
        ResolveResult::Unknown(prefix) => return Err(format!("the prefix {prefix} is not declared")),
    };
    let local = start.local_name().as_ref().to_owned();
    let mut element = Element::new(Name { space: Cow::Owned(space), local: Cow::Owned(local) });
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|why| why.to_string())?;
        let key: &str = attribute.key.as_ref();
        if !key.starts_with("xmlns") && !key.contains(':') {
            let value = quick_xml::escape::unescape(&attribute.value).map_err(|why| why.to_string())?;
            element.attributes.push((key.to_owned(), value.into_owned()));
        }
    }
    Ok(element)
}

fn push_text(open: &mut [Element], text: &str) {
    let Some(parent) = open.last_mut() else { return };
    match parent.children.last_mut() {
        Some(Node::Text(before)) => before.push_str(text),
        _ => parent.children.push(Node::Text(text.to_owned())),
    }
}

fn resolve(reference: &BytesRef<'_>) -> Result<String, String> {
    if let Some(c) = reference.resolve_char_ref().map_err(|why| why.to_string())? {
        return Ok(c.to_string());
    }
    let name = reference.xml10_content();
    quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned).ok_or_else(|| format!("no entity {name}"))
}
