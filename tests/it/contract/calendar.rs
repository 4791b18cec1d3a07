//! Events of client systems: each call as a program makes it.

use pasarela::scope::{Scope, Scopes};
use serde_json::{Value, json};
use testing::in_process::{Answer, TestGateway};

use super::{expect, ical};

const EVENTS: &str = "/api/v1/calendar/events";

/// A program of a client system that asks about one holder.
struct Program {
    gateway: TestGateway,
    key: String,
}

impl Program {
    fn start() -> Self {
        let gateway = TestGateway::start();
        let tenant = gateway.client("erp");
        let key = gateway.api_key(tenant, Scopes::all());
        Self { gateway, key }
    }

    fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.gateway.ask_keyed(&self.key, "customer-1", method, path, body)
    }

    fn with(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let bearer = format!("Bearer {}", self.key);
        let mut all = vec![("Authorization", bearer.as_str()), ("X-Customer-Id", "customer-1")];
        all.extend(headers);
        self.gateway.send_text(method, path, &all, Some(body).filter(|body| !body.is_empty()))
    }

    fn make(&self, body: Value) -> Value {
        let made = self.ask("POST", EVENTS, Some(body));
        expect(&self.gateway, "create_calendar_event", &made, 202, "");
        made.json
    }
}

fn meeting() -> Value {
    json!({
        "name": "Cita", "start_datetime": "2027-01-05T10:00:00-05:00", "end_datetime": "2027-01-05T11:00:00-05:00",
        "timezone": "America/Guayaquil",
    })
}

fn weekly() -> Value {
    let mut series = meeting();
    series["recurrence"] = json!({"rrule_type": "weekly", "weekdays": ["TU"], "end_type": "count", "count": 4});
    series
}

fn with(mut event: Value, more: &Value) -> Value {
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

fn place(id: &Value) -> String {
    format!("{EVENTS}/{}", id.as_str().unwrap())
}

#[test]
fn an_event_is_made_shown_changed_and_deleted() {
    let program = Program::start();
    let made = program.ask("POST", EVENTS, Some(meeting()));
    expect(&program.gateway, "create_calendar_event", &made, 202, "");
    let id = made.json["id"].as_str().unwrap();
    assert!(id.starts_with("ev_") && id.len() == 35, "{id}");
    assert_eq!(made.header("location"), place(&made.json["id"]));
    assert_eq!((&made.json["client_reference"], &made.json["sync"]["state"]), (&json!(null), &json!("not_linked")));
    assert_eq!(made.json["start_datetime"], "2027-01-05T10:00:00-05:00");
    assert_eq!(made.json["etag"], made.header("etag"));
    let shown = program.ask("GET", made.header("location"), None);
    expect(&program.gateway, "get_calendar_event", &shown, 200, "");
    assert_eq!(shown.json, made.json);
    let patched = program.ask("PATCH", made.header("location"), Some(json!({"name": "Otra", "location": "Aquí"})));
    expect(&program.gateway, "patch_calendar_event", &patched, 202, "");
    assert_eq!((&patched.json["name"], &patched.json["location"]), (&json!("Otra"), &json!("Aquí")));
    let back = program.ask("PUT", made.header("location"), Some(patched.json.clone()));
    expect(&program.gateway, "put_calendar_event", &back, 200, "");
    assert_eq!(back.json, patched.json, "an answer that is sent back changes nothing");
    let deleted = program.ask("DELETE", made.header("location"), None);
    expect(&program.gateway, "delete_calendar_event", &deleted, 204, "");
    let gone = program.ask("GET", made.header("location"), None);
    expect(&program.gateway, "get_calendar_event", &gone, 404, "event_not_found");
}

#[test]
fn a_client_s_own_name_makes_one_event_of_it() {
    let program = Program::start();
    let address = format!("{EVENTS}/by-reference/cita%201");
    let put = |headers: &[(&str, &str)], body: Value| {
        let headers = [&[("Content-Type", "application/json")], headers].concat();
        program.with("PUT", &address, &headers, &body.to_string())
    };
    let missing = put(&[("If-Match", "*")], meeting());
    expect(&program.gateway, "put_event_by_reference", &missing, 412, "precondition_failed");
    let made = put(&[("If-None-Match", "*")], meeting());
    expect(&program.gateway, "put_event_by_reference", &made, 202, "");
    assert_eq!(made.json["client_reference"], "cita 1");
    expect(
        &program.gateway,
        "put_event_by_reference",
        &put(&[("If-None-Match", "*")], meeting()),
        412,
        "precondition_failed",
    );
    let same = put(&[], meeting());
    expect(&program.gateway, "put_event_by_reference", &same, 200, "");
    assert_eq!(same.json, made.json);
    let renamed = put(&[], with(meeting(), &json!({"client_reference": "cita 2"})));
    expect(&program.gateway, "put_event_by_reference", &renamed, 422, "invalid_field");
    let stale = put(&[("If-Match", "\"7\"")], with(meeting(), &json!({"name": "Otra"})));
    expect(&program.gateway, "put_event_by_reference", &stale, 412, "precondition_failed");
    let changed = put(&[("If-Match", made.header("etag"))], with(meeting(), &json!({"name": "Otra"})));
    expect(&program.gateway, "put_event_by_reference", &changed, 202, "");
    assert_eq!((&changed.json["id"], &changed.json["name"]), (&made.json["id"], &json!("Otra")));
    let twice = program.ask("POST", EVENTS, Some(with(meeting(), &json!({"client_reference": "cita 1"}))));
    expect(&program.gateway, "create_calendar_event", &twice, 409, "event_exists");
}

#[test]
fn an_answer_is_not_sent_again_to_who_has_it() {
    let program = Program::start();
    let made = program.make(meeting());
    let (address, tag) = (place(&made["id"]), made["etag"].as_str().unwrap().to_owned());
    let again = program.with("GET", &address, &[("If-None-Match", &tag)], "");
    expect(&program.gateway, "get_calendar_event", &again, 304, "");
    assert_eq!((again.text.as_str(), again.header("etag")), ("", tag.as_str()));
    program.ask("PATCH", &address, Some(json!({"name": "Otra"})));
    assert_eq!(program.with("GET", &address, &[("If-None-Match", &tag)], "").status, 200);
    let json = ("Content-Type", "application/json");
    let stale = program.with("PATCH", &address, &[json, ("If-Match", &tag)], "{\"name\": \"Tarde\"}");
    expect(&program.gateway, "patch_calendar_event", &stale, 412, "precondition_failed");
    let stale = program.with("DELETE", &address, &[("If-Match", &tag)], "");
    expect(&program.gateway, "delete_calendar_event", &stale, 412, "precondition_failed");
    assert_eq!(program.ask("GET", &address, None).json["name"], "Otra", "a refusal changes nothing");
}

#[test]
fn a_request_with_a_key_is_carried_out_once_and_answered_the_same() {
    let program = Program::start();
    let make = |key: &str, body: &Value| {
        let headers = [("Content-Type", "application/json"), ("Idempotency-Key", key)];
        program.with("POST", EVENTS, &headers, &body.to_string())
    };
    let made = make("k1", &meeting());
    expect(&program.gateway, "create_calendar_event", &made, 202, "");
    program.ask("PATCH", made.header("location"), Some(json!({"name": "Otra"})));
    let again = make("k1", &meeting());
    assert_eq!((again.status, &again.json, again.header("etag")), (202, &made.json, made.header("etag")));
    let other = make("k1", &with(meeting(), &json!({"name": "Otra"})));
    expect(&program.gateway, "create_calendar_event", &other, 422, "idempotency_key_reused");
    assert_ne!(make("k2", &meeting()).json["id"], made.json["id"]);
    let long = make(&"x".repeat(256), &meeting());
    expect(&program.gateway, "create_calendar_event", &long, 400, "invalid_parameter");
    let listed = program.ask("GET", EVENTS, None);
    assert_eq!(listed.json["events"].as_array().unwrap().len(), 2);
}

#[test]
fn bad_bodies_are_refused_each_with_its_code_and_place_and_nothing_changes() {
    let program = Program::start();
    let timeless = json!({"name": "x", "start_datetime": "2027-01-05T10:00:00", "end_datetime": "2027-01-05T11:00:00"});
    let table = [
        (with(meeting(), &json!({"nmae": "x"})), "unknown_field", "/nmae"),
        (with(meeting(), &json!({"end_datetime": "2027-01-05T09:00:00-05:00"})), "end_before_start", "/end_datetime"),
        (timeless, "time_zone_missing", "/start_datetime"),
        (with(meeting(), &json!({"timezone": "Marte/Olympus"})), "invalid_event", "/timezone"),
        (with(meeting(), &json!({"privacy": "secretísimo"})), "invalid_event", "/privacy"),
        (json!({"name": "x"}), "invalid_event", "/start_datetime"),
    ];
    for (body, code, pointer) in table {
        let refused = program.ask("POST", EVENTS, Some(body.clone()));
        expect(&program.gateway, "create_calendar_event", &refused, 422, code);
        assert_eq!(refused.json["pointer"], pointer, "{body}: {refused:?}");
    }
    let near = program.ask("POST", EVENTS, Some(with(meeting(), &json!({"nmae": "x"}))));
    assert!(near.json["detail"].as_str().unwrap().contains("did you mean name?"), "{near:?}");
    let no_json = program.with("POST", EVENTS, &[("Content-Type", "application/json")], "{");
    expect(&program.gateway, "create_calendar_event", &no_json, 400, "invalid_json");
    let form = program.with("POST", EVENTS, &[("Content-Type", "application/x-www-form-urlencoded")], "name=x");
    expect(&program.gateway, "create_calendar_event", &form, 415, "unsupported_media_type");
    let broken = program.with("POST", EVENTS, &[("Content-Type", "text/calendar")], "BEGIN:VCALENDAR");
    expect(&program.gateway, "create_calendar_event", &broken, 422, "invalid_ical");
    let ours = with(meeting(), &json!({"client_reference": "ev_0199aa00000070008000000000000000"}));
    expect(&program.gateway, "create_calendar_event", &program.ask("POST", EVENTS, Some(ours)), 422, "invalid_field");
    assert_eq!(program.ask("GET", EVENTS, None).json["events"], json!([]));
}

#[test]
fn a_range_tells_instances_and_a_token_what_changed_since() {
    let program = Program::start();
    let series = program.make(with(weekly(), &json!({"client_reference": "serie"})));
    let single = program.make(meeting());
    let range = format!("{EVENTS}?from=2027-01-05&to=2027-01-13");
    let listed = program.ask("GET", &range, None);
    expect(&program.gateway, "list_calendar_events", &listed, 200, "");
    let ids: Vec<&str> =
        listed.json["events"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    let series_id = series["id"].as_str().unwrap();
    let first = format!("{series_id}_20270105T150000Z");
    let second = format!("{series_id}_20270112T150000Z");
    assert_eq!(ids.len(), 3);
    assert!(
        ids.contains(&first.as_str()) && ids.contains(&single["id"].as_str().unwrap()) && ids[2] == second,
        "{ids:?}"
    );
    let instance = &listed.json["events"][2];
    assert_eq!((&instance["is_virtual_instance"], &instance["base_event_id"]), (&json!(true), &series["id"]));
    assert_eq!(instance["recurrence_id"], "2027-01-12T10:00:00-05:00");
    let whole = program.ask("GET", &format!("{range}&expand=series"), None);
    assert_eq!(whole.json["events"].as_array().unwrap().len(), 2);
    let instances =
        program.ask("GET", &format!("{}/instances?from=2027-01-01&to=2027-02-01", place(&series["id"])), None);
    expect(&program.gateway, "list_event_instances", &instances, 200, "");
    assert_eq!(instances.json["events"].as_array().unwrap().len(), 4);
    let all = program.ask("GET", EVENTS, None);
    let token = all.json["sync_token"].as_str().unwrap().to_owned();
    program.ask("DELETE", &place(&single["id"]), None);
    program.ask("PATCH", &place(&series["id"]), Some(json!({"name": "Otra"})));
    let changed = program.ask("GET", &format!("{EVENTS}?sync_token={token}"), None);
    expect(&program.gateway, "list_calendar_events", &changed, 200, "");
    let lines = changed.json["events"].as_array().unwrap();
    let gone = lines.iter().find(|line| line["id"] == single["id"]).unwrap();
    assert_eq!(gone, &json!({"id": single["id"], "client_reference": null, "deleted": true}));
    assert!(lines.iter().any(|line| line["id"] == series["id"] && line["name"] == "Otra"), "{lines:?}");
    for (wrong, status, code) in [
        ("?from=2027-01-05&to=2028-06-01", 422, "range_too_wide"),
        ("?from=2027-01-05", 400, "invalid_parameter"),
        ("?from=ayer&to=2027-01-06", 400, "invalid_parameter"),
        ("?limit=0", 400, "invalid_parameter"),
        ("?sync_token=x", 410, "sync_token_expired"),
        ("?page_token=x", 400, "invalid_parameter"),
        ("?res_id=7", 400, "invalid_parameter"),
    ] {
        let refused = program.ask("GET", &format!("{EVENTS}{wrong}"), None);
        assert_eq!((refused.status, refused.code()), (status, code), "{wrong}: {refused:?}");
    }
}

#[test]
fn a_change_is_of_one_occurrence_of_the_later_ones_or_of_all() {
    let program = Program::start();
    let series = program.make(weekly());
    let address = place(&series["id"]);
    let instance = |start: &str| format!("{address}_{start}");
    let one = program.ask("PATCH", &instance("20270112T150000Z"), Some(json!({"name": "Otra"})));
    expect(&program.gateway, "patch_calendar_event", &one, 202, "");
    assert_eq!((&one.json["name"], &one.json["recurrence_id"]), (&json!("Otra"), &json!("2027-01-12T10:00:00-05:00")));
    assert_eq!(program.ask("GET", &address, None).json["name"], "Cita");
    let path = format!("{address}?scope=following&recurrence_id=2027-01-19T10:00:00-05:00");
    let rest = program.ask("PATCH", &path, Some(json!({"name": "Tarde"})));
    expect(&program.gateway, "patch_calendar_event", &rest, 202, "");
    assert_ne!(rest.json["id"], series["id"]);
    let again = program.ask("PATCH", &path, Some(json!({"name": "Tarde"})));
    assert_eq!((again.status, &again.json["id"]), (200, &rest.json["id"]), "a second time it meets itself: {again:?}");
    let names = || -> Vec<String> {
        let listed = program.ask("GET", &format!("{EVENTS}?from=2027-01-01&to=2027-02-01"), None);
        listed.json["events"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(), ["Cita", "Otra", "Tarde", "Tarde"]);
    let none = program.ask("PATCH", &instance("20270113T150000Z"), Some(json!({"name": "x"})));
    expect(&program.gateway, "patch_calendar_event", &none, 409, "no_such_occurrence");
    let unsaid = program.ask("PATCH", &format!("{address}?scope=this"), Some(json!({"name": "x"})));
    expect(&program.gateway, "patch_calendar_event", &unsaid, 400, "scope_required");
    let excluded = program.ask("DELETE", &instance("20270105T150000Z"), None);
    expect(&program.gateway, "delete_calendar_event", &excluded, 204, "");
    assert_eq!(names(), ["Otra", "Tarde", "Tarde"]);
    let all = program.ask("DELETE", &place(&rest.json["id"]), None);
    expect(&program.gateway, "delete_calendar_event", &all, 204, "");
    assert_eq!(names(), ["Otra"]);
}

#[test]
fn icalendar_comes_in_and_goes_out_of_the_same_resource() {
    let program = Program::start();
    let calendar = ("Content-Type", "text/calendar; charset=utf-8");
    let made = program.with("POST", EVENTS, &[calendar], &ical("cita-1", "De fuera"));
    expect(&program.gateway, "create_calendar_event", &made, 202, "");
    assert_eq!((&made.json["name"], &made.json["uid"]), (&json!("De fuera"), &json!("cita-1")));
    assert_eq!(made.json["client_reference"], "cita-1");
    let out = program.with("GET", &format!("{}.ics", place(&made.json["id"])), &[], "");
    assert_eq!((out.status, out.header("content-type")), (200, "text/calendar; charset=utf-8"));
    assert_eq!(out.text, ical("cita-1", "De fuera"), "as it came");
    let json = program.make(meeting());
    let out = program.with("GET", &place(&json["id"]), &[("Accept", "text/calendar")], "");
    assert!(out.text.starts_with("BEGIN:VCALENDAR") && out.text.contains("SUMMARY:Cita"), "{out:?}");
    let tag = out.header("etag").to_owned();
    let known = program.with("GET", &place(&json["id"]), &[("Accept", "text/calendar"), ("If-None-Match", &tag)], "");
    assert_eq!(known.status, 304);
    let replaced = program.with("PUT", &place(&json["id"]), &[calendar], &ical("x", "Ahora de fuera"));
    expect(&program.gateway, "put_calendar_event", &replaced, 202, "");
    assert_eq!((&replaced.json["name"], &replaced.json["id"]), (&json!("Ahora de fuera"), &json["id"]));
    let patched = program.ask("PATCH", &place(&made.json["id"]), Some(json!({"name": "Editada"})));
    expect(&program.gateway, "patch_calendar_event", &patched, 202, "");
    let out = program.with("GET", &format!("{}.ics", place(&made.json["id"])), &[], "");
    assert!(out.text.contains("SUMMARY:Editada") && out.text.contains("PRODID:-//test//EN"), "{out:?}");
    let as_calendar = program.with("PATCH", &place(&made.json["id"]), &[calendar], &ical("x", "y"));
    expect(&program.gateway, "patch_calendar_event", &as_calendar, 415, "unsupported_media_type");
}

#[test]
fn a_holder_sees_only_what_is_theirs_and_what_names_them() {
    let program = Program::start();
    let made = program.make(with(meeting(), &json!({"attendees": [{"user_id": "customer-2", "name": "Dos"}]})));
    let ask =
        |holder: &str, method: &str, path: &str| program.gateway.ask_keyed(&program.key, holder, method, path, None);
    let listed = ask("customer-2", "GET", &format!("{EVENTS}?from=2027-01-05&to=2027-01-06"));
    assert_eq!((&listed.json["events"][0]["id"], &listed.json["events"][0]["sync"]), (&made["id"], &json!(null)));
    let unknown = ask("customer-1", "GET", &format!("{EVENTS}/ev_0199aa00000070008000000000000000"));
    let stranger = ask("customer-3", "GET", &place(&made["id"]));
    assert_eq!((unknown.status, &unknown.json["detail"]), (stranger.status, &stranger.json["detail"]));
    for holder in ["customer-2", "customer-3"] {
        assert_eq!(ask(holder, "DELETE", &place(&made["id"])).code(), "event_not_found", "{holder} has no say in it");
    }
    let other = program.gateway.client("other");
    let key = program.gateway.api_key(other, Scopes::all());
    let elsewhere = program.gateway.ask_keyed(&key, "customer-1", "GET", &place(&made["id"]), None);
    assert_eq!((elsewhere.status, elsewhere.code()), (404, "event_not_found"));
    assert_eq!(program.gateway.ask_keyed(&key, "customer-1", "GET", EVENTS, None).json["events"], json!([]));
}

#[test]
fn confidential_events_are_left_out_unless_they_are_asked_for_by_who_may() {
    let program = Program::start();
    program.make(with(meeting(), &json!({"privacy": "confidential"})));
    let count = |query: &str| {
        let listed = program.ask("GET", &format!("{EVENTS}?from=2027-01-05&to=2027-01-06{query}"), None);
        listed.json["events"].as_array().unwrap().len()
    };
    assert_eq!((count(""), count("&include_private=true")), (0, 1));
    let busy = program.ask("GET", "/api/v1/calendar/free-busy?from=2027-01-05&to=2027-01-06", None);
    expect(&program.gateway, "free_busy", &busy, 200, "");
    assert_eq!(
        busy.json,
        json!({"busy": [{"start": "2027-01-05T15:00:00Z", "end": "2027-01-05T16:00:00Z"}], "tentative": [], "unknown": []})
    );
    let tenant = program
        .gateway
        .engine()
        .app
        .clients
        .of_slug(&pasarela::ids::Slug::new("erp").unwrap())
        .unwrap()
        .profile
        .for_operator();
    let narrow = program.gateway.api_key(tenant, [Scope::EventsRead].into_iter().collect());
    let refused =
        program.gateway.ask_keyed(&narrow, "customer-1", "GET", &format!("{EVENTS}?include_private=true"), None);
    assert_eq!((refused.status, refused.code()), (403, "scope_missing"));
}

#[test]
fn puentes_s_events_are_seen_by_its_keys_under_its_own_ids() {
    let gateway = TestGateway::start();
    gateway.ask("POST", "/events", super::event("cita@puentes", "De Puentes"));
    let key = gateway.api_key(pasarela::ids::Tenant::proven(pasarela::clients::puentes::ID), Scopes::all());
    let listed = gateway.ask_keyed(&key, "0991234567", "GET", EVENTS, None);
    let event = &listed.json["events"][0];
    assert_eq!((&event["client_reference"], &event["name"]), (&json!("cita@puentes"), &json!("De Puentes")));
    let patched =
        gateway.ask_keyed(&key, "+593 99 123 4567", "PATCH", &place(&event["id"]), Some(json!({"name": "Otra"})));
    assert_eq!(patched.status, 202, "{patched:?}");
    let shown = gateway.ask("GET", "/events/cita%40puentes", None);
    assert!(shown.json["event_data"].as_str().unwrap().contains("SUMMARY:Otra"), "{shown:?}");
}
