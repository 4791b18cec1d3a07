//! The age identity and the database belong together: a slip of the operator with them is never written down as
//! something that people have to mend, and what was is taken back by itself.

use std::fs;
use std::process::Command;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::{Value, json};
use simulators::caldav;
use testing::eventually;
use testing::gateway::{Gateway, Phone, appointment};
use testing::settings::host;
use tokio::runtime::Runtime;

const PATIENCE: Duration = Duration::from_secs(30);

/// A linked person, a gateway that was stopped, and the calendar server.
struct Play {
    gateway: Gateway,
    phone: Phone,
    caldav: caldav::Server,
    /// What the gateway's identity file held.
    identity: String,
    _runtime: Runtime,
}

impl Play {
    fn linked_and_stopped() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let caldav = caldav::start("127.0.0.1:0".parse().unwrap(), caldav::Options::default());
        let caldav = runtime.block_on(caldav).unwrap();
        let gateway = Gateway::start(&[host(&caldav.url)], "[sync]\ntick = \"100ms\"");
        let identity = fs::read_to_string(gateway.identity()).unwrap();
        let mut play = Self { gateway, phone: Phone::nth(1), caldav, identity, _runtime: runtime };
        let account = json!({"url": play.caldav.url, "username": "alice", "password": "secret"});
        let body = play.phone.body(json!({"provider": "caldav", "caldav": account}));
        assert_eq!(play.ask("POST", "/link", &body).0, 201);
        play.post("a");
        play.phone.wait_until_synced(&play.gateway, PATIENCE);
        play.gateway.kill();
        play
    }

    fn ask(&self, method: &str, path: &str, body: &[u8]) -> (u16, Value) {
        let answer = self.gateway.client().send(method, path, &self.phone.headers(), body).unwrap();
        (answer.status, answer.json())
    }

    fn post(&self, uid: &str) {
        let body = self.phone.body(json!({"event_data": appointment(uid, uid, 1)}));
        assert!([201, 202].contains(&self.ask("POST", "/events", &body).0));
    }

    /// How many events stand in the calendars.
    fn written(&self) -> usize {
        let calendars = self.caldav.calendars("alice");
        calendars.iter().map(|calendar| self.caldav.objects("alice", &calendar.name).len()).sum()
    }

    /// Waits for a state of the link.
    fn wait_for(&self, state: &str) -> Value {
        eventually(state, PATIENCE, || Some(self.ask("GET", "/link", b"").1).filter(|link| link["state"] == state))
    }

    fn other_identity() -> String {
        let folder = testing::folder();
        let path = folder.path().join("identity.txt");
        pasarela::vault::create_identity(&path, jiff::Timestamp::UNIX_EPOCH).unwrap();
        fs::read_to_string(path).unwrap()
    }

    fn put(&self, identities: &str) {
        fs::write(self.gateway.identity(), identities).unwrap();
    }

    fn refuses_to_start(&mut self) -> String {
        let before = self.gateway.whole_log().len();
        self.gateway.spawn();
        assert_eq!(self.gateway.ended(), Some(1), "{}", self.gateway.log());
        self.gateway.whole_log()[before..].to_owned()
    }

    #[expect(clippy::disallowed_methods, reason = "what lies in the database, whatever wrote it")]
    fn database(&self) -> Connection {
        Connection::open(self.gateway.database()).unwrap()
    }

    fn check(&self) -> (i32, String) {
        let config = self.gateway.config();
        let mut command = Command::new(env!("CARGO_BIN_EXE_pasarela"));
        let out = command.args(["check", "--config"]).arg(config).output().unwrap();
        (out.status.code().unwrap(), String::from_utf8(out.stdout).unwrap())
    }
}

#[test]
fn with_another_identity_nothing_starts_and_nobody_is_asked_to_sign_in_again() {
    let mut play = Play::linked_and_stopped();
    let (identity, other) = (play.identity.clone(), Play::other_identity());
    play.put(&other);
    let log = play.refuses_to_start();
    let recipient: String = play.database().query_row("SELECT sealed_for FROM links", [], |row| row.get(0)).unwrap();
    assert!(log.contains(&recipient) && log.contains("of 1 link are") && log.contains("--identity-lost"), "{log}");
    let (code, told) = play.check();
    assert!(code == 1 && told.contains("✗ vault") && told.contains(&recipient), "{told}");
    // The former one below the new one.
    play.put(&format!("{other}{identity}"));
    let (code, told) = play.check();
    assert!(code == 0 && told.contains("and the credentials of 1 link"), "{told}");
    play.gateway.run();
    play.post("b");
    play.phone.wait_until_synced(&play.gateway, PATIENCE);
    assert_eq!(play.ask("GET", "/link", b"").1["state"], "active");
    assert_eq!(play.written(), 2);
}

#[test]
fn what_an_earlier_version_parked_for_a_wrong_identity_goes_on_by_itself() {
    let mut play = Play::linked_and_stopped();
    let parked = "UPDATE links SET state = 'needs_reauthorization', wake_at = NULL, sealed_for = NULL, unreadable = 1,
                  reason = 'the provider refuses the credentials: a sealed secret belongs to another age identity'";
    assert_eq!(play.database().execute(parked, []), Ok(1));
    // With the wrong identity it waits on, and keeps nobody from starting.
    let (identity, other) = (play.identity.clone(), Play::other_identity());
    play.put(&other);
    play.gateway.run();
    play.post("b");
    assert_eq!(play.ask("GET", "/link", b"").1["state"], "needs_reauthorization");
    let (code, told) = play.check();
    assert!(code == 0 && told.contains("! vault") && told.contains("lets them go on by themselves"), "{told}");
    play.gateway.kill();
    play.put(&identity);
    play.gateway.run();
    play.wait_for("active");
    play.phone.wait_until_synced(&play.gateway, PATIENCE);
    assert_eq!(play.written(), 2);
}

#[test]
fn an_identity_that_is_said_to_be_lost_sends_its_people_to_sign_in_and_may_still_come_back() {
    let mut play = Play::linked_and_stopped();
    let (identity, other) = (play.identity.clone(), Play::other_identity());
    play.put(&other);
    play.gateway.arguments = vec!["--identity-lost"];
    play.gateway.run();
    let link = play.wait_for("needs_reauthorization");
    assert!(link["reason"].as_str().unwrap().contains("lost"), "{link}");
    play.gateway.kill();
    // Once said, it is written down: the next start needs no word.
    play.gateway.arguments.clear();
    play.gateway.run();
    assert_eq!(play.ask("GET", "/link", b"").1["state"], "needs_reauthorization");
    play.gateway.kill();
    play.put(&format!("{other}{identity}"));
    play.gateway.run();
    play.wait_for("active");
    play.post("b");
    play.phone.wait_until_synced(&play.gateway, PATIENCE);
}

#[test]
fn damaged_credentials_are_asked_for_again_and_no_start_takes_them_for_whole() {
    let mut play = Play::linked_and_stopped();
    let sealed: Vec<u8> = play.database().query_row("SELECT credentials FROM links", [], |row| row.get(0)).unwrap();
    // At its end, and in the line that says whom it is for.
    for place in [sealed.len() - 1, 40] {
        let mut damaged = sealed.clone();
        damaged[place] ^= 1;
        let put = "UPDATE links SET credentials = ?1, state = 'active', unreadable = 0";
        assert_eq!(play.database().execute(put, [damaged]), Ok(1));
        let (code, told) = play.check();
        assert!(code == 0 && told.contains("! vault") && told.contains("damaged"), "{told}");
        play.gateway.run();
        play.post(&format!("after {place}"));
        play.wait_for("needs_reauthorization");
        play.gateway.kill();
        play.gateway.run();
        assert_eq!(play.ask("GET", "/link", b"").1["state"], "needs_reauthorization");
        play.gateway.kill();
    }
}
