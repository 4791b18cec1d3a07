//! A rebuild and an unlink that Google leaves in the middle, between two batches, and that go on while answers are lost.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::SignedDuration;
use pasarela::clock::Clock;
use serde_json::json;
use simulators::google::{Options, USER};
use simulators::wire::{Lost, Rule};
use testing::eventually;

use super::studio::Studio;

const PATIENCE: Duration = Duration::from_secs(60);
/// More than one batch.
const EVENTS: usize = 120;

/// Waits, and time runs meanwhile.
fn time_passes(studio: &Studio, what: &str, done: impl Fn() -> bool) {
    eventually(what, PATIENCE, || {
        studio.gateway.clock.advance(Duration::from_secs(2));
        studio.google().advance(SignedDuration::from_secs(2));
        done().then_some(())
    });
}

/// Batches are slow, and after the first one nothing gets through any more.
fn leaves_in_the_middle_of(studio: &Studio, method: &str, path: &str, body: Option<serde_json::Value>) {
    let slow = Rule { pattern: "/batch".to_owned(), delay: 400, ..Rule::default() };
    studio.google().set_faults(vec![slow]).unwrap();
    studio.gateway.ask(method, path, body);
    eventually("a batch", PATIENCE, || (studio.live().len() < EVENTS).then_some(()));
    let gone = Rule { pattern: ".".to_owned(), lost: Some(Lost::Request), ..Rule::default() };
    studio.google().set_faults(vec![gone]).unwrap();
}

fn comes_back(studio: &Studio) {
    let lost = Rule { pattern: "/calendar/v3".to_owned(), lost: Some(Lost::Answer), every: 3, ..Rule::default() };
    studio.google().set_faults(vec![lost]).unwrap();
}

#[test]
fn what_google_leaves_in_the_middle_goes_on_and_doubles_nothing() {
    let now = "2026-11-22T12:00:00Z".parse().unwrap();
    let settings = "sync.answer_within = \"50ms\"\nsync.lanes_per_account = 1";
    let studio = Studio::with(Options::default(), settings, Clock::standing(now));
    studio.google().set_clock(now);
    studio.link();
    (0..EVENTS).for_each(|n| studio.tells(&format!("e{n:03}"), &format!("Cita {n:03}")));
    studio.gateway.ask("POST", "/resync", None);
    time_passes(&studio, "the events", || studio.live().len() == EVENTS);
    studio.settled();
    let titles = studio.titles();
    let names = || studio.live().iter().map(|event| event["id"].to_string()).collect::<BTreeSet<_>>();
    let before = names();

    leaves_in_the_middle_of(&studio, "POST", "/resync", Some(json!({"mode": "rebuild"})));
    let run = || studio.gateway.ask("GET", "/link", None).json["last_resync"].clone();
    time_passes(&studio, "the run to give up", || run()["state"] == "failed");
    assert_eq!(run()["error"]["code"], "calendar_unreachable");
    comes_back(&studio);
    time_passes(&studio, "all to be in step", || {
        let link = studio.gateway.ask("GET", "/link", None).json;
        link["pending"] == 0 && studio.live().len() == EVENTS
    });
    assert_eq!(studio.titles(), titles, "each event once");
    assert!(names().is_disjoint(&before), "each under a new name");

    studio.google().set_faults(Vec::new()).unwrap();
    leaves_in_the_middle_of(&studio, "DELETE", "/link", None);
    studio.gateway.clock.advance(Duration::from_secs(300));
    studio.google().advance(SignedDuration::from_secs(300));
    comes_back(&studio);
    time_passes(&studio, "the unlink", || studio.gateway.ask("GET", "/link", None).json["linked"] == false);
    let receipt = studio.gateway.ask("GET", "/link", None).json["last_unlink"].clone();
    assert_eq!((&receipt["deleted"], &receipt["left"]), (&json!(EVENTS), &json!(0)), "{receipt}");
    assert!(studio.made_for(USER).is_empty(), "the calendar goes with its link");
}
