use pasarela::clients;
use pasarela::ids::Holder;
use pasarela::link::Slot;
use pasarela::store::{StoreError, holders, links};
use serde_json::json;
use simulators::caldav::Options;
use simulators::wire::Rule;
use testing::eventually;
use testing::in_process::PHONE;
use testing::stage::{Stage, event, ical, nth};

use super::{PATIENCE, receipt, settle, titles};

const WAIT: &str = "sync.answer_within = \"60s\"";

/// A link with `count` events in the calendar.
fn linked(options: Options, count: usize, personal: bool) -> Stage {
    let stage = Stage::with(options, WAIT);
    stage.tells((0..count).map(nth));
    let answer = if personal { stage.link_personal() } else { stage.link() };
    assert_eq!(answer.status, 201, "{answer:?}");
    eventually("the events", PATIENCE, || (stage.titles() == titles(count)).then_some(()));
    settle(&stage);
    stage
}

fn with_own() -> Options {
    Options { own_events: true, ..Options::default() }
}

/// An object under our mark that no placement names, as an earlier link leaves it.
fn put_a_stray(stage: &Stage) -> (String, String) {
    let (calendar, name) = stage.ours().into_keys().next().unwrap();
    let (mark, _) = name.split_at("psr".len() + 12);
    let stray = (calendar, format!("{mark}{}.ics", "0".repeat(40)));
    stage.by_hand(&stray, Some(&ical("stray", "Resto de antes")));
    stray
}

#[test]
fn an_unlink_removes_what_is_ours_and_nothing_else() {
    let stage = linked(with_own(), 5, true);
    let own = stage.own();
    let stray = put_a_stray(&stage);
    // One letter short or long, another installation's mark: not ours.
    let (mark, rest) = stray.1.split_at(15);
    let foreign =
        [format!("{mark}0.ics"), format!("{mark}{}.ics", "0".repeat(41)), format!("psr{}{rest}", "1".repeat(12))];
    for (n, name) in foreign.iter().enumerate() {
        stage.by_hand(&("personal".to_owned(), name.clone()), Some(&ical(&format!("foreign-{n}"), "Ajeno")));
    }
    let ended = stage.gateway.ask("DELETE", "/link", None);
    assert_eq!(
        (ended.status, &ended.json["status"], &ended.json["deleted"], &ended.json["left"]),
        (200, &json!("unlinked"), &json!(6), &json!(0)),
        "{ended:?}"
    );
    assert_eq!((stage.titles(), stage.own()), (vec!["Ajeno".to_owned(); 3], own));
    assert_eq!(stage.shown(), json!({"linked": false, "last_unlink": ended.json}));
    assert_eq!(stage.gateway.ask("DELETE", "/link", None).code(), "not_linked");
}

#[test]
fn our_calendar_goes_with_the_link_unless_the_person_uses_it() {
    let calendars = |stage: &Stage| -> Vec<String> {
        stage.caldav().calendars("alice").into_iter().filter_map(|it| it.display_name).collect()
    };
    let stage = linked(with_own(), 2, false);
    assert_eq!(calendars(&stage).len(), 2, "{:?}", calendars(&stage));
    assert_eq!(stage.gateway.ask("DELETE", "/link", None).json["deleted"], json!(2));
    assert_eq!(calendars(&stage), ["Personal"]);
    // The same again, and the person puts something into it.
    assert_eq!(stage.link().status, 201);
    eventually("the events", PATIENCE, || (stage.titles() == titles(2)).then_some(()));
    settle(&stage);
    let ours = stage.ours().into_keys().next().unwrap().0;
    stage.by_hand(&(ours.clone(), "mine.ics".to_owned()), Some(&ical("mine", "Mi cita")));
    let own = stage.own();
    assert_eq!(stage.gateway.ask("DELETE", "/link", None).json["deleted"], json!(2));
    assert_eq!((stage.ours().len(), stage.own()), (0, own));
    assert!(stage.own().contains_key(&(ours, "mine.ics".to_owned())));
}

#[test]
fn an_unlink_leaves_no_trace_of_the_credentials_on_the_disk() {
    let mut stage = linked(with_own(), 2, false);
    let sealed = stage.gateway.engine().store.read(|tx| {
        let holder = holders::find(tx, &Holder::of(clients::puentes::ID, PHONE))?.unwrap();
        Ok::<_, StoreError>(links::in_slot(tx, holder, Slot::Only)?.unwrap().credentials)
    });
    let sealed = sealed.unwrap();
    // The head of a sealed text is alike in all of them; its end is like no other.
    let needle = &sealed[sealed.len() - 48..];
    let on_disk = |stage: &Stage| -> Vec<String> {
        let files = std::fs::read_dir(stage.gateway.folder.path()).unwrap().map(|file| file.unwrap().path());
        let holds = |path: &std::path::PathBuf| {
            path.is_file() && std::fs::read(path).unwrap().windows(needle.len()).any(|window| window == needle)
        };
        files.filter(holds).map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    };
    assert!(!on_disk(&stage).is_empty(), "it is there while the link stands");
    assert_eq!(stage.gateway.ask("DELETE", "/link", None).status, 200);
    assert_eq!(on_disk(&stage), Vec::<String>::new(), "while it runs");
    stage.gateway.stop();
    assert_eq!(on_disk(&stage), Vec::<String>::new(), "after it stopped");
}

#[test]
fn an_unlink_that_a_server_holds_up_goes_on_also_after_a_restart() {
    for restarts in [false, true] {
        let mut stage = linked(with_own(), 5, true);
        let own = stage.own();
        stage.caldav().clear_counts();
        stage.faults(vec![Rule { pattern: "^DELETE".to_owned(), status: Some(503), ..Rule::default() }]);
        let going = stage.ask_async("DELETE", "/link", None);
        assert_eq!((going.status, going.json), (202, json!({"status": "unlinking"})));
        eventually("a deletion to be tried", PATIENCE, || (stage.caldav().counts().of("DELETE") > 0).then_some(()));
        assert_eq!(stage.shown()["state"], "unlinking");
        assert_eq!(stage.link().code(), "already_linked");
        assert_eq!(stage.ask_async("POST", "/resync", None).code(), "not_linked");
        assert_eq!(stage.ours().len(), 5);
        if restarts {
            stage.gateway.restart();
            assert_eq!(stage.shown()["state"], "unlinking");
        }
        stage.faults(Vec::new());
        let receipt = receipt(&stage);
        assert_eq!((&receipt["deleted"], &receipt["left"]), (&json!(5), &json!(0)), "{receipt}");
        assert_eq!((stage.ours().len(), stage.own()), (0, own));
    }
}

#[test]
fn an_unlink_from_an_account_that_shut_us_out_ends_and_says_what_is_left() {
    let stage = linked(with_own(), 5, true);
    assert!(stage.caldav().set_password("alice", "another"));
    let ended = stage.gateway.ask("DELETE", "/link", None);
    assert_eq!((ended.status, &ended.json["deleted"], &ended.json["left"]), (200, &json!(0), &json!(5)), "{ended:?}");
    assert!(ended.json["reason"].is_string(), "{ended:?}");
    // Who links again with the same calendar finds them replaced, not doubled.
    let mut account = stage.account();
    account["password"] = "another".into();
    account["calendar"] = "Personal".into();
    assert_eq!(stage.link_with(account).status, 201);
    settle(&stage);
    eventually("each event once", PATIENCE, || (stage.titles() == titles(5)).then_some(()));
}

#[test]
fn who_links_elsewhere_gets_everything_there() {
    let users = ["alice", "bob"].map(|user| (user.to_owned(), "secret".to_owned()));
    let stage = linked(Options { users: users.into(), own_events: true, ..Options::default() }, 3, true);
    assert_eq!(stage.gateway.ask("POST", "/events", event("e003", "Cita 003")).status, 201);
    let own = stage.own();
    stage.tells((0..4).map(nth));
    assert_eq!(stage.gateway.ask("DELETE", "/link", None).json["deleted"], json!(4));
    assert_eq!(stage.link().status, 201, "another calendar of the same account");
    eventually("the events", PATIENCE, || (stage.titles() == titles(4)).then_some(()));
    settle(&stage);
    assert!(stage.ours().keys().all(|(calendar, _)| calendar != "personal"));
    assert_eq!(stage.gateway.ask("DELETE", "/link", None).json["deleted"], json!(4));
    let mut account = stage.account();
    account["username"] = "bob".into();
    assert_eq!(stage.link_with(account).status, 201, "another account");
    eventually("the events", PATIENCE, || (stage.titles_of("bob") == titles(4)).then_some(()));
    settle(&stage);
    assert_eq!((stage.ours().len(), stage.own()), (0, own));
    assert_eq!(stage.shown()["account"], "bob");
}
