//! Events on their way: created, changed, deleted; series with occurrences that differ; what the person does by hand.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use simulators::google::USER;
use testing::stage::ical;

use super::studio::Studio;
use crate::occurrences::{goes_and_comes_back, shows_nothing, two_off};

fn series(lines: &[&str], others: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:s\r\nDTSTAMP:20261101T000000Z\r\n\
         DTSTART;TZID=Europe/Madrid:20261005T100000\r\nDTEND;TZID=Europe/Madrid:20261005T110000\r\nSUMMARY:Clase\r\n\
         {}\r\nEND:VEVENT\r\n{others}END:VCALENDAR\r\n",
        lines.join("\r\n")
    )
}

fn moved(day: &str, to: &str, title: &str) -> String {
    format!(
        "BEGIN:VEVENT\r\nUID:s\r\nDTSTAMP:20261101T000000Z\r\nRECURRENCE-ID;TZID=Europe/Madrid:{day}T100000\r\n\
         DTSTART;TZID=Europe/Madrid:{day}T{to}0000\r\nDTEND;TZID=Europe/Madrid:{day}T{to}3000\r\nSUMMARY:{title}\r\nEND:VEVENT\r\n"
    )
}

/// The occurrences that a person sees: start and title.
fn occurrences(studio: &Studio) -> BTreeMap<String, String> {
    let calendar = studio.calendar();
    let master = studio.live().into_iter().find(|event| event["recurrence"].is_array()).expect("a series");
    let path = ["calendars", &calendar, "events", master["id"].as_str().unwrap(), "instances"];
    let page = studio.google().person(USER, "GET", &path, None).unwrap();
    let items = page["items"].as_array().unwrap().clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let start = |item: &Value| text(&item["start"]["dateTime"]).parse::<jiff::Timestamp>().unwrap().to_string();
    items.iter().map(|item| (start(item), text(&item["summary"]))).collect()
}

fn as_map<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(start, title)| (start.to_owned(), title.to_owned())).collect()
}

#[test]
fn an_event_is_created_changed_and_deleted_with_one_call_each() {
    let studio = Studio::start();
    studio.link();
    studio.settled();
    studio.google().clear_counts();
    let put =
        |title: &str| studio.gateway.ask("PUT", "/events/e", Some(json!({"event_data": ical("e", title)}))).status;
    assert_eq!(studio.post(&ical("e", "Una")).status, 201);
    assert_eq!(put("Dos"), 200);
    assert_eq!(studio.titles(), ["Dos"]);
    assert_eq!(put("Dos"), 200);
    assert_eq!(studio.gateway.ask("DELETE", "/events/e", None).status, 204);
    assert_eq!(studio.titles(), Vec::<String>::new());
    let calls = studio.google().calls();
    let methods: Vec<&str> = calls.iter().map(|call| call.split(' ').next().unwrap()).collect();
    assert_eq!(methods, ["POST", "PUT", "DELETE"], "{calls:?}");
    assert!(calls.iter().all(|call| call.contains("sendUpdates=none")), "{calls:?}");
    // Its name was used: Google keeps it, and the event comes back to life under it.
    assert_eq!(studio.post(&ical("e", "Otra vez")).status, 201);
    assert_eq!(studio.titles(), ["Otra vez"]);
}

#[test]
fn a_thousand_events_travel_in_twenty_batches() {
    let studio = Studio::start();
    studio.link();
    studio.settled();
    (0..1000).for_each(|n| studio.tells(&format!("e{n}"), "Cita"));
    studio.google().clear_counts();
    let resync = studio.gateway.ask("POST", "/resync", None);
    assert!(matches!(resync.status, 200 | 202), "{resync:?}");
    studio.settled();
    assert_eq!(studio.titles().len(), 1000);
    let requests = |studio: &Studio| (studio.google().counts().of("POST"), studio.google().counts().of("GET"));
    assert_eq!(requests(&studio), (20, 1), "batches and listings");
    studio.google().clear_counts();
    studio.gateway.ask("POST", "/resync", None);
    studio.settled();
    assert_eq!(requests(&studio), (0, 1), "unchanged events are not written");
}

#[test]
fn a_series_has_the_occurrences_that_its_source_has() {
    let studio = Studio::start();
    studio.link();
    let called_off = "BEGIN:VEVENT\r\nUID:s\r\nDTSTAMP:20261101T000000Z\r\nSTATUS:CANCELLED\r\n\
        RECURRENCE-ID;TZID=Europe/Madrid:20261019T100000\r\nDTSTART;TZID=Europe/Madrid:20261019T100000\r\nEND:VEVENT\r\n";
    let others = format!("{called_off}{}", moved("20261026", "17", "Clase por la tarde"));
    let answer = studio.post(&series(&["RRULE:FREQ=WEEKLY;COUNT=4"], &others));
    assert_eq!((answer.status, answer.json["sync"]["degradations"].to_string()), (201, "[]".to_owned()), "{answer:?}");
    let expected = as_map([
        ("2026-10-05T08:00:00Z", "Clase"),
        ("2026-10-12T08:00:00Z", "Clase"),
        ("2026-10-26T16:00:00Z", "Clase por la tarde"),
    ]);
    assert_eq!(occurrences(&studio), expected);
    // A survey finds it as it was left.
    studio.tells_text("s", &series(&["RRULE:FREQ=WEEKLY;COUNT=4"], &others));
    studio.google().clear_counts();
    studio.gateway.ask("POST", "/resync", None);
    studio.settled();
    assert_eq!(studio.google().counts().of("POST") + studio.google().counts().of("PUT"), 0);
    // Without its differences the series is even again.
    let answer =
        studio.gateway.ask("PUT", "/events/s", Some(json!({"event_data": series(&["RRULE:FREQ=WEEKLY;COUNT=4"], "")})));
    assert_eq!(answer.status, 200);
    let even = as_map([
        ("2026-10-05T08:00:00Z", "Clase"),
        ("2026-10-12T08:00:00Z", "Clase"),
        ("2026-10-19T08:00:00Z", "Clase"),
        ("2026-10-26T09:00:00Z", "Clase"),
    ]);
    assert_eq!(occurrences(&studio), even);
}

#[test]
fn a_series_with_more_changed_occurrences_than_are_written_at_once_is_written_whole() {
    let studio = Studio::start();
    studio.link();
    studio.settled();
    let days: Vec<String> =
        (1..=28).flat_map(|day| (1..=5).map(move |month| format!("2027{month:02}{day:02}"))).collect();
    let changed: String = days.iter().map(|day| moved(day, "12", day)).collect();
    assert_eq!(studio.post(&series(&["RRULE:FREQ=DAILY"], &changed)).status, 201);
    let seen = occurrences(&studio);
    let titles: std::collections::BTreeSet<&String> = seen.values().filter(|title| *title != "Clase").collect();
    assert_eq!(titles, days.iter().collect(), "{} occurrences are changed", days.len());
}

#[test]
fn a_series_of_which_nothing_is_left_is_in_no_calendar() {
    let studio = Studio::start();
    studio.link();
    goes_and_comes_back(&studio.gateway, &|| studio.live().len());
    studio.tells_text("s", &two_off(2));
    studio.google().clear_counts();
    studio.gateway.ask("POST", "/resync", None);
    studio.settled();
    shows_nothing(&studio.gateway.ask("GET", "/events/s", None), 200);
    assert_eq!((studio.live().len(), studio.google().counts().of("POST") + studio.google().counts().of("PUT")), (0, 0));
}

#[test]
fn what_the_person_changes_by_hand_does_not_survive_a_resync() {
    let studio = Studio::start();
    studio.link();
    let text = series(&["RRULE:FREQ=WEEKLY;COUNT=4"], "");
    studio.tells_text("s", &text);
    studio.tells("e", "Cita");
    studio.gateway.ask("POST", "/resync", None);
    studio.settled();
    let even = occurrences(&studio);
    let calendar = studio.calendar();
    let id = |title: &str| {
        let event = studio.live().into_iter().find(|event| event["summary"] == title).unwrap();
        event["id"].as_str().unwrap().to_owned()
    };
    let (master, single) = (id("Clase"), id("Cita"));
    let by_hand = |method: &str, id: &str, body: Option<Value>| {
        studio.google().person(USER, method, &["calendars", &calendar, "events", id], body.as_ref()).unwrap();
    };
    by_hand("PATCH", &single, Some(json!({"summary": "Mía ahora"})));
    by_hand("DELETE", &format!("{master}_20261012T080000Z"), None);
    by_hand("PATCH", &format!("{master}_20261019T080000Z"), Some(json!({"summary": "Otra cosa"})));
    assert_ne!(occurrences(&studio), even);
    studio.gateway.ask("POST", "/resync", None);
    studio.settled();
    assert_eq!(occurrences(&studio), even);
    assert!(studio.titles().contains(&"Cita".to_owned()));
    by_hand("DELETE", &single, None);
    by_hand("DELETE", &master, None);
    studio.gateway.ask("POST", "/resync", None);
    studio.settled();
    assert_eq!(occurrences(&studio), even);
    assert!(studio.titles().contains(&"Cita".to_owned()));
}

#[test]
fn a_rebuild_writes_everything_anew() {
    let studio = Studio::start();
    studio.link();
    (0..3).for_each(|n| studio.tells(&format!("e{n}"), "Cita"));
    studio.gateway.ask("POST", "/resync", None);
    studio.settled();
    let ids = |studio: &Studio| -> Vec<String> { studio.live().iter().map(|event| event["id"].to_string()).collect() };
    let before = ids(&studio);
    studio.gateway.ask("POST", "/resync", Some(json!({"mode": "rebuild"})));
    studio.settled();
    let after = ids(&studio);
    assert_eq!(after.len(), 3);
    assert!(after.iter().all(|id| !before.contains(id)));
}

#[test]
fn what_google_does_not_take_is_refused_once_and_told() {
    let studio = Studio::start();
    studio.link();
    studio.settled();
    let trouble = simulators::google::Trouble {
        pattern: "^POST .*/events".to_owned(),
        code: 400,
        reason: "invalid".to_owned(),
        message: "Bad title.".to_owned(),
        ..Default::default()
    };
    studio.google().set_trouble(vec![trouble]).unwrap();
    studio.google().clear_counts();
    assert_eq!(studio.post(&ical("e", "Una")).status, 202);
    let sync = studio.sync_of("e");
    assert_eq!(sync["state"], "failed", "{sync}");
    assert!(
        sync["provider_reason"].as_str().unwrap().contains("invalid: Google answered 400 invalid: Bad title."),
        "{sync}"
    );
    assert_eq!(studio.google().calls().len(), 1);
}
