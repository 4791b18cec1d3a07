//! A rebuild and an unlink that a server leaves in the middle, for longer than a run waits, and that go on over a way that
//! loses answers: the product on the server, as people meet it.

use std::time::Duration;

use pasarela::clients;
use pasarela::clock::Clock;
use pasarela::ids::Holder;
use pasarela::providers::caldav::{self, CalendarInfo};
use serde_json::{Value, json};
use testing::eventually;
use testing::faults::{Fault, FaultProxy, Requests, Rule};
use testing::in_process::{PHONE, TestGateway};
use testing::servers::CaldavServer;
use testing::settings::Settings;
use testing::stage::{ical, nth};
use testing::told::Told;

use super::caldav::{found_calendars, login, way_to};
use super::room::settled;

const PATIENCE: Duration = Duration::from_secs(120);
const EVENTS: usize = 12;

/// Both, one after the other, in a calendar that is made for it.
pub(super) fn what_is_broken_off_goes_on_and_doubles_nothing(server: &CaldavServer) {
    let play = Play::linked(server);
    let before = play.ours();
    assert_eq!(before.len(), EVENTS, "{}", server.name);
    let run = play.server_leaves_in_the_middle_of(|| play.ask("POST", "/resync", Some(json!({"mode": "rebuild"}))));
    let run = format!("/resync/{}", run["resync_id"].as_str().unwrap());
    play.time_passes("the run to give up", || play.ask("GET", &run, None)["state"] == "failed");
    play.server_comes_back();
    play.time_passes("all to be in step", || play.in_step());
    let after = play.ours();
    assert_eq!(after.len(), EVENTS, "{}: each event once: {after:?}", server.name);
    assert!(after.iter().all(|key| !before.contains(key)), "{}: each under a new name", server.name);

    play.server_leaves_in_the_middle_of(|| play.ask("DELETE", "/link", None));
    play.gateway.clock.advance(Duration::from_secs(300));
    play.server_comes_back();
    let receipt = play.unlinked();
    assert_eq!((&receipt["deleted"], &receipt["left"]), (&json!(EVENTS), &json!(0)), "{}: {receipt}", server.name);
    assert!(play.calendar().is_none(), "{}: the calendar goes with its link", server.name);
}

/// The person deletes the calendar, and unlinks: before anybody has noticed, or after.
pub(super) fn nothing_is_left_of_a_calendar_that_its_person_deleted(server: &CaldavServer) {
    for noticed in [false, true] {
        let play = Play::linked(server);
        let calendar = play.calendar().unwrap();
        server.client().send("DELETE", calendar.url.path(), &[], b"").unwrap();
        assert!(play.calendar().is_none(), "{}", server.name);
        if noticed {
            play.ask("POST", "/events", testing::stage::event("later", "Luego"));
            play.time_passes("the loss to be noticed", || play.ask("GET", "/link", None)["state"] == "calendar_lost");
        }
        play.ask("DELETE", "/link", None);
        let receipt = play.unlinked();
        assert_eq!(receipt["left"], json!(0), "{}, noticed {noticed}: {receipt}", server.name);
        assert!(receipt["reason"].is_string(), "{}: {receipt}", server.name);
    }
}

struct Play<'a> {
    server: &'a CaldavServer,
    proxy: FaultProxy,
    _told: Told,
    gateway: TestGateway,
    name: String,
}

impl<'a> Play<'a> {
    fn linked(server: &'a CaldavServer) -> Self {
        let proxy = FaultProxy::start(server.host(), &[]);
        let told = Told::start();
        let events = (0..EVENTS).map(nth).map(|(id, title)| (id.clone(), ical(&id, &title)));
        told.events(&events.collect::<Vec<_>>());
        // Another run's calendar would be found under the same name.
        let name = format!("Broken off {}", uuid::Uuid::new_v4().simple());
        let settings = Settings::default()
            .lines("sync.tick = \"100ms\"\nsync.answer_within = \"50ms\"\nsync.lanes_per_account = 2")
            .set("calendar", "name", name.as_str())
            .events_url(told.url())
            .reaching([proxy.host().as_str()]);
        let gateway = TestGateway::of(settings, Clock::standing("2026-11-01T08:00:00Z".parse().unwrap()));
        let account = json!({"url": proxy.url(), "username": server.username, "password": server.password});
        let body = json!({"provider": "caldav", "caldav": account});
        // Some servers close connections without a word; people try again then.
        eventually("the link", PATIENCE, || {
            (gateway.ask("POST", "/link", Some(body.clone())).status == 201).then_some(())
        });
        let play = Self { server, proxy, _told: told, gateway, name };
        play.time_passes("the first resync", || play.in_step());
        play
    }

    fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        self.gateway.ask(method, path, body).json
    }

    /// Waits, and the gateway's time runs meanwhile.
    fn time_passes(&self, what: &str, done: impl Fn() -> bool) {
        eventually(what, PATIENCE, || {
            self.gateway.clock.advance(Duration::from_millis(500));
            done().then_some(())
        });
    }

    fn in_step(&self) -> bool {
        let link = self.ask("GET", "/link", None);
        let held = self.ask("GET", "/events", None);
        let events = held["events"].as_array().unwrap();
        link["pending"] == 0
            && link["last_resync"]["state"] != "in_progress"
            && events.len() == EVENTS
            && events.iter().all(|event| event["sync"]["state"] == "synced")
    }

    /// Deletions are slow, and after some of them nothing gets through any more.
    fn server_leaves_in_the_middle_of(&self, begin: impl FnOnce() -> Value) -> Value {
        let always = |of, fault| Rule { of, every: 1, times: usize::MAX, fault };
        self.proxy.set_rules(&[always(Requests::Method("DELETE"), Fault::Delay(Duration::from_millis(300)))]);
        self.proxy.take_log();
        let begun = begin();
        eventually("some deletions", PATIENCE, || {
            let log = self.proxy.log();
            (log.iter().filter(|one| one.method == "DELETE").count() >= 4).then_some(())
        });
        self.proxy.set_rules(&[always(Requests::All, Fault::LoseRequest)]);
        begun
    }

    fn server_comes_back(&self) {
        self.proxy.set_rules(&[Rule::every_third_answer_to_a_write_is_lost()]);
    }

    fn unlinked(&self) -> Value {
        self.time_passes("the unlink to end", || self.ask("GET", "/link", None)["linked"] == json!(false));
        self.ask("GET", "/link", None)["last_unlink"].clone()
    }

    fn calendar(&self) -> Option<CalendarInfo> {
        found_calendars(self.server).into_iter().find(|calendar| calendar.name == self.name)
    }

    /// The names of what is ours there, past the proxy.
    fn ours(&self) -> Vec<String> {
        let mark = self.gateway.engine().mark(&Holder::of(clients::puentes::ID, PHONE));
        let login = login(&self.server.url, self.server.username, self.server.password);
        let remote = caldav::open(way_to(self.server).into(), login, self.calendar().unwrap().url, mark);
        let listed = settled(&self.gateway.clock, || remote.list_ours()).unwrap();
        listed.into_iter().map(|listed| listed.key.to_string()).collect()
    }
}
