//! Answers of CalDAV servers, read. Pure: bytes in, words out.

use std::rc::Rc;

use http::HeaderMap;
use http::header::ETAG;
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};
use url::Url;

use super::xml::{self, CALDAV, DAV, Element, Namespace, XmlError, most};
use crate::placement::Version;
use crate::quoted::Quoted;

/// How much of a body is searched.
const MAX_SEARCHED: usize = 4 << 10;
/// Members of one multistatus: twice of what fits into the largest answer where each is a real server's.
pub(super) const MAX_MEMBERS: usize = 100_000;
/// Elements of all properties that are held at once, where members are not taken one by one.
pub(super) const MAX_HELD: usize = 65_536;
/// Bytes of a URL. Each href is joined with the place that was asked, so a long place would be copied for each.
pub(super) const MAX_URL: usize = 2_048;
/// Bytes of an ETag or a sync token that is sent back as it came.
const MAX_TAG: usize = 1_024;
/// Bytes of the name of a precondition; the longest in use has 40.
const MAX_CONDITION: usize = 64;
/// Bytes of a body that is read for its precondition.
const MAX_ERROR: usize = 64 << 10;

/// One `D:response` of a multistatus (RFC 4918, section 14.24).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    /// Where it is, made absolute.
    pub(super) url: Url,
    /// The status of the member itself, where it has one of its own: 404 gone, 507 the listing was cut.
    pub(super) status: Option<u16>,
    /// The properties that came with a 2xx, which all hrefs of one response share.
    pub(super) properties: Rc<[Element]>,
}

impl Member {
    /// The property `name` of `namespace`, if the server has it.
    pub(super) fn property(&self, namespace: Namespace, name: &str) -> Option<&Element> {
        self.properties.iter().find(|property| property.is(namespace, name))
    }

    /// `D:getetag`
    pub(super) fn version(&self) -> Option<Version> {
        version(self.property(DAV, "getetag")?.text())
    }

    /// The URLs inside a property such as `C:calendar-home-set`.
    pub(super) fn hrefs(&self, namespace: Namespace, name: &str) -> Vec<Url> {
        let Some(property) = self.property(namespace, name) else { return Vec::new() };
        property.all(DAV, "href").filter_map(|href| resolve(&self.url, href.text())).collect()
    }

    /// Whether `D:resourcetype` holds `name` of `namespace`.
    pub(super) fn is_a(&self, namespace: Namespace, name: &str) -> bool {
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

/// Reads a 207 and hands its members over one by one. Hrefs may be relative or absolute, encoded this way or that; those
/// that can't be read are left out.
///
/// # Errors
/// When it is not a whole multistatus, or holds more than is taken; and what `visit` answers.
pub(super) fn each_member(
    base: &Url,
    body: &[u8],
    mut visit: impl FnMut(Member) -> Result<(), XmlError>,
) -> Result<(), XmlError> {
    let mut count = 0;
    let root = xml::read(body, |child| {
        if !child.is(DAV, "response") {
            return Ok(());
        }
        for member in of_response(base, child) {
            count += 1;
            most("members", count, MAX_MEMBERS)?;
            visit(member)?;
        }
        Ok(())
    })?;
    if root.is(DAV, "multistatus") {
        Ok(())
    } else {
        Err(XmlError::Malformed(format!("a multistatus was expected, {} came", Quoted(root.name()))))
    }
}

/// The same with all members at once, where there are few.
///
/// # Errors
/// As [`each_member`].
pub(super) fn multistatus(base: &Url, body: &[u8]) -> Result<Vec<Member>, XmlError> {
    let (mut members, mut held): (Vec<Member>, usize) = (Vec::new(), 0);
    each_member(base, body, |member| {
        let is_new = members.last().is_none_or(|last| !Rc::ptr_eq(&last.properties, &member.properties));
        // The URL counts, too.
        held += 16 + if is_new { member.properties.iter().map(Element::count).sum() } else { 0 };
        members.push(member);
        most("elements at once", held, MAX_HELD)
    })?;
    Ok(members)
}

/// One response may name several hrefs that share a status.
fn of_response(base: &Url, response: Element) -> impl Iterator<Item = Member> {
    let base = base.clone();
    let (mut hrefs, mut status, mut properties) = (Vec::new(), None, Vec::new());
    for part in response.into_children() {
        if part.is(DAV, "href") {
            hrefs.push(part);
        } else if part.is(DAV, "status") {
            status = status.or_else(|| status_code(part.text()));
        } else if part.is(DAV, "propstat") && part.child(DAV, "status").is_some_and(says_success) {
            let prop = part.into_children().into_iter().find(|inner| inner.is(DAV, "prop"));
            properties.extend(prop.map(Element::into_children).unwrap_or_default());
        }
    }
    let properties: Rc<[Element]> = properties.into();
    let urls = hrefs.into_iter().filter_map(move |href| resolve(&base, href.text()));
    urls.map(move |url| Member { url, status, properties: Rc::clone(&properties) })
}

fn says_success(status: &Element) -> bool {
    status_code(status.text()).is_some_and(is_success)
}

/// `HTTP/1.1 404 Not Found`
fn status_code(line: &str) -> Option<u16> {
    line.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// Whether a status says that it was done.
pub(super) fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

/// An href as a URL, of at most [`MAX_URL`] bytes. Some servers leave blanks or a bare `%` in it; the URL parser takes both.
pub(super) fn resolve(base: &Url, href: &str) -> Option<Url> {
    if href.is_empty() || href.len() > MAX_URL || base.as_str().len() > MAX_URL {
        return None;
    }
    base.join(href).ok().filter(|url| url.as_str().len() <= MAX_URL)
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
    version(headers.get(ETAG)?.to_str().ok()?.trim())
}

/// A version as a server names it; one that is too long to be kept and sent back is known by its fingerprint.
fn version(text: &str) -> Option<Version> {
    match text.len() {
        0 => None,
        1..=MAX_TAG => Some(Version(text.to_owned())),
        _ => Some(fingerprint(text.as_bytes())),
    }
}

/// A version for what has none: weak, so that it is compared by looking and never sent.
pub(super) fn fingerprint(body: &[u8]) -> Version {
    Version(format!("sha256:{}", data_encoding::HEXLOWER.encode(&Sha256::digest(body))))
}

/// `D:sync-token`, where it can be sent back.
pub(super) fn sync_token(member: &Member) -> Option<String> {
    let text = member.property(DAV, "sync-token")?.text();
    (!text.is_empty() && text.len() <= MAX_TAG && !text.contains(['<', '>'])).then(|| text.to_owned())
}

/// Whether a version can stand in `If-Match`, which compares strongly (RFC 9110, section 13.1.1).
pub(super) fn is_strong(version: &Version) -> bool {
    version.0.len() > 2 && version.0.starts_with('"') && version.0.ends_with('"')
}

/// The precondition in a `D:error` body (RFC 4918, section 16): its local name, whatever its namespace (Purelymail
/// says CardDAV's), without the elements that only explain.
pub(super) fn precondition(body: &[u8]) -> Option<String> {
    let root = xml::read_whole(body.get(..=MAX_ERROR).map_or(body, |_| &[])).ok()?;
    if root.name() != "error" {
        return None;
    }
    const KNOWN: [Namespace; 3] = [DAV, CALDAV, Namespace::Carddav];
    let is_condition = |child: &&Element| {
        KNOWN.contains(&child.namespace())
            && child.name() != "responsedescription"
            && child.name().len() <= MAX_CONDITION
    };
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
