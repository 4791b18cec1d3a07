use serde_json::{Value, json};
use testing::in_process::{PHONE, TestGateway, key};
use testing::told::Told;

use super::{event, expect, ical};

#[test]
fn a_body_that_is_not_what_it_should_be_is_told_so_exactly() {
    let gateway = TestGateway::start();
    let (phone, key) = (PHONE, key(PHONE));
    let headers = [("X-Phone-Number", phone), ("X-Secure-Key", key.as_str())];
    let send = |body: &str| gateway.send_text("POST", "/events", &headers, Some(body));
    expect(&gateway, "create_event", &send("{\"event_data\": "), 400, "invalid_json");
    let missing = send("{}");
    expect(&gateway, "create_event", &missing, 422, "invalid_field");
    assert_eq!(missing.json["field"], "event_data");
    let calendar = [headers[0], headers[1], ("content-type", "text/calendar")];
    let calendar = gateway.send_text("POST", "/events", &calendar, Some(&ical("a", "x")));
    expect(&gateway, "create_event", &calendar, 415, "unsupported_media_type");
    let huge = json!({"event_data": "x".repeat(2 << 20)}).to_string();
    expect(&gateway, "create_event", &send(&huge), 413, "body_too_large");
    let wrong = gateway.send_text("POST", "/events", &[("X-Secure-Key", "wrong"), headers[0]], Some(&huge));
    expect(&gateway, "create_event", &wrong, 401, "invalid_key");
    let unsigned = gateway.send_text("POST", "/events", &[], Some("{\"event_data\": "));
    expect(&gateway, "create_event", &unsigned, 401, "invalid_key");
    assert!(unsigned.json["detail"].as_str().unwrap().contains("line 1"), "{unsigned:?}");
}

#[test]
fn an_event_that_is_none_is_told_where_and_why() {
    let gateway = TestGateway::start();
    let broken = ical("a", "x").replace("DTSTART:20261203T143000Z", "DTSTART:20261303T143000Z");
    let refused = gateway.ask("POST", "/events", Some(json!({"event_data": broken})));
    expect(&gateway, "create_event", &refused, 422, "invalid_ical");
    assert_eq!(
        (&refused.json["property"], refused.json["reason"].is_string()),
        (&json!("DTSTART"), true),
        "{refused:?}"
    );
    assert_eq!(refused.json["line"], 7, "{refused:?}");
    for text in ["", "hello", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"] {
        let refused = gateway.ask("POST", "/events", Some(json!({"event_data": text})));
        expect(&gateway, "create_event", &refused, 422, "invalid_ical");
    }
    gateway.ask("POST", "/events", event("a", "x"));
    let refused = gateway.ask("PUT", "/events/a", Some(json!({"event_data": "hello"})));
    expect(&gateway, "change_event", &refused, 422, "invalid_ical");
    assert_eq!(gateway.ask("GET", "/events/a", None).json["event_data"], ical("a", "x"), "a refusal changes nothing");
}

#[test]
fn an_id_that_can_not_be_one_is_refused() {
    let gateway = TestGateway::start();
    for id in ["", "a\nb", &"x".repeat(513)] {
        let refused = gateway.ask("POST", "/events", Some(json!({"event_data": ical("a", "x"), "event_id": id})));
        expect(&gateway, "create_event", &refused, 422, "invalid_event_id");
    }
}

#[test]
fn a_right_key_over_something_that_is_no_phone_is_told_so() {
    let gateway = TestGateway::start();
    for phone in ["12", "no phone", "+5939912345678901234"] {
        expect(&gateway, "list_events", &gateway.ask_as(phone, "GET", "/events", None), 422, "invalid_phone_number");
    }
}

#[test]
fn without_a_link_there_is_nothing_to_unlink_or_to_resync() {
    let told = Told::start();
    let gateway = TestGateway::with(&format!("puentes.events_url = {:?}", told.url()));
    assert_eq!(gateway.ask("GET", "/link", None).json, json!({"linked": false}));
    expect(&gateway, "delete_link", &gateway.ask("DELETE", "/link", None), 404, "not_linked");
    expect(&gateway, "create_resync", &gateway.ask("POST", "/resync", None), 409, "not_linked");
    expect(&gateway, "get_resync", &gateway.ask("GET", "/resync/0123", None), 404, "resync_not_found");
}

#[test]
fn a_link_that_can_not_be_made_is_told_why() {
    let gateway = TestGateway::start();
    let link = |body: Value| gateway.ask("POST", "/link", Some(body));
    let account = |url: &str| json!({"url": url, "username": "ana", "password": "invented"});
    let unnamed = link(json!({"caldav": account("https://dav.example.org/")}));
    expect(&gateway, "create_link", &unnamed, 422, "invalid_field");
    expect(&gateway, "create_link", &link(json!({"provider": "google"})), 422, "provider_not_available");
    expect(&gateway, "create_link", &link(json!({"provider": "caldav"})), 422, "invalid_field");
    expect(&gateway, "create_link", &link(json!({"provider": "caldav", "caldav": {"url": 7}})), 422, "invalid_field");
    let private = link(json!({"provider": "caldav", "caldav": account("https://127.0.0.1:1/")}));
    expect(&gateway, "create_link", &private, 422, "address_not_allowed");
    assert!(!private.text.contains("invented"));
    assert_eq!(gateway.ask("GET", "/link", None).json, json!({"linked": false}));
}

#[test]
fn an_address_that_is_not_there_and_a_method_that_is_not_are_problems_too() {
    let gateway = TestGateway::start();
    for path in ["/nothing", "/", "/events/a/b", "/events/", "/link/x", "/%", "/docs/other"] {
        let answer = gateway.send("GET", path, &[], None);
        assert_eq!((answer.status, answer.code()), (404, "unknown_route"), "{path}");
    }
    for (method, path, allow) in [
        ("PATCH", "/events", "GET, POST, HEAD, OPTIONS"),
        ("POST", "/events/a", "DELETE, GET, PUT, HEAD, OPTIONS"),
        ("PUT", "/link", "DELETE, GET, POST, HEAD, OPTIONS"),
        ("GET", "/resync", "POST, OPTIONS"),
        ("DELETE", "/docs", "GET, HEAD, OPTIONS"),
    ] {
        let answer = gateway.send(method, path, &[], None);
        assert_eq!((answer.status, answer.code()), (405, "method_not_allowed"), "{method} {path}");
        assert_eq!(answer.header("allow"), allow, "{method} {path}");
        let options = gateway.send("OPTIONS", path, &[], None);
        assert_eq!((options.status, options.header("allow")), (204, allow));
    }
}
