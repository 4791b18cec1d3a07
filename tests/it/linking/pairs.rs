//! Two phones in one account, and in one calendar of it: what happens to one is not the other's.

use std::sync::Barrier;
use std::thread;

use pasarela::clients;
use pasarela::ids::Holder;
use pasarela::link::Slot;
use pasarela::store::{StoreError, holders, links};
use serde_json::{Value, json};
use simulators::caldav::Options;
use simulators::wire::{Lost, Rule};
use testing::eventually;
use testing::in_process::{Answer, PHONE};
use testing::settings::host;
use testing::stage::{Stage, event, nth};
use testing::wire::Client;

use super::PATIENCE;

const OTHER: &str = "+593991234568";
const WAIT: &str = "sync.answer_within = \"60s\"";

fn link_as(stage: &Stage, phone: &str, password: &str) -> Answer {
    let mut account = stage.account();
    account["password"] = password.into();
    stage.gateway.ask_as(phone, "POST", "/link", Some(json!({"provider": "caldav", "caldav": account})))
}

fn linked(stage: &Stage, phone: &str) {
    let linked = link_as(stage, phone, "secret");
    assert_eq!((linked.status, &linked.json["calendar"]), (201, &json!("Puentes")), "{phone}: {linked:?}");
    settled(stage, phone);
}

fn shown(stage: &Stage, phone: &str) -> Value {
    stage.gateway.ask_as(phone, "GET", "/link", None).json
}

fn settled(stage: &Stage, phone: &str) {
    eventually("the link to settle", PATIENCE, || {
        let link = shown(stage, phone);
        (link["pending"] == 0 && link["last_resync"]["state"] != "in_progress").then_some(())
    });
}

fn in_state(stage: &Stage, phone: &str, state: &str) -> Value {
    eventually(state, PATIENCE, || {
        let link = shown(stage, phone);
        (link["state"] == state).then_some(link)
    })
}

fn sends(stage: &Stage, phone: &str, n: usize, status: u16) {
    let (id, title) = (nth(n).0, format!("{phone} {n}"));
    let headers = [("X-Phone-Number", phone), ("X-Secure-Key", &testing::in_process::key(phone))];
    let wait = if status == 201 { "wait=60" } else { "respond-async" };
    let headers = [headers[0], headers[1], ("Prefer", wait)];
    let sent = stage.gateway.send("POST", "/events", &headers, event(&id, &title));
    assert_eq!(sent.status, status, "{sent:?}");
    if phone == PHONE {
        // A resync asks the client system for what this phone has.
        stage.tells((0..=n).map(|n| (nth(n).0, format!("{phone} {n}"))));
    }
}

/// How many calendars of ours there are.
fn puentes(stage: &Stage) -> usize {
    let calendars = stage.caldav().calendars("alice");
    calendars.iter().filter(|calendar| calendar.display_name.as_deref() == Some("Puentes")).count()
}

fn both_linked(events: usize) -> Stage {
    let stage = Stage::with(Options { own_events: true, ..Options::default() }, WAIT);
    for phone in [PHONE, OTHER] {
        linked(&stage, phone);
        (0..events).for_each(|n| sends(&stage, phone, n, 201));
    }
    assert_eq!((puentes(&stage), stage.ours().len()), (1, 2 * events));
    stage
}

fn sealed(stage: &Stage, phone: &str) -> Vec<u8> {
    let read = stage.gateway.engine().store.read(|tx| {
        let holder = holders::find(tx, &Holder::of(clients::puentes::ID, phone))?.unwrap();
        Ok::<_, StoreError>(links::in_slot(tx, holder, Slot::Only)?.unwrap().credentials)
    });
    read.unwrap()
}

fn held_back(pattern: &str, milliseconds: u64, every: u64) -> Rule {
    Rule { pattern: pattern.to_owned(), delay: milliseconds, every, times: Some(1), ..Rule::default() }
}

#[test]
fn phones_that_link_at_the_same_moment_share_the_calendar_that_one_of_them_makes() {
    let stage = Stage::start("");
    // Whoever looks at the account sees it before anybody has made something.
    stage.faults(vec![Rule { delay: 300, ..held_back("PROPFIND /dav/calendars/alice/ ?$", 300, 1) }]);
    let phones: Vec<String> = (0..4).map(|n| format!("+59399123457{n}")).collect();
    let barrier = Barrier::new(phones.len());
    let answers: Vec<Answer> = thread::scope(|scope| {
        let ask = |phone: &str| {
            barrier.wait();
            link_as(&stage, phone, "secret")
        };
        let threads: Vec<_> = phones.iter().map(|phone| scope.spawn(move || ask(phone))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| answer.status == 201), "{answers:?}");
    assert_eq!(puentes(&stage), 1);
    assert_eq!(stage.caldav().counts().of("MKCALENDAR"), 1);
}

#[test]
fn a_phone_that_moves_in_while_the_last_one_leaves_keeps_the_calendar() {
    let stage = Stage::start(WAIT);
    linked(&stage, PHONE);
    // The newcomer's test event is gone again, and what it looks at last is held back: nothing of it stands anywhere.
    stage.faults(vec![held_back("PROPFIND .*/psr[0-9a-v]+", 2500, 2)]);
    stage.caldav().clear_counts();
    thread::scope(|scope| {
        let newcomer = scope.spawn(|| link_as(&stage, OTHER, "secret"));
        eventually("the test event to be gone again", PATIENCE, || {
            (stage.caldav().counts().of("DELETE") > 0).then_some(())
        });
        assert_eq!(stage.ask_async("DELETE", "/link", None).status, 202);
        let newcomer = newcomer.join().unwrap();
        assert_eq!((newcomer.status, &newcomer.json["calendar"]), (201, &json!("Puentes")), "{newcomer:?}");
    });
    eventually("the other one to be gone", PATIENCE, || (stage.shown()["linked"] == json!(false)).then_some(()));
    assert_eq!(puentes(&stage), 1);
    sends(&stage, OTHER, 0, 201);
    assert_eq!(shown(&stage, OTHER)["state"], "active");
    let ended = stage.gateway.ask_as(OTHER, "DELETE", "/link", None);
    assert_eq!((ended.status, puentes(&stage)), (200, 0), "it is theirs now: {ended:?}");
}

#[test]
fn a_calendar_that_goes_before_a_phone_moves_in_is_made_anew() {
    let stage = Stage::start(WAIT);
    linked(&stage, PHONE);
    stage.caldav().clear_counts();
    // The newcomer sees the calendar in a list that is old when it arrives.
    stage.faults(vec![held_back("PROPFIND /dav/calendars/alice/ ?$", 2500, 1)]);
    let linked = thread::scope(|scope| {
        let newcomer = scope.spawn(|| link_as(&stage, OTHER, "secret"));
        eventually("the list to be on its way", PATIENCE, || {
            let lines = stage.caldav().counts().lines;
            lines.iter().any(|line| line.starts_with("PROPFIND /dav/calendars/alice/ ")).then_some(())
        });
        assert_eq!(stage.gateway.ask("DELETE", "/link", None).status, 200);
        newcomer.join().unwrap()
    });
    assert_eq!((linked.status, puentes(&stage)), (201, 1), "{linked:?}");
    sends(&stage, OTHER, 0, 201);
    assert_eq!(stage.gateway.ask_as(OTHER, "DELETE", "/link", None).status, 200);
    assert_eq!(puentes(&stage), 0);
}

#[test]
fn a_calendar_that_both_have_lost_is_made_again_once() {
    let stage = both_linked(2);
    let url: url::Url = stage.shown()["calendar_url"].as_str().unwrap().parse().unwrap();
    let mut client = Client::new(host(&stage.caldav().url)).with_basic("alice", "secret");
    assert_eq!(client.send("DELETE", url.path(), &[], b"").unwrap().status, 204);
    // One of them notices, and the other one looks for itself.
    sends(&stage, PHONE, 2, 202);
    in_state(&stage, PHONE, "calendar_lost");
    in_state(&stage, OTHER, "calendar_lost");
    assert_eq!(link_as(&stage, PHONE, "secret").status, 201);
    for phone in [PHONE, OTHER] {
        settled(&stage, phone);
        assert_eq!(shown(&stage, phone)["state"], "active", "{phone}");
    }
    assert_eq!((puentes(&stage), stage.ours().len()), (1, 3 + 2), "{:?}", stage.titles());
    // What was made is taken along by the last of them, whichever that is.
    assert_eq!(stage.gateway.ask("DELETE", "/link", None).status, 200);
    assert_eq!((puentes(&stage), stage.ours().len()), (1, 2));
    assert_eq!(stage.gateway.ask_as(OTHER, "DELETE", "/link", None).status, 200);
    assert_eq!(puentes(&stage), 0);
}

#[test]
fn a_password_that_was_changed_is_asked_of_each_and_given_to_none() {
    let stage = both_linked(2);
    assert!(stage.caldav().set_password("alice", "the new one"));
    for phone in [PHONE, OTHER] {
        sends(&stage, phone, 2, 202);
        in_state(&stage, phone, "needs_reauthorization");
    }
    let (mine, theirs) = (sealed(&stage, PHONE), sealed(&stage, OTHER));
    assert_eq!(link_as(&stage, PHONE, "the new one").status, 201);
    settled(&stage, PHONE);
    assert_ne!(sealed(&stage, PHONE), mine);
    // Whoever changed it may have done so to keep the other one out.
    assert_eq!(
        (shown(&stage, OTHER)["state"].as_str(), sealed(&stage, OTHER)),
        (Some("needs_reauthorization"), theirs)
    );
    assert_eq!(stage.ours().len(), 3 + 2);
    assert_eq!(link_as(&stage, OTHER, "secret").code(), "login_failed");
    assert_eq!(link_as(&stage, OTHER, "the new one").status, 201);
    settled(&stage, OTHER);
    assert_eq!((puentes(&stage), stage.ours().len()), (1, 6));
}

#[test]
fn one_whose_password_is_old_leaves_and_the_other_one_works_on() {
    let stage = Stage::start(WAIT);
    linked(&stage, PHONE);
    sends(&stage, PHONE, 0, 201);
    assert!(stage.caldav().set_password("alice", "the new one"));
    assert_eq!(link_as(&stage, OTHER, "the new one").status, 201);
    sends(&stage, OTHER, 0, 201);
    let theirs = stage.ours();
    sends(&stage, PHONE, 1, 202);
    in_state(&stage, PHONE, "needs_reauthorization");
    sends(&stage, OTHER, 1, 201);
    let ended = stage.gateway.ask("DELETE", "/link", None);
    assert_eq!((ended.status, &ended.json["left"]), (200, &json!(2)), "one stands there, one never came: {ended:?}");
    sends(&stage, OTHER, 2, 201);
    assert!(theirs.iter().all(|(place, etag)| stage.ours().get(place) == Some(etag)), "and nothing was touched");
    // What could not be taken out stays, and the calendar with it.
    let ended = stage.gateway.ask_as(OTHER, "DELETE", "/link", None);
    assert_eq!((&ended.json["deleted"], &ended.json["left"]), (&json!(3), &json!(0)), "{ended:?}");
    assert_eq!((puentes(&stage), stage.ours().len()), (1, 1));
}

#[test]
fn a_rebuild_and_a_resync_of_one_leave_the_other_one_alone() {
    let stage = both_linked(4);
    let of = |phone: &str| -> Vec<_> {
        let title = |place: &(String, String)| stage.text(place);
        stage.ours().into_iter().filter(|(place, _)| title(place).contains(&format!("SUMMARY:{phone}"))).collect()
    };
    let (mine, theirs) = (of(PHONE), of(OTHER));
    assert_eq!((mine.len(), theirs.len()), (4, 4));
    for (mode, lossy) in [("repair", false), ("rebuild", false), ("rebuild", true)] {
        if lossy {
            let pattern = "^(PUT|DELETE)".to_owned();
            stage.faults(vec![Rule { pattern, lost: Some(Lost::Answer), every: 3, ..Rule::default() }]);
        }
        let asked = stage.resync(json!({"mode": mode}));
        assert!(matches!(asked.status, 200 | 202), "{asked:?}");
        eventually("the resync to end", PATIENCE, || {
            (stage.shown()["last_resync"]["state"] == "succeeded").then_some(())
        });
        settled(&stage, PHONE);
        stage.faults(Vec::new());
        assert_eq!(of(OTHER), theirs, "{mode}");
        assert_eq!(of(PHONE).len(), 4, "{mode}");
        assert_eq!(of(PHONE) == mine, mode == "repair", "{mode}");
    }
}
