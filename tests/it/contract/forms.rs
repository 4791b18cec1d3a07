//! The calls of client systems as forms: what PHP's `http_build_query` and `curl --data-urlencode` send.

use serde_json::{Value, json};
use testing::in_process::{Answer, PHONE, TestGateway, key};
use testing::told::Told;
use url::form_urlencoded::Serializer;

use super::link::Pair;
use super::{expect, ical, of_puentes, served};

const FORM: &str = "application/x-www-form-urlencoded";

/// Sends fields as a form, the phone and its key among them and nowhere else.
fn send(gateway: &TestGateway, method: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let key = key(PHONE);
    let own = [("phone_number", PHONE), ("secure_key", key.as_str())];
    let body = Serializer::new(String::new()).extend_pairs(own).extend_pairs(fields).finish();
    gateway.send_text(method, path, &[("content-type", FORM)], Some(&body))
}

#[test]
fn every_call_with_a_body_may_be_a_form() {
    let told = Told::start();
    let pair = Pair::start(&format!("puentes.events_url = {:?}\nsync.answer_within = \"30s\"", told.url()));
    let gateway = &pair.gateway;
    let account = [
        ("provider", "caldav"),
        ("caldav[url]", pair.caldav.url.as_str()),
        ("caldav[username]", "alice"),
        ("caldav[password]", "secret"),
    ];
    let linked = send(gateway, "POST", "/link", &account);
    expect(gateway, "create_link", &linked, 201, "");
    assert_eq!(linked.json["account"], "alice");
    assert_ne!(send(gateway, "POST", "/resync", &[]).status, 202, "the one that came with the link has ended");

    let title = "Ñandú & Co. = 100 % + «más»";
    let made = send(gateway, "POST", "/events", &[("event_data", &ical("cita 1", title)), ("event_id", "cita/1")]);
    expect(gateway, "create_event", &made, 201, "");
    assert_eq!(made.header("location"), "/events/cita%2F1");
    let shown = gateway.ask("GET", "/events/cita%2F1", None);
    assert_eq!(shown.json["event_data"], ical("cita 1", title), "byte for byte");
    let changed = send(gateway, "PUT", "/events/cita%2F1", &[("event_data", &ical("cita 1", "Otra"))]);
    expect(gateway, "change_event", &changed, 200, "");

    for (mode, confirm) in [("repair", "1"), ("rebuild", "true"), ("repair", "0")] {
        told.events(&[("cita/1".to_owned(), ical("cita 1", "De Puentes"))]);
        let ended = send(gateway, "POST", "/resync", &[("mode", mode), ("confirm", confirm)]);
        expect(gateway, "create_resync", &ended, 200, "");
        assert_eq!((&ended.json["mode"], &ended.json["state"]), (&json!(mode), &json!("succeeded")), "{ended:?}");
    }
    let gone = send(gateway, "DELETE", "/events/cita%2F1", &[]);
    expect(gateway, "delete_event", &gone, 204, "");
    let ended = send(gateway, "DELETE", "/link", &[]);
    expect(gateway, "delete_link", &ended, 200, "");
    assert_eq!(pair.events(), 0);
}

#[test]
fn a_form_that_confirms_lets_a_shrink_through_and_one_that_does_not_is_held() {
    let told = Told::start();
    told.events(&(0..30).map(|n| (format!("e{n}"), ical(&format!("e{n}"), "x"))).collect::<Vec<_>>());
    let pair = Pair::start(&format!("puentes.events_url = {:?}\nsync.answer_within = \"60s\"", told.url()));
    assert_eq!(pair.link().status, 201);
    assert_eq!(send(&pair.gateway, "POST", "/resync", &[]).status, 200);
    told.events(&[]);
    let held = send(&pair.gateway, "POST", "/resync", &[("confirm", "0")]);
    expect(&pair.gateway, "create_resync", &held, 409, "confirmation_needed");
    assert_eq!(send(&pair.gateway, "POST", "/resync", &[("confirm", "1")]).json["counts"]["deleted"], 30);
}

#[test]
fn what_is_wrong_with_a_form_is_told_by_the_name_of_its_field() {
    let gateway = TestGateway::start();
    let refused = |path: &str, operation: &str, fields: &[(&str, &str)], field: &str| {
        let answer = send(&gateway, "POST", path, fields);
        expect(&gateway, operation, &answer, 422, "invalid_field");
        assert_eq!(answer.json["field"], field, "{answer:?}");
        assert!(!answer.text.contains("hunter2"), "{answer:?}");
    };
    refused("/events", "create_event", &[], "event_data");
    refused("/events", "create_event", &[("event_data[]", "x")], "event_data");
    refused("/events", "create_event", &[("event_data", "x"), ("event_data", "y")], "event_data");
    refused("/events", "create_event", &[("event_data", "x"), ("event_id", "a"), ("event_id", "a")], "event_id");
    refused("/resync", "create_resync", &[("confirm", "perhaps")], "confirm");
    refused("/resync", "create_resync", &[("mode", "gently")], "mode");
    refused("/link", "create_link", &[("provider", "caldav")], "caldav");
    refused("/link", "create_link", &[("provider", "caldav"), ("caldav", "hunter2")], "caldav");
    refused("/link", "create_link", &[("provider", "caldav"), ("caldav[password]", "hunter2")], "caldav.username");
    let broken = send(&gateway, "POST", "/events", &[("event_data", "hello")]);
    expect(&gateway, "create_event", &broken, 422, "invalid_ical");

    let key = key(PHONE);
    let headers = [("X-Phone-Number", PHONE), ("X-Secure-Key", key.as_str()), ("content-type", FORM)];
    let latin = gateway.send_text("POST", "/events", &headers, Some("event_data=Pe%F1a"));
    expect(&gateway, "create_event", &latin, 422, "invalid_field");
    assert_eq!(latin.json["field"], "event_data");
    let huge = format!("event_data={}", "x".repeat(2 << 20));
    let huge = gateway.send_text("POST", "/events", &headers, Some(&huge));
    expect(&gateway, "create_event", &huge, 413, "body_too_large");
    assert_eq!(gateway.ask("GET", "/events", None).json, json!({"events": []}));
}

#[test]
fn a_body_that_is_neither_is_told_how_to_send_it_with_the_key_in_it_or_not() {
    let gateway = TestGateway::start();
    let (key, data) = (key(PHONE), ical("a", "x"));
    let fields = json!({"phone_number": PHONE, "secure_key": key, "event_data": data}).to_string();
    let form = Serializer::new(String::new())
        .extend_pairs([("phone_number", PHONE), ("secure_key", &key), ("event_data", &data)])
        .finish();
    for (content_type, body, says) in [
        (FORM, &fields, "application/json"),
        ("application/x-www-form-urlencoded; charset=iso-8859-1", &form, "UTF-8"),
        ("text/plain", &fields, "application/json"),
    ] {
        let refused = gateway.send_text("POST", "/events", &[("content-type", content_type)], Some(body));
        expect(&gateway, "create_event", &refused, 415, "unsupported_media_type");
        assert!(refused.json["detail"].as_str().unwrap().contains(says), "{refused:?}");
    }
    let parts = "--x\r\nContent-Disposition: form-data; name=\"event_data\"\r\n\r\nx\r\n--x--\r\n";
    let multipart = ("content-type", "multipart/form-data; boundary=x");
    let headed = [("X-Phone-Number", PHONE), ("X-Secure-Key", key.as_str()), multipart];
    for (headers, status, code) in
        [(headed.as_slice(), 415, "unsupported_media_type"), (&[multipart], 401, "invalid_key")]
    {
        let refused = gateway.send_text("POST", "/events", headers, Some(parts));
        expect(&gateway, "create_event", &refused, status, code);
        assert!(refused.json["detail"].as_str().unwrap().contains("http_build_query"), "{refused:?}");
    }
    let wrong = form.replace(&key, "0f4e3b1c9a7d52e86b0c1d2e3f405162");
    let wrong = gateway.send_text("POST", "/events", &[("content-type", FORM)], Some(&wrong));
    expect(&gateway, "create_event", &wrong, 401, "invalid_key");
    assert_eq!(gateway.ask("GET", "/events", None).json, json!({"events": []}));
}

#[test]
fn the_forms_that_the_document_shows_are_taken_as_they_stand() {
    let pair = Pair::start("");
    let mut shown = 0;
    for (method, path, operation) in of_puentes(&served(&pair.gateway)) {
        let Some(content) = operation["requestBody"]["content"].as_object() else { continue };
        let kinds: Vec<&str> = content.keys().map(String::as_str).collect();
        assert_eq!(kinds, ["application/json", FORM], "{method} {path}");
        // The same fields, of which none can be null in a form.
        let json = content["application/json"]["schema"]["$ref"].as_str().unwrap();
        assert_eq!(content[FORM]["schema"]["$ref"], format!("{json}Form"));
        let example = content[FORM]["example"].as_str().unwrap();
        // Nobody is asked outside of this machine.
        let body =
            example.replace("0f4e3b1c9a7d52e86b0c1d2e3f405162", &key(PHONE)).replace("dav.example.org", "127.0.0.1");
        let path = path.replace("{event_id}", "cita-1042%40puentes.example");
        let answer = pair.gateway.send_text(&method, &path, &[("content-type", FORM)], Some(&body));
        let expected: &[u16] = match operation["operationId"].as_str().unwrap() {
            // No calendar is allowed there, and nothing is linked; the event is new, and changed to what it is.
            "create_link" => &[422],
            "create_resync" => &[409, 502],
            "create_event" => &[202],
            _ => &[200],
        };
        assert!(expected.contains(&answer.status), "{method} {path}: {answer:?}");
        assert_ne!(answer.json["code"], Value::from("invalid_field"), "{answer:?}");
        shown += 1;
    }
    assert_eq!(shown, 4);
}
