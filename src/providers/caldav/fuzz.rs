//! Made-up answers and challenges of calendar servers.

use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderValue, Method};
use testing::fuzz::Target;
use url::Url;

use super::auth::Auth;
use super::responses::{self, Member};
use super::xml::{CALDAV, DAV, XmlError};
use super::{removal, words};
use crate::secret::SecretString;

const WORDS: &[&str] = &[
    "<",
    ">",
    "/>",
    "</",
    "&",
    ";",
    "&#",
    "&#x",
    "&amp;",
    "&#55357;&#56832;",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE a [",
    "<?xml version='1.0' encoding='utf-16'?>",
    " xmlns='",
    " xmlns:a='",
    "xmlns:xml='",
    "DAV:",
    "urn:ietf:params:xml:ns:caldav",
    "<response>",
    "</response>",
    "<href>",
    "</href>",
    "<propstat><prop>",
    "</prop><status>HTTP/1.1 200 OK</status></propstat>",
    "<status>HTTP/1.1 507</status>",
    "<error><no-uid-conflict/></error>",
    "%",
    "%2",
    "%00",
    "../",
    "//",
    "http://[",
    "\u{feff}",
    "\0",
    "ñ",
    "\u{1f600}",
];

/// Everything that is asked of a member, in so many letters.
fn told(member: &Member, base: &Url) -> String {
    let flags = [
        member.status.is_some(),
        member.version().is_some(),
        member.is_event_calendar(),
        member.writable().is_some(),
        member.is_gone(),
        responses::same_path(&member.url, base),
        responses::is_member_of(base, &member.url),
        responses::last_segment(&member.url).is_empty(),
        responses::sync_token(member).is_some(),
        removal::Unchanged::of(Some(member)) == removal::Unchanged::default(),
        member.hrefs(CALDAV, "calendar-home-set").is_empty(),
        member.property(DAV, "displayname").is_some(),
    ];
    flags.iter().map(|flag| if *flag { 'y' } else { 'n' }).collect()
}

#[test]
fn fuzz_answers() {
    let base = Url::parse("https://dav.example.org/ana/c/").unwrap();
    let target = Target { name: "caldav", examples: &["tests/fixtures/caldav"], words: WORDS };
    target.play(|bytes| {
        let mut first = Vec::new();
        let each = responses::each_member(&base, bytes, |member| {
            let told = told(&member, &base);
            first.extend((first.len() < 3 && !first.contains(&told)).then_some(told));
            Ok(())
        });
        let held = responses::multistatus(&base, bytes).map(|members| members.len().min(4));
        let kind = |error: XmlError| error.to_string().chars().take(40).collect::<String>();
        let words = words::words(409, bytes);
        let condition = responses::precondition(bytes).is_some();
        let text = responses::text_of(bytes).is_empty();
        format!("{:?} {:?} {first:?} {condition} {text} {}", each.map_err(kind), held.map_err(|_| ()), words.len() / 16)
    });
}

#[test]
fn fuzz_challenges() {
    const WORDS: &[&str] = &[
        "Basic ",
        "Digest ",
        "Negotiate",
        "realm=",
        "nonce=",
        "opaque=",
        "stale=true",
        "algorithm=MD5-sess",
        "algorithm=SHA-512-256",
        "qop=\"auth,auth-int\"",
        "userhash=true",
        "charset=UTF-8",
        ", ",
        ",",
        "=",
        "\"",
        "\\",
        " ",
        "\t",
        "ñ",
        "\u{1f600}",
    ];
    let target = Target { name: "challenges", examples: &["tests/fixtures/challenges"], words: WORDS };
    target.play(|bytes| {
        let mut headers = HeaderMap::new();
        for line in bytes.split(|byte| *byte == b'\n').take(16) {
            headers.extend(HeaderValue::from_bytes(line).ok().map(|value| (WWW_AUTHENTICATE, value)));
        }
        let auth = Auth::new("añá".to_owned(), SecretString::from("geheim €"), None);
        let tries = [true, false, true].map(|encrypted| {
            let next = auth.challenged(&headers, encrypted);
            let shown = auth.header(&Method::PUT, "/a%20b?c", b"body");
            (next, shown.map(|header| header.is_some()).map_err(|_| ()))
        });
        let offered = super::challenges::challenges(&headers);
        format!("{:?} {:?} {tries:?}", auth.scheme(), offered.len().min(5))
    });
}
