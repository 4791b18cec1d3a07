//! What is sent to CalDAV servers, built. Pure: no I/O.
//!
//! A PUT exists in three forms only (create, replace one state, and overwrite after looking), so that nothing can be
//! overwritten by a forgotten header. `If-Match: *` is never sent: iCloud, Yahoo and Bedework read it backwards.

use http::header::{CONTENT_TYPE, HeaderName, IF_MATCH, IF_NONE_MATCH};
use http::{HeaderValue, Method};
use quick_xml::escape::escape;
use url::Url;

use crate::placement::Version;

/// One call to be made, without credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Vec<u8>,
}

impl Call {
    /// Whether it changes nothing, so that it may be repeated.
    pub(super) fn is_read(&self) -> bool {
        matches!(self.method.as_str(), "PROPFIND" | "GET" | "HEAD" | "OPTIONS")
    }

    fn new(method: &'static str, url: &Url) -> Self {
        let method = Method::from_bytes(method.as_bytes()).unwrap_or(Method::OPTIONS);
        Self { method, url: url.clone(), headers: Vec::new(), body: Vec::new() }
    }

    fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.push((name, HeaderValue::from_static(value)));
        self
    }

    fn xml(mut self, body: String) -> Self {
        self.body = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>{body}").into_bytes();
        self.with(CONTENT_TYPE, "application/xml; charset=utf-8")
    }
}

/// RFC 4918, section 10.4.
const IF: HeaderName = HeaderName::from_static("if");
const DEPTH: HeaderName = HeaderName::from_static("depth");
const NAMESPACES: &str = r#"xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav""#;

/// Never `allprop`: iCloud fails at it, and others compute a great deal for it.
fn propfind(url: &Url, depth: &'static str, properties: &str) -> Call {
    Call::new("PROPFIND", url)
        .with(DEPTH, depth)
        .xml(format!("<D:propfind {NAMESPACES}><D:prop>{properties}</D:prop></D:propfind>"))
}

/// Whose resources are these? (RFC 5397)
pub(super) fn find_principal(url: &Url) -> Call {
    propfind(url, "0", "<D:current-user-principal/><D:resourcetype/><C:calendar-home-set/>")
}

/// Where does this principal keep calendars? (RFC 4791, section 6.2.1)
pub(super) fn find_homes(principal: &Url) -> Call {
    propfind(principal, "0", "<C:calendar-home-set/>")
}

const OF_CALENDARS: &str = "<D:resourcetype/><D:displayname/><D:current-user-privilege-set/>\
                            <C:supported-calendar-component-set/>";

/// The calendars below a home, and whose home it is (RFC 3744, section 5.1).
pub(super) fn list_calendars(home: &Url) -> Call {
    propfind(home, "1", &format!("{OF_CALENDARS}<D:owner/>"))
}

/// One calendar, to see whether it is there and may be written.
pub(super) fn look_at_calendar(calendar: &Url) -> Call {
    propfind(calendar, "0", OF_CALENDARS)
}

/// The names and states of all objects. Only these: what the holder's own events say is not read.
pub(super) fn list_objects(calendar: &Url) -> Call {
    propfind(calendar, "1", "<D:getetag/><D:resourcetype/>")
}

/// The same, and the states of the calendar itself that its deletion can be made to depend on.
pub(super) fn list_before_removal(calendar: &Url) -> Call {
    propfind(calendar, "1", "<D:getetag/><D:resourcetype/><D:sync-token/>")
}

/// The state of one object, by its name: searches lag behind (Purelymail: 180 s).
pub(super) fn look_at_object(object: &Url) -> Call {
    propfind(object, "0", "<D:getetag/>")
}

/// One of our own objects, for servers that don't tell its state otherwise.
pub(super) fn read_object(object: &Url) -> Call {
    Call::new("GET", object)
}

/// RFC 4791, section 5.3.1
pub(super) fn make_calendar(url: &Url, name: &str) -> Call {
    Call::new("MKCALENDAR", url).xml(format!(
        "<C:mkcalendar {NAMESPACES}><D:set><D:prop><D:displayname>{}</D:displayname>\
         <C:supported-calendar-component-set><C:comp name=\"VEVENT\"/></C:supported-calendar-component-set>\
         </D:prop></D:set></C:mkcalendar>",
        escape(name)
    ))
}

/// The same by extended MKCOL (RFC 5689).
pub(super) fn make_collection(url: &Url, name: &str) -> Call {
    Call::new("MKCOL", url).xml(format!(
        "<D:mkcol {NAMESPACES}><D:set><D:prop>\
         <D:resourcetype><D:collection/><C:calendar/></D:resourcetype><D:displayname>{}</D:displayname>\
         </D:prop></D:set></D:mkcol>",
        escape(name)
    ))
}

/// Gives a calendar its name.
pub(super) fn rename_calendar(url: &Url, name: &str) -> Call {
    Call::new("PROPPATCH", url).xml(format!(
        "<D:propertyupdate {NAMESPACES}><D:set><D:prop><D:displayname>{}</D:displayname></D:prop></D:set>\
         </D:propertyupdate>",
        escape(name)
    ))
}

/// Deletes a calendar, as long as it is in this state, and nothing has happened in it since this sync token (RFC 6578,
/// section 5). Without a Depth header, which iCloud rejects.
pub(super) fn delete_calendar(
    url: &Url,
    past_trash_bin: bool,
    etag: Option<&Version>,
    sync_token: Option<&str>,
) -> Call {
    let mut call = past_trash(Call::new("DELETE", url), past_trash_bin);
    let token = sync_token.map(|token| format!("(<{token}>)"));
    for (name, value) in [(IF_MATCH, etag.map(|etag| etag.0.as_str())), (IF, token.as_deref())] {
        call.headers.extend(value.and_then(|value| HeaderValue::from_str(value).ok()).map(|value| (name, value)));
    }
    call
}

/// Creates an object, if there is none.
pub(super) fn create_object(object: &Url, text: String) -> Call {
    put(object, text).with(IF_NONE_MATCH, "*")
}

/// Replaces an object, if it is still in this state. None where the version can't stand in a header.
pub(super) fn replace_object(object: &Url, text: String, version: &Version) -> Option<Call> {
    let mut call = put(object, text);
    call.headers.push((IF_MATCH, HeaderValue::from_str(&version.0).ok()?));
    Some(call)
}

/// Writes an object whatever is there: only after looking, where the server can't compare by itself.
pub(super) fn overwrite_object(object: &Url, text: String) -> Call {
    put(object, text)
}

fn put(object: &Url, text: String) -> Call {
    let mut call = Call::new("PUT", object).with(CONTENT_TYPE, "text/calendar; charset=utf-8");
    call.body = text.into_bytes();
    call
}

/// Deletes an object. Nobody is told (RFC 6638, section 8.1).
pub(super) fn delete_object(object: &Url, past_trash_bin: bool) -> Call {
    past_trash(Call::new("DELETE", object).with(HeaderName::from_static("schedule-reply"), "F"), past_trash_bin)
}

/// Nextcloud's way to delete for good, so that the name is free again.
fn past_trash(call: Call, past_trash_bin: bool) -> Call {
    if past_trash_bin { call.with(HeaderName::from_static("x-nc-caldav-no-trashbin"), "1") } else { call }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::caldav::xml;

    fn url() -> Url {
        Url::parse("https://dav.example.org/c/").unwrap()
    }

    fn header<'a>(call: &'a Call, name: &str) -> Option<&'a str> {
        call.headers.iter().find(|(n, _)| n == name).and_then(|(_, value)| value.to_str().ok())
    }

    #[test]
    fn a_put_creates_or_replaces_one_state_and_never_matches_anything() {
        let version = Version("\"3-a\"".to_owned());
        let create = create_object(&url(), "x".to_owned());
        let replace = replace_object(&url(), "x".to_owned(), &version).unwrap();
        assert_eq!(header(&create, "if-none-match"), Some("*"));
        assert_eq!(header(&create, "if-match"), None);
        assert_eq!(header(&replace, "if-match"), Some("\"3-a\""));
        assert_eq!(header(&replace, "if-none-match"), None);
        assert_eq!(header(&create, "content-type"), Some("text/calendar; charset=utf-8"));
        assert!(replace_object(&url(), "x".to_owned(), &Version("\"a\nb\"".to_owned())).is_none());
    }

    #[test]
    fn no_deletion_carries_a_depth_and_trash_is_passed_by_only_where_there_is_one() {
        for call in [delete_calendar(&url(), false, None, None), delete_object(&url(), false)] {
            assert_eq!(header(&call, "depth"), None);
            assert_eq!(header(&call, "x-nc-caldav-no-trashbin"), None);
        }
        assert_eq!(header(&delete_object(&url(), true), "x-nc-caldav-no-trashbin"), Some("1"));
        assert_eq!(header(&delete_object(&url(), true), "schedule-reply"), Some("F"));
    }

    #[test]
    fn every_body_is_xml_whatever_the_name() {
        let name = "Citas <b>&\"'ñ]]>";
        let calls = [
            find_principal(&url()),
            find_homes(&url()),
            list_calendars(&url()),
            list_objects(&url()),
            list_before_removal(&url()),
            look_at_object(&url()),
            make_calendar(&url(), name),
            make_collection(&url(), name),
            rename_calendar(&url(), name),
        ];
        for call in calls {
            assert!(xml::read_whole(&call.body).is_ok(), "{call:?}");
        }
        let set = xml::read_whole(&make_calendar(&url(), name).body).unwrap();
        let prop = set.child(xml::DAV, "set").and_then(|set| set.child(xml::DAV, "prop")).unwrap();
        assert_eq!(prop.child(xml::DAV, "displayname").unwrap().text(), name);
    }

    #[test]
    fn only_reads_may_be_repeated() {
        assert!(find_principal(&url()).is_read() && read_object(&url()).is_read());
        assert!(!create_object(&url(), String::new()).is_read() && !delete_object(&url(), false).is_read());
        assert!(!make_calendar(&url(), "x").is_read() && !rename_calendar(&url(), "x").is_read());
    }
}
