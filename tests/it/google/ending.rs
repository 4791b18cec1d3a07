//! Unlinking, and what becomes of calendar and permission.

use pasarela::clock::Clock;
use pasarela::linking::consent::{Ending, Next};
use serde_json::json;
use simulators::google::{Options, USER};
use testing::in_process::PHONE;
use testing::stage::ical;

use super::studio::{Click, Studio};

const OTHER_PHONE: &str = "+593991234568";

#[test]
fn an_unlink_takes_events_calendar_and_permission_along() {
    let studio = Studio::start();
    studio.link();
    studio.settled();
    (0..70).for_each(|n| studio.tells(&format!("e{n}"), "Cita"));
    let resync = studio.gateway.ask("POST", "/resync", None);
    assert!(matches!(resync.status, 200 | 202), "{resync:?}");
    studio.settled();
    assert_eq!(studio.titles().len(), 70);
    let begun = studio.gateway.ask("DELETE", "/link", None);
    assert!(matches!(begun.status, 200 | 202), "{begun:?}");
    let receipt = studio.wait_for("unlinked", |link| link["linked"] == false);
    assert_eq!((&receipt["last_unlink"]["deleted"], &receipt["last_unlink"]["left"]), (&json!(70), &json!(0)));
    assert!(studio.made_for(USER).is_empty());
    assert_eq!(studio.google().tokens().refresh, 0, "the permission was given back");
    assert_eq!(studio.google().refused_scopes(), Vec::<String>::new());
    // And everything can begin again.
    studio.link();
    studio.settled();
    assert_eq!(studio.titles().len(), 70);
}

#[test]
fn a_calendar_in_which_the_person_wrote_stays_with_what_they_wrote() {
    let studio = Studio::start();
    studio.link();
    studio.post(&ical("ours", "Nuestra"));
    let calendar = studio.calendar();
    let own = json!({"summary": "Mía", "start": {"date": "2026-12-24"}, "end": {"date": "2026-12-25"}});
    studio.google().person(USER, "POST", &["calendars", &calendar, "events"], Some(&own)).unwrap();
    assert_eq!(studio.gateway.ask("DELETE", "/link", None).status, 200);
    assert_eq!(studio.titles(), ["Mía"]);
}

#[test]
fn the_permission_is_given_back_only_with_the_accounts_last_link() {
    let studio = Studio::start();
    studio.link();
    assert_eq!(studio.consent_as(OTHER_PHONE, Click::Allow(USER)), Ending::Linked);
    assert_eq!(studio.made_for(USER).len(), 2);
    assert_eq!(studio.gateway.ask("DELETE", "/link", None).status, 200);
    assert_eq!(studio.made_for(USER).len(), 1);
    let other = |method: &str, path: &str, body| studio.gateway.ask_as(OTHER_PHONE, method, path, body);
    studio.google().expire_access_tokens();
    let posted = other("POST", "/events", Some(json!({"event_data": ical("x", "Sigue")})));
    assert_eq!(posted.status, 201, "the other link goes on: {posted:?}");
    assert_eq!(studio.titles(), ["Sigue"]);
    assert_eq!(other("DELETE", "/link", None).status, 200);
    assert_eq!(studio.google().tokens().refresh, 0);
    assert!(studio.made_for(USER).is_empty());
}

#[test]
fn a_calendar_that_another_phone_chose_too_goes_with_the_last_link() {
    let studio = Studio::with(Options::default(), "google.existing_calendars = true", Clock::system());
    let link = |phone: &str, calendar: Option<&str>| {
        let standing = studio.returned(&studio.click(&studio.address(phone), Click::Allow(USER)));
        let standing = studio.gateway.engine().app.linking.confirm_consent(&standing.ticket).unwrap().unwrap();
        let linked =
            studio.gateway.engine().app.linking.choose_for_consent(&standing.ticket, calendar).unwrap().unwrap();
        assert_eq!(linked.next, Next::Over(Ending::Linked));
    };
    link(PHONE, None);
    studio.settled();
    let calendar = studio.calendar();
    link(OTHER_PHONE, Some(&calendar));
    assert_eq!(studio.gateway.ask("DELETE", "/link", None).status, 200);
    assert_eq!(studio.made_for(USER), [calendar], "the other phone is still in it");
    let other = |method: &str, path: &str, body| studio.gateway.ask_as(OTHER_PHONE, method, path, body);
    assert_eq!(other("POST", "/events", Some(json!({"event_data": ical("x", "Sigue")}))).status, 201);
    assert_eq!(studio.titles(), ["Sigue"]);
    assert_eq!(other("DELETE", "/link", None).status, 200);
    assert!(studio.made_for(USER).is_empty());
}

#[test]
fn an_unlink_without_permission_ends_and_says_what_is_left() {
    let studio = Studio::start();
    studio.link();
    studio.post(&ical("ours", "Nuestra"));
    studio.google().revoke(USER);
    let receipt = studio.gateway.ask("DELETE", "/link", None);
    assert_eq!((receipt.status, &receipt.json["left"]), (200, &json!(1)), "{receipt:?}");
    assert!(receipt.json["reason"].as_str().unwrap().contains("invalid_grant"), "{receipt:?}");
    // Linked again, the same person finds one calendar too many, but no event twice in the new one.
    studio.link();
    studio.settled();
    assert_eq!(studio.made_for(USER).len(), 2);
}

#[test]
fn an_unlink_of_a_deleted_calendar_leaves_nothing() {
    let studio = Studio::start();
    studio.link();
    studio.post(&ical("ours", "Nuestra"));
    studio.google().person(USER, "DELETE", &["calendars", &studio.calendar()], None).unwrap();
    let receipt = studio.gateway.ask("DELETE", "/link", None);
    assert_eq!((receipt.status, &receipt.json["left"]), (200, &json!(0)), "{receipt:?}");
    assert_eq!(studio.google().tokens().refresh, 0);
}
