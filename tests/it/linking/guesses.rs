//! A link of one's own is no way to guess at accounts of others.

use std::time::Duration;

use jiff::Timestamp;
use pasarela::clock::Clock;
use serde_json::json;
use simulators::caldav::Options;
use testing::in_process::{Answer, PHONE};
use testing::stage::{Setup, Stage};

const OTHER: &str = "+593991234568";

fn stage(clock: &Clock) -> Stage {
    Setup::default().caldav(Options::default()).clock(clock.clone()).start()
}

fn standing() -> Clock {
    Clock::standing(Timestamp::from_second(1_800_000_000).unwrap())
}

/// Somebody tries a password of Alice's.
fn tries(stage: &Stage, phone: &str, password: &str) -> Answer {
    let account = json!({"url": stage.caldav().url, "username": "alice", "password": password});
    stage.gateway.ask_as(phone, "POST", "/link", Some(json!({"provider": "caldav", "caldav": account})))
}

fn asked(stage: &Stage) -> u64 {
    stage.caldav().counts().of("PROPFIND")
}

#[test]
fn the_sixth_password_waits_a_minute_and_the_next_one_two_and_nothing_is_sent_meanwhile() {
    let clock = standing();
    let stage = stage(&clock);
    for n in 0..5 {
        assert_eq!(tries(&stage, PHONE, &format!("guess {n}")).code(), "login_failed");
    }
    for minutes in [1, 2, 4] {
        let before = asked(&stage);
        for n in 0..10 {
            let refused = tries(&stage, PHONE, &format!("more {n}"));
            assert_eq!((refused.status, refused.code()), (429, "too_many_logins"), "{refused:?}");
            assert_eq!(refused.header("retry-after"), (minutes * 60).to_string());
            assert_eq!(refused.json["retry_after"], minutes * 60);
        }
        assert_eq!(asked(&stage), before, "nothing was sent");
        clock.advance(Duration::from_secs(minutes * 60));
        assert_eq!(tries(&stage, PHONE, "one more").code(), "login_failed");
    }
    assert_eq!(tries(&stage, PHONE, "secret").status, 429, "also the right one waits, for who guessed");
    clock.advance(Duration::from_secs(8 * 60));
    assert_eq!(tries(&stage, PHONE, "secret").status, 201);
}

#[test]
fn who_guesses_at_an_account_keeps_its_own_person_out_of_nothing() {
    let clock = standing();
    let stage = stage(&clock);
    for guesser in 0..10 {
        for n in 0..5 {
            let answer = tries(&stage, &format!("+59399123400{guesser}"), &format!("guess {n}"));
            // Ten in all are more than an account's own people mistype; from there on each has one.
            let expected = if guesser < 2 || n == 0 { (422, "login_failed") } else { (429, "too_many_logins") };
            assert_eq!((answer.status, answer.code()), expected, "{guesser}, {n}: {answer:?}");
        }
    }
    assert_eq!(tries(&stage, PHONE, "secret").status, 201);
}

#[test]
fn a_link_of_one_s_own_between_two_guesses_forgives_none() {
    let clock = standing();
    let stage = stage(&clock);
    let bob = json!({"url": stage.caldav().url, "username": "nobody", "password": "secret"});
    let guess = || stage.gateway.ask_as(OTHER, "POST", "/link", Some(json!({"provider": "caldav", "caldav": bob})));
    for _ in 0..5 {
        assert_eq!(guess().code(), "login_failed");
        let own = tries(&stage, OTHER, "secret");
        if own.status == 201 {
            assert!(stage.gateway.ask_as(OTHER, "DELETE", "/link", None).status < 300);
            testing::eventually("the unlink to end", super::PATIENCE, || {
                let link = stage.gateway.ask_as(OTHER, "GET", "/link", None).json;
                (link["linked"] == json!(false)).then_some(())
            });
        }
    }
    assert_eq!(guess().code(), "too_many_logins");
}

#[test]
fn sixty_at_once_are_five() {
    let clock = standing();
    let stage = stage(&clock);
    let codes: Vec<String> = std::thread::scope(|threads| {
        let one = |n: usize| tries(&stage, PHONE, &format!("guess {n}")).code().to_owned();
        let all: Vec<_> = (0..60).map(|n| threads.spawn(move || one(n))).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let of = |code: &str| codes.iter().filter(|it| *it == code).count();
    // Two of one person at once are refused as such.
    assert!(of("login_failed") <= 5, "{codes:?}");
    assert_eq!(of("login_failed") + of("too_many_logins") + of("already_linked") + of("busy"), 60, "{codes:?}");
}
