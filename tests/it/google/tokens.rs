//! The life of tokens: renewed early, once, kept before they are used; and how it ends.

use std::time::Duration;

use jiff::SignedDuration;
use pasarela::clock::Clock;
use pasarela::link::Obstacle;
use pasarela::linking::consent::Ending;
use serde_json::{Value, json};
use simulators::google::{Options, Trouble, USER};
use simulators::wire::{Lost, Rule};
use testing::in_process::{PHONE, key};
use testing::stage::ical;

use super::studio::{Click, Studio};

const OTHER_PHONE: &str = "+593991234568";

fn at_the_same_time(studio: &Studio, from: usize, many: usize) {
    std::thread::scope(|scope| {
        for n in from..from + many {
            let gateway = &studio.gateway;
            scope.spawn(move || {
                let body = json!({"event_data": ical(&format!("e{n}"), "Cita")});
                let headers = [("X-Phone-Number", PHONE), ("X-Secure-Key", &key(PHONE)), ("Prefer", "wait=20")];
                let answer = gateway.send("POST", "/events", &headers, Some(body));
                assert_eq!(answer.status, 201, "{answer:?}");
            });
        }
    });
}

#[test]
fn fifty_writes_on_an_expired_token_renew_it_once() {
    let studio = Studio::start();
    studio.link();
    studio.settled();
    let before = studio.google().tokens().refreshed;
    studio.google().expire_access_tokens();
    at_the_same_time(&studio, 0, 50);
    assert_eq!(studio.google().tokens().refreshed, before + 1);
    assert_eq!(studio.titles().len(), 50);
}

#[test]
fn a_token_is_renewed_five_minutes_before_it_ends_and_survives_a_restart() {
    let now = "2026-11-22T12:00:00Z".parse().unwrap();
    let mut studio = Studio::with(Options::default(), "", Clock::standing(now));
    studio.google().set_clock(now);
    studio.link();
    let advance = |studio: &Studio, seconds: u64| {
        studio.gateway.clock.advance(Duration::from_secs(seconds));
        studio.google().advance(SignedDuration::from_secs(seconds.cast_signed()));
    };
    advance(&studio, 3200);
    assert_eq!(studio.post(&ical("a", "A")).status, 201);
    assert_eq!(studio.google().tokens().refreshed, 0, "it is still good");
    advance(&studio, 120);
    studio.google().clear_counts();
    assert_eq!(studio.post(&ical("b", "B")).status, 201);
    assert_eq!(studio.google().tokens().refreshed, 1);
    assert!(studio.google().calls().iter().all(|call| !call.ends_with("401")), "Google never had to refuse");
    studio.gateway.restart();
    assert_eq!(studio.post(&ical("c", "C")).status, 201);
    assert_eq!(studio.google().tokens().refreshed, 1, "what was renewed was kept");
}

#[test]
fn a_revoked_permission_parks_the_link_and_a_new_consent_goes_on() {
    let studio = Studio::start();
    studio.link();
    studio.post(&ical("a", "Antes"));
    studio.google().revoke(USER);
    assert_eq!(studio.post(&ical("b", "Mientras")).status, 202);
    let link = studio.wait_for("parked", |link| link["state"] == "needs_reauthorization");
    assert!(link["reason"].as_str().unwrap().contains("invalid_grant"), "{link}");
    let calendar = studio.calendar();
    studio.link();
    studio.settled();
    assert_eq!(studio.calendar(), calendar, "the same calendar goes on");
    assert_eq!(studio.titles(), ["Antes", "Mientras"]);
}

#[test]
fn another_account_does_not_take_the_place_of_the_one_that_waits() {
    let users = vec![USER.to_owned(), "eva@example.com".to_owned()];
    let studio = Studio::with(Options { users, ..Options::default() }, "", Clock::system());
    studio.link();
    studio.post(&ical("a", "A"));
    studio.google().revoke(USER);
    studio.post(&ical("b", "B"));
    studio.wait_for("parked", |link| link["state"] == "needs_reauthorization");
    assert_eq!(studio.consent_as(PHONE, Click::Allow("eva@example.com")), Ending::Not(Obstacle::OtherAccount));
    assert!(studio.made_for("eva@example.com").is_empty());
}

#[test]
fn a_renewal_that_google_fails_at_is_no_lost_permission() {
    let studio = Studio::start();
    studio.link();
    studio.settled();
    let broken = || Rule { pattern: "POST /token".to_owned(), ..Rule::default() };
    let rules = [
        Rule { status: Some(500), ..broken() },
        Rule { lost: Some(Lost::Answer), ..broken() },
        Rule { status: Some(200), body: "<html>".to_owned(), ..broken() },
    ];
    for (n, rule) in rules.into_iter().enumerate() {
        studio.google().set_faults(vec![rule.clone()]).unwrap();
        studio.google().expire_access_tokens();
        let (id, headers) =
            (format!("e{n}"), [("X-Phone-Number", PHONE), ("X-Secure-Key", &key(PHONE)), ("Prefer", "wait=1")]);
        let answer = studio.gateway.send("POST", "/events", &headers, Some(json!({"event_data": ical(&id, "A")})));
        assert_eq!(answer.status, 202, "{answer:?}");
        assert_eq!(studio.gateway.ask("GET", "/link", None).json["state"], "active", "{rule:?}");
        assert!(studio.sync_of(&id)["provider_reason"].is_string(), "{rule:?}: {}", studio.sync_of(&id));
        studio.google().set_faults(Vec::new()).unwrap();
        studio.wait_for("written", |link| link["pending"] == 0);
    }
    assert_eq!(studio.titles(), ["A", "A", "A"]);
}

#[test]
fn a_wrong_client_is_told_to_the_operator_and_the_link_waits() {
    let studio = Studio::start();
    studio.link();
    studio.settled();
    let refusal = json!({"error": "invalid_client", "error_description": "The OAuth client was deleted."}).to_string();
    let rule = Rule { pattern: "POST /token".to_owned(), status: Some(401), body: refusal, ..Rule::default() };
    studio.google().set_faults(vec![rule]).unwrap();
    studio.google().expire_access_tokens();
    assert_eq!(studio.post(&ical("a", "A")).status, 202);
    let link = studio.wait_for("told", |link| !link["reason"].is_null());
    assert_eq!(link["state"], "active", "the person can't help: {link}");
    assert!(link["reason"].as_str().unwrap().contains("not set up right"), "{link}");
}

#[test]
fn a_lost_scope_asks_for_a_new_consent() {
    let studio = Studio::start();
    studio.link();
    studio.settled();
    let trouble = Trouble {
        pattern: "/events".to_owned(),
        code: 403,
        reason: "insufficientPermissions".to_owned(),
        ..Trouble::default()
    };
    studio.google().set_trouble(vec![trouble]).unwrap();
    studio.post(&ical("a", "A"));
    studio.wait_for("parked", |link| link["state"] == "needs_reauthorization");
}

#[test]
fn a_permission_that_dies_after_seven_days_is_explained() {
    let studio = Studio::after_a_week_of_testing();
    let link = studio.gateway.ask("GET", "/link", None).json;
    let reason = link["reason"].as_str().unwrap();
    assert!(reason.contains("\"Testing\"") && reason.contains("docs/google.md"), "{reason}");
}

#[test]
fn two_links_on_one_account_renew_each_for_itself() {
    let studio = Studio::start();
    studio.link();
    assert_eq!(studio.consent_as(OTHER_PHONE, Click::Allow(USER)), Ending::Linked);
    studio.settled();
    studio.google().expire_access_tokens();
    for phone in [PHONE, OTHER_PHONE] {
        let answer = studio.gateway.ask_as(phone, "POST", "/events", Some(json!({"event_data": ical("x", phone)})));
        assert_eq!(answer.status, 201, "{answer:?}");
    }
    let titles = |calendar: &String| -> Vec<Value> {
        studio.google().events(calendar).into_iter().map(|event| event["summary"].clone()).collect()
    };
    let made = studio.made_for(USER);
    let all: Vec<Value> = made.iter().flat_map(titles).collect();
    assert!(all.contains(&json!(PHONE)) && all.contains(&json!(OTHER_PHONE)), "{all:?}");
}
