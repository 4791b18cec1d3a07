//! A wall's clock that is wrong for a while: nothing waits for the time that it showed.
//!
//! The real binary under libfaketime, which reads from a file what to add to the time; its time that only goes forward is
//! left alone, as it is when somebody sets a clock.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;
use simulators::caldav;
use simulators::wire::Rule;
use testing::eventually;
use testing::gateway::{Gateway, Phone, appointment};
use testing::settings::host;
use testing::wire::Answer;

const PATIENCE: Duration = Duration::from_secs(60);
const RIGHT: &str = "+0";

/// A gateway whose clock can be set, and its calendar.
struct Setting {
    gateway: Gateway,
    phone: Phone,
    caldav: caldav::Server,
    _runtime: tokio::runtime::Runtime,
}

/// Debian's libfaketime, which `tests/run` installs.
fn library() -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib").unwrap();
    let found =
        folders.map(|folder| folder.unwrap().path().join("faketime/libfaketime.so.1")).find(|path| path.exists());
    found.expect("libfaketime is there (tests/run install)")
}

impl Setting {
    fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let local = "127.0.0.1:0".parse().unwrap();
        let caldav = runtime.block_on(caldav::start(local, caldav::Options::default())).unwrap();
        let mut gateway = Gateway::configured(&[host(&caldav.url)], "[sync]\ntick = \"100ms\"\n");
        gateway.environment = vec![
            ("LD_PRELOAD", library().display().to_string()),
            ("FAKETIME_TIMESTAMP_FILE", gateway.database().with_file_name("clock").display().to_string()),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ];
        let setting = Self { gateway, phone: Phone::nth(1), caldav, _runtime: runtime };
        setting.set(RIGHT);
        setting
    }

    /// A linked one.
    fn linked() -> Self {
        let mut setting = Self::start();
        setting.gateway.run();
        let account =
            json!({"url": setting.caldav.url, "username": "alice", "password": "secret", "calendar": "Personal"});
        let linked = setting.ask("POST", "/link", json!({"provider": "caldav", "caldav": account}));
        assert_eq!(linked.status, 201, "{}", linked.text());
        setting.phone.wait_until_synced(&setting.gateway, PATIENCE);
        setting
    }

    /// Sets the clock: what is added to the time.
    fn set(&self, by: &str) {
        std::fs::write(self.gateway.database().with_file_name("clock"), format!("{by}\n")).unwrap();
    }

    fn ask(&self, method: &str, path: &str, fields: serde_json::Value) -> Answer {
        let body = self.phone.body(fields);
        self.gateway.client().send(method, path, &self.phone.headers(), &body).unwrap()
    }

    fn fail(&self, fails: bool) {
        let mut rule = Rule { pattern: ".".to_owned(), status: Some(503), ..Rule::default() };
        rule.headers.insert("Retry-After".to_owned(), "25920060".to_owned());
        self.caldav.set_faults(if fails { vec![rule] } else { Vec::new() }).unwrap();
    }

    /// Tells an event that the calendar does not take, and waits until it was tried.
    fn fails_once(&self, id: &str) {
        self.fail(true);
        self.caldav.clear_counts();
        let answer = self.ask("POST", "/events", json!({"event_data": appointment(id, "Cita", 1)}));
        assert_eq!(answer.status, 202, "{}", answer.text());
        let tried = || (!self.link()["reason"].is_null() || !self.reason(id).is_null()).then_some(());
        eventually("the calendar to be asked, and the failure to be written down", PATIENCE, tried);
        self.fail(false);
    }

    fn link(&self) -> serde_json::Value {
        self.ask("GET", "/link", json!({})).json()
    }

    fn reason(&self, id: &str) -> serde_json::Value {
        let path = format!("/events/{id}");
        let event = self.gateway.client().send("GET", &path, &self.phone.headers(), b"").unwrap().json();
        event["sync"]["provider_reason"].clone()
    }
}

#[test]
fn a_failure_while_the_clock_is_ahead_waits_no_longer_than_the_clock_is() {
    let setting = Setting::linked();
    setting.set("+30d");
    setting.fails_once("ahead");
    setting.set(RIGHT);
    setting.phone.wait_until_synced(&setting.gateway, PATIENCE);
    assert!(setting.gateway.whole_log().contains("the clock was set back"), "{}", setting.gateway.log());
    assert_eq!(setting.caldav.objects("alice", "personal").len(), 1);
}

#[test]
fn nor_over_a_restart() {
    let mut setting = Setting::linked();
    setting.set("+30d");
    setting.fails_once("ahead");
    setting.gateway.kill();
    setting.set(RIGHT);
    setting.gateway.run();
    setting.phone.wait_until_synced(&setting.gateway, PATIENCE);
    assert!(!setting.gateway.whole_log().contains("the clock was set back"), "nobody saw it");
    assert_eq!(setting.caldav.objects("alice", "personal").len(), 1);
}

#[test]
fn a_clock_that_is_set_back_by_less_than_anybody_waits_holds_nothing_up() {
    let setting = Setting::linked();
    for (n, back) in ["-90", "-5h", "-400d"].into_iter().enumerate() {
        let id = format!("back-{n}");
        setting.fails_once(&id);
        setting.set(back);
        setting.phone.wait_until_synced(&setting.gateway, PATIENCE);
        assert_eq!(setting.caldav.objects("alice", "personal").len(), n + 1);
    }
    // And what is told while it is behind is written as ever.
    let answer = setting.ask("POST", "/events", json!({"event_data": appointment("later", "Cita", 9)}));
    assert_eq!(answer.status, 202, "{}", answer.text());
    setting.phone.wait_until_synced(&setting.gateway, PATIENCE);
}
