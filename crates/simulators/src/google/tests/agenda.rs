//! The agenda page, and what the person has of their own.

use super::super::own_events::own_events;
use super::*;

#[test]
fn a_person_sees_occurrences_on_their_clock_and_nothing_runs() {
    let site = site();
    insert(&site, json!({ "id": "pserie1", "summary": "<b>Clase</b>", "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"] }));
    insert(&site, json!({ "start": { "date": "2026-11-04" }, "end": { "date": "2026-11-06" }, "summary": "Viaje" }));
    ok(&site, &format!("PATCH {EVENTS}/pserie1_20261112T090000Z?sendUpdates=none"), json!({ "summary": "Otra aula" }));
    let page = wire::ask(&site, "GET /calendar/r", &[], "").body;
    for part in [
        "Agenda de ana@example.com",
        "&lt;b&gt;Clase&lt;/b&gt;",
        "Otra aula",
        "10:00–11:00",
        "hasta el 5",
        "jueves 5 de noviembre",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("<b>Clase") && !page.contains("<script"));
    let there = wire::ask(&site, &format!("GET /?user={USER}&zone=America/Guayaquil"), &[], "").body;
    assert!(there.contains("04:00–05:00") && there.contains("10:00 en Madrid"));
    assert!(wire::ask(&site, &format!("GET /?user={LUIS}"), &[], "").body.contains("Todavía no hay nada"));
    assert_eq!(wire::ask(&site, "GET /?user=nobody", &[], "").status, 404);
}

#[test]
fn what_the_person_has_already_is_as_strict_as_what_others_must_send() {
    let now = "2026-11-02T12:00:00Z".parse().expect("an instant");
    let site = site();
    for body in own_events(now, "America/Guayaquil") {
        ok(&site, &format!("POST {EVENTS}?sendUpdates=none"), body);
    }
    let options = Options { own_events: true, ..Options::default() };
    let world = world(&options);
    assert_eq!(super::super::view::events(&world, USER).len(), 3);
}
