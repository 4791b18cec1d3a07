//! A disk that is full: nothing counts as stored, nobody is asked in vain, and once there is room all goes on.
//!
//! A limit on the size of files stands for it (setrlimit(2)), set on the running process and taken off again: it needs no
//! privileges, and SQLite meets it as it meets a disk without room, in the middle of a write.

use std::process::Command;
use std::time::Duration;

use serde_json::json;
use simulators::wire::Rule;
use simulators::{caldav, puentes};
use testing::gateway::{Gateway, Phone, appointment};
use testing::settings::{SECRET, host};
use testing::wire::Answer;
use testing::{deadline, eventually, is_past};

const PATIENCE: Duration = Duration::from_secs(60);
/// How long the gateway is watched while the disk is full: a loop without a brake goes round thousands of times.
const WATCHED: Duration = Duration::from_secs(3);
/// Requests to calendars and client systems while nothing can be written down: those under way, and no second look.
const MOST_ASKED: u64 = 12;

/// A gateway whose calendar and client system can be held up.
struct Yard {
    gateway: Gateway,
    phone: Phone,
    caldav: caldav::Server,
    puentes: puentes::Server,
    _runtime: tokio::runtime::Runtime,
}

impl Yard {
    fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (local, options) = ("127.0.0.1:0".parse().unwrap(), caldav::Options::default());
        let caldav = runtime.block_on(caldav::start(local, options)).unwrap();
        let told = puentes::Options { secret: SECRET.to_owned(), seeded: false, ..puentes::Options::default() };
        let puentes = runtime.block_on(puentes::start(local, told)).unwrap();
        let events = format!("[puentes]\nevents_url = \"{}\"\n[sync]\ntick = \"100ms\"\n", puentes.events_url());
        let gateway = Gateway::start(&[host(&caldav.url), host(&puentes.url)], &events);
        let yard = Self { gateway, phone: Phone::nth(1), caldav, puentes, _runtime: runtime };
        let account =
            json!({"url": yard.caldav.url, "username": "alice", "password": "secret", "calendar": "Personal"});
        let linked = yard.ask("POST", "/link", json!({"provider": "caldav", "caldav": account}));
        assert_eq!(linked.status, 201, "{}", linked.text());
        yard
    }

    fn ask(&self, method: &str, path: &str, fields: serde_json::Value) -> Answer {
        let body = self.phone.body(fields);
        self.gateway.client().send(method, path, &self.phone.headers(), &body).unwrap()
    }

    /// Whatever is asked from now on is carried out and not answered; or both again.
    fn hold(&self, held: bool) {
        let rules = || if held { vec![Rule { pattern: ".".to_owned(), held, ..Rule::default() }] } else { Vec::new() };
        self.caldav.set_faults(rules()).unwrap();
        self.puentes.set_faults(rules()).unwrap();
    }

    /// How much was asked of the others.
    fn asked(&self) -> u64 {
        [self.caldav.counts(), self.puentes.counts()].iter().map(|counts| counts.lines.len() as u64).sum()
    }

    /// No file may grow over so many bytes; or again as it likes.
    fn limit(&self, bytes: Option<u64>) {
        let id = self.gateway.child.as_ref().unwrap().id().to_string();
        let soft = bytes.map_or("unlimited".to_owned(), |bytes| bytes.to_string());
        let set = Command::new("prlimit").args(["--pid", &id, &format!("--fsize={soft}:")]).status().unwrap();
        assert!(set.success());
    }

    /// Fills the disk with events, whose ids it answers: all that were promised.
    fn fill(&self) -> Vec<String> {
        let size = |end: &str| {
            let path = self.gateway.database().display().to_string() + end;
            std::fs::metadata(path).map_or(0, |file| file.len())
        };
        let log = self.gateway.whole_log().len() as u64;
        self.limit(Some(size("").max(size("-wal")).max(log) + (128 << 10)));
        let mut promised = Vec::new();
        for n in 0.. {
            assert!(n < 2_000, "it takes everything");
            let id = format!("filler-{n}");
            let answer = self.ask("POST", "/events", json!({"event_data": appointment(&id, "Cita", n)}));
            match answer.status {
                202 => promised.push(id),
                _ => {
                    assert_refused(&answer);
                    break;
                }
            }
        }
        promised
    }

    /// Watches the gateway while the disk is full and nobody else is held up; answers what was promised all the same, because it fitted.
    fn watch(&self) -> Vec<String> {
        let (before, end) = (self.asked(), deadline(WATCHED));
        let mut promised = Vec::new();
        let mut client = self.gateway.client();
        let key = format!("phone_number={}&secure_key={}", self.phone.number.replace('+', "%2B"), self.phone.key);
        for n in 0.. {
            if is_past(end) {
                break;
            }
            let id = format!("late-{n}");
            let answer = self.ask("POST", "/events", json!({"event_data": appointment(&id, &"ñ".repeat(50_000), n)}));
            match answer.status {
                202 => promised.push(id),
                _ => assert_refused(&answer),
            }
            let ready = client.send("GET", "/readyz", &[], b"").unwrap();
            assert_eq!(ready.status, 503, "{}", ready.text());
            let held = client.send("GET", "/events", &self.phone.headers(), b"").unwrap();
            assert_eq!(held.status, 200, "what is held is told: {}", held.text());
            let page = client.send("GET", &format!("/connect?{key}"), &[], b"").unwrap();
            assert!([303, 503].contains(&page.status), "{}", page.text());
            if page.status == 503 {
                assert!(
                    page.message.header("retry-after").is_some() && page.text().contains("<html"),
                    "{}",
                    page.text()
                );
            }
        }
        let asked = self.asked() - before;
        assert!(asked <= MOST_ASKED, "{asked} requests to others whose answers can't be written down");
        promised
    }

    /// What the driver had to say.
    fn said(&self) -> Vec<String> {
        let log = self.gateway.whole_log();
        log.lines().filter(|line| line.contains("pasarela::sync")).map(str::to_owned).collect()
    }
}

fn assert_refused(answer: &Answer) {
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (503, Some("storage_unavailable")),
        "{}",
        answer.text()
    );
    assert_eq!((answer.message.header("retry-after"), answer.json()["retry_after"].as_u64()), (Some("30"), Some(30)));
}

/// Fills the disk while `begun` is under way, and takes the fill away again; answers the yard, and the events that were promised.
fn full<T>(begin: impl FnOnce(&Yard) -> T) -> (Yard, Vec<String>, T) {
    let yard = Yard::start();
    yard.phone.wait_until_synced(&yard.gateway, PATIENCE);
    yard.hold(true);
    let before = yard.asked();
    let begun = begin(&yard);
    eventually("it to be under way", PATIENCE, || (yard.asked() > before).then_some(()));
    let mut promised = yard.fill();
    yard.hold(false);
    promised.extend(yard.watch());
    let said = yard.said();
    let about_it = said.iter().filter(|line| line.contains("the database can't be used")).count();
    assert_eq!(about_it, 1, "said, and not again within a minute: {said:?}");
    assert!(said.len() < 12, "{said:?}");
    yard.limit(None);
    eventually("to be ready again", PATIENCE, || {
        let ready = yard.gateway.client().send("GET", "/readyz", &[], b"").unwrap();
        (ready.status == 200).then_some(())
    });
    (yard, promised, begun)
}

#[test]
fn events_wait_for_room_and_each_is_written_once() {
    let (yard, promised, ()) = full(|yard| {
        let answer = yard.ask("POST", "/events", json!({"event_data": appointment("first", "Cita", 1)}));
        assert_eq!(answer.status, 202, "{}", answer.text());
    });
    yard.phone.wait_until_synced(&yard.gateway, PATIENCE);
    let held = yard.gateway.client().send("GET", "/events", &yard.phone.headers(), b"").unwrap().json();
    let held: Vec<&str> =
        held["events"].as_array().unwrap().iter().map(|event| event["event_id"].as_str().unwrap()).collect();
    let promised: Vec<&str> = ["first"].into_iter().chain(promised.iter().map(String::as_str)).collect();
    let missing: Vec<&&str> = promised.iter().filter(|id| !held.contains(id)).collect();
    assert!(missing.is_empty(), "promised, and not held: {missing:?}");
    assert_eq!(yard.caldav.objects("alice", "personal").len(), held.len(), "each once");
}

#[test]
fn a_resync_waits_for_room_before_it_asks_again() {
    let (yard, _, run) = full(|yard| {
        let answer = yard.ask("POST", "/resync", json!({}));
        assert_eq!(answer.status, 202, "{}", answer.text());
        answer.json()["resync_id"].as_str().unwrap().to_owned()
    });
    let ended = eventually("the resync to end", PATIENCE, || {
        let path = format!("/resync/{run}");
        let run = yard.gateway.client().send("GET", &path, &yard.phone.headers(), b"").unwrap().json();
        (run["state"] != "in_progress").then_some(run)
    });
    assert_eq!(ended["state"], "succeeded", "{ended}");
}

#[test]
fn an_unlink_waits_for_room_and_ends() {
    let (yard, _, ()) = full(|yard| {
        let answer = yard.ask("DELETE", "/link", json!({}));
        assert_eq!(answer.status, 202, "{}", answer.text());
    });
    eventually("the link to end", PATIENCE, || {
        let link = yard.gateway.client().send("GET", "/link", &yard.phone.headers(), b"").unwrap();
        (link.json()["linked"] == json!(false)).then_some(())
    });
    assert_eq!(yard.caldav.objects("alice", "personal").len(), 0);
}
