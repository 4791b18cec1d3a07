//! One bad event among a person's doesn't stop the agenda: it keeps its last good content, and is named with what is wrong.

use serde_json::{Value, json};
use simulators::puentes::{Dial, EventView};
use simulators::wire::Rule;
use testing::eventually;
use testing::in_process::PHONE;
use testing::stage::{Stage, event, ical, nth, writes};

use super::{MANY, PATIENCE, run, settle, thirty};

/// A holder with these events in their calendar.
fn linked(events: usize) -> Stage {
    let stage = Stage::start("sync.answer_within = \"60s\"");
    stage.tells((0..events).map(nth));
    assert_eq!(stage.link_personal().status, 201);
    assert_eq!(stage.resync(json!({})).json["state"], "succeeded");
    settle(&stage);
    stage.caldav().clear_counts();
    stage
}

/// What the client system tells from now on: id and text.
fn tells(stage: &Stage, events: Vec<(String, String)>) {
    let view = |(event_id, event_data)| EventView { event_id, event_data };
    stage.puentes().replace(PHONE, events.into_iter().map(view).collect());
}

fn told(n: usize) -> (String, String) {
    let (id, title) = nth(n);
    (id.clone(), ical(&id, &title))
}

/// The same with a day that there is not.
fn unreadable(n: usize) -> (String, String) {
    let (id, text) = told(n);
    let line = text.lines().find(|line| line.starts_with("DTSTART")).unwrap().to_owned();
    (id, text.replace(&line, "DTSTART:20270230T100000Z"))
}

fn nameless(n: usize) -> (String, String) {
    ("\u{1}".to_owned(), told(n).1)
}

fn held(stage: &Stage, id: &str) -> Value {
    stage.gateway.ask("GET", &format!("/events/{id}"), None).json
}

#[test]
fn an_event_that_can_not_be_read_keeps_its_last_good_content_and_the_others_go_on() {
    for mode in ["repair", "rebuild"] {
        let stage = linked(5);
        let own = stage.own();
        let before = held(&stage, "e001");
        let changed = ("e000".to_owned(), ical("e000", "Cambiada"));
        tells(&stage, vec![changed, unreadable(1), told(3), told(4), told(5), unreadable(6)]);
        let ended = stage.resync(json!({"mode": mode}));
        assert_eq!((ended.status, &ended.json["state"]), (200, &json!("succeeded")), "{ended:?}");
        let skipped = ended.json["skipped"].as_array().unwrap();
        let named: Vec<_> = skipped.iter().map(|one| (&one["event_id"], &one["property"])).collect();
        assert_eq!(named, [(&json!("e001"), &json!("DTSTART")), (&json!("e006"), &json!("DTSTART"))], "{ended:?}");
        assert!(
            skipped.iter().all(|one| one["line"].is_u64() && one["reason"].as_str().is_some_and(|why| why.len() > 5))
        );
        assert_eq!(ended.json["skipped_total"], 2);
        assert_eq!(run(&stage, &ended), ended.json);
        assert_eq!(stage.shown()["last_resync"]["skipped"], ended.json["skipped"]);

        let mut titles = vec!["Cambiada".to_owned()];
        titles.extend([1, 3, 4, 5].map(|n| nth(n).1));
        titles.sort();
        assert_eq!((stage.titles(), stage.own()), (titles, own), "{mode}");
        let after = held(&stage, "e001");
        assert_eq!((&after["event_data"], &after["revision"]), (&before["event_data"], &before["revision"]));
        let sync = &after["sync"];
        assert_eq!((&sync["state"], &sync["unread"]["property"]), (&json!("failed"), &json!("DTSTART")), "{after}");
        assert!(sync["provider_reason"].as_str().is_some_and(|why| why.contains("DTSTART")), "{after}");
        for id in ["e000", "e003", "e005"] {
            let sync = &held(&stage, id)["sync"];
            assert_eq!((&sync["state"], &sync["unread"]), (&json!("synced"), &json!(null)), "{id}");
        }
        assert_eq!(held(&stage, "e006")["code"], "event_not_found", "nothing good was ever told of it");

        // What is told again as it can be read is as any other.
        tells(&stage, vec![told(3), told(4), told(5), ("e001".to_owned(), ical("e001", "Legible"))]);
        let ended = stage.resync(json!({}));
        assert_eq!((&ended.json["state"], &ended.json["skipped"]), (&json!("succeeded"), &json!([])));
        let sync = &held(&stage, "e001")["sync"];
        assert_eq!((&sync["state"], &sync["unread"]), (&json!("synced"), &json!(null)));
        assert!(stage.titles().contains(&"Legible".to_owned()));
    }
}

#[test]
fn a_good_content_clears_the_mark_whoever_brings_it_and_even_the_one_that_is_held() {
    let stage = linked(3);
    let marked = |stage: &Stage| {
        tells(stage, vec![unreadable(0), told(1), told(2)]);
        assert_eq!(stage.resync(json!({})).json["skipped_total"], 1);
        assert_eq!(held(stage, "e000")["sync"]["state"], "failed");
    };
    let synced = |stage: &Stage| {
        let sync = held(stage, "e000")["sync"].clone();
        assert_eq!((&sync["state"], &sync["unread"]), (&json!("synced"), &json!(null)));
    };
    let (id, title) = nth(0);
    marked(&stage);
    assert_eq!(stage.gateway.ask("PUT", "/events/e000", event(&id, &title)).status, 200);
    synced(&stage);
    marked(&stage);
    assert_eq!(stage.gateway.ask("POST", "/events", event(&id, &title)).status, 200);
    synced(&stage);
    marked(&stage);
    tells(&stage, (0..3).map(told).collect());
    assert_eq!(stage.resync(json!({})).json["skipped"], json!([]));
    synced(&stage);
    assert_eq!(writes(&stage.caldav().counts()), 0, "nothing of all this was for the calendar");
    marked(&stage);
    assert_eq!(stage.gateway.ask("PUT", "/events/e000", event(&id, "Otra")).status, 200);
    synced(&stage);
    assert_eq!(stage.caldav().counts().of("PUT"), 1);
}

#[test]
fn where_not_even_the_id_can_be_read_nothing_is_removed() {
    let stage = thirty();
    let own = stage.own();
    for mode in ["repair", "rebuild"] {
        // Of thirty events one is told, with one that nobody can name: more than the brake would let through.
        tells(&stage, vec![told(0), nameless(1), told(MANY)]);
        let ended = stage.resync(json!({"mode": mode}));
        assert_eq!((ended.status, &ended.json["state"]), (200, &json!("succeeded")), "{ended:?}");
        let skipped = &ended.json["skipped"][0];
        assert_eq!((&skipped["event_id"], &ended.json["skipped_total"]), (&json!(null), &json!(1)), "{ended:?}");
        assert!(skipped["reason"].as_str().is_some_and(|why| why.contains("control")), "{ended:?}");
        assert_eq!(stage.titles(), (0..=MANY).map(|n| nth(n).1).collect::<Vec<_>>(), "{mode}");
    }
    // Once every event has its name again, what is told no more goes.
    tells(&stage, (5..=MANY).map(told).collect());
    assert_eq!(stage.resync(json!({})).json["counts"]["deleted"], 5);
    assert_eq!((stage.titles().len(), stage.own()), (MANY - 4, own));
}

#[test]
fn what_can_not_be_read_is_not_going_so_the_brake_has_nothing_to_hold() {
    let stage = thirty();
    let ours = stage.ours();
    tells(&stage, (0..MANY).map(unreadable).collect());
    let ended = stage.resync(json!({}));
    assert_eq!((&ended.json["state"], &ended.json["skipped_total"]), (&json!("succeeded"), &json!(MANY)), "{ended:?}");
    assert_eq!((stage.ours(), writes(&stage.caldav().counts())), (ours, 0));
    // Those that are told no more count as before.
    tells(&stage, (0..2).map(unreadable).collect());
    assert_eq!(stage.resync(json!({})).code(), "confirmation_needed");
}

#[test]
fn a_calendar_with_a_bad_event_in_it_is_taken_but_for_that_one() {
    let stage = linked(4);
    stage.puentes().set_dial(Dial { text_calendar: true, ..Dial::default() });
    let other = ("e000".to_owned(), ical("e000", "Cambiada"));
    tells(&stage, vec![other.clone(), unreadable(1), told(2)]);
    let ended = stage.resync(json!({}));
    assert_eq!((&ended.json["state"], &ended.json["skipped"][0]["event_id"]), (&json!("succeeded"), &json!("e001")));
    assert_eq!(stage.titles(), ["Cambiada".to_owned(), nth(1).1, nth(2).1]);
    let (id, text) = told(3);
    tells(&stage, vec![other, (id, text.replace("UID:e003\r\n", ""))]);
    let ended = stage.resync(json!({}));
    let skipped = &ended.json["skipped"][0];
    assert_eq!((&ended.json["state"], &skipped["event_id"]), (&json!("succeeded"), &json!(null)), "{ended:?}");
    assert!(skipped["reason"].as_str().is_some_and(|why| why.contains("has no UID")), "{ended:?}");
    assert_eq!(stage.titles().len(), 3, "nothing is removed");
}

#[test]
fn what_is_said_while_the_client_system_is_asked_is_newer_than_what_it_tells_unreadably() {
    let stage = linked(2);
    tells(&stage, vec![unreadable(0), unreadable(1)]);
    let slow = Rule { pattern: "^GET /events".to_owned(), held: true, ..Rule::default() };
    stage.puentes().set_faults(vec![slow]).unwrap();
    let asked = stage.puentes().counts().total;
    let going = stage.ask_async("POST", "/resync", None);
    eventually("the question to arrive", PATIENCE, || (stage.puentes().counts().total > asked).then_some(()));
    assert_eq!(stage.ask_async("PUT", "/events/e000", event("e000", "Más nueva")).status, 202);
    stage.puentes().set_faults(Vec::new()).unwrap();
    settle(&stage);
    assert_eq!(run(&stage, &going)["skipped_total"], 2);
    eventually("the change to arrive", PATIENCE, || (held(&stage, "e000")["sync"]["state"] == "synced").then_some(()));
    assert_eq!(held(&stage, "e001")["sync"]["state"], "failed");
    assert!(stage.titles().contains(&"Más nueva".to_owned()));
}

#[test]
fn an_event_that_is_told_with_its_id_needs_no_uid() {
    let stage = linked(2);
    let (id, text) = told(1);
    let bare = text.lines().filter(|line| !line.starts_with("UID")).collect::<Vec<_>>().join("\r\n");
    let bare = bare.replace(&nth(1).1, "Sin nombre");
    tells(&stage, vec![told(0), (id.clone(), bare.clone())]);
    let ended = stage.resync(json!({}));
    assert_eq!((&ended.json["state"], &ended.json["skipped"]), (&json!("succeeded"), &json!([])), "{ended:?}");
    settle(&stage);
    assert_eq!(held(&stage, &id)["event_data"], bare);
    assert!(stage.titles().contains(&"Sin nombre".to_owned()), "{:?}", stage.titles());
}
