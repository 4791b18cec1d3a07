//! A calendar that is gone, or can't be written any more: how its person gets on with another one, or with the same.

use serde_json::{Value, json};
use simulators::caldav::{Options, Quirks};
use testing::eventually;
use testing::in_process::Answer;
use testing::settings::host;
use testing::stage::{Stage, event, nth};
use testing::wire::Client;

use super::{PATIENCE, settle, titles};

const WAIT: &str = "sync.answer_within = \"60s\"";

/// Ana and Bob; Ana's `Personal` is linked and holds three events, and the client system knows the same three.
fn linked_in_personal() -> Stage {
    let users = ["alice", "bob"].map(|user| (user.to_owned(), "secret".to_owned()));
    let stage = Stage::with(Options { users: users.into(), ..Options::default() }, WAIT);
    stage.tells((0..3).map(nth));
    assert_eq!(stage.link_personal().status, 201);
    eventually("the events", PATIENCE, || (stage.titles() == titles(3)).then_some(()));
    settle(&stage);
    stage
}

/// The person deletes the linked calendar in another client.
fn deleted_by_hand(stage: &Stage) {
    let url: url::Url = stage.shown()["calendar_url"].as_str().unwrap().parse().unwrap();
    let mut client = Client::new(host(&stage.caldav().url)).with_basic("alice", "secret");
    assert_eq!(client.send("DELETE", url.path(), &[], b"").unwrap().status, 204);
}

fn read_only(stage: &Stage, calendars: &[&str]) {
    let read_only = calendars.iter().map(|name| (*name).to_owned()).collect();
    stage.caldav().set_quirks(Quirks { read_only, ..Quirks::default() }).unwrap();
}

/// An event that comes now waits, and with it everything.
fn is_lost(stage: &Stage) {
    let (id, title) = nth(3);
    assert_eq!(stage.ask_async("POST", "/events", event(&id, &title)).status, 202);
    stage.tells((0..4).map(nth));
    let link = eventually("the loss to show", PATIENCE, || {
        let link = stage.shown();
        (link["state"] == "calendar_lost").then_some(link)
    });
    assert!(link["pending"].as_u64() > Some(0), "{link}");
}

fn is_whole(stage: &Stage, linked: &Answer, calendar: &str) {
    assert_eq!((linked.status, &linked.json["state"]), (201, &json!("active")), "{linked:?}");
    assert_eq!(linked.json["calendar"], json!(calendar), "{linked:?}");
    eventually("all events", PATIENCE, || (stage.titles() == titles(4)).then_some(()));
    settle(stage);
    assert_eq!(stage.titles(), titles(4), "each once");
    assert_eq!((&stage.shown()["state"], &stage.shown()["pending"]), (&json!("active"), &json!(0)));
}

fn named(stage: &Stage, calendar: &str) -> Value {
    let mut account = stage.account();
    account["calendar"] = calendar.into();
    account
}

fn names(stage: &Stage) -> Vec<String> {
    let mut names: Vec<String> =
        stage.caldav().calendars("alice").into_iter().filter_map(|calendar| calendar.display_name).collect();
    names.sort();
    names
}

#[test]
fn who_links_again_after_the_calendar_was_deleted_gets_one_as_a_new_link_would() {
    let stage = linked_in_personal();
    deleted_by_hand(&stage);
    is_lost(&stage);
    is_whole(&stage, &stage.link(), "Puentes");
    assert_eq!(names(&stage), ["Puentes"]);
    // We made it, so it goes with the link.
    assert_eq!(stage.gateway.ask("DELETE", "/link", None).json["left"], json!(0));
    assert_eq!(names(&stage), Vec::<String>::new());
}

#[test]
fn another_calendar_can_be_named_and_one_that_is_not_there_is_told() {
    let stage = linked_in_personal();
    let mut client = Client::new(host(&stage.caldav().url)).with_basic("alice", "secret");
    assert_eq!(client.send("MKCALENDAR", "/dav/calendars/alice/trabajo/", &[], b"").unwrap().status, 201);
    deleted_by_hand(&stage);
    is_lost(&stage);
    let missing = stage.link_with(named(&stage, "Personal"));
    assert_eq!((missing.status, missing.code()), (422, "calendar_not_found"), "{missing:?}");
    assert_eq!(missing.json["available"].as_array().map(Vec::len), Some(1), "{missing:?}");
    assert_eq!(stage.shown()["state"], "calendar_lost");
    let linked = stage.link_with(named(&stage, "/dav/calendars/alice/trabajo/"));
    let calendar = linked.json["calendar"].as_str().unwrap_or_default().to_owned();
    is_whole(&stage, &linked, &calendar);
    assert!(stage.ours().keys().all(|(calendar, _)| calendar == "trabajo"));
    let counts = stage.caldav().counts();
    assert_eq!(counts.of("MKCALENDAR"), 1, "ours was the only one");
}

#[test]
fn a_calendar_that_can_be_written_again_is_gone_on_with_and_nothing_is_written_twice() {
    let stage = linked_in_personal();
    let before = stage.ours();
    read_only(&stage, &["personal"]);
    is_lost(&stage);
    stage.caldav().set_quirks(Quirks::default()).unwrap();
    // What stands there could not be cleaned up from elsewhere.
    let elsewhere = stage.link_with(named(&stage, "Trabajo"));
    assert_eq!((elsewhere.status, elsewhere.code()), (409, "already_linked"), "{elsewhere:?}");
    let bob = json!({"url": stage.caldav().url, "username": "bob", "password": "secret"});
    assert_eq!(stage.link_with(bob).code(), "already_linked");
    is_whole(&stage, &stage.link(), "Personal");
    assert_eq!(names(&stage), ["Personal"]);
    let unchanged = stage.ours().iter().filter(|(place, etag)| before.get(*place) == Some(*etag)).count();
    assert_eq!(unchanged, 3);
}

#[test]
fn a_calendar_that_may_only_be_read_is_left_for_one_of_our_own() {
    let stage = linked_in_personal();
    read_only(&stage, &["personal"]);
    is_lost(&stage);
    let linked = stage.link();
    assert_eq!((linked.status, &linked.json["calendar"]), (201, &json!("Puentes")), "{linked:?}");
    settle(&stage);
    let new = |stage: &Stage| stage.ours().into_keys().filter(|(calendar, _)| calendar != "personal").count();
    eventually("all events", PATIENCE, || (new(&stage) == 4).then_some(()));
    // The test event of that try could not stay in the old one either.
    assert_eq!(stage.ours().len(), 4 + 3);
}

#[test]
fn another_account_can_take_the_place_of_one_whose_calendar_is_gone() {
    let stage = linked_in_personal();
    deleted_by_hand(&stage);
    is_lost(&stage);
    let bob = json!({"url": stage.caldav().url, "username": "bob", "password": "secret"});
    let linked = stage.link_with(bob);
    assert_eq!((linked.status, &linked.json["account"]), (201, &json!("bob")), "{linked:?}");
    eventually("all events", PATIENCE, || (stage.titles_of("bob") == titles(4)).then_some(()));
    settle(&stage);
    assert_eq!((stage.titles_of("bob"), stage.titles()), (titles(4), Vec::new()));
}

#[test]
fn a_password_and_a_calendar_that_are_both_gone_are_mended_at_once() {
    let stage = linked_in_personal();
    assert!(stage.caldav().set_password("alice", "the new one"));
    let (id, title) = nth(3);
    assert_eq!(stage.ask_async("POST", "/events", event(&id, &title)).status, 202);
    stage.tells((0..4).map(nth));
    eventually("the refusal to show", PATIENCE, || (stage.shown()["state"] == "needs_reauthorization").then_some(()));
    let url: url::Url = stage.shown()["calendar_url"].as_str().unwrap().parse().unwrap();
    let mut client = Client::new(host(&stage.caldav().url)).with_basic("alice", "the new one");
    assert_eq!(client.send("DELETE", url.path(), &[], b"").unwrap().status, 204);
    let mut account = stage.account();
    account["password"] = "the new one".into();
    is_whole(&stage, &stage.link_with(account), "Puentes");
}
