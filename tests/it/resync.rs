//! A resync asks the client system first, and changes nothing unless the whole answer came and is no accident.

mod passed_over;

use std::time::Duration;

use serde_json::json;
use simulators::puentes::{Dial, Fault};
use simulators::wire::Rule;
use testing::eventually;
use testing::in_process::{Answer, PHONE};
use testing::settings::host;
use testing::stage::{Stage, event, nth, writes};

const PATIENCE: Duration = Duration::from_secs(60);
const MANY: usize = 30;

/// A holder whose calendar holds all that the client system tells, in the same calendar as their own events.
fn thirty() -> Stage {
    let stage = Stage::start("sync.answer_within = \"60s\"");
    stage.tells((0..MANY).map(nth));
    assert_eq!(stage.link_personal().status, 201);
    let ended = stage.resync(json!({}));
    assert_eq!((ended.status, &ended.json["state"]), (200, &json!("succeeded")), "{ended:?}");
    settle(&stage);
    assert_eq!((stage.ours().len(), stage.own().len()), (MANY, 3));
    stage.caldav().clear_counts();
    stage
}

/// Waits until no resync runs.
fn settle(stage: &Stage) {
    eventually("the running resync to end", PATIENCE, || {
        (stage.shown()["last_resync"]["state"] != "in_progress").then_some(())
    });
}

/// The run that an answer speaks of, as `GET /resync/{id}` shows it.
fn run(stage: &Stage, answer: &Answer) -> serde_json::Value {
    let id = answer.json["resync_id"].as_str().unwrap();
    stage.gateway.ask("GET", &format!("/resync/{id}"), None).json
}

fn dial(fault: Fault, on_page: Option<usize>) -> Dial {
    Dial { fault, on_page, page_size: 10, ..Dial::default() }
}

fn fails_and_changes_nothing(stage: &Stage, dial: Dial) {
    let (ours, own) = (stage.ours(), stage.own());
    let what = format!("{dial:?}");
    stage.puentes().set_dial(dial);
    for mode in ["repair", "rebuild"] {
        // Not even a confirmation makes an answer of what is none.
        let failed = stage.resync(json!({"mode": mode, "confirm": true}));
        assert_eq!((failed.status, failed.code()), (502, "puentes_unavailable"), "{what}: {failed:?}");
        let run = run(stage, &failed);
        assert_eq!((&run["state"], &run["error"]["code"]), (&json!("failed"), &json!("puentes_unavailable")), "{what}");
        assert_eq!(run["error"]["detail"], failed.json["detail"], "{what}");
        assert!(
            run["error"]["detail"].as_str().is_some_and(|words| words.contains("Puentes") || words.contains("event")),
            "{run}"
        );
        assert_eq!((stage.ours(), stage.own()), (ours.clone(), own.clone()), "{what}");
    }
    assert_eq!(writes(&stage.caldav().counts()), 0, "{what}");
    let held = stage.gateway.ask("GET", "/events", None);
    assert_eq!(held.json["events"].as_array().map(Vec::len), Some(MANY), "{what}: {held:?}");
    assert_eq!((&stage.shown()["pending"], &stage.shown()["state"]), (&json!(0), &json!("active")), "{what}");
}

#[test]
fn an_answer_that_is_not_whole_changes_nothing() {
    let stage = thirty();
    for fault in [Fault::Error, Fault::Cut, Fault::HalfPage, Fault::BrokenJson, Fault::Html, Fault::Endless] {
        fails_and_changes_nothing(&stage, dial(fault, None));
        fails_and_changes_nothing(&stage, dial(fault, Some(2)));
    }
    fails_and_changes_nothing(&stage, dial(Fault::NotFound, Some(2)));
    // An event that is cut takes the calendar around it along: nobody can tell where it ends.
    fails_and_changes_nothing(&stage, Dial { text_calendar: true, ..dial(Fault::BrokenIcal, None) });
    stage.puentes().set_dial(dial(Fault::None, None));
    assert_eq!(stage.resync(json!({})).json["state"], "succeeded", "the way back is open");
    assert_eq!(writes(&stage.caldav().counts()), 0);
}

#[test]
fn a_client_system_that_hangs_holds_nobody_up_and_changes_nothing() {
    let mut stage = thirty();
    let (ours, own) = (stage.ours(), stage.own());
    stage.puentes().set_dial(dial(Fault::Hang, None));
    let going = stage.ask_async("POST", "/resync", Some(json!({"mode": "rebuild"})));
    assert_eq!((going.status, &going.json["state"]), (202, &json!("in_progress")), "{going:?}");
    eventually("the question to be asked", PATIENCE, || {
        stage.puentes().counts().lines.iter().any(|line| line.ends_with(" silence")).then_some(())
    });
    assert_eq!(run(&stage, &going)["state"], "in_progress");
    let again = stage.ask_async("POST", "/resync", None);
    assert_eq!(again.json["resync_id"], going.json["resync_id"], "the running one is answered");
    assert_eq!(stage.ask_async("POST", "/events", event("meanwhile", "Entretanto")).status, 202);
    assert_eq!((stage.ours(), stage.own()), (ours.clone(), own.clone()));
    stage.end_puentes();
    let ended = eventually("the run to end", PATIENCE, || {
        let run = run(&stage, &going);
        (run["state"] != "in_progress").then_some(run)
    });
    assert_eq!(
        (&ended["state"], &ended["error"]["code"]),
        (&json!("failed"), &json!("puentes_unavailable")),
        "{ended}"
    );
    eventually("what was accepted meanwhile to arrive", PATIENCE, || {
        (stage.gateway.ask("GET", "/events/meanwhile", None).json["sync"]["state"] == "synced").then_some(())
    });
    let after = stage.ours();
    assert_eq!((after.len(), stage.own()), (MANY + 1, own));
    assert!(ours.iter().all(|(place, etag)| after.get(place) == Some(etag)), "what stood there stands as it was");
}

#[test]
fn a_calendar_is_not_emptied_by_an_empty_answer_or_an_unknown_phone() {
    let stage = thirty();
    let (ours, own) = (stage.ours(), stage.own());
    let held = |stage: &Stage| {
        for mode in ["repair", "rebuild"] {
            let held = stage.resync(json!({"mode": mode}));
            assert_eq!((held.status, held.code()), (409, "confirmation_needed"), "{held:?}");
            assert_eq!(run(stage, &held)["state"], "failed");
            assert_eq!((stage.ours(), stage.own()), (ours.clone(), own.clone()));
            assert_eq!(writes(&stage.caldav().counts()), 0);
        }
    };
    stage.tells([]);
    held(&stage);
    // A phone that the client system does not know has no events: the same question.
    let digits = PHONE.trim_start_matches('+');
    let forgotten = ureq::delete(format!("http://{}/__sim/events/%2B{digits}", host(&stage.puentes().url))).call();
    assert_eq!(forgotten.unwrap().status(), 204);
    held(&stage);
    let confirmed = stage.resync(json!({"confirm": true}));
    assert_eq!((confirmed.status, &confirmed.json["counts"]["deleted"]), (200, &json!(MANY)), "{confirmed:?}");
    assert_eq!((stage.ours().len(), stage.own()), (0, own));
    assert_eq!(stage.caldav().counts().of("DELETE"), MANY as u64);
    assert_eq!(stage.gateway.ask("GET", "/events", None).json["events"], json!([]));
}

#[test]
fn a_small_shrink_goes_through() {
    let stage = thirty();
    let own = stage.own();
    stage.tells((0..MANY - 20).map(nth));
    let ended = stage.resync(json!({}));
    assert_eq!((ended.status, &ended.json["counts"]["deleted"]), (200, &json!(20)), "{ended:?}");
    assert_eq!(stage.titles(), (0..MANY - 20).map(|n| nth(n).1).collect::<Vec<_>>());
    assert_eq!((stage.caldav().counts().of("DELETE"), stage.caldav().counts().of("PUT")), (20, 0));
    assert_eq!(stage.own(), own);
}

#[test]
fn a_repair_writes_only_what_differs() {
    let stage = thirty();
    let (before, own) = (stage.ours(), stage.own());
    let places: Vec<_> = before.keys().cloned().collect();
    for place in &places[..3] {
        let text = stage.text(place).replace("SUMMARY:Cita", "SUMMARY:Cambiada por mí");
        stage.by_hand(place, Some(&text));
    }
    for place in &places[3..5] {
        stage.by_hand(place, None);
    }
    let ended = stage.resync(json!({"mode": "repair"}));
    assert_eq!(ended.json["counts"], json!({"created": 2, "changed": 3, "deleted": 0, "left": 0}), "{ended:?}");
    let counts = stage.caldav().counts();
    assert_eq!((writes(&counts), counts.of("PUT")), (5, 5), "{:?}", counts.lines);
    assert_eq!(stage.titles(), (0..MANY).map(|n| nth(n).1).collect::<Vec<_>>());
    let after = stage.ours();
    assert!(places[5..].iter().all(|place| after[place] == before[place]), "the others were not written");
    assert_eq!((after.len(), stage.own()), (MANY, own));
}

#[test]
fn a_rebuild_deletes_everything_of_ours_and_then_creates_it() {
    let stage = thirty();
    let own = stage.own();
    let ended = stage.resync(json!({"mode": "rebuild"}));
    assert_eq!(ended.json["counts"], json!({"created": MANY, "changed": 0, "deleted": MANY, "left": 0}), "{ended:?}");
    let counts = stage.caldav().counts();
    assert_eq!((counts.of("DELETE"), counts.of("PUT"), writes(&counts)), (30, 30, 60));
    let written: Vec<&str> = counts.lines.iter().map(|line| line.split(' ').next().unwrap()).collect();
    let last_delete = written.iter().rposition(|method| *method == "DELETE").unwrap();
    assert!(written.iter().position(|method| *method == "PUT").unwrap() > last_delete, "{written:?}");
    assert_eq!(stage.titles(), (0..MANY).map(|n| nth(n).1).collect::<Vec<_>>());
    assert_eq!(stage.own(), own);
}

#[test]
fn a_resync_with_nothing_to_do_costs_two_requests_at_most_and_no_write() {
    let stage = thirty();
    let (ours, own) = (stage.ours(), stage.own());
    let ended = stage.resync(json!({}));
    assert_eq!(ended.json["counts"], json!({"created": 0, "changed": 0, "deleted": 0, "left": 0}), "{ended:?}");
    let counts = stage.caldav().counts();
    assert!((1..=2).contains(&counts.total), "{:?}", counts.lines);
    assert_eq!(writes(&counts), 0);
    assert_eq!((stage.ours(), stage.own()), (ours, own));
}

#[test]
fn what_is_said_while_the_client_system_is_asked_is_newer_than_its_answer() {
    let stage = thirty();
    let own = stage.own();
    let slow = Rule { pattern: "^GET /events".to_owned(), held: true, ..Rule::default() };
    stage.puentes().set_faults(vec![slow]).unwrap();
    let asked = stage.puentes().counts().total;
    let going = stage.ask_async("POST", "/resync", None);
    assert_eq!(going.json["state"], "in_progress");
    eventually("the question to arrive", PATIENCE, || (stage.puentes().counts().total > asked).then_some(()));
    // The answer is made by now and holds none of this.
    assert_eq!(stage.ask_async("POST", "/events", event("new", "Nueva")).status, 202);
    assert_eq!(stage.ask_async("PUT", "/events/e000", event("e000", "Cambiada")).status, 202);
    assert_eq!(stage.ask_async("DELETE", "/events/e001", None).status, 202);
    let second = stage.ask_async("POST", "/resync", Some(json!({"mode": "rebuild"})));
    assert_eq!(second.json["resync_id"], going.json["resync_id"], "one run at a time: {second:?}");
    stage.puentes().set_faults(Vec::new()).unwrap();
    settle(&stage);
    let ended = run(&stage, &going);
    assert_eq!((&ended["state"], &ended["mode"]), (&json!("succeeded"), &json!("repair")), "{ended:?}");
    assert_eq!(stage.puentes().counts().total, asked + 1, "it was asked once");
    let mut expected = vec!["Cambiada".to_owned(), "Nueva".to_owned()];
    expected.extend((2..MANY).map(|n| nth(n).1));
    expected.sort();
    assert_eq!(stage.titles(), expected);
    assert_eq!(stage.own(), own);
}

#[test]
fn of_many_resyncs_one_after_the_other_none_is_forgotten() {
    let stage = Stage::start("sync.answer_within = \"20s\"");
    assert_eq!(stage.link().status, 201);
    settle(&stage);
    // Each begins while the worker of the one before is still on its way out.
    for fault in [Fault::Error, Fault::None] {
        stage.puentes().set_dial(dial(fault, None));
        for n in 0..100 {
            let answer = stage.resync(json!({}));
            assert_ne!(answer.status, 202, "the {n}th with {fault:?}: {answer:?}");
        }
    }
}

#[test]
fn a_resync_goes_on_after_a_restart() {
    let mut stage = thirty();
    let places: Vec<_> = stage.ours().into_keys().collect();
    for place in &places {
        stage.by_hand(place, None);
    }
    let refused = Rule { pattern: "^PUT".to_owned(), status: Some(503), ..Rule::default() };
    stage.faults(vec![refused]);
    let going = stage.ask_async("POST", "/resync", None);
    eventually("a write to be tried", PATIENCE, || (stage.caldav().counts().of("PUT") > 0).then_some(()));
    stage.gateway.restart();
    assert_eq!(run(&stage, &going)["state"], "in_progress");
    stage.faults(Vec::new());
    let ended = eventually("the run to end", PATIENCE, || {
        let run = run(&stage, &going);
        (run["state"] != "in_progress").then_some(run)
    });
    assert_eq!((&ended["state"], &ended["counts"]["created"]), (&json!("succeeded"), &json!(MANY)), "{ended}");
    assert_eq!(stage.titles(), (0..MANY).map(|n| nth(n).1).collect::<Vec<_>>());
}
