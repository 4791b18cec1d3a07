//! Answers of CalDAV servers, read. Pure: bytes in, words out.

use http::HeaderMap;
use http::header::ETAG;
use percent_encoding::percent_decode_str;
use url::Url;

use super::xml::{self, CALDAV, DAV, Element, XmlError};
use crate::placement::Version;

/// How much of a body is searched.
const MAX_SEARCHED: usize = 4 << 10;

/// One `D:response` of a multistatus (RFC 4918, section 14.24).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    /// Where it is, made absolute.
    pub(super) url: Url,
    /// The status of the member itself, where it has one of its own: 404 gone, 507 the listing was cut.
    pub(super) status: Option<u16>,
    /// The properties that came with a 2xx.
    pub(super) properties: Vec<Element>,
}

impl Member {
    /// The property `name` of `namespace`, if the server has it.
    pub(super) fn property(&self, namespace: &str, name: &str) -> Option<&Element> {
        self.properties.iter().find(|property| property.is(namespace, name))
    }

    /// `D:getetag`
    pub(super) fn version(&self) -> Option<Version> {
        let text = self.property(DAV, "getetag")?.text();
        (!text.is_empty()).then(|| Version(text.to_owned()))
    }

    /// The URLs inside a property such as `C:calendar-home-set`.
    pub(super) fn hrefs(&self, namespace: &str, name: &str) -> Vec<Url> {
        let Some(property) = self.property(namespace, name) else { return Vec::new() };
        property.all(DAV, "href").filter_map(|href| resolve(&self.url, href.text())).collect()
    }

    /// Whether `D:resourcetype` holds `name` of `namespace`.
    pub(super) fn is_a(&self, namespace: &str, name: &str) -> bool {
        self.property(DAV, "resourcetype").is_some_and(|kind| kind.child(namespace, name).is_some())
    }

    /// Whether it was reported as not being there.
    pub(super) fn is_gone(&self) -> bool {
        matches!(self.status, Some(404 | 410))
    }

    /// Whether this is a calendar that holds events, and neither an inbox nor somebody else's subscription.
    pub(super) fn is_event_calendar(&self) -> bool {
        self.is_a(CALDAV, "calendar") && !self.has_foreign_role() && self.takes_events()
    }

    fn has_foreign_role(&self) -> bool {
        const ROLES: [&str; 6] =
            ["schedule-inbox", "schedule-outbox", "subscribed", "trash-bin", "deleted-calendar", "notification"];
        let kinds = self.property(DAV, "resourcetype").map(Element::children).unwrap_or_default();
        kinds.iter().any(|kind| ROLES.contains(&kind.name()))
    }

    /// A server that says nothing about components takes all of them (RFC 4791, section 5.2.3).
    fn takes_events(&self) -> bool {
        self.property(CALDAV, "supported-calendar-component-set").is_none_or(|set| {
            let mut names = set.all(CALDAV, "comp").filter_map(|comp| comp.attribute("name")).peekable();
            names.peek().is_none() || names.any(|name| name.eq_ignore_ascii_case("VEVENT"))
        })
    }

    /// Whether our user may write here; none where the server doesn't say (RFC 3744, section 5.4).
    pub(super) fn writable(&self) -> Option<bool> {
        let set = self.property(DAV, "current-user-privilege-set")?;
        Some(set.all(DAV, "privilege").flat_map(Element::children).any(|privilege| {
            privilege.namespace() == DAV && matches!(privilege.name(), "all" | "write" | "write-content" | "bind")
        }))
    }
}

/// Reads a 207. Hrefs may be relative or absolute, encoded this way or that; those that can't be read are left out.
///
/// # Errors
/// When it is not a whole multistatus.
pub(super) fn multistatus(base: &Url, body: &[u8]) -> Result<Vec<Member>, XmlError> {
    let mut members = Vec::new();
    let root = xml::read(body, |child| {
        if child.is(DAV, "response") {
            members.extend(member(base, &child));
        }
    })?;
    if root.is(DAV, "multistatus") {
        Ok(members)
    } else {
        Err(XmlError::Malformed(format!("a multistatus was expected, {:?} came", root.name())))
    }
}

/// One response may name several hrefs that share a status.
fn member(base: &Url, response: &Element) -> Vec<Member> {
    let status = response.child(DAV, "status").and_then(|status| status_code(status.text()));
    let properties: Vec<Element> = response
        .all(DAV, "propstat")
        .filter(|part| part.child(DAV, "status").and_then(|s| status_code(s.text())).is_some_and(is_success))
        .filter_map(|part| part.child(DAV, "prop"))
        .flat_map(|prop| prop.children().iter().cloned())
        .collect();
    let urls = response.all(DAV, "href").filter_map(|href| resolve(base, href.text()));
    urls.map(|url| Member { url, status, properties: properties.clone() }).collect()
}

/// `HTTP/1.1 404 Not Found`
fn status_code(line: &str) -> Option<u16> {
    line.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// Whether a status says that it was done.
pub(super) fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

/// An href as a URL. Some servers leave blanks or a bare `%` in it; the URL parser takes both.
pub(super) fn resolve(base: &Url, href: &str) -> Option<Url> {
    if href.is_empty() { None } else { base.join(href).ok() }
}

/// Whether two URLs name the same resource on the same server: servers differ in which characters they encode, and in
/// the final slash of a collection. The host is not compared: a cluster answers under several names.
pub(super) fn same_path(a: &Url, b: &Url) -> bool {
    path_bytes(a) == path_bytes(b)
}

fn path_bytes(url: &Url) -> Vec<u8> {
    percent_decode_str(url.path().trim_end_matches('/')).collect()
}

/// The same URL with a final slash, as collections have.
pub(super) fn as_collection(url: &Url) -> Url {
    let mut url = url.clone();
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    url
}

/// The last segment of the path, decoded.
pub(super) fn last_segment(url: &Url) -> String {
    let path = url.path().trim_end_matches('/');
    let segment = path.rsplit('/').next().unwrap_or_default();
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

/// Whether `url` is a direct member of `collection`.
pub(super) fn is_member_of(collection: &Url, url: &Url) -> bool {
    let path = url.path().trim_end_matches('/');
    let Some((parent, name)) = path.rsplit_once('/') else { return false };
    let (parent, collection): (Vec<u8>, Vec<u8>) = (percent_decode_str(parent).collect(), path_bytes(collection));
    !name.is_empty() && parent == collection
}

/// The ETag header of an answer.
pub(super) fn etag(headers: &HeaderMap) -> Option<Version> {
    let text = headers.get(ETAG)?.to_str().ok()?.trim();
    (!text.is_empty()).then(|| Version(text.to_owned()))
}

/// Whether a version can stand in `If-Match`, which compares strongly (RFC 9110, section 13.1.1).
pub(super) fn is_strong(version: &Version) -> bool {
    version.0.len() > 2 && version.0.starts_with('"') && version.0.ends_with('"')
}

/// The precondition in a `D:error` body (RFC 4918, section 16): its local name, whatever its namespace (Purelymail
/// says CardDAV's), without the elements that only explain.
pub(super) fn precondition(body: &[u8]) -> Option<String> {
    let root = xml::read_whole(body).ok()?;
    if root.name() != "error" {
        return None;
    }
    const KNOWN: [&str; 3] = [DAV, CALDAV, "urn:ietf:params:xml:ns:carddav"];
    let is_condition = |child: &&Element| KNOWN.contains(&child.namespace()) && child.name() != "responsedescription";
    root.children().iter().find(is_condition).map(|condition| condition.name().to_owned())
}

/// All that an answer says, in lower case and without markup: to be searched, never to be shown.
pub(super) fn text_of(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body.get(..MAX_SEARCHED).unwrap_or(body));
    let mut plain = String::new();
    let mut inside = false;
    for character in text.chars() {
        match character {
            '<' => inside = true,
            '>' => {
                inside = false;
                plain.push(' ');
            }
            _ if inside => {}
            other => plain.extend(other.to_lowercase()),
        }
    }
    plain
}

#[cfg(test)]
mod tests;
