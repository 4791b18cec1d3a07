//! Linking through a server that puts off requests now and then, as busy ones do.

use std::time::Duration;

use jiff::SignedDuration;
use pasarela::clock::Clock;
use serde_json::json;
use simulators::caldav::Options;
use simulators::wire::Rule;
use testing::stage::{Setup, Stage};

/// A server that puts off every `every`th request. Nobody has to wait: the gateway's clock goes on by what it waits.
fn busy(every: u64, status: u16, retry_after: Option<&str>) -> Stage {
    let stage = standing();
    let headers = retry_after.map(|time| ("Retry-After".to_owned(), time.to_owned())).into_iter().collect();
    stage.faults(vec![Rule { pattern: ".".to_owned(), status: Some(status), headers, every, ..Rule::default() }]);
    stage
}

/// Nobody waits for what the gateway waits for.
pub(super) fn standing() -> Stage {
    let clock = Clock::standing("2026-11-28T08:00:00Z".parse().unwrap());
    Setup::default().caldav(Options { own_events: true, ..Options::default() }).puentes().clock(clock).start()
}

fn waited(stage: &Stage, since: jiff::Timestamp) -> SignedDuration {
    stage.gateway.engine().clock.now().duration_since(since)
}

#[test]
fn a_server_that_puts_off_every_nth_request_is_linked_at_once() {
    for (status, retry_after) in [(429, Some("1")), (503, Some("1")), (429, Some("0")), (429, None)] {
        for every in 2..=9 {
            let what = format!("every {every}th with {status}, {retry_after:?}");
            let stage = busy(every, status, retry_after);
            let (own, began) = (stage.own(), stage.gateway.engine().clock.now());
            let linked = stage.link();
            assert_eq!(linked.status, 201, "{what}: {linked:?}");
            assert!(waited(&stage, began) <= SignedDuration::from_secs(30), "{what}");
            stage.faults(Vec::new());
            assert_eq!(stage.caldav().calendars("alice").len(), 2, "{what}: one was made");
            assert_eq!((stage.ours().len(), stage.own()), (0, own), "{what}: no test event is left");
        }
    }
}

#[test]
fn a_server_that_only_puts_off_is_told_after_a_while_and_is_linked_with_nothing() {
    for retry_after in [Some("1"), Some("9"), Some("11"), Some("3600"), None] {
        let stage = busy(1, 429, retry_after);
        let began = stage.gateway.engine().clock.now();
        let refused = stage.link();
        assert_eq!((refused.status, refused.code()), (422, "calendar_unreachable"), "{retry_after:?}: {refused:?}");
        assert!(waited(&stage, began) <= SignedDuration::from_secs(30), "{retry_after:?}");
        if matches!(retry_after, Some("11" | "3600")) {
            assert_eq!(waited(&stage, began), SignedDuration::ZERO, "nobody waits so long");
        }
        let lines = stage.caldav().counts().lines;
        assert!(lines.len() <= 4, "one request, a few times: {lines:?}");
        assert_eq!(stage.shown(), json!({"linked": false}));
    }
}

#[test]
fn a_server_that_puts_off_every_nth_request_is_unlinked_from() {
    for every in 2..=9 {
        let stage = standing();
        let own = stage.own();
        assert_eq!(stage.link().status, 201);
        assert_eq!(stage.gateway.ask("POST", "/events", testing::stage::event("a", "A")).status, 201);
        let headers = [("Retry-After".to_owned(), "1".to_owned())].into();
        let busy = Rule { pattern: ".".to_owned(), status: Some(429), headers, every, ..Rule::default() };
        stage.faults(vec![busy]);
        assert_eq!(stage.ask_async("DELETE", "/link", None).status, 202);
        testing::eventually("the unlink to end", Duration::from_secs(60), || {
            let link = stage.shown();
            stage.gateway.engine().clock.advance(Duration::from_secs(1));
            (link["linked"] == json!(false)).then_some(())
        });
        let receipt = stage.shown()["last_unlink"].clone();
        assert_eq!((&receipt["deleted"], &receipt["left"]), (&json!(1), &json!(0)), "every {every}th: {receipt}");
        assert_eq!((stage.caldav().calendars("alice").len(), stage.own()), (1, own), "every {every}th");
    }
}

#[test]
fn the_reconciler_does_not_wait_in_its_rounds() {
    let stage = standing();
    assert_eq!(stage.link().status, 201);
    testing::eventually("the first round", Duration::from_secs(60), || {
        stage.shown()["last_sync_at"].is_string().then_some(())
    });
    let headers = [("Retry-After".to_owned(), "5".to_owned())].into();
    stage.faults(vec![Rule { pattern: "^PUT".to_owned(), status: Some(429), headers, ..Rule::default() }]);
    let began = stage.gateway.engine().clock.now();
    assert_eq!(stage.ask_async("POST", "/events", testing::stage::event("a", "A")).status, 202);
    testing::eventually("the trouble to show", Duration::from_secs(60), || {
        stage.shown()["reason"].is_string().then_some(())
    });
    assert_eq!(waited(&stage, began), SignedDuration::ZERO, "its clock stands");
}
