//! Linking with a user name and a password, on the person's own page.

use std::ops::Deref;

use pasarela::clock::Clock;
use simulators::caldav::{self, Quirks};
use simulators::wire::Rule;
use testing::stage::event;
use tokio::runtime::Runtime;

use super::visitor::Visitor;
use super::{Scene, Seen};

pub(super) const USER: &str = "ana@example.org";
pub(super) const PASSWORD: &str = "abcd-efgh-ijkl-mnop";

/// A scene with a CalDAV server in it, which is Apple as well.
pub(super) struct Accounts {
    scene: Scene,
    /// The server.
    pub(super) caldav: caldav::Server,
    _runtime: Runtime,
}

impl Deref for Accounts {
    type Target = Scene;

    fn deref(&self) -> &Scene {
        &self.scene
    }
}

impl Accounts {
    pub(super) fn start() -> Self {
        Self::at(Clock::system())
    }

    pub(super) fn at(clock: Clock) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let users = vec![(USER.to_owned(), PASSWORD.to_owned())];
        let options = caldav::Options { users, ..caldav::Options::default() };
        let caldav = runtime.block_on(caldav::start("127.0.0.1:0".parse().unwrap(), options)).unwrap();
        let (address, url) = (caldav.address, &caldav.url);
        let scene = Scene::at(&format!("caldav.allowed_hosts = [\"{address}\"]\napple.url = \"{url}\""), clock);
        Self { scene, caldav, _runtime: runtime }
    }

    fn apple(&self, visitor: &mut Visitor<'_>, password: &str) -> Seen {
        visitor.send("/connect/apple", &[("username", USER), ("password", password)])
    }

    pub(super) fn caldav(&self, visitor: &mut Visitor<'_>, password: &str) -> Seen {
        let fields = [("address", self.caldav.url.as_str()), ("username", USER), ("password", password)];
        visitor.send("/connect/caldav", &fields)
    }

    fn requests(&self) -> u64 {
        ["PROPFIND", "OPTIONS", "GET", "PUT", "REPORT", "MKCALENDAR", "MKCOL", "DELETE"]
            .iter()
            .map(|method| self.caldav.counts().of(method))
            .sum()
    }
}

/// A server where people make their calendars themselves.
pub(super) fn no_new_calendars() -> Quirks {
    Quirks { no_mkcalendar: true, ..Quirks::default() }
}

fn is_linked(seen: &Seen) -> bool {
    seen.html.contains("/connect/unlink")
}

#[test]
fn what_is_no_app_password_never_leaves_and_is_not_shown_again() {
    let scene = Accounts::start();
    let mut visitor = Visitor::came_in(&scene);
    for typed in ["Secreto de Ana 2024", "abcd-efgh-ijkl", "abcd-efgh-ijkl-mn0p", "abcdefghijklmnopq"] {
        assert_eq!(scene.apple(&mut visitor, typed).header("location"), "/connect");
        let form = visitor.home_with("the form", |seen| seen.code() == "apple_regular_password");
        assert!(form.has_form("apple") && form.html.contains(USER), "{form:?}");
        assert!(!form.html.contains(typed), "{form:?}");
    }
    assert_eq!(scene.requests(), 0);
}

#[test]
fn spaces_and_missing_dashes_are_forgiven() {
    let scene = Accounts::start();
    let mut visitor = Visitor::came_in(&scene);
    assert_eq!(scene.apple(&mut visitor, " ABCD efgh\u{a0}ijklmnop ").header("location"), "/connect");
    let home = visitor.home_with("the linked page", is_linked);
    assert!(home.html.contains(USER) && home.html.contains("…4567"), "{home:?}");
    assert_eq!(scene.link()["provider"], "apple");
}

#[test]
fn a_wrong_password_leads_back_to_the_form_with_all_that_was_right() {
    let scene = Accounts::start();
    let mut visitor = Visitor::came_in(&scene);
    scene.caldav(&mut visitor, "not this one");
    let form = visitor.home_with("the form", |seen| seen.code() == "login_failed");
    assert!(form.has_form("caldav") && form.html.contains(USER), "{form:?}");
    assert!(form.says(&scene.caldav.url) && !form.html.contains("not this one"), "{form:?}");
    scene.caldav(&mut visitor, PASSWORD);
    visitor.home_with("the linked page", is_linked);
}

#[test]
fn who_mistypes_again_and_again_is_told_how_long_to_wait_and_what_is_typed_meanwhile_goes_nowhere() {
    let clock = Clock::standing(jiff::Timestamp::from_second(1_800_000_000).unwrap());
    let scene = Accounts::at(clock.clone());
    let mut visitor = Visitor::came_in(&scene);
    for n in 0..5 {
        scene.caldav(&mut visitor, &format!("not this one {n}"));
        visitor.home_with("the form", |seen| seen.code() == "login_failed");
        visitor.send("/connect/dismiss", &[]);
    }
    let before = scene.requests();
    scene.caldav(&mut visitor, PASSWORD);
    let form = visitor.home_with("the form", |seen| seen.code() == "too_many_logins");
    assert!(form.has_form("caldav") && form.says("Espera 1 min") && form.html.contains(USER), "{form:?}");
    assert!(visitor.get("/connect/caldav?lang=en").says("Wait 1 min"));
    assert_eq!(scene.requests(), before, "nothing was sent");
    clock.advance(std::time::Duration::from_secs(60));
    assert!(visitor.home().has_form("google"), "there is nothing to tell any more: {:?}", visitor.home());
    scene.caldav(&mut visitor, PASSWORD);
    visitor.home_with("the linked page", is_linked);
}

#[test]
fn what_was_typed_is_forgotten_after_a_quarter_of_an_hour_and_with_the_next_coming_in() {
    let clock = Clock::standing(jiff::Timestamp::from_second(1_800_000_000).unwrap());
    let scene = Accounts::at(clock.clone());
    let mut visitor = Visitor::came_in(&scene);
    let failed = |seen: &Seen| seen.code() == "login_failed";
    scene.caldav(&mut visitor, "not this one");
    visitor.home_with("the form", failed);
    clock.advance(std::time::Duration::from_secs(15 * 60));
    let home = visitor.home();
    assert!(home.status == 200 && !home.html.contains(USER), "{home:?}");
    scene.caldav(&mut visitor, "not this one");
    visitor.home_with("the form", failed);
    let home = Visitor::came_in(&scene).home();
    assert!(home.status == 200 && !home.html.contains(USER), "{home:?}");
}

#[test]
fn a_server_that_makes_no_calendars_leaves_the_choice_to_the_person() {
    let scene = Accounts::start();
    scene.caldav.set_quirks(no_new_calendars()).unwrap();
    let mut visitor = Visitor::came_in(&scene);
    scene.caldav(&mut visitor, PASSWORD);
    let choice = visitor.home_with("the choice", |seen| seen.has_form("choose"));
    assert!(!choice.html.contains(PASSWORD), "{choice:?}");
    let offered = choice.html.split("name=\"calendar\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let offered = offered.replace("&#x2f;", "/").to_owned();
    visitor.send("/connect/choose", &[]);
    assert!(visitor.home().has_form("choose"), "a new one can't be had here");
    visitor.send("/connect/choose", &[("calendar", &offered)]);
    visitor.home_with("the linked page", is_linked);
    assert_eq!(scene.link()["calendar_url"].as_str(), Some(offered.as_str()));
}

#[test]
fn two_tabs_make_one_link() {
    let scene = Accounts::start();
    let before = scene.caldav.calendars(USER).len();
    let (mut one, mut two) = (Visitor::came_in(&scene), Visitor::came_in(&scene));
    std::thread::scope(|threads| {
        threads.spawn(|| scene.caldav(&mut one, PASSWORD));
        threads.spawn(|| scene.caldav(&mut two, PASSWORD));
    });
    for visitor in [&one, &two] {
        visitor.home_with("the linked page", is_linked);
    }
    assert_eq!(scene.caldav.calendars(USER).len(), before + 1);
}

#[test]
fn a_try_outlives_the_page_and_is_not_begun_twice() {
    let scene = Accounts::start();
    let slow = Rule { pattern: "^MKCALENDAR".to_owned(), held: true, ..Rule::default() };
    scene.caldav.set_faults(vec![slow]).unwrap();
    let mut visitor = Visitor::came_in(&scene);
    scene.caldav(&mut visitor, PASSWORD);
    let home = visitor.home();
    assert!(home.html.contains("hx-get=\"/connect\"") && home.html.contains("http-equiv=\"refresh\""), "{home:?}");
    assert_eq!(scene.caldav(&mut visitor, "another password").header("location"), "/connect");
    scene.caldav.set_faults(Vec::new()).unwrap();
    visitor.home_with("the linked page", is_linked);
}

#[test]
fn an_unlink_says_what_goes_and_ends_with_its_receipt() {
    let scene = Accounts::start();
    for n in 0..3 {
        assert!(scene.gateway.ask("POST", "/events", event(&format!("e{n}"), &format!("Cita {n}"))).status < 300);
    }
    let mut visitor = Visitor::came_in(&scene);
    scene.caldav(&mut visitor, PASSWORD);
    visitor.home_with("three events", |seen| is_linked(seen) && scene.link()["pending"] == 0);
    let asked = visitor.get("/connect/unlink");
    assert!(asked.has_form("unlink") && asked.html.contains("3 citas"), "{asked:?}");
    assert_eq!(visitor.send("/connect/unlink", &[]).header("location"), "/connect");
    let home = visitor.home_with("the receipt", |seen| seen.has_form("google"));
    assert!(home.html.contains("3 citas"), "{home:?}");
    assert_eq!(visitor.get("/connect/unlink").header("location"), "/connect", "there is nothing to unlink");
    scene.caldav(&mut visitor, PASSWORD);
    visitor.home_with("the linked page again", is_linked);
}

#[test]
fn a_link_that_waits_for_its_password_asks_for_that_alone() {
    let scene = Accounts::start();
    let mut visitor = Visitor::came_in(&scene);
    scene.caldav(&mut visitor, PASSWORD);
    visitor.home_with("the linked page", is_linked);
    scene.caldav.set_password(USER, "a new one");
    assert!(scene.gateway.ask("POST", "/events", event("late", "Cita")).status < 300);
    let home = visitor.home_with("the call for the person", |_| scene.link()["state"] == "needs_reauthorization");
    assert!(home.html.contains("/connect/caldav") && !home.has_form("google"), "{home:?}");
    assert!(visitor.get("/connect/apple").header("location") == "/connect", "it is not with Apple");
    let form = visitor.get("/connect/caldav");
    assert!(form.has_form("caldav") && form.html.contains(USER), "{form:?}");
    visitor.send("/connect/caldav", &[("password", "a new one")]);
    visitor.home_with("all well again", |_| scene.link()["state"] == "active");
}
