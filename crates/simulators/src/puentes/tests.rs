//! The Puentes site, asked without a socket.

use serde_json::Value;

use super::agenda::EventView;
use super::dial::{Dial, Fault};
use super::key::secure_key;
use super::seed::{SEEDED_PHONE, seed};
use super::site::{Puentes, State};
use crate::ics::{Component, occurrences};
use crate::wire::{Heard, ask};

const PHONE: &str = "phone_number=%2B593991234567";

fn now() -> jiff::Timestamp {
    "2026-11-22T15:00:00Z".parse().expect("an instant")
}

fn site(events: usize) -> Puentes {
    let mut state = State::default();
    let event = |n: usize| EventView { event_id: format!("e{n:02}"), event_data: text(&format!("e{n:02}")) };
    state.agenda.replace(SEEDED_PHONE, (0..events).map(event).collect());
    Puentes::new(state, "s".to_owned(), "http://puentes.example".to_owned(), None, now)
}

fn text(uid: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T000000Z\r\n\
         DTSTART:20261201T100000Z\r\nDTEND:20261201T110000Z\r\nSUMMARY:{uid}\r\nX-KEPT:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn events(site: &Puentes, more: &str, headers: &[(&str, &str)]) -> Heard {
    let key = secure_key(SEEDED_PHONE, "s");
    ask(site, &format!("GET /events?{PHONE}&secure_key={key}{more}"), headers, "")
}

/// The ids of a page and its cursor.
fn page(heard: &Heard) -> (Vec<String>, Option<String>) {
    let page: Value = serde_json::from_str(&heard.body).expect("JSON");
    let ids = page["events"].as_array().expect("a list").iter();
    let ids = ids.map(|event| event["event_id"].as_str().expect("an id").to_owned()).collect();
    (ids, page["next"].as_str().map(str::to_owned))
}

fn turn(site: &Puentes, dial: &str) {
    assert_eq!(ask(site, "PUT /__sim/dial", &[], dial).status, 200, "{dial}");
}

#[test]
fn the_key_is_checked_over_the_phone_as_it_was_sent() {
    let site = site(1);
    let key = secure_key(SEEDED_PHONE, "s");
    assert_eq!(events(&site, "", &[]).status, 200);
    for (query, status) in [
        (format!("{PHONE}&secure_key={}", secure_key("0991234567", "s")), 401),
        (format!("{PHONE}&secure_key="), 401),
        // An unencoded plus is a space, which is another phone number to md5.
        (format!("phone_number=+593991234567&secure_key={key}"), 401),
        (format!("phone_number=593991234567&secure_key={}", secure_key("593991234567", "s")), 200),
        (format!("phone_number=%2B34600&secure_key={}", secure_key("+34600", "s")), 404),
        (format!("secure_key={key}"), 400),
        (PHONE.to_owned(), 400),
    ] {
        assert_eq!(ask(&site, &format!("GET /events?{query}"), &[], "").status, status, "{query}");
    }
}

#[test]
fn pages_hold_each_event_once_whatever_their_size() {
    for size in 1..=6 {
        let site = site(5);
        turn(&site, &format!(r#"{{"page_size": {size}}}"#));
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let (ids, next) = page(&events(&site, &cursor, &[]));
            assert!(ids.len() <= size && !ids.is_empty());
            all.extend(ids);
            match next {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(all, ["e00", "e01", "e02", "e03", "e04"], "pages of {size}");
    }
    assert_eq!(page(&events(&site(0), "", &[])), (Vec::new(), None));
    assert_eq!(events(&site(1), "&cursor=!", &[]).status, 400);
}

#[test]
fn the_whole_agenda_comes_as_one_calendar_when_asked() {
    let site = site(3);
    let accept = |value| events(&site, "", &[("accept", value)]);
    let heard = accept("text/calendar");
    assert!(heard.header("content-type").starts_with("text/calendar"));
    let calendar = Component::read(&heard.body).expect("a calendar");
    let uids: Vec<_> = calendar.all("VEVENT").filter_map(|event| event.value("UID")).collect();
    assert_eq!(uids, ["e00", "e01", "e02"]);
    assert_eq!(page(&accept("application/json, text/calendar;q=0.5")).0.len(), 3);
    turn(&site, r#"{"text_calendar": true}"#);
    assert!(accept("application/json").body.starts_with("BEGIN:VCALENDAR"));
}

#[test]
fn each_turn_of_the_dial_breaks_what_it_says() {
    let site = site(4);
    let spoiled = |fault: &str| {
        turn(&site, &format!(r#"{{"fault": "{fault}", "page_size": 2}}"#));
        events(&site, "", &[])
    };
    assert_eq!(spoiled("error").status, 500);
    assert_eq!(spoiled("not_found").status, 404);
    assert_eq!(spoiled("hang").status, 0);
    assert_eq!(page(&spoiled("empty")), (Vec::new(), None));
    for fault in ["half_page", "broken_json", "html", "cut"] {
        let heard = spoiled(fault);
        assert!(heard.status == 200 && serde_json::from_str::<Value>(&heard.body).is_err(), "{fault}");
    }
    let heard = spoiled("broken_ical");
    let list: Value = serde_json::from_str(&heard.body).expect("JSON");
    let good = |at: usize| Component::read(list["events"][at]["event_data"].as_str().expect("text")).is_ok();
    assert_eq!((good(0), good(1)), (true, false));
    let (first, next) = page(&spoiled("endless"));
    let again = page(&events(&site, &format!("&cursor={}", next.expect("a cursor")), &[]));
    assert_eq!(again.0, first);
    turn(&site, r#"{"fault": "none"}"#);
    assert_eq!(page(&events(&site, "", &[])).0.len(), 4);
}

#[test]
fn a_fault_may_wait_for_the_second_page() {
    let site = site(4);
    turn(&site, r#"{"fault": "not_found", "page_size": 2, "on_page": 2}"#);
    let first = events(&site, "", &[]);
    let (_, next) = page(&first);
    assert_eq!(first.status, 200);
    assert_eq!(events(&site, &format!("&cursor={}", next.expect("a cursor")), &[]).status, 404);
}

#[test]
fn the_dial_takes_only_what_it_knows_and_its_names_are_those_of_the_page() {
    let site = site(1);
    for bad in [r#"{"fault": "fire"}"#, r#"{"page_size": 0}"#, r#"{"pages": 1}"#, "no"] {
        assert_eq!(ask(&site, "PUT /__sim/dial", &[], bad).status, 400, "{bad}");
    }
    for (fault, name, _) in Fault::NAMES {
        let read: Dial = serde_json::from_str(&format!(r#"{{"fault": "{name}"}}"#)).expect("a dial");
        assert_eq!(read.fault, fault);
    }
}

#[test]
fn events_are_put_changed_and_deleted_by_control() {
    let site = site(0);
    let path = "/__sim/events/%2B34600/one";
    assert_eq!(ask(&site, &format!("PUT {path}"), &[], r#"{"event_data": "anything, even broken"}"#).status, 204);
    assert!(ask(&site, &format!("GET {path}"), &[], "").body.contains("even broken"));
    assert_eq!(ask(&site, &format!("PUT {path}"), &[("content-type", "text/calendar")], &text("one")).status, 204);
    assert!(ask(&site, "GET /__sim/events/34600", &[], "").body.contains("UID:one"));
    assert_eq!(ask(&site, &format!("DELETE {path}"), &[], "").status, 204);
    assert_eq!(ask(&site, &format!("DELETE {path}"), &[], "").status, 404);
    let list = r#"[{"event_id": "a", "event_data": "x"}, {"event_id": "b", "event_data": "y"}]"#;
    assert_eq!(ask(&site, "PUT /__sim/events/%2B34600", &[], list).status, 204);
    assert_eq!(ask(&site, "DELETE /__sim/events/%2B34600", &[], "").status, 204);
    assert_eq!(ask(&site, "GET /__sim/events/%2B34600", &[], "").status, 404);
}

fn form(site: &Puentes, path: &str, fields: &[(&str, &str)]) -> Heard {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    ask(site, &format!("POST {path}"), &[("origin", "http://sim.example")], &body)
}

#[test]
fn a_person_adds_an_event_with_a_form() {
    let site = site(0);
    let fields = [
        ("phone", SEEDED_PHONE),
        ("title", "Clase; nueva"),
        ("place", "Aula <1>"),
        ("notes", "uno\r\ndos"),
        ("start", "2026-12-01T10:00"),
        ("end", "2026-12-01T11:30"),
        ("repeat", "WEEKLY"),
    ];
    assert_eq!(form(&site, "/event", &fields).status, 303);
    let state = site.lock();
    let (id, data) = state.agenda.events(SEEDED_PHONE).and_then(|events| events.iter().next()).expect("an event");
    let calendar = Component::read(data).expect("a calendar");
    let event = calendar.all("VEVENT").next().expect("an event");
    assert_eq!(event.value("UID"), Some(id.as_str()));
    assert_eq!(event.line("SUMMARY").expect("a title").text(), "Clase; nueva");
    assert_eq!(event.line("DESCRIPTION").expect("notes").text(), "uno\ndos");
    assert_eq!(event.line("DTEND").expect("an end").raw, "DTEND;TZID=America/Guayaquil:20261201T113000");
    assert_eq!((event.value("RRULE"), event.value("DTSTAMP")), (Some("FREQ=WEEKLY"), Some("20261122T150000Z")));
    drop(state);
    let list = ask(&site, "GET /", &[], "").body;
    assert!(list.contains("Clase; nueva") && list.contains("Aula &lt;1&gt;"));
}

#[test]
fn a_change_keeps_what_the_form_does_not_show() {
    let site = site(1);
    let fields = [
        ("phone", SEEDED_PHONE),
        ("event", "e00"),
        ("title", "Otra"),
        ("start", "2026-12-02T10:00"),
        ("end", "2026-12-02T12:00"),
    ];
    assert_eq!(form(&site, "/event", &fields).status, 303);
    let data = site.lock().agenda.events(SEEDED_PHONE).expect("known")["e00"].clone();
    for wanted in
        ["SUMMARY:Otra", "X-KEPT:1", "DTSTART:20261202T100000Z", "DTEND:20261202T120000Z", "SEQUENCE:1", "UID:e00"]
    {
        assert!(data.contains(wanted), "{wanted} in {data}");
    }
    let all_day = [
        ("phone", SEEDED_PHONE),
        ("event", "e00"),
        ("title", "Otra"),
        ("start", "2026-12-02T10:00"),
        ("end", "2026-12-03T12:00"),
        ("all_day", "1"),
    ];
    assert_eq!(form(&site, "/event", &all_day).status, 303);
    let data = site.lock().agenda.events(SEEDED_PHONE).expect("known")["e00"].clone();
    assert!(data.contains("DTSTART;VALUE=DATE:20261202") && data.contains("DTEND;VALUE=DATE:20261204"), "{data}");
    let html = ask(&site, "GET /event?phone=%2B593991234567&event=e00", &[], "").body;
    assert!(html.contains("value=\"2026-12-03T00:00\"") && html.contains("checked"), "the last day, not the one after");
}

#[test]
fn the_times_of_a_series_stay_for_its_exceptions() {
    let site = site(0);
    let maths = seed(now()).into_iter().find(|event| event.event_id.contains("matematicas")).expect("a series");
    let before = maths.event_data.clone();
    site.lock().agenda.put(SEEDED_PHONE, maths);
    let fields = [
        ("phone", SEEDED_PHONE),
        ("event", "puentes-matematicas-8b"),
        ("title", "Álgebra"),
        ("start", "2027-01-01T01:00"),
        ("end", "2027-01-01T02:00"),
    ];
    assert_eq!(form(&site, "/event", &fields).status, 303);
    let data = site.lock().agenda.events(SEEDED_PHONE).expect("known")["puentes-matematicas-8b"].clone();
    assert!(data.contains("SUMMARY:Álgebra") && data.contains("(examen)"));
    let starts = |text: &str| -> Vec<String> {
        text.lines().filter(|line| line.starts_with("DTSTART")).map(str::to_owned).collect()
    };
    assert_eq!(starts(&data), starts(&before));
}

#[test]
fn a_wrong_form_is_shown_again_with_what_to_mend() {
    let site = site(1);
    for (fields, wrong) in [
        (vec![("title", ""), ("start", "2026-12-01T10:00")], "Falta el título"),
        (vec![("title", "x"), ("start", "mañana")], "Falta la hora"),
        (vec![("title", "x"), ("start", "2026-12-01T10:00"), ("end", "2026-12-01T09:00")], "Termina antes"),
        (vec![("event", "e00"), ("raw", "BEGIN:VCALENDAR")], "no se puede leer"),
    ] {
        let mut all = vec![("phone", SEEDED_PHONE)];
        all.extend(fields);
        let heard = form(&site, "/event", &all);
        assert!(heard.status == 422 && heard.body.contains(wrong), "{wrong}");
    }
    assert_eq!(site.lock().agenda.events(SEEDED_PHONE).map(|events| events.len()), Some(1));
    let elsewhere = ask(&site, "POST /delete", &[("origin", "http://evil.example")], "phone=%2B593991234567&event=e00");
    assert_eq!(elsewhere.status, 403);
    assert_eq!(form(&site, "/delete", &[("phone", SEEDED_PHONE), ("event", "e00")]).status, 303);
    assert_eq!(site.lock().agenda.events(SEEDED_PHONE).map(|events| events.len()), Some(0));
}

#[test]
fn the_seeded_agenda_is_the_same_for_the_same_moment_and_lies_ahead() {
    let events = seed(now());
    assert_eq!(events, seed(now()));
    assert_eq!(events.len(), 12);
    let zone = jiff::tz::TimeZone::get("America/Guayaquil").expect("a zone");
    let until = now().saturating_add(jiff::SignedDuration::from_hours(24 * 40)).expect("an instant");
    for event in &events {
        let calendar = Component::read(&event.event_data).expect("a calendar");
        assert_eq!(calendar.all("VEVENT").next().and_then(|one| one.value("UID")), Some(event.event_id.as_str()));
        assert!(!occurrences(&calendar, now(), until, &zone).is_empty(), "{} takes place soon", event.event_id);
        assert!(calendar.all("VEVENT").all(|one| one.value("DTSTAMP") == Some("20261122T150000Z")));
    }
    let meeting = Component::read(&events[2].event_data).expect("a calendar");
    assert_eq!(occurrences(&meeting, now(), until, &zone).len(), 5, "six weeks less the cancelled one");
}
