//! Two phones in one calendar of one account; and linking where Google puts calls off.

use std::time::Duration;

use jiff::SignedDuration;
use pasarela::clock::Clock;
use pasarela::linking::consent::{Ending, Next};
use serde_json::{Value, json};
use simulators::google::{Options, Quirks, Trouble, USER};
use simulators::wire::Rule;
use testing::eventually;
use testing::in_process::PHONE;
use testing::stage::ical;

use super::studio::{Click, Studio};

const OTHER: &str = "+593991234568";
const PATIENCE: Duration = Duration::from_secs(60);

/// Where people may choose; both clocks stand.
fn standing(settings: &str) -> Studio {
    let now = "2026-11-28T08:00:00Z".parse().unwrap();
    let studio = Studio::with(Options::default(), settings, Clock::standing(now));
    studio.google().set_clock(now);
    studio
}

fn advance(studio: &Studio, seconds: u64) {
    studio.gateway.clock.advance(Duration::from_secs(seconds));
    studio.google().advance(SignedDuration::from_secs(seconds.cast_signed()));
}

fn chose(studio: &Studio, phone: &str, calendar: Option<&str>) {
    let standing = studio.returned(&studio.click(&studio.address(phone), Click::Allow(USER)));
    let linking = &studio.gateway.engine().app.linking;
    assert!(matches!(linking.confirm_consent(&standing.ticket).unwrap().unwrap().next, Next::Choose(_)));
    let linked = linking.choose_for_consent(&standing.ticket, calendar).unwrap().unwrap();
    assert_eq!(linked.next, Next::Over(Ending::Linked));
}

fn shown(studio: &Studio, phone: &str) -> Value {
    studio.gateway.ask_as(phone, "GET", "/link", None).json
}

fn settled(studio: &Studio, phone: &str) {
    eventually("the link to settle", PATIENCE, || {
        let link = shown(studio, phone);
        (link["pending"] == 0 && link["last_resync"]["state"] != "in_progress" && link["state"] == "active")
            .then_some(())
    });
}

fn posts(studio: &Studio, phone: &str, title: &str) {
    let posted = studio.gateway.ask_as(phone, "POST", "/events", Some(json!({"event_data": ical(title, title)})));
    assert!(matches!(posted.status, 201 | 202), "{posted:?}");
    if phone == PHONE {
        studio.tells(title, title);
    }
}

#[test]
fn a_calendar_that_both_are_in_is_made_again_once_whoever_finds_out_first() {
    for first in [PHONE, OTHER] {
        let studio = standing("google.existing_calendars = true");
        chose(&studio, PHONE, None);
        settled(&studio, PHONE);
        let calendar = studio.calendar();
        chose(&studio, OTHER, Some(&calendar));
        for phone in [PHONE, OTHER] {
            posts(&studio, phone, &format!("of {phone}"));
            settled(&studio, phone);
        }
        studio.google().person(USER, "DELETE", &["calendars", &calendar], None).unwrap();
        advance(&studio, 120);
        posts(&studio, first, "later");
        for phone in [PHONE, OTHER] {
            settled(&studio, phone);
            assert_eq!(shown(&studio, phone)["calendar_url"], studio.calendar().as_str(), "{phone}");
        }
        assert_ne!(studio.calendar(), calendar);
        assert_eq!(studio.titles(), ["later".to_owned(), format!("of {PHONE}"), format!("of {OTHER}")]);
        // It goes with the last of them.
        assert_eq!(studio.gateway.ask_as(first, "DELETE", "/link", None).status, 200);
        assert_eq!(studio.made_for(USER).len(), 1);
        let last = if first == PHONE { OTHER } else { PHONE };
        assert_eq!(studio.gateway.ask_as(last, "DELETE", "/link", None).status, 200);
        assert!(studio.made_for(USER).is_empty());
    }
}

#[test]
fn a_persons_calendar_that_is_lost_leads_to_another_choice() {
    let studio = standing("google.existing_calendars = true");
    let own = studio.google().person(USER, "POST", &["calendars"], Some(&json!({"summary": "Trabajo"}))).unwrap();
    let own = own["id"].as_str().unwrap();
    chose(&studio, PHONE, Some(own));
    posts(&studio, PHONE, "A");
    settled(&studio, PHONE);
    studio.google().person(USER, "DELETE", &["calendars", own], None).unwrap();
    advance(&studio, 120);
    posts(&studio, PHONE, "B");
    eventually("the loss to show", PATIENCE, || (shown(&studio, PHONE)["state"] == "calendar_lost").then_some(()));
    chose(&studio, PHONE, None);
    settled(&studio, PHONE);
    assert_eq!(
        (shown(&studio, PHONE)["calendar"].as_str(), studio.titles()),
        (Some("Puentes"), vec!["A".into(), "B".into()])
    );
}

#[test]
fn a_calendar_whose_list_begins_with_an_empty_page_is_not_taken_for_empty() {
    let studio = Studio::start();
    studio.link();
    studio.post(&ical("ours", "Nuestra"));
    let own = json!({"summary": "Mía", "start": {"date": "2026-12-24"}, "end": {"date": "2026-12-25"}});
    studio.google().person(USER, "POST", &["calendars", &studio.calendar(), "events"], Some(&own)).unwrap();
    studio.google().set_quirks(Quirks { empty_first_page: true, ..Quirks::default() });
    assert_eq!(studio.gateway.ask("DELETE", "/link", None).status, 200);
    assert_eq!(studio.titles(), ["Mía"]);
}

#[test]
fn google_is_linked_at_once_though_it_puts_off_every_nth_call() {
    for every in 2..=9 {
        for (code, reason) in [(403, "rateLimitExceeded"), (403, "userRateLimitExceeded"), (429, "rateLimitExceeded")] {
            let studio = standing("");
            let busy = Trouble {
                pattern: ".".to_owned(),
                code,
                reason: reason.to_owned(),
                retry_after: Some(1),
                every,
                ..Trouble::default()
            };
            studio.google().set_trouble(vec![busy]).unwrap();
            assert_eq!(
                studio.consent_as(PHONE, Click::Allow(USER)),
                Ending::Linked,
                "every {every}th: {code} {reason}"
            );
            studio.google().set_trouble(Vec::new()).unwrap();
            let live = studio.live();
            assert!(studio.made_for(USER).len() == 1 && live.is_empty(), "every {every}th: {live:?}");
        }
    }
}

#[test]
fn a_code_is_exchanged_although_that_was_put_off() {
    let studio = standing("");
    let headers = [("Retry-After".to_owned(), "2".to_owned())].into();
    let busy =
        Rule { pattern: "^POST /token".to_owned(), status: Some(429), headers, times: Some(2), ..Rule::default() };
    studio.google().set_faults(vec![busy]).unwrap();
    assert_eq!(studio.consent_as(PHONE, Click::Allow(USER)), Ending::Linked);
}
