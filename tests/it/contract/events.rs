use serde_json::json;
use testing::in_process::TestGateway;

use super::{event, expect, ical};

#[test]
fn events_of_a_person_without_a_calendar_are_stored_and_shown() {
    let gateway = TestGateway::start();
    let made = gateway.ask("POST", "/events", event("a@b/c", "first"));
    expect(&gateway, "create_event", &made, 202, "");
    assert_eq!(made.json, json!({"event_id": "a@b/c", "sync": {"state": "not_linked", "degradations": []}}));
    assert_eq!(made.header("location"), "/events/a%40b%2Fc");
    let same = gateway.ask("POST", "/events", event("a@b/c", "first"));
    expect(&gateway, "create_event", &same, 200, "");
    assert_eq!(same.json, made.json);
    let other = gateway.ask("POST", "/events", event("a@b/c", "second"));
    expect(&gateway, "create_event", &other, 409, "event_exists");
    let changed = gateway.ask("PUT", made.header("location"), event("a@b/c", "second"));
    expect(&gateway, "change_event", &changed, 202, "");
    let shown = gateway.ask("GET", made.header("location"), None);
    expect(&gateway, "get_event", &shown, 200, "");
    assert_eq!(shown.json["event_data"], ical("a@b/c", "second"));
    assert_eq!((&shown.json["revision"], &shown.json["sync"]["state"]), (&json!(2), &json!("not_linked")));
    let listed = gateway.ask("GET", "/events", None);
    expect(&gateway, "list_events", &listed, 200, "");
    assert_eq!(listed.json["events"], json!([shown.json]));
    let deleted = gateway.ask("DELETE", made.header("location"), None);
    expect(&gateway, "delete_event", &deleted, 204, "");
    assert_eq!(deleted.text, "");
    let again = gateway.ask("DELETE", made.header("location"), None);
    expect(&gateway, "delete_event", &again, 404, "event_not_found");
    expect(&gateway, "get_event", &gateway.ask("GET", made.header("location"), None), 404, "event_not_found");
    let unknown = gateway.ask("PUT", "/events/unknown", event("unknown", "x"));
    expect(&gateway, "change_event", &unknown, 404, "event_not_found");
}

#[test]
fn an_event_goes_by_the_client_s_own_id_when_there_is_one() {
    let gateway = TestGateway::start();
    let body = json!({"event_data": ical("uid", "x"), "event_id": "cita 7"});
    let made = gateway.ask("POST", "/events", Some(body));
    assert_eq!((made.status, made.header("location")), (202, "/events/cita%207"));
    assert_eq!(gateway.ask("GET", "/events/uid", None).code(), "event_not_found");
    let moved = json!({"event_data": ical("uid", "y"), "event_id": "another"});
    let refused = gateway.ask("PUT", "/events/cita%207", Some(moved));
    expect(&gateway, "change_event", &refused, 422, "invalid_field");
    let kept = json!({"event_data": ical("uid", "y"), "event_id": "cita 7"});
    assert_eq!(gateway.ask("PUT", "/events/cita%207", Some(kept)).status, 202);
}

#[test]
fn an_event_with_an_id_needs_no_uid() {
    let gateway = TestGateway::start();
    let nameless = |title: &str| ical("uid", title).replace("UID:uid\r\n", "");
    let made = gateway.ask("POST", "/events", Some(json!({"event_data": nameless("x"), "event_id": "cita 7"})));
    expect(&gateway, "create_event", &made, 202, "");
    assert_eq!((&made.json["event_id"], made.header("location")), (&json!("cita 7"), "/events/cita%207"));
    let shown = gateway.ask("GET", "/events/cita%207", None);
    assert_eq!(shown.json["event_data"], nameless("x"), "as it came");
    let same = gateway.ask("POST", "/events", Some(json!({"event_data": ical("uid", "x"), "event_id": "cita 7"})));
    expect(&gateway, "create_event", &same, 200, "");
    let changed = gateway.ask("PUT", "/events/cita%207", Some(json!({"event_data": nameless("y")})));
    expect(&gateway, "change_event", &changed, 202, "");
    let refused = gateway.ask("POST", "/events", Some(json!({"event_data": nameless("x")})));
    expect(&gateway, "create_event", &refused, 422, "invalid_ical");
    assert_eq!((&refused.json["property"], &refused.json["line"]), (&json!("UID"), &json!(4)), "{refused:?}");
}

#[test]
fn what_was_promised_is_there_after_a_restart() {
    let mut gateway = TestGateway::start();
    gateway.ask("POST", "/events", event("a", "x"));
    let before = gateway.ask("GET", "/events", None).json;
    gateway.restart();
    assert_eq!(gateway.ask("GET", "/events", None).json, before);
    assert_eq!(before["events"].as_array().unwrap().len(), 1);
}
