//! A consent that begins on the person's own page: bound to their browser, with nothing more to confirm.

use pasarela::linking::consent::Back;
use simulators::google::USER;
use simulators::wire::Rule;
use testing::in_process::PHONE;
use url::Url;

use super::visitor::{Visitor, link_of};
use super::{Scene, Seen};

const OTHER: &str = "+593991234568";

/// Off to Google: the address of its page.
fn off(visitor: &mut Visitor<'_>) -> Url {
    let seen = visitor.send("/connect/google", &[]);
    assert_eq!(seen.status, 303, "{seen:?}");
    seen.header("location").parse().unwrap_or_else(|_| panic!("{seen:?}"))
}

fn is_linked(seen: &Seen) -> bool {
    seen.has_form("resync") || seen.html.contains("/connect/unlink")
}

#[test]
fn three_taps_and_it_is_linked() {
    let scene = Scene::start("");
    let mut visitor = Visitor::came_in(&scene);
    assert!(visitor.home().has_form("google"), "{:?}", visitor.home());
    let back = scene.decide(&off(&mut visitor), "allow", |_| true);
    let seen = visitor.get(&back);
    assert_eq!((seen.status, seen.header("location")), (303, "/connect"), "{seen:?}");
    let home = visitor.home_with("the linked page", is_linked);
    for words in ["Puentes", USER, "…4567"] {
        assert!(home.html.contains(words), "{words}: {home:?}");
    }
    assert_eq!(scene.link()["account"].as_str(), Some(USER));
    assert_eq!(visitor.get(&back).header("location"), "/connect", "loaded again it does nothing again");
    assert!(is_linked(&visitor.home()));
}

#[test]
fn another_browser_finishes_nothing_and_the_right_one_still_can() {
    let scene = Scene::start("");
    let mut visitor = Visitor::came_in(&scene);
    let back = scene.decide(&off(&mut visitor), "allow", |_| true);
    for stranger in [scene.get(&back), Visitor::came_in_as(&scene, OTHER).get(&back)] {
        assert_eq!((stranger.status, stranger.code()), (403, "other_browser"), "{stranger:?}");
    }
    assert_eq!(visitor.get(&back).status, 303);
    visitor.home_with("the linked page", is_linked);
}

#[test]
fn a_person_who_opens_their_link_again_meanwhile_goes_on() {
    let scene = Scene::start("");
    let mut visitor = Visitor::came_in(&scene);
    let back = scene.decide(&off(&mut visitor), "allow", |_| true);
    visitor.open(&link_of(PHONE));
    assert_eq!(visitor.get(&back).header("location"), "/connect");
    visitor.home_with("the linked page", is_linked);
}

#[test]
fn saying_no_is_no_error() {
    let scene = Scene::start("");
    let mut visitor = Visitor::came_in(&scene);
    let back = scene.decide(&off(&mut visitor), "cancel", |_| true);
    assert_eq!(visitor.get(&back).header("location"), "/connect");
    let home = visitor.home();
    assert_eq!((home.status, home.code(), home.has_form("google")), (200, "cancelled", true), "{home:?}");
    visitor.send("/connect/dismiss", &[]);
    assert_eq!(visitor.home().code(), "", "the choice is open again");
}

#[test]
fn a_box_left_unticked_is_told_and_tried_again() {
    let scene = Scene::start("");
    let mut visitor = Visitor::came_in(&scene);
    let back = scene.decide(&off(&mut visitor), "allow", |scope| !scope.contains("calendar"));
    visitor.get(&back);
    let home = visitor.home_with("the missing scope", |seen| seen.code() == "missing_scope");
    assert!(home.has_form("google"), "{home:?}");
    let back = scene.decide(&off(&mut visitor), "allow", |_| true);
    visitor.get(&back);
    visitor.home_with("the linked page", is_linked);
}

#[test]
fn who_comes_away_from_google_by_hand_is_awaited() {
    let scene = Scene::start("");
    let mut visitor = Visitor::came_in(&scene);
    off(&mut visitor);
    let home = visitor.home();
    assert!(home.has_form("google") && home.has_form("dismiss"), "{home:?}");
    let again = off(&mut visitor);
    visitor.send("/connect/dismiss", &[]);
    assert!(visitor.home().html.contains("/connect/apple"), "the choice is open again");
    let seen = visitor.get(&scene.decide(&again, "allow", |_| true));
    assert_eq!(seen.header("location"), "/connect");
    assert_eq!(scene.link()["linked"], false, "what was given up stays so");
}

#[test]
fn a_page_that_is_opened_while_google_is_slow_tells_that_it_is_checked() {
    let scene = Scene::start("");
    let mut visitor = Visitor::came_in(&scene);
    let back = scene.decide(&off(&mut visitor), "allow", |_| true);
    let slow = Rule { pattern: "^POST /token".to_owned(), held: true, ..Rule::default() };
    scene.google().set_faults(vec![slow]).unwrap();
    visitor.get(&back);
    let home = visitor.home();
    assert!(home.html.contains("hx-get=\"/connect\"") && !home.has_form("google"), "{home:?}");
    let other_tab = Visitor::came_in(&scene);
    assert!(other_tab.home().html.contains("hx-get=\"/connect\""));
    scene.google().set_faults(Vec::new()).unwrap();
    visitor.home_with("the linked page", is_linked);
    assert_eq!(scene.google().calendars(USER).len(), 2, "the person's own and ours, once");
}

#[test]
fn whatever_other_tabs_do_a_try_that_runs_goes_on() {
    let scene = Scene::start("");
    let mut visitor = Visitor::came_in(&scene);
    let back = scene.decide(&off(&mut visitor), "allow", |_| true);
    let slow = Rule { pattern: "^POST /token".to_owned(), held: true, ..Rule::default() };
    scene.google().set_faults(vec![slow]).unwrap();
    visitor.get(&back);
    let account = [("address", "dav.example.org"), ("username", "ana"), ("password", "secret")];
    for (path, fields) in [
        ("/connect/dismiss", &[][..]),
        ("/connect/google", &[]),
        ("/connect/caldav", &account),
        ("/connect/choose", &[]),
    ] {
        assert_eq!(visitor.send(path, fields).header("location"), "/connect", "{path}");
    }
    scene.google().set_faults(Vec::new()).unwrap();
    visitor.home_with("the linked page", is_linked);
    assert_eq!(scene.link()["provider"], "google");
}

#[test]
fn of_two_pages_of_google_either_may_be_agreed_on_and_the_other_is_told_the_truth() {
    let scene = Scene::start("");
    let mut visitor = Visitor::came_in(&scene);
    let (older, newer) = (off(&mut visitor), off(&mut visitor));
    visitor.get(&scene.decide(&older, "allow", |_| true));
    visitor.home_with("the linked page", is_linked);
    visitor.get(&scene.decide(&newer, "allow", |_| true));
    let home = visitor.home();
    assert!(is_linked(&home) && home.html.contains("already_linked"), "{home:?}");
    assert_eq!(visitor.home().code(), "", "it is told once");
    assert_eq!(scene.google().calendars(USER).len(), 2, "the person's own and ours, once");
}

#[test]
fn after_an_unlink_nobody_is_awaited_at_google() {
    let scene = Scene::start("");
    let mut visitor = Visitor::came_in(&scene);
    off(&mut visitor);
    let back = scene.decide(&off(&mut visitor), "allow", |_| true);
    visitor.get(&back);
    visitor.home_with("the linked page", is_linked);
    visitor.send("/connect/unlink", &[]);
    let home = visitor.home_with("the choice", |seen| seen.has_form("google"));
    assert!(home.html.contains("/connect/apple") && !home.has_form("dismiss"), "{home:?}");
}

#[test]
fn what_a_restart_broke_off_goes_on_with_one_tap() {
    let mut scene = Scene::start("");
    let (back, cookie) = {
        let mut visitor = Visitor::came_in(&scene);
        (scene.decide(&off(&mut visitor), "allow", |_| true), visitor.cookie)
    };
    // The person came back, and the gateway stopped before it did the rest.
    let query: Url = format!("http://x{back}").parse().unwrap();
    let value = |name: &str| query.query_pairs().find(|(n, _)| n == name).unwrap().1.into_owned();
    let (state, code) = (value("state").into(), Some(value("code").into()));
    let token = cookie.split_once('=').unwrap().1.to_owned().into();
    let engine = scene.gateway.engine();
    let session = engine.app.linking.session(&token).unwrap().unwrap();
    engine.app.linking.came_back(&Back { state, code, error: None }, Some(&session)).unwrap().unwrap();
    scene.gateway.restart();
    let mut visitor = Visitor::came_in(&scene);
    visitor.cookie = cookie;
    assert!(visitor.home().has_form("google"), "{:?}", visitor.home());
    assert_eq!(visitor.send("/connect/google", &[]).header("location"), "/connect");
    visitor.home_with("the linked page", is_linked);
}

#[test]
fn where_people_may_choose_the_page_asks_which() {
    let scene = Scene::start("google.existing_calendars = true");
    let own = serde_json::json!({"summary": "Trabajo"});
    let made = scene.google().person(USER, "POST", &["calendars"], Some(&own)).unwrap();
    let mut visitor = Visitor::came_in(&scene);
    let back = scene.decide(&off(&mut visitor), "allow", |_| true);
    visitor.get(&back);
    let choice = visitor.home_with("the choice", |seen| seen.has_form("choose"));
    assert!(choice.html.contains("Trabajo"), "{choice:?}");
    visitor.send("/connect/choose", &[("calendar", "made-up")]);
    assert!(visitor.home().has_form("choose"), "what was not offered can't be chosen");
    visitor.send("/connect/choose", &[("calendar", made["id"].as_str().unwrap())]);
    visitor.home_with("the linked page", is_linked);
    assert_eq!(scene.link()["calendar"], "Trabajo");
}
