//! A slow, failing or throttled calendar delays no other link.

use std::time::Duration;

use serde_json::json;
use simulators::caldav::{Options, Server, start};
use simulators::puentes;
use simulators::wire::Rule;
use testing::in_process::{Answer, TestGateway, key};
use testing::settings::{SECRET, host};
use testing::stage::{event, nth, writes};
use testing::{deadline, eventually, is_past};
use tokio::runtime::Runtime;

/// How long a calendar that hangs hangs, in milliseconds: longer than the test takes.
const HANG: u64 = 25_000;
/// Within this a healthy link is served, on a machine that others use too.
const PROMPTLY: Duration = Duration::from_secs(12);

/// Two sites. They go first when it ends, so that nobody waits for one that hangs.
struct Town {
    sick: Server,
    healthy: Server,
    gateway: TestGateway,
    _runtime: Runtime,
}

impl Town {
    /// Two sites with the users `u0`, `u1` and so on, `count` at each.
    fn with(count: usize) -> Self {
        Self::of(count, "")
    }

    /// The same under further settings.
    fn of(count: usize, settings: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let users: Vec<_> = (0..count).map(|n| (format!("u{n}"), "secret".to_owned())).collect();
        let site = || {
            let options = Options { users: users.clone(), ..Options::default() };
            runtime.block_on(start("127.0.0.1:0".parse().unwrap(), options)).unwrap()
        };
        let (sick, healthy) = (site(), site());
        let hosts = [host(&sick.url), host(&healthy.url)];
        let gateway =
            TestGateway::with(&format!("caldav.allowed_hosts = {hosts:?}\nsync.tick = \"100ms\"\n{settings}"));
        Self { sick, healthy, gateway, _runtime: runtime }
    }

    /// Links a phone with the calendar of `u{user}` at a site.
    fn link(&self, phone: &str, site: &Server, user: usize) {
        let account =
            json!({"url": site.url, "username": format!("u{user}"), "password": "secret", "calendar": "Personal"});
        let body = json!({"provider": "caldav", "caldav": account});
        let linked = self.gateway.ask_as(phone, "POST", "/link", Some(body));
        assert_eq!(linked.status, 201, "{linked:?}");
    }

    fn send(&self, phone: &str, n: usize, prefer: &str) -> Answer {
        let (id, title) = nth(n);
        let headers = [("X-Phone-Number", phone), ("X-Secure-Key", &key(phone)), ("Prefer", prefer)];
        self.gateway.send("POST", "/events", &headers, event(&id, &title))
    }

    /// Events to a healthy link are in its calendar before the answer, one after the other.
    fn is_served_promptly(&self, phone: &str) {
        let end = deadline(PROMPTLY);
        for n in 0..3 {
            let answer = self.send(phone, n, "wait=30");
            assert_eq!((answer.status, &answer.json["sync"]["state"]), (201, &json!("synced")), "{phone}: {answer:?}");
        }
        assert!(!is_past(end), "{phone} had to wait");
    }
}

/// The nth phone at a site.
fn phone(site: u8, n: usize) -> String {
    format!("+5939{site}{:07}", 9_000_000 + n)
}

fn hang(pattern: &str) -> Rule {
    Rule { pattern: pattern.to_owned(), delay: HANG, ..Rule::default() }
}

fn throttle(pattern: &str) -> Rule {
    let headers = [("Retry-After".to_owned(), "3600".to_owned())].into();
    Rule { pattern: pattern.to_owned(), status: Some(429), headers, ..Rule::default() }
}

/// One account in trouble with much to do, beside accounts at the same site and at another.
fn one_in_trouble(trouble: Rule) {
    let town = Town::with(5);
    for n in 0..5 {
        town.link(&phone(1, n), &town.sick, n);
        town.link(&phone(2, n), &town.healthy, n);
    }
    town.sick.set_faults(vec![trouble]).unwrap();
    town.sick.clear_counts();
    for n in 0..60 {
        assert_eq!(town.send(&phone(1, 0), n, "respond-async").status, 202);
    }
    eventually("the trouble to begin", Duration::from_secs(30), || (writes(&town.sick.counts()) > 0).then_some(()));
    for n in 0..5 {
        town.is_served_promptly(&phone(2, n));
    }
    for n in 1..5 {
        town.is_served_promptly(&phone(1, n));
    }
    let held = town.gateway.ask_as(&phone(1, 0), "GET", "/events", None).json;
    let pending = held["events"].as_array().unwrap().iter().filter(|event| event["sync"]["state"] == "pending");
    assert!(pending.count() >= 50, "the trouble lasted: {held}");
}

#[test]
fn an_account_whose_server_hangs_delays_nobody() {
    one_in_trouble(hang("/dav/calendars/u0/"));
}

#[test]
fn an_account_that_is_throttled_delays_nobody() {
    one_in_trouble(throttle("/dav/calendars/u0/"));
}

#[test]
fn forty_links_of_a_dead_site_do_not_stop_another_site() {
    let town = Town::with(40);
    for n in 0..40 {
        town.link(&phone(1, n), &town.sick, n);
    }
    town.link(&phone(2, 0), &town.healthy, 0);
    town.sick.set_faults(vec![hang(".")]).unwrap();
    for n in 0..40 {
        for event in 0..3 {
            assert_eq!(town.send(&phone(1, n), event, "respond-async").status, 202);
        }
    }
    town.sick.clear_counts();
    town.is_served_promptly(&phone(2, 0));
    // Also who comes only now.
    town.link(&phone(2, 1), &town.healthy, 1);
    town.is_served_promptly(&phone(2, 1));
}

#[test]
fn a_client_system_that_hangs_does_not_stop_the_calendars() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let options = puentes::Options { secret: SECRET.to_owned(), ..puentes::Options::default() };
    let puentes = runtime.block_on(puentes::start("127.0.0.1:0".parse().unwrap(), options)).unwrap();
    let town = Town::of(6, &format!("puentes.events_url = \"{}\"\nsync.lanes = 4", puentes.events_url()));
    for n in 0..6 {
        puentes.replace(&phone(2, n), Vec::new());
        town.link(&phone(2, n), &town.healthy, n);
    }
    eventually("the first resyncs to end", Duration::from_secs(30), || {
        let ended = |n| {
            let link = town.gateway.ask_as(&phone(2, n), "GET", "/link", None).json;
            link["last_resync"]["state"] == "succeeded"
        };
        (0..6).all(ended).then_some(())
    });
    puentes.set_dial(puentes::Dial { fault: puentes::Fault::Hang, ..puentes::Dial::default() });
    let asked = puentes.counts().lines.len();
    for n in 0..5 {
        let headers = [("X-Phone-Number", phone(2, n)), ("X-Secure-Key", key(&phone(2, n)))];
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        let began = town.gateway.send(
            "POST",
            "/resync",
            &[&headers[..], &[("Prefer", "respond-async")]].concat(),
            Some(json!({})),
        );
        assert_eq!(began.status, 202, "{began:?}");
    }
    eventually("two to ask", Duration::from_secs(30), || (puentes.counts().lines.len() >= asked + 2).then_some(()));
    town.is_served_promptly(&phone(2, 5));
    assert_eq!(puentes.counts().lines.len(), asked + 2, "half of the workers ask, and no more");
    runtime.block_on(puentes.stop());
}
