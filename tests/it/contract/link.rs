use std::time::Duration;

use pasarela::clock::Clock;
use serde_json::{Value, json};
use simulators::caldav::{Options, Server, start};
use simulators::wire::Rule;
use testing::eventually;
use testing::in_process::{Answer, PHONE, TestGateway, key};
use testing::settings::Settings;

use super::{event, expect};

/// A calendar server and a gateway that may reach it.
pub(crate) struct Pair {
    pub(crate) caldav: Server,
    pub(crate) gateway: TestGateway,
    runtime: tokio::runtime::Runtime,
}

impl Pair {
    pub(crate) fn start(settings: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let caldav = runtime.block_on(start("127.0.0.1:0".parse().unwrap(), Options::default())).unwrap();
        let gateway = TestGateway::of(Settings::default().caldav(&caldav).lines(settings), Clock::system());
        Self { caldav, gateway, runtime }
    }

    /// Links with the account that there is.
    pub(crate) fn link(&self) -> Answer {
        self.link_with(json!({"url": self.caldav.url, "username": "alice", "password": "secret"}))
    }

    pub(crate) fn link_with(&self, account: Value) -> Answer {
        self.gateway.ask("POST", "/link", Some(json!({"provider": "caldav", "caldav": account})))
    }

    /// How many events there are in all of the account's calendars.
    pub(crate) fn events(&self) -> usize {
        self.texts().len()
    }

    /// The texts of those events.
    pub(crate) fn texts(&self) -> Vec<String> {
        let calendars = self.caldav.calendars("alice");
        let objects = calendars.iter().flat_map(|calendar| self.caldav.objects("alice", &calendar.name));
        objects.map(|object| object.ics).collect()
    }

    /// Ends the calendar server: from now on nobody answers there.
    pub(crate) fn end_calendar(self) -> TestGateway {
        self.runtime.block_on(self.caldav.stop());
        self.gateway
    }
}

#[test]
fn a_link_carries_events_until_it_is_ended() {
    let pair = Pair::start("sync.answer_within = \"30s\"");
    let gateway = &pair.gateway;
    gateway.ask("POST", "/events", event("before", "x"));
    let linked = pair.link();
    expect(gateway, "create_link", &linked, 201, "");
    assert_eq!((&linked.json["linked"], &linked.json["state"]), (&json!(true), &json!("active")), "{linked:?}");
    assert_eq!(linked.header("location"), "/link");
    assert!(!linked.text.contains("secret"));
    expect(gateway, "create_link", &pair.link(), 409, "already_linked");

    let made = gateway.ask("POST", "/events", event("after", "x"));
    expect(gateway, "create_event", &made, 201, "");
    assert_eq!(made.json["sync"]["state"], "synced", "{made:?}");
    assert_eq!(gateway.ask("POST", "/events", event("after", "x")).status, 200);
    let changed = gateway.ask("PUT", "/events/after", event("after", "y"));
    expect(gateway, "change_event", &changed, 200, "");
    assert_eq!(gateway.ask("PUT", "/events/before", event("before", "y")).status, 200);
    assert_eq!(pair.events(), 2);
    let deleted = gateway.ask("DELETE", "/events/after", None);
    expect(gateway, "delete_event", &deleted, 204, "");
    assert_eq!(pair.events(), 1);

    let shown = gateway.ask("GET", "/link", None);
    expect(gateway, "get_link", &shown, 200, "");
    assert_eq!((&shown.json["provider"], &shown.json["account"]), (&json!("caldav"), &json!("alice")), "{shown:?}");
    let ended = gateway.ask("DELETE", "/link", None);
    expect(gateway, "delete_link", &ended, 200, "");
    assert_eq!(
        (&ended.json["status"], &ended.json["deleted"], &ended.json["left"]),
        (&json!("unlinked"), &json!(1), &json!(0))
    );
    assert_eq!(pair.events(), 0);
    assert_eq!(gateway.ask("GET", "/link", None).json, json!({"linked": false, "last_unlink": ended.json}));
    assert_eq!(gateway.ask("GET", "/events/before", None).json["sync"]["state"], "not_linked");
}

#[test]
fn what_is_held_already_is_answered_200_however_little_the_caller_waits() {
    let pair = Pair::start("sync.answer_within = \"30s\"");
    assert_eq!(pair.link().status, 201);
    let key = key(PHONE);
    let headers = [("X-Phone-Number", PHONE), ("X-Secure-Key", key.as_str()), ("Prefer", "respond-async")];
    let send = |method: &str, path: &str, body| pair.gateway.send(method, path, &headers, body);
    assert_eq!(pair.gateway.ask("POST", "/events", event("a", "x")).status, 201);
    for n in 0..200 {
        for (method, path) in [("PUT", "/events/a"), ("POST", "/events")] {
            let same = send(method, path, event("a", "x"));
            assert_eq!((same.status, &same.json["sync"]["state"]), (200, &json!("synced")), "{method} {n}: {same:?}");
        }
    }
    // On its way still: nothing was changed all the same, and the answer says how far it is.
    pair.caldav.set_faults(vec![Rule { pattern: "^PUT".to_owned(), status: Some(503), ..Rule::default() }]).unwrap();
    assert_eq!(send("POST", "/events", event("b", "x")).status, 202);
    for (method, path) in [("PUT", "/events/b"), ("POST", "/events")] {
        let same = send(method, path, event("b", "x"));
        assert_eq!((same.status, &same.json["sync"]["state"]), (200, &json!("pending")), "{method}: {same:?}");
    }
    let changed = send("PUT", "/events/b", event("b", "y"));
    assert_eq!((changed.status, &changed.json["sync"]["state"]), (202, &json!("pending")), "{changed:?}");
}

#[test]
fn the_deletion_of_what_never_came_near_a_calendar_is_done_when_it_is_stored() {
    let pair = Pair::start("");
    assert_eq!(pair.link().status, 201);
    assert_eq!(pair.gateway.ask("POST", "/events", event("there", "x")).status, 201);
    pair.caldav.set_faults(vec![Rule { pattern: ".".to_owned(), status: Some(401), ..Rule::default() }]).unwrap();
    pair.gateway.ask("POST", "/events", event("a", "x"));
    eventually("the link to wait for its person", Duration::from_secs(30), || {
        (pair.gateway.ask("GET", "/link", None).json["state"] == "needs_reauthorization").then_some(())
    });
    let key = key(PHONE);
    let headers = [("X-Phone-Number", PHONE), ("X-Secure-Key", key.as_str()), ("Prefer", "respond-async")];
    assert_eq!(pair.gateway.send("POST", "/events", &headers, event("b", "x")).status, 202);
    let gone = pair.gateway.send("DELETE", "/events/b", &headers, None);
    assert_eq!((gone.status, gone.header("preference-applied")), (204, "respond-async"), "{gone:?}");
    assert_eq!(pair.gateway.ask("GET", "/events/b", None).code(), "event_not_found");
    assert_eq!(pair.gateway.send("DELETE", "/events/there", &headers, None).status, 202);
}

#[test]
fn who_does_not_wait_is_told_that_it_is_not_there_yet() {
    let pair = Pair::start("");
    assert_eq!(pair.link().status, 201);
    let key = key(PHONE);
    let ask = |method: &str, path: &str, prefer: &str, body| {
        pair.gateway.send(method, path, &[("X-Phone-Number", PHONE), ("X-Secure-Key", &key), ("Prefer", prefer)], body)
    };
    // Nothing gets on, so that nobody is fast enough to be done before the answer.
    let refuses = |pattern: &str| vec![Rule { pattern: pattern.to_owned(), status: Some(503), ..Rule::default() }];
    pair.caldav.set_faults(refuses("^PUT")).unwrap();
    let made = ask("POST", "/events", "respond-async", event("a", "x"));
    expect(&pair.gateway, "create_event", &made, 202, "");
    assert_eq!((made.header("preference-applied"), &made.json["sync"]["state"]), ("respond-async", &json!("pending")));
    pair.caldav.set_faults(Vec::new()).unwrap();
    let changed = ask("PUT", "/events/a", "wait=30", event("a", "y"));
    assert_eq!((changed.status, changed.header("preference-applied")), (200, "wait=30"));
    pair.caldav.set_faults(refuses("^DELETE")).unwrap();
    let deleted = ask("DELETE", "/events/a", "respond-async", None);
    expect(&pair.gateway, "delete_event", &deleted, 202, "");
    let ended = ask("DELETE", "/link", "wait=0", None);
    expect(&pair.gateway, "delete_link", &ended, 202, "");
    assert_eq!(ended.json, json!({"status": "unlinking"}));
}

#[test]
fn without_a_provider_the_answer_is_the_link_to_the_person_s_page() {
    let gateway = TestGateway::with("server.public_url = \"http://localhost:8080\"");
    // The key is over the phone as it was sent, and so is the key in the link.
    for (phone, encoded) in [(PHONE, "%2B593991234567"), ("099 123 4567", "099+123+4567")] {
        let answer = gateway.ask_as(phone, "POST", "/link", Some(json!({})));
        expect(&gateway, "create_link", &answer, 202, "");
        let url = format!("http://localhost:8080/connect?phone_number={encoded}&secure_key={}", key(phone));
        assert_eq!(answer.json, json!({"status": "choose", "connect_url": url}));
    }
    assert_eq!(gateway.ask("GET", "/link", None).json, json!({"linked": false}));
}

#[test]
fn an_account_that_does_not_work_is_told_why_and_nothing_is_kept() {
    let pair = Pair::start("");
    let url = pair.caldav.url.clone();
    let wrong = pair.link_with(json!({"url": url, "username": "alice", "password": "wrong-secret"}));
    expect(&pair.gateway, "create_link", &wrong, 422, "login_failed");
    assert!(!wrong.text.contains("wrong-secret"), "{wrong:?}");
    let lost = pair.link_with(json!({"url": url, "username": "alice", "password": "secret", "calendar": "no such"}));
    expect(&pair.gateway, "create_link", &lost, 422, "calendar_not_found");
    assert!(lost.json["available"].as_array().is_some_and(|names| !names.is_empty()), "{lost:?}");
    assert_eq!(pair.gateway.ask("GET", "/link", None).json, json!({"linked": false}));
    let gateway = pair.end_calendar();
    let account = json!({"url": url, "username": "alice", "password": "secret"});
    let gone = gateway.ask("POST", "/link", Some(json!({"provider": "caldav", "caldav": account})));
    expect(&gateway, "create_link", &gone, 422, "calendar_unreachable");
}
