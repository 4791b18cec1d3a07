use std::sync::Barrier;

use serde_json::{Value, json};
use simulators::caldav::{Options, Quirks};
use simulators::wire::Rule;
use testing::eventually;
use testing::in_process::Answer;
use testing::stage::{Stage, nth, writes};

use super::{PATIENCE, settle, titles};

/// Nothing is linked, and the account is as it was.
fn nothing_is_left(stage: &Stage, what: &str) {
    assert_eq!(stage.shown(), json!({"linked": false}), "{what}");
    let calendars: Vec<String> = stage.caldav().calendars("alice").into_iter().map(|it| it.name).collect();
    assert_eq!((calendars, stage.own().len(), stage.ours().len()), (vec!["personal".to_owned()], 3, 0), "{what}");
}

fn refused(stage: &Stage, account: Value, code: &str) -> Answer {
    let what = account.to_string();
    let answer = stage.link_with(account);
    assert_eq!((answer.status, answer.code()), (422, code), "{what}: {answer:?}");
    answer
}

#[test]
fn an_account_that_does_not_let_us_in_is_not_linked() {
    let stage = Stage::start("");
    let url = stage.caldav().url.clone();
    for (username, password) in [("alice", "wrong"), ("nobody", "secret"), ("alice", "secret ")] {
        refused(&stage, json!({"url": url, "username": username, "password": password}), "login_failed");
        nothing_is_left(&stage, username);
    }
    assert_eq!(writes(&stage.caldav().counts()), 0);
    // A server that is there and of no use.
    for rule in [
        Rule { status: Some(503), ..Rule::default() },
        Rule { status: Some(404), ..Rule::default() },
        Rule { status: Some(200), body: "<html>Iniciar sesión</html>".to_owned(), ..Rule::default() },
    ] {
        stage.faults(vec![Rule { pattern: ".".to_owned(), ..rule }]);
        refused(&stage, stage.account(), "calendar_unreachable");
        nothing_is_left(&stage, "a server of no use");
    }
    stage.faults(Vec::new());
    assert_eq!(stage.link().status, 201, "the way is open again");
}

#[test]
fn an_address_inside_the_operator_s_network_is_not_asked() {
    let stage = Stage::start("");
    let puentes = stage.puentes().address.port();
    let inside = [
        format!("http://127.0.0.1:{puentes}/"),
        format!("https://127.0.0.1:{puentes}/"),
        format!("http://localhost:{puentes}/"),
        format!("http://[::ffff:127.0.0.1]:{puentes}/"),
        "https://10.0.0.1/".to_owned(),
        "https://192.168.1.1:8443/dav".to_owned(),
        "https://169.254.169.254/latest/meta-data/".to_owned(),
        "https://[fd00::1]/".to_owned(),
        "http://dav.example.org/".to_owned(),
    ];
    for url in inside {
        refused(&stage, json!({"url": url, "username": "alice", "password": "secret"}), "address_not_allowed");
    }
    nothing_is_left(&stage, "inside");
    assert_eq!(stage.puentes().counts().total, 0, "{:?}", stage.puentes().counts().lines);
    // An allowed server must not lead there either.
    let away = [("Location".to_owned(), format!("http://127.0.0.1:{puentes}/dav/"))].into();
    stage.faults(vec![Rule { pattern: ".".to_owned(), status: Some(307), headers: away, ..Rule::default() }]);
    let strayed = stage.link();
    assert_eq!(strayed.status, 422, "{strayed:?}");
    assert_eq!(stage.puentes().counts().total, 0, "{:?}", stage.puentes().counts().lines);
}

#[test]
fn a_calendar_is_named_by_its_name_its_path_or_its_address() {
    for name in ["Personal", "/dav/calendars/alice/personal/", "/dav/calendars/alice/personal", "URL"] {
        let stage = Stage::start("");
        let own = stage.own();
        let mut account = stage.account();
        account["calendar"] = match name {
            "URL" => stage.caldav().calendar_url("alice", "personal").into(),
            name => name.into(),
        };
        let linked = stage.link_with(account);
        assert_eq!((linked.status, &linked.json["calendar"]), (201, &json!("Personal")), "{name}: {linked:?}");
        settle(&stage);
        let counts = stage.caldav().counts();
        assert_eq!((counts.of("MKCALENDAR"), counts.of("MKCOL"), stage.own()), (0, 0, own), "{name}");
        assert_eq!((counts.of("PUT"), counts.of("DELETE"), stage.ours().len()), (1, 1, 0), "the probe is gone again");
    }
}

#[test]
fn a_calendar_that_cannot_be_used_is_refused_with_those_that_can() {
    let stage = Stage::start("");
    let mut account = stage.account();
    account["calendar"] = "Trabajo".into();
    assert_eq!(refused(&stage, account.clone(), "calendar_not_found").json["available"], json!(["Personal"]));
    nothing_is_left(&stage, "not found");
    account["calendar"] = "Personal".into();
    stage.caldav().set_quirks(Quirks { read_only: vec!["personal".to_owned()], ..Quirks::default() }).unwrap();
    assert_eq!(refused(&stage, account, "calendar_not_found").json["available"], json!([]));
    nothing_is_left(&stage, "read-only");
    stage.caldav().set_quirks(Quirks { no_mkcalendar: true, ..Quirks::default() }).unwrap();
    let none = refused(&stage, stage.account(), "calendar_not_found");
    assert_eq!(none.json["available"], json!(["Personal"]), "{none:?}");
    assert!(none.json["detail"].as_str().is_some_and(|words| words.contains("caldav.calendar")), "{none:?}");
    nothing_is_left(&stage, "no MKCALENDAR");
}

#[test]
fn a_calendar_that_refuses_the_test_event_is_not_linked_and_not_left_behind() {
    let stage = Stage::start("");
    stage.faults(vec![Rule { pattern: "^PUT".to_owned(), status: Some(507), ..Rule::default() }]);
    let full = stage.link();
    assert_eq!(full.status, 422, "{full:?}");
    nothing_is_left(&stage, "full");
    stage.faults(vec![Rule {
        pattern: "^PUT".to_owned(),
        lost: Some(simulators::wire::Lost::Request),
        ..Rule::default()
    }]);
    refused(&stage, stage.account(), "calendar_unreachable");
    nothing_is_left(&stage, "cut");
}

#[test]
fn what_was_held_before_the_link_arrives_with_it() {
    let stage = Stage::start("sync.answer_within = \"0s\"");
    stage.tells((0..4).map(nth));
    for n in 0..3 {
        let (id, title) = nth(n);
        assert_eq!(stage.gateway.ask("POST", "/events", testing::stage::event(&id, &title)).status, 202);
    }
    assert_eq!(stage.gateway.ask("GET", "/events/e000", None).json["sync"]["state"], "not_linked");
    assert_eq!(stage.link().status, 201);
    eventually("all events, also the one that only Puentes knew", PATIENCE, || {
        (stage.titles() == titles(4)).then_some(())
    });
    settle(&stage);
    assert_eq!(stage.shown()["last_resync"]["state"], "succeeded");
}

#[test]
fn of_requests_that_race_one_makes_the_link() {
    let stage = Stage::start("");
    let barrier = Barrier::new(6);
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let ask = || {
            barrier.wait();
            stage.link()
        };
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut said: Vec<(u16, &str)> =
        answers.iter().map(|answer| (answer.status, if answer.status == 201 { "" } else { answer.code() })).collect();
    said.sort_unstable();
    let mut expected = vec![(409, "already_linked"); 5];
    expected.insert(0, (201, ""));
    assert_eq!(said, expected);
    settle(&stage);
    assert_eq!((stage.caldav().calendars("alice").len(), stage.ours().len()), (2, 0), "one calendar was made");
}

#[test]
fn two_phones_may_share_a_calendar_and_neither_touches_the_other_s_events() {
    let options = Options { own_events: true, ..Options::default() };
    let stage = Stage::with(options, "sync.answer_within = \"60s\"");
    let other = "+593991234568";
    assert_eq!(stage.link_personal().status, 201);
    let mut account = stage.account();
    account["calendar"] = "Personal".into();
    let linked = stage.gateway.ask_as(other, "POST", "/link", Some(json!({"provider": "caldav", "caldav": account})));
    assert_eq!(linked.status, 201, "{linked:?}");
    let own = stage.own();
    let mine = nth(0);
    assert_eq!(stage.gateway.ask("POST", "/events", testing::stage::event(&mine.0, &mine.1)).status, 201);
    let theirs = testing::stage::event(&mine.0, "De la otra");
    assert_eq!(stage.gateway.ask_as(other, "POST", "/events", theirs).status, 201);
    assert_eq!(stage.titles(), ["Cita 000", "De la otra"]);
    let ended = stage.gateway.ask("DELETE", "/link", None);
    assert_eq!((ended.status, &ended.json["deleted"]), (200, &json!(1)), "{ended:?}");
    assert_eq!((stage.titles(), stage.own()), (vec!["De la otra".to_owned()], own));
}
