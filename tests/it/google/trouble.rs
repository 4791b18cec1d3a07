//! Troubles of an account and of a calendar, each with its reaction.

use std::time::Duration;

use jiff::SignedDuration;
use pasarela::clients;
use pasarela::clock::Clock;
use simulators::google::{Options, Quirks, Trouble, USER};
use testing::in_process::{PHONE, key};
use testing::stage::ical;

use super::studio::Studio;

fn says(pattern: &str, code: u16, reason: &str) -> Trouble {
    Trouble { pattern: pattern.to_owned(), code, reason: reason.to_owned(), ..Trouble::default() }
}

/// Both clocks stand and go on together.
fn standing(settings: &str, quirks: Quirks) -> Studio {
    let now = "2026-11-22T12:00:00Z".parse().unwrap();
    let studio = Studio::with(Options { quirks, ..Options::default() }, settings, Clock::standing(now));
    studio.google().set_clock(now);
    studio
}

fn advance(studio: &Studio, seconds: u64) {
    studio.gateway.clock.advance(Duration::from_secs(seconds));
    studio.google().advance(SignedDuration::from_secs(seconds.cast_signed()));
}

#[test]
fn a_deleted_calendar_is_made_again_and_filled() {
    let studio = standing("", Quirks::default());
    studio.link();
    studio.tells("a", "A");
    studio.tells("b", "B");
    studio.gateway.ask("POST", "/resync", None);
    studio.settled();
    let first = studio.calendar();
    let lose = |studio: &Studio| {
        studio.google().person(USER, "DELETE", &["calendars", &studio.calendar()], None).unwrap();
        advance(studio, 120);
    };
    lose(&studio);
    // By the next write …
    assert!(matches!(studio.post(&ical("c", "C")).status, 201 | 202));
    let link = studio.wait_for("filled", |link| link["pending"] == 0);
    assert_eq!(studio.titles(), ["A", "B", "C"], "{link} {:?}", studio.google().calls());
    assert_ne!(studio.calendar(), first);
    studio.tells("c", "C");
    // … or by the next resync.
    lose(&studio);
    studio.gateway.ask("POST", "/resync", None);
    studio.wait_for("filled", |link| link["pending"] == 0 && link["last_resync"]["state"] == "succeeded");
    assert_eq!(studio.titles(), ["A", "B", "C"]);
    assert_eq!(studio.gateway.ask("GET", "/link", None).json["state"], "active");
}

#[test]
fn a_calendar_that_was_made_just_now_is_not_made_twice() {
    let studio = standing("", Quirks::default());
    studio.link();
    studio.settled();
    // Google does not know it everywhere yet.
    studio.google().set_trouble(vec![says("/events", 404, "notFound")]).unwrap();
    studio.post(&ical("a", "A"));
    studio.wait_for("told", |link| link["reason"].as_str().is_some_and(|why| why.contains("made just now")));
    studio.google().set_trouble(Vec::new()).unwrap();
    advance(&studio, 30);
    studio.wait_for("written", |link| link["pending"] == 0);
    assert_eq!(studio.titles(), ["A"]);
}

#[test]
fn an_existing_calendar_that_is_gone_waits_for_its_person() {
    let studio = Studio::start();
    studio.link();
    studio.settled();
    studio.google().set_trouble(vec![says("/events", 403, "requiredAccessLevel")]).unwrap();
    studio.post(&ical("a", "A"));
    studio.wait_for("lost", |link| link["state"] == "calendar_lost");
}

#[test]
fn a_rate_limit_waits_as_long_as_google_says() {
    let studio = standing("", Quirks::default());
    studio.link();
    studio.settled();
    let slow = Trouble { retry_after: Some(40), times: Some(1), ..says("^POST .*/events", 403, "rateLimitExceeded") };
    studio.google().set_trouble(vec![slow]).unwrap();
    studio.google().clear_counts();
    assert_eq!(studio.post(&ical("a", "A")).status, 202);
    studio.wait_for("told", |link| link["reason"].as_str().is_some_and(|why| why.contains("slow down")));
    advance(&studio, 39);
    assert_eq!(studio.google().calls().len(), 1, "nobody asks before the time");
    advance(&studio, 30);
    studio.wait_for("written", |link| link["pending"] == 0);
    assert_eq!(studio.titles(), ["A"]);
}

#[test]
fn a_usage_limit_waits_for_hours() {
    let studio = standing("", Quirks::default());
    studio.link();
    studio.settled();
    studio.google().set_quirks(Quirks { usage_exceeded: true, ..Quirks::default() });
    studio.post(&ical("a", "A"));
    studio.wait_for("told", |link| link["reason"].as_str().is_some_and(|why| why.contains("limits the use")));
    studio.google().set_quirks(Quirks::default());
    studio.google().clear_counts();
    advance(&studio, 3599);
    assert_eq!(studio.gateway.ask("GET", "/link", None).json["pending"], 1);
    assert_eq!(studio.google().calls(), Vec::<String>::new());
    advance(&studio, 3600);
    studio.wait_for("written", |link| link["pending"] == 0);
}

#[test]
fn an_operators_mistake_parks_nobody_and_stops_the_project_for_a_while() {
    let studio = standing("", Quirks::default());
    studio.link();
    studio.settled();
    let off = Trouble { times: Some(1), ..says("/events", 403, "accessNotConfigured") };
    studio.google().set_trouble(vec![off]).unwrap();
    studio.post(&ical("a", "A"));
    let link = studio.wait_for("told", |link| !link["reason"].is_null());
    assert_eq!(link["state"], "active");
    assert!(link["reason"].as_str().unwrap().contains("not set up right"), "{link}");
    studio.google().clear_counts();
    advance(&studio, 30);
    assert_eq!(studio.google().calls(), Vec::<String>::new());
    advance(&studio, 60);
    studio.wait_for("written", |link| link["pending"] == 0);
}

#[test]
fn parts_of_a_batch_fail_alone() {
    let studio = Studio::start();
    studio.link();
    studio.settled();
    let quirks =
        Quirks { batch_conflict_every: 7, batch_reversed: true, exception_bumps_master: true, ..Quirks::default() };
    studio.google().set_quirks(quirks);
    let every_ninth = Trouble { every: 9, after: true, ..says("^POST .*/events", 503, "backendError") };
    studio.google().set_trouble(vec![every_ninth]).unwrap();
    (0..120).for_each(|n| studio.tells(&format!("e{n:03}"), &format!("Cita {n:03}")));
    studio.gateway.ask("POST", "/resync", None);
    studio.wait_for("written", |link| link["pending"] == 0 && link["last_resync"]["state"] == "succeeded");
    let expected: Vec<String> = (0..120).map(|n| format!("Cita {n:03}")).collect();
    assert_eq!(studio.titles(), expected);
}

#[test]
fn google_never_has_to_refuse_for_speed() {
    let quirks = Quirks { user_units_per_minute: Some(600), ..Quirks::default() };
    let studio = standing("google.user_requests_per_minute = 600", quirks);
    studio.link();
    studio.settled();
    (0..900).for_each(|n| studio.tells(&format!("e{n}"), "Cita"));
    studio.google().clear_counts();
    let key = key(PHONE);
    let headers = [("X-Phone-Number", PHONE), ("X-Secure-Key", key.as_str()), ("Prefer", "respond-async")];
    studio.gateway.send("POST", "/resync", &headers, None);
    let mut waits = 0;
    while studio.gateway.ask("GET", "/link", None).json["last_resync"]["state"] == "in_progress" {
        advance(&studio, 1);
        waits += 1;
        assert!(waits < 600, "it never ends");
        #[expect(clippy::disallowed_methods, reason = "lets the driver, which ticks by the system's clock, look")]
        std::thread::sleep(Duration::from_millis(110));
    }
    assert_eq!(studio.titles().len(), 900);
    let refused: Vec<String> = studio.google().calls().into_iter().filter(|call| call.ends_with("403")).collect();
    assert_eq!(refused, Vec::<String>::new());
}

#[test]
fn switched_off_again_google_hears_nothing_more() {
    let studio = Studio::start();
    studio.link();
    studio.settled();
    let mut studio = studio;
    studio.stage.gateway.stop();
    let folder = studio.gateway.folder.path();
    let settings = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[database]\npath = {:?}\n[vault]\nidentity_file = {:?}\n\
         [puentes]\nsecret = \"an invented secret of the tests\"\n",
        folder.join("pasarela.db").display().to_string(),
        folder.join("identity.txt").display().to_string()
    );
    let config = pasarela::config::Config::from_toml(&settings).unwrap();
    let app = pasarela::app::App::open(config, pasarela::vault::Others::Awaited, Clock::system()).unwrap();
    studio.google().clear_counts();
    let holder = pasarela::ids::Holder::of(clients::puentes::ID, PHONE);
    app.intake.accept(&holder, None, &ical("a", "A")).unwrap();
    let link = app.linking.view(&holder).unwrap().unwrap();
    app.sync.reconcile(link.id).unwrap();
    let link = app.linking.view(&holder).unwrap().unwrap();
    assert!(link.reason.unwrap().contains("switched off"), "the operator is told");
    assert_eq!(link.pending, 1);
    assert_eq!(studio.google().counts().of("POST") + studio.google().counts().of("GET"), 0);
}
