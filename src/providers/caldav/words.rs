//! What a server's refusal is told as, to people who have to do something about it. Pure.
//!
//! Rule: the sentence is ours, by the status and the precondition. Of the server's answer only words that were written for
//! people are quoted (a `message` of its error, the title or the first paragraph of its page, a line of plain text), cut short; never its markup,
//! its footer, or names out of its program.

use super::responses::precondition;
use super::xml::{self, Element};
use crate::quoted::Quoted;

/// How much of a body is read for its words.
const MAX_READ: usize = 4 << 10;

/// The preconditions by which a server says that there is no room for more (RFC 4331, section 6).
const FULL: [&str; 2] = ["quota-not-exceeded", "sufficient-disk-space"];

/// Whether a refusal says that the account has no room for more: by its status (RFC 4918, section 11.5), or more exactly.
pub(super) fn is_about_room(status: u16, body: &[u8]) -> bool {
    status == 507 || precondition(body).is_some_and(|name| FULL.contains(&name.as_str()))
}

/// What the server says, in one sentence.
pub(super) fn words(status: u16, body: &[u8]) -> String {
    let condition = precondition(body);
    let meaning = meaning(status, condition.as_deref());
    let condition = condition.map(|name| format!(", {:#}", Quoted(&name))).unwrap_or_default();
    let quoted = said(status, body).map(|said| format!(": “{said}”")).unwrap_or_default();
    match meaning {
        Some(meaning) => format!("{meaning} (HTTP {status}{condition}){quoted}"),
        None => format!("HTTP {status}{condition}{quoted}"),
    }
}

/// None for what whoever asks has a word of its own for: the credentials are refused, we are too fast.
fn meaning(status: u16, condition: Option<&str>) -> Option<&'static str> {
    Some(match (status, condition) {
        (_, Some(name)) if FULL.contains(&name) => ACCOUNT_FULL,
        (507, _) => ACCOUNT_FULL,
        (200..300, _) => "the server gave another answer than the one that was asked for",
        (300..400, _) => "the server sends us elsewhere",
        (400 | 415 | 422, _) => "the server can't take it as it is",
        (401 | 425 | 429, _) => return None,
        (402, _) => "the server wants the account to be paid for",
        (403, _) => "the server does not allow it",
        (404 | 410, _) => "there is nothing at that address",
        (405 | 501, _) => "the server does not offer that there",
        (408 | 504, _) => "the server took too long",
        (409, _) => "it is at odds with what the server has",
        (412, _) => "the server has it in another state",
        (413, _) => "it is too large for the server",
        (423, _) => "somebody else has locked it",
        (503, _) => "the server is overloaded, or being worked on",
        (500.., _) => "the server has trouble of its own",
        _ => "the server refuses",
    })
}

const ACCOUNT_FULL: &str = "the account is full: make room in it, then synchronise again";

/// What the answer says to people, where it says anything.
fn said(status: u16, body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body.get(..MAX_READ).unwrap_or(body));
    let text = text.trim_start_matches('\u{feff}').trim();
    let said = match text.chars().next()? {
        '<' => [in_xml(body), in_page(text, "title"), in_page(text, "p")],
        '{' | '[' => [in_json(text), None, None],
        _ => [text.lines().next().map(str::to_owned), None, None],
    };
    let said = said.iter().flatten().map(|text| one_line(text)).find(|said| !is_status(said, status))?;
    is_for_people(&said).then(|| format!("{:#}", Quoted(&said)))
}

/// The text that an error of WebDAV's kind carries: `s:message` of sabre/dav, `responsedescription` (RFC 4918, section
/// 14.25), whatever its namespace.
fn in_xml(body: &[u8]) -> Option<String> {
    let root = xml::read_whole(body).ok()?;
    let all = std::iter::once(&root).chain(root.children()).chain(root.children().iter().flat_map(Element::children));
    all.filter(|element| ["message", "responsedescription"].contains(&element.name()))
        .map(|element| element.text().to_owned())
        .find(|text| !text.is_empty())
}

/// The text of the first `element` of a page, which ends where the next tag begins.
fn in_page(page: &str, element: &str) -> Option<String> {
    let lower = page.to_ascii_lowercase();
    let opens = |at: &usize| lower.get(at + 1 + element.len()..).is_some_and(|rest| rest.starts_with(['>', ' ']));
    let begin = lower.match_indices(&format!("<{element}")).map(|(at, _)| at).find(opens)?;
    let begin = begin + lower.get(begin..)?.find('>')? + 1;
    let text = page.get(begin..)?.split('<').next()?;
    Some(quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned))
}

fn in_json(text: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    let one = ["message", "error_description", "detail", "error"].iter().find_map(|name| value.get(name)?.as_str());
    one.map(str::to_owned)
}

/// Without what can't be seen, and with single spaces.
fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether it was written for people, and not by a program about itself: no names of classes and files, no addresses in
/// memory, no markup, no query of a database.
fn is_for_people(text: &str) -> bool {
    const OF_PROGRAMS: [&str; 13] = [
        "exception",
        "traceback",
        "stack trace",
        "sqlstate",
        "::",
        "->",
        "<",
        "{",
        "0x",
        ".php",
        ".py",
        "/usr/",
        "/var/",
    ];
    let lower = text.to_lowercase();
    let has_letters = text.chars().any(char::is_alphabetic);
    // `Sabre\DAV\Server`, `java.lang.String`
    let is_qualified = |word: &str| word.contains('\\') || word.split('.').filter(|part| part.len() > 1).count() > 2;
    has_letters && !OF_PROGRAMS.iter().any(|sign| lower.contains(sign)) && !text.split(' ').any(is_qualified)
}

/// `404 Not Found` tells what is told anyway.
fn is_status(text: &str, status: u16) -> bool {
    let phrase =
        http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default();
    let number = status.to_string();
    let rest = text.trim_start_matches("HTTP ").trim_start_matches("Error ").trim_start_matches(&number);
    let rest = rest.trim_matches(|sign: char| !sign.is_alphanumeric());
    rest.is_empty() || rest.eq_ignore_ascii_case(phrase)
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! fixture {
        ($name:literal) => {
            include_bytes!(concat!("../../../tests/fixtures/caldav/", $name)).as_slice()
        };
    }

    #[test]
    fn every_refusal_says_what_it_means() {
        for status in 100..=599 {
            let told = words(status, b"");
            let plain = matches!(status, 401 | 425 | 429) && told == format!("HTTP {status}");
            assert!(plain || told.ends_with(&format!(" (HTTP {status})")) && told.len() > 20, "{told}");
        }
        assert_eq!(words(507, b""), "the account is full: make room in it, then synchronise again (HTTP 507)");
        let full = b"<error xmlns='DAV:'><quota-not-exceeded/></error>";
        assert!(
            words(403, full)
                .starts_with("the account is full: make room in it, then synchronise again (HTTP 403, quota")
        );
        assert_eq!(words(413, b""), "it is too large for the server (HTTP 413)");
        assert_eq!(words(423, b""), "somebody else has locked it (HTTP 423)");
        assert_eq!(
            words(429, b"Too many requests from your address"),
            "HTTP 429: “Too many requests from your address”"
        );
    }

    #[test]
    fn what_a_server_says_to_people_is_quoted() {
        let sabre = b"<?xml version='1.0'?><d:error xmlns:d='DAV:' xmlns:s='http://sabredav.org/ns'>\
            <s:sabredav-version>1.8.12</s:sabredav-version><s:exception>Sabre\\DAV\\Exception\\Forbidden</s:exception>\
            <s:message>You may not do this here</s:message></d:error>";
        let cases: [(u16, &[u8], &str); 6] = [
            (403, sabre, "the server does not allow it (HTTP 403): “You may not do this here”"),
            (
                403,
                b"<html><head><TITLE lang=en>Calendar &amp; mail</TITLE></head><body><h1>No</h1></body></html>",
                "the server does not allow it (HTTP 403): “Calendar & mail”",
            ),
            (
                400,
                b"{\"code\": 7, \"message\": \"No such day\"}",
                "the server can't take it as it is (HTTP 400): “No such day”",
            ),
            (
                409,
                b"\r\n  A resource with that UID   exists\r\nsecond line",
                "it is at odds with what the server has (HTTP 409): “A resource with that UID exists”",
            ),
            (
                400,
                "Año sin días: no puede ser tan largo como para no cortarlo".as_bytes(),
                "the server can't take it as it is (HTTP 400): “Año sin días: no puede ser tan largo com…”",
            ),
            (
                409,
                fixture!("radicale-uid-taken.xml"),
                "it is at odds with what the server has (HTTP 409, no-uid-conflict)",
            ),
        ];
        for (status, body, told) in cases {
            assert_eq!(words(status, body), told);
        }
        assert!(words(403, fixture!("cyrus-calendar-gone.xml")).contains("Mailbox does not exist"));
    }

    #[test]
    fn nothing_of_a_program_is_quoted() {
        let bodies: [&[u8]; 14] = [
            b"<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\"><html><head><title>500 Internal Server Error</title></head><body>\
              <h1>Internal Server Error</h1><hr><address>Apache/2.4.57 (Debian) Server at dav.example.org Port 443</address></body></html>",
            b"<html><head><title>Internal Server Error</title></head></html>",
            b"<d:error xmlns:d='DAV:' xmlns:s='http://sabredav.org/ns'><s:exception>Sabre\\DAV\\Exception</s:exception>\
              <s:message>Call to a member function getName() on null in Sabre\\CalDAV\\Plugin</s:message></d:error>",
            b"<d:error xmlns:d='DAV:'><s:message xmlns:s='x'>SQLSTATE[HY000]: General error: 5 database is locked</s:message></d:error>",
            b"Traceback (most recent call last):\n  File \"/usr/lib/python3/radicale/app.py\", line 5, in handle",
            b"ValueError: bad day in /var/dav/server.py",
            b"java.lang.NullPointerException: Cannot invoke",
            b"org.apache.jackrabbit.Server failed",
            b"<0x0x55d3fe9a8a60[WOHttpAdaptor]> failed",
            b"{\"trace\": [\"a\", \"b\"]}",
            b"{broken json",
            b"500 Internal Server Error",
            b"<b>not</b> whole",
            b"\xff\xfe\x00\x01 \x02",
        ];
        for body in bodies {
            let told = words(500, body);
            assert_eq!(told, "the server has trouble of its own (HTTP 500)", "{}", String::from_utf8_lossy(body));
        }
        let long = words(500, "x\u{7}y\r\n ".repeat(10_000).as_bytes());
        assert!(long.chars().count() < 120 && !long.chars().any(char::is_control), "{long}");
    }
}
