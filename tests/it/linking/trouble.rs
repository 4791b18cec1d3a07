use serde_json::json;
use simulators::caldav::Options;
use simulators::wire::{Lost, Rule};
use testing::eventually;
use testing::stage::{Stage, event, nth};

use super::{PATIENCE, receipt, settle, titles};

#[test]
fn after_a_password_is_withdrawn_events_wait_for_the_new_one() {
    let users = ["alice", "bob"].map(|user| (user.to_owned(), "secret".to_owned()));
    let stage = Stage::with(Options { users: users.into(), ..Options::default() }, "sync.answer_within = \"60s\"");
    stage.tells((0..3).map(nth));
    assert_eq!(stage.link().status, 201);
    settle(&stage);
    let before = stage.ours();
    assert_eq!(before.len(), 3);
    assert!(stage.caldav().set_password("alice", "the new one"));
    let (id, title) = nth(3);
    let waiting = stage.ask_async("POST", "/events", event(&id, &title));
    assert_eq!((waiting.status, &waiting.json["sync"]["state"]), (202, &json!("pending")));
    let parked = eventually("the refusal to show", PATIENCE, || {
        let link = stage.shown();
        (link["state"] == "needs_reauthorization").then_some(link)
    });
    assert!(parked["reason"].is_string() && parked["pending"] == json!(1), "{parked}");
    let more = stage.ask_async("PUT", "/events/e000", event("e000", "Cita cambiada"));
    assert_eq!((more.status, &more.json["sync"]["state"]), (202, &json!("pending")));
    // The old password does not do, and neither does another account: that would leave events behind in this one.
    assert_eq!(stage.link().code(), "login_failed");
    let bob = json!({"url": stage.caldav().url, "username": "bob", "password": "secret"});
    assert_eq!(stage.link_with(bob).code(), "already_linked");
    assert_eq!(stage.shown()["state"], "needs_reauthorization");
    stage.caldav().clear_counts();
    let mut account = stage.account();
    account["password"] = "the new one".into();
    let again = stage.link_with(account);
    assert_eq!((again.status, &again.json["state"]), (201, &json!("active")), "{again:?}");
    let expected: Vec<String> = ["Cita 001", "Cita 002", "Cita 003", "Cita cambiada"].map(str::to_owned).into();
    eventually("what waited", PATIENCE, || (stage.titles() == expected).then_some(()));
    settle(&stage);
    assert_eq!(stage.caldav().counts().of("MKCALENDAR"), 0);
    let unchanged = stage.ours().iter().filter(|(place, etag)| before.get(*place) == Some(*etag)).count();
    assert_eq!(unchanged, 2, "what did not change was not written again");
    assert_eq!(stage.gateway.ask("GET", "/events/e003", None).json["sync"]["state"], "synced");
}

#[test]
fn lost_answers_lose_and_double_nothing() {
    let stage = Stage::start("sync.answer_within = \"60s\"");
    stage.tells((0..20).map(nth));
    let own = stage.own();
    let lossy = |pattern: &str, times| Rule {
        pattern: pattern.to_owned(),
        lost: Some(Lost::Answer),
        every: 3,
        times,
        ..Rule::default()
    };
    stage.faults(vec![lossy("^(PUT|DELETE|MKCALENDAR|MKCOL|PROPPATCH)", None)]);
    let mut tries = 0;
    eventually("a link through the losses", PATIENCE, || {
        tries += 1;
        let answer = stage.link();
        if answer.status == 201 {
            return Some(());
        }
        assert_eq!((answer.status, answer.code()), (422, "calendar_unreachable"), "{answer:?}");
        assert_eq!(stage.shown(), json!({"linked": false}));
        None
    });
    eventually("all events, each once", PATIENCE, || (stage.titles() == titles(20)).then_some(()));
    settle(&stage);
    assert_eq!((stage.titles(), stage.own()), (titles(20), own.clone()), "after {tries} tries");
    let going = stage.ask_async("DELETE", "/link", None);
    assert_eq!(going.status, 202);
    let receipt = receipt(&stage);
    assert_eq!((&receipt["left"], &receipt["deleted"]), (&json!(0), &json!(20)), "{receipt}");
    assert_eq!((stage.ours().len(), stage.own()), (0, own));
}

#[test]
fn a_lost_answer_at_any_moment_of_a_link_leaves_one_calendar_at_most() {
    for nth_request in 1..=16 {
        let stage = Stage::start("");
        stage.faults(vec![Rule {
            pattern: ".".to_owned(),
            lost: Some(Lost::Answer),
            every: nth_request,
            times: Some(1),
            ..Rule::default()
        }]);
        let first = stage.link();
        if first.status != 201 {
            assert_eq!((first.status, first.code()), (422, "calendar_unreachable"), "{nth_request}: {first:?}");
            assert_eq!(stage.shown(), json!({"linked": false}), "{nth_request}");
            let again = stage.link();
            assert_eq!(again.status, 201, "{nth_request}: {again:?}");
        }
        settle(&stage);
        let made = eventually("the probe to be gone", PATIENCE, || {
            let calendars = stage.caldav().calendars("alice");
            stage.ours().is_empty().then_some(calendars.len())
        });
        assert_eq!((made, stage.own().len()), (2, 3), "{nth_request}");
    }
}

#[test]
fn a_test_event_that_could_not_be_removed_is_taken_along_by_the_next_try() {
    let stage = Stage::start("");
    let own = stage.own();
    stage.faults(vec![Rule { pattern: "^DELETE".to_owned(), status: Some(500), ..Rule::default() }]);
    for _ in 0..3 {
        assert_eq!(stage.link_personal().status, 422);
    }
    assert_eq!((stage.ours().len(), stage.shown()), (1, json!({"linked": false})), "of all tries one");
    stage.faults(Vec::new());
    assert_eq!(stage.link_personal().status, 201);
    assert_eq!((stage.ours().len(), stage.own()), (0, own));
}

#[test]
fn a_server_that_goes_away_and_comes_back_costs_no_event() {
    let stage = Stage::start("");
    stage.tells((0..2).map(nth));
    assert_eq!(stage.link().status, 201);
    eventually("the events", PATIENCE, || (stage.titles() == titles(2)).then_some(()));
    settle(&stage);
    stage.faults(vec![Rule { pattern: ".".to_owned(), lost: Some(Lost::Request), ..Rule::default() }]);
    let (id, title) = nth(2);
    assert_eq!(stage.ask_async("POST", "/events", event(&id, &title)).status, 202);
    let shown = eventually("the trouble to show", PATIENCE, || {
        let event = stage.gateway.ask("GET", "/events/e002", None).json;
        event["sync"]["provider_reason"].is_string().then_some(event)
    });
    assert_eq!((&shown["sync"]["state"], &stage.shown()["state"]), (&json!("pending"), &json!("active")), "{shown}");
    stage.faults(Vec::new());
    eventually("the event", PATIENCE, || (stage.titles() == titles(3)).then_some(()));
}
