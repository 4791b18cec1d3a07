//! Building of 207 answers (RFC 4918 §13).

use super::super::properties::{Desk, Resource};
use super::super::xml::{Element, Name, dav};

/// One `response` with the properties found, and those missing as 404 unless the client wants it short.
pub(super) fn response(href: String, desk: &Desk<'_>, resource: &Resource<'_>, names: &[Name], short: bool) -> Element {
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for name in names {
        match desk.property(resource, name) {
            Some(value) => found.push(value),
            None => missing.push(Element::new(name.clone())),
        }
    }
    parts(href, found, if short { Vec::new() } else { missing })
}

/// One `response` from properties found and missing.
pub(super) fn parts(href: String, found: Vec<Element>, missing: Vec<Element>) -> Element {
    let none_missing = missing.is_empty();
    let mut response = dav("response").with(dav("href").with_text(href));
    if !found.is_empty() || none_missing {
        response = response.with(propstat(found, "200 OK"));
    }
    if none_missing { response } else { response.with(propstat(missing, "404 Not Found")) }
}

/// A `propstat`.
pub(super) fn propstat(properties: Vec<Element>, status: &str) -> Element {
    dav("propstat").with(dav("prop").with_all(properties)).with(status_line(status))
}

/// A `response` without properties.
pub(super) fn bare(href: String, status: &str) -> Element {
    dav("response").with(dav("href").with_text(href)).with(status_line(status))
}

fn status_line(status: &str) -> Element {
    dav("status").with_text(format!("HTTP/1.1 {status}"))
}
