//! Feeds: an address that a calendar subscribes to, what it answers, and what becomes of it.

use std::io::Read as _;
use std::time::Duration;

use jiff::Timestamp;
use pasarela::clients::puentes;
use pasarela::clock::Clock;
use pasarela::ids::Tenant;
use pasarela::scope::{Scope, Scopes};
use serde_json::{Value, json};
use testing::in_process::{Answer, PHONE, TestGateway};

use super::{event, expect};

const FEEDS: &str = "/api/v1/calendar/feeds";
const DAY: Duration = Duration::from_secs(86_400);

/// A gateway in the middle of a day, whose times its events have, and a key of Puentes for it.
fn started() -> (TestGateway, Clock, String) {
    let clock = Clock::standing("2026-12-01T12:00:00Z".parse::<Timestamp>().unwrap());
    let gateway = TestGateway::at("", clock.clone());
    let key = gateway.api_key(Tenant::proven(puentes::ID), Scopes::all());
    (gateway, clock, key)
}

fn made(gateway: &TestGateway, key: &str, body: Value) -> (String, String) {
    let answer = gateway.ask_keyed(key, PHONE, "POST", FEEDS, Some(body));
    expect(gateway, "create_feed", &answer, 201, "");
    let text = |name: &str| answer.json[name].as_str().unwrap().to_owned();
    let rest = text("url").split_once("://").unwrap().1.to_owned();
    assert_eq!(text("webcal_url"), format!("webcal://{rest}"));
    (text("id"), format!("/feed/{}", rest.rsplit('/').next().unwrap()))
}

fn get(gateway: &TestGateway, path: &str, headers: &[(&str, &str)]) -> Answer {
    gateway.send("GET", path, headers, None)
}

/// A text without the folds of its lines.
fn unfolded(answer: &Answer) -> String {
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/calendar; charset=utf-8"), "{answer:?}");
    assert!(answer.text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{}", answer.text);
    answer.text.replace("\r\n ", "")
}

/// An event with these lines.
fn told(uid: &str, lines: &str) -> Option<Value> {
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:t\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:{uid}\r\n{lines}\r\nEND:VEVENT\r\n\
         END:VCALENDAR\r\n"
    );
    Some(json!({ "event_data": text }))
}

#[test]
fn a_feed_answers_the_events_and_the_same_bytes_until_something_changes() {
    let (mut gateway, clock, key) = started();
    assert_eq!(gateway.ask("POST", "/events", event("a", "Cita")).status, 202);
    let (_, path) = made(&gateway, &key, json!({ "name": "Citas, de Ana" }));
    let first = get(&gateway, &path, &[]);
    let text = unfolded(&first);
    for line in [
        "METHOD:PUBLISH",
        "NAME:Citas\\, de Ana",
        "X-WR-CALNAME:Citas\\, de Ana",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "SUMMARY:Cita",
        "SEQUENCE:0",
        "DTSTAMP:20261201T120000Z",
        "LAST-MODIFIED:20261201T120000Z",
    ] {
        assert!(text.contains(&format!("\r\n{line}\r\n")), "{line} is not in {text}");
    }
    assert_eq!(first.header("cache-control"), "private, max-age=300");
    assert_eq!(first.header("last-modified"), "Tue, 01 Dec 2026 12:00:00 GMT");
    let etag = first.header("etag").to_owned();
    let again = get(&gateway, &path, &[("If-None-Match", &etag)]);
    assert_eq!((again.status, again.text.as_str(), again.header("etag")), (304, "", etag.as_str()));
    let date = first.header("last-modified").to_owned();
    assert_eq!(get(&gateway, &path, &[("If-Modified-Since", &date)]).status, 304);
    assert_eq!(get(&gateway, &path, &[("If-None-Match", "\"other\""), ("If-Modified-Since", &date)]).status, 200);
    clock.advance(Duration::from_secs(3_600));
    gateway.restart();
    let restarted = get(&gateway, &path, &[]);
    assert_eq!((&restarted.text, restarted.header("etag")), (&first.text, etag.as_str()));
    assert_eq!(gateway.ask("PUT", "/events/a", event("a", "Otra")).status, 202);
    let changed = get(&gateway, &path, &[("If-None-Match", &etag)]);
    let text = unfolded(&changed);
    assert!(text.contains("SUMMARY:Otra") && text.contains("SEQUENCE:1") && text.contains("DTSTAMP:20261201T130000Z"));
    assert_eq!(get(&gateway, &path, &[("If-Modified-Since", &date)]).status, 200);
    assert_eq!(gateway.ask("DELETE", "/events/a", None).status, 204);
    let empty = get(&gateway, &path, &[("If-None-Match", changed.header("etag"))]);
    assert!(!unfolded(&empty).contains("VEVENT"));
    assert_eq!(gateway.send("HEAD", &path, &[], None).status, 200);
}

#[test]
fn a_compressed_text_is_the_same_under_a_mark_of_its_own() {
    let (gateway, _, key) = started();
    assert_eq!(gateway.ask("POST", "/events", event("a", "Cita")).status, 202);
    let (_, path) = made(&gateway, &key, json!({}));
    let plain = get(&gateway, &path, &[("Accept-Encoding", "identity")]);
    let mut raw = testing::wire::Client::new(gateway.url().strip_prefix("http://").unwrap());
    let packed = raw.send("GET", &path, &[("Accept-Encoding", "gzip")], b"").unwrap();
    assert_eq!((packed.status, packed.message.header("content-encoding")), (200, Some("gzip")));
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed.message.body.as_slice()).read_to_string(&mut text).unwrap();
    assert_eq!(text, plain.text);
    let etag = packed.message.header("etag").unwrap().to_owned();
    assert_ne!(etag, plain.header("etag"));
    let headers = [("Accept-Encoding", "gzip"), ("If-None-Match", etag.as_str())];
    assert_eq!(raw.send("GET", &path, &headers, b"").unwrap().status, 304);
}

#[test]
fn what_lies_outside_of_the_window_or_was_called_off_long_ago_is_not_told() {
    let (gateway, clock, key) = started();
    let day = |date: &str| format!("DTSTART:{date}T100000Z\r\nDTEND:{date}T110000Z");
    for (uid, date) in [("old", "20260801"), ("recent", "20260910"), ("soon", "20271201"), ("late", "20280301")] {
        assert_eq!(gateway.ask("POST", "/events", told(uid, &day(date))).status, 202);
    }
    let series = format!("{}\r\nRRULE:FREQ=YEARLY;COUNT=9", day("20200101"));
    assert_eq!(gateway.ask("POST", "/events", told("series", &series)).status, 202);
    let off = format!("{}\r\nSTATUS:CANCELLED", day("20270601"));
    assert_eq!(gateway.ask("POST", "/events", told("off", &off)).status, 202);
    let (_, path) = made(&gateway, &key, json!({}));
    let shown = || {
        let text = unfolded(&get(&gateway, &path, &[]));
        let titles = text.lines().filter_map(|line| line.strip_prefix("SUMMARY:"));
        titles.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(shown(), ["recent", "soon", "series", "off"]);
    let etag = get(&gateway, &path, &[]).header("etag").to_owned();
    clock.advance(DAY * 32);
    assert_eq!(get(&gateway, &path, &[("If-None-Match", &etag)]).status, 200, "the window moves with the day");
    assert_eq!(shown(), ["soon", "series"], "and what was called off goes after 30 days");
}

#[test]
fn a_feed_tells_as_much_as_it_was_made_to() {
    let (gateway, _, key) = started();
    let at = |hour: u32| format!("DTSTART:20261203T{hour:02}0000Z\r\nDTEND:20261203T{:02}0000Z", hour + 1);
    let lines = [
        ("open", at(10)),
        ("next", at(11)),
        ("hidden", format!("{}\r\nCLASS:CONFIDENTIAL\r\nDESCRIPTION:secret", at(14))),
        ("idle", format!("{}\r\nTRANSP:TRANSPARENT", at(16))),
        ("maybe", format!("{}\r\nSTATUS:TENTATIVE", at(18))),
    ];
    for (uid, lines) in &lines {
        assert_eq!(gateway.ask("POST", "/events", told(uid, lines)).status, 202);
    }
    let text = |body: Value| unfolded(&get(&gateway, &made(&gateway, &key, body).1, &[]));
    let full = text(json!({}));
    assert!(["open", "next", "idle", "maybe"].iter().all(|title| full.contains(&format!("SUMMARY:{title}"))));
    assert!(!full.contains("hidden") && !full.contains("secret"));
    assert!(text(json!({ "includePrivate": true })).contains("SUMMARY:hidden"));
    let busy = text(json!({ "privacy": "busy" }));
    assert_eq!(busy.matches("SUMMARY:Ocupado").count(), 4, "{busy}");
    assert!(["open", "next", "hidden", "secret", "idle"].iter().all(|word| !busy.contains(word)), "{busy}");
    let (_, path) = made(&gateway, &key, json!({ "privacy": "free_busy" }));
    assert!(path.ends_with(".ifb"));
    let times = unfolded(&get(&gateway, &path, &[]));
    let periods: Vec<&str> = times.lines().filter(|line| line.starts_with("FREEBUSY")).collect();
    let busy = ["20261203T100000Z/20261203T120000Z", "20261203T140000Z/20261203T150000Z"];
    let mut expected: Vec<String> = busy.iter().map(|period| format!("FREEBUSY;FBTYPE=BUSY:{period}")).collect();
    expected.push("FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261203T180000Z/20261203T190000Z".to_owned());
    assert_eq!(periods, expected);
    let as_events = get(&gateway, &path.replace(".ifb", ".ics"), &[]);
    assert_eq!(unfolded(&as_events), times, "a feed of free and busy times tells no more by another name");
    let (_, path) = made(&gateway, &key, json!({}));
    assert!(unfolded(&get(&gateway, &path.replace(".ics", ".ifb"), &[])).contains("BEGIN:VFREEBUSY"));
}

#[test]
fn an_address_that_was_given_up_says_so_for_thirty_days_and_is_then_gone() {
    let (gateway, clock, key) = started();
    assert_eq!(gateway.ask("POST", "/events", event("a", "Cita")).status, 202);
    let (id, old) = made(&gateway, &key, json!({}));
    let (gone_id, gone) = made(&gateway, &key, json!({}));
    let rotated = gateway.ask_keyed(&key, PHONE, "POST", &format!("{FEEDS}/{id}/rotate"), None);
    expect(&gateway, "rotate_feed", &rotated, 200, "");
    let new = format!("/feed/{}", rotated.json["url"].as_str().unwrap().rsplit('/').next().unwrap());
    assert!(new != old && unfolded(&get(&gateway, &new, &[])).contains("SUMMARY:Cita"));
    let ended = gateway.ask_keyed(&key, PHONE, "DELETE", &format!("{FEEDS}/{gone_id}"), None);
    expect(&gateway, "delete_feed", &ended, 204, "");
    for path in [&old, &gone] {
        let answer = get(&gateway, path, &[]);
        let text = unfolded(&answer);
        assert!(!text.contains("Cita") && text.contains("SUMMARY:Este calendario ya no se actualiza"), "{text}");
        assert_eq!(get(&gateway, path, &[("If-None-Match", answer.header("etag"))]).status, 304);
    }
    let listed = gateway.ask_keyed(&key, PHONE, "GET", FEEDS, None);
    expect(&gateway, "list_feeds", &listed, 200, "");
    assert_eq!(listed.json["feeds"].as_array().unwrap().len(), 1);
    assert!(!listed.text.contains(new[6..].trim_end_matches(".ics")), "no address is shown twice");
    clock.advance(DAY * 30);
    for path in [&old, &gone] {
        let answer = get(&gateway, path, &[]);
        assert_eq!((answer.status, answer.code()), (404, "unknown_route"));
    }
    assert_eq!(get(&gateway, &new, &[]).status, 200);
    for none in ["/feed/x.ics", "/feed/", &format!("/feed/{}.ics", "a".repeat(32)), &new.replace(".ics", ".txt")] {
        assert_eq!(get(&gateway, none, &[]).code(), "unknown_route", "{none}");
    }
}

#[test]
fn feeds_are_their_holders_alone_and_what_nobody_can_mean_is_refused() {
    let (gateway, _, key) = started();
    let (id, path) = made(&gateway, &key, json!({}));
    let other = "+593991234568";
    let unknown = "fd_0199d3f0a1b27c3d8e4f5a6b7c8d9e0f";
    for (whose, id) in [(other, id.as_str()), (PHONE, unknown), (PHONE, "x")] {
        let rotated = gateway.ask_keyed(&key, whose, "POST", &format!("{FEEDS}/{id}/rotate"), None);
        expect(&gateway, "rotate_feed", &rotated, 404, "feed_not_found");
        let ended = gateway.ask_keyed(&key, whose, "DELETE", &format!("{FEEDS}/{id}"), None);
        expect(&gateway, "delete_feed", &ended, 404, "feed_not_found");
    }
    assert_eq!(get(&gateway, &path, &[]).status, 200);
    let few = gateway.api_key(Tenant::proven(puentes::ID), [Scope::FeedsWrite].into_iter().collect());
    let private = gateway.ask_keyed(&few, PHONE, "POST", FEEDS, Some(json!({ "include_private": true })));
    expect(&gateway, "create_feed", &private, 403, "scope_missing");
    for (body, status, code) in [
        (json!({ "privacy": "loud" }), 422, "invalid_field"),
        (json!({ "name": "x".repeat(101) }), 422, "invalid_field"),
        (json!({ "privcy": "full" }), 422, "unknown_field"),
    ] {
        let answer = gateway.ask_keyed(&key, PHONE, "POST", FEEDS, Some(body));
        expect(&gateway, "create_feed", &answer, status, code);
    }
    for _ in 1..20 {
        made(&gateway, &key, json!({}));
    }
    let many = gateway.ask_keyed(&key, PHONE, "POST", FEEDS, Some(json!({})));
    expect(&gateway, "create_feed", &many, 409, "too_many_feeds");
}
