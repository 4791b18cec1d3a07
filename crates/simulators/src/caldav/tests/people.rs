//! What people see and do: the agenda page, another client, Digest.

use data_encoding::HEXLOWER;
use md5::{Digest, Md5};

use super::*;

#[test]
fn the_agenda_shows_what_is_coming_without_a_password() {
    let site = site(Quirks::default());
    put(&site, "personal/a.ics", &[], &event("a", "Clase"));
    let heard = wire::ask(&site, "GET /", &[], "");
    assert_eq!(heard.status, 200);
    assert!(
        heard.body.contains("jueves 5 de noviembre")
            && heard.body.contains("05:00–06:00")
            && heard.body.contains("Clase")
    );
    assert!(wire::ask(&site, "GET /?zone=Europe/Madrid", &[], "").body.contains("11:00–12:00"));
    assert!(wire::ask(&site, "GET /?user=bob", &[], "").body.contains("Todavía no hay nada"));
    assert_eq!(wire::ask(&site, "GET /?user=carol", &[], "").status, 404);
}

#[test]
fn nothing_from_a_calendar_becomes_markup() {
    let site = site(Quirks::default());
    let evil = event("a", "<script>alert(1)</script>").replace("X-MARK:m", "LOCATION:\"><img src=x>");
    assert_eq!(put(&site, "personal/a.ics", &[], &evil).status, 201);
    let patch = "<propertyupdate xmlns=\"DAV:\"><set><prop><displayname>&lt;b&gt;</displayname>\
        <calendar-color xmlns=\"http://apple.com/ns/ical/\">#fff;background:url(//x)</calendar-color></prop></set></propertyupdate>";
    assert_eq!(ask(&site, "PROPPATCH /dav/calendars/alice/personal/", &[], patch).status, 207);
    let html = wire::ask(&site, "GET /?zone=<b>", &[], "").body;
    assert!(html.contains("&lt;script&gt;"), "the event is shown");
    for bad in ["<script", "<img", "</span><b> ·", "url(//x)", "de <b>"] {
        assert!(!html.contains(bad), "{bad}");
    }
}

#[test]
fn a_person_changes_and_deletes_behind_the_clients_back() {
    let site = site(Quirks::default());
    let before = put(&site, "personal/a.ics", &[], &event("a", "A")).header("etag").to_owned();
    let path = "/__sim/objects/alice/personal/a.ics";
    assert_eq!(wire::ask(&site, &format!("PUT {path}"), &[], &event("a", "Mía")).status, 204);
    assert!(wire::ask(&site, &format!("GET {path}"), &[], "").body.contains("Mía"));
    assert_eq!(put(&site, "personal/a.ics", &[("if-match", &before)], &event("a", "B")).status, 412);
    assert_eq!(wire::ask(&site, &format!("DELETE {path}"), &[], "").status, 204);
    assert_eq!(wire::ask(&site, "GET /__sim/objects/alice/personal", &[], "").body, "[]");
    assert_eq!(wire::ask(&site, "GET /__sim/objects/alice/none", &[], "").status, 404);
    assert_eq!(wire::ask(&site, "GET /__sim/", &[], "").status, 200);
    assert_eq!(wire::ask(&site, "GET /__sim/nonsense", &[], "").status, 404);
}

fn md5(text: &str) -> String {
    HEXLOWER.encode(&Md5::digest(text.as_bytes()))
}

/// A Digest answer as RFC 7616 §3.4.1 computes it.
fn digest(challenge: &str, nc: &str, password: &str) -> String {
    let nonce = challenge.split("nonce=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a nonce");
    let realm = challenge.split("realm=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a realm");
    let (one, two) = (md5(&format!("alice:{realm}:{password}")), md5("OPTIONSX:/dav/"));
    let response = md5(&format!("{one}:{nonce}:{nc}:c:auth:{two}"));
    format!(
        "Digest username=\"alice\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"/dav/\", cnonce=\"c\", nc={nc}, qop=auth, response=\"{response}\""
    )
}

#[test]
fn digest_proves_the_password_and_no_answer_works_twice() {
    let site = guarded(Quirks::default(), Auth::Digest);
    let ask = |header: &str| wire::ask(&site, "OPTIONSX /dav/", &[("authorization", header)], "");
    let first = ask("Basic YWxpY2U6c2VjcmV0");
    assert_eq!(first.status, 401, "Basic is not taken");
    let challenge = first.header("www-authenticate").to_owned();
    assert!(challenge.starts_with("Digest ") && !challenge.contains("stale"));
    // 405 is what a known user hears for a method that does not exist.
    assert_eq!(ask(&digest(&challenge, "00000001", "secret")).status, 405);
    let replayed = ask(&digest(&challenge, "00000001", "secret"));
    assert!(replayed.status == 401 && replayed.header("www-authenticate").contains("stale=true"));
    assert_eq!(ask(&digest(&challenge, "00000002", "secret")).status, 405);
    assert!(
        ask(&digest(&challenge, "00000003", "secret")).header("www-authenticate").contains("stale=true"),
        "used up"
    );
    let wrong = ask(&digest(&challenge, "00000004", "guess"));
    assert!(wrong.status == 401 && !wrong.header("www-authenticate").contains("stale"));
    let elsewhere = wire::ask(&site, "OPTIONSX /", &[("authorization", &digest(&challenge, "00000005", "secret"))], "");
    assert_eq!(elsewhere.status, 401, "an answer for another address");
}
