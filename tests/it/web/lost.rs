//! A person whose calendar is lost, on their page.

use simulators::caldav::Quirks;
use testing::settings::host;
use testing::stage::event;
use testing::wire::Client;

use super::Seen;
use super::accounts::{Accounts, PASSWORD, USER};
use super::visitor::Visitor;

fn is_linked(seen: &Seen) -> bool {
    seen.has_form("language") && seen.html.contains("/connect/unlink") && !seen.has_form("again")
}

/// A linked person who has deleted the calendar elsewhere, and the page that says so.
fn lost<'a>(scene: &'a Accounts, visitor: &mut Visitor<'a>) -> Seen {
    scene.caldav(visitor, PASSWORD);
    visitor.home_with("the linked page", is_linked);
    let url: url::Url = scene.link()["calendar_url"].as_str().unwrap().parse().unwrap();
    let mut client = Client::new(host(&scene.caldav.url)).with_basic(USER, PASSWORD);
    assert_eq!(client.send("DELETE", url.path(), &[], b"").unwrap().status, 204);
    assert!(scene.gateway.ask("POST", "/events", event("late", "Cita")).status < 300);
    visitor.home_with("the call for the person", |_| scene.link()["state"] == "calendar_lost")
}

fn calendars(scene: &Accounts) -> Vec<String> {
    scene.caldav.calendars(USER).into_iter().filter_map(|calendar| calendar.display_name).collect()
}

#[test]
fn the_button_sets_the_calendar_up_again_and_asks_for_no_password() {
    let scene = Accounts::start();
    let mut visitor = Visitor::came_in(&scene);
    let page = lost(&scene, &mut visitor);
    assert_eq!(page.code(), "calendar_lost", "{page:?}");
    assert!(page.has_form("again") && !page.html.contains("name=\"password\""), "{page:?}");
    assert_eq!(visitor.send("/connect/again", &[]).header("location"), "/connect");
    visitor.home_with("all well again", |seen| is_linked(seen) && scene.link()["pending"] == 0);
    assert_eq!((scene.link()["state"].as_str(), scene.link()["calendar"].as_str()), (Some("active"), Some("Puentes")));
    assert!(calendars(&scene).contains(&"Puentes".to_owned()));
    // Nothing is lost any more: the button of a page that is old does nothing.
    let made = scene.caldav.counts().of("MKCALENDAR");
    assert_eq!(visitor.send("/connect/again", &[]).header("location"), "/connect");
    assert_eq!((visitor.home().has_form("again"), scene.caldav.counts().of("MKCALENDAR")), (false, made));
}

#[test]
fn where_no_calendar_can_be_made_the_person_chooses_one_of_theirs() {
    let scene = Accounts::start();
    let mut visitor = Visitor::came_in(&scene);
    lost(&scene, &mut visitor);
    scene.caldav.set_quirks(Quirks { no_mkcalendar: true, ..Quirks::default() }).unwrap();
    visitor.send("/connect/again", &[]);
    let choice = visitor.home_with("the choice", |seen| seen.has_form("choose"));
    assert!(choice.html.contains("Personal"), "{choice:?}");
    let personal = scene.caldav.calendar_url(USER, "personal");
    visitor.send("/connect/choose", &[("calendar", personal.as_str())]);
    visitor.home_with("all well again", |seen| is_linked(seen) && scene.link()["pending"] == 0);
    assert_eq!(scene.link()["calendar"], "Personal");
}

#[test]
fn a_password_that_is_old_as_well_is_asked_for_on_the_form() {
    let scene = Accounts::start();
    let mut visitor = Visitor::came_in(&scene);
    lost(&scene, &mut visitor);
    scene.caldav.set_password(USER, "a new one");
    visitor.send("/connect/again", &[]);
    let form = visitor.home_with("the form", |seen| seen.code() == "login_failed");
    assert!(form.has_form("caldav") && form.html.contains(USER), "{form:?}");
    visitor.send("/connect/caldav", &[("password", "a new one")]);
    visitor.home_with("all well again", |seen| is_linked(seen) && scene.link()["pending"] == 0);
    assert_eq!(scene.link()["calendar"], "Puentes");
}
