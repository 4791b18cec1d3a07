//! The real binary as a process: configured, started, killed, measured.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use age::secrecy::ExposeSecret;
use data_encoding::HEXLOWER;
use md5::{Digest, Md5};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::machine::{binary, folder, folder_on_disk};
use crate::patience::{deadline, eventually, is_past};
use crate::port::Port;
use crate::servers::CaldavServer;
use crate::settings::{SECRET, Settings};
use crate::wire::{Answer, Client};

/// Bytes.
const SHOWN_LOG: usize = 4_000;
/// A cold start with migrations takes far less; a loaded machine may need some of it.
const START_PATIENCE: Duration = Duration::from_secs(30);

/// A gateway of its own: data folder, configuration, port. It is killed when dropped.
pub struct Gateway {
    folder: TempDir,
    port: Port,
    /// Settings by `PASARELA_SECTION__KEY`, over those of the file; they hold from the next start.
    pub environment: Vec<(&'static str, String)>,
    /// Further words behind `serve`, from the next start on.
    pub arguments: Vec<&'static str>,
    /// The process, while it runs.
    pub child: Option<Child>,
}

impl Gateway {
    /// Writes a configuration that lets the gateway reach `allowed_hosts`, and starts it. `more` is further TOML.
    pub fn start(allowed_hosts: &[&str], more: &str) -> Self {
        Self::configured(allowed_hosts, more).started()
    }

    /// The configuration alone, so that the database can be filled before [`Gateway::run`].
    pub fn configured(allowed_hosts: &[&str], more: &str) -> Self {
        Self::in_folder(folder(), allowed_hosts, more)
    }

    /// The same with everything on disk, for what is killed or measured.
    pub fn on_disk(allowed_hosts: &[&str], more: &str) -> Self {
        Self::in_folder(folder_on_disk(), allowed_hosts, more)
    }

    fn in_folder(folder: TempDir, allowed_hosts: &[&str], more: &str) -> Self {
        let port = Port::free();
        let settings = Settings::in_folder(folder.path())
            .set("server", "listen", port.address.to_string())
            .set("server", "public_url", format!("http://{}", port.address))
            .reaching(allowed_hosts.iter().copied())
            .lines(more);
        let gateway = Self { folder, port, environment: Vec::new(), arguments: Vec::new(), child: None };
        write_private(&gateway.path("pasarela.toml"), &settings.text());
        let identity = age::x25519::Identity::generate();
        write_private(&gateway.path("identity.txt"), &format!("{}\n", identity.to_string().expose_secret()));
        gateway
    }

    /// The same, running.
    #[must_use]
    pub fn started(mut self) -> Self {
        self.run();
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The database's path.
    pub fn database(&self) -> PathBuf {
        self.path("pasarela.db")
    }

    /// The configuration's path.
    pub fn config(&self) -> PathBuf {
        self.path("pasarela.toml")
    }

    /// The path of the age identity.
    pub fn identity(&self) -> PathBuf {
        self.path("identity.txt")
    }

    /// The end of what the gateway has written to its standard outputs; all of it would bury the message it explains.
    pub fn log(&self) -> String {
        let log = fs::read(self.path("log")).unwrap_or_default();
        let end = log.len().saturating_sub(SHOWN_LOG);
        String::from_utf8_lossy(log.get(end..).unwrap_or_default()).into_owned()
    }

    /// Everything that the gateway has written to its standard outputs.
    pub fn whole_log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.path("log")).unwrap()).into_owned()
    }

    /// SIGTERM, as a service manager sends it.
    pub fn terminate(&self) {
        let id = self.child.as_ref().unwrap().id();
        let sent = Command::new("kill").args(["-TERM", &id.to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until the process has ended by itself, and answers its exit code.
    pub fn ended(&mut self) -> Option<i32> {
        let status = eventually("the gateway to end", START_PATIENCE, || self.child.as_mut()?.try_wait().unwrap());
        self.child = None;
        status.code()
    }

    /// Starts the process and waits until it is ready.
    pub fn run(&mut self) {
        self.spawn();
        eventually("the gateway to be ready", START_PATIENCE, || {
            if let Some(status) = self.child.as_mut().and_then(|child| child.try_wait().unwrap()) {
                panic!("the gateway ended with {status}:\n{}", self.log());
            }
            let ready = self.client().send("GET", "/readyz", &[], b"").ok()?;
            (ready.status == 200).then_some(())
        });
    }

    /// Starts the process and waits for nothing.
    pub fn spawn(&mut self) {
        let log = File::options().create(true).append(true).open(self.path("log")).unwrap();
        let child = Command::new(binary())
            .args(["serve", "--config"])
            .arg(self.path("pasarela.toml"))
            .args(&self.arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.child = Some(child);
    }

    /// `kill -9`: no goodbye.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Where it listens, `host:port`.
    pub fn address(&self) -> String {
        self.port.address.to_string()
    }

    /// A new client of this gateway.
    pub fn client(&self) -> Client {
        Client::new(&self.port.address.to_string())
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("the gateway's last words:\n{}", self.log());
        }
    }
}

/// Writes a file that nobody else may read.
pub fn write_private(path: &Path, text: &str) {
    let mut file = fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// A person with a telephone, as the client system sees them.
#[derive(Clone, Debug)]
pub struct Phone {
    /// Canonical, with its plus.
    pub number: String,
    /// Its `secure_key`.
    pub key: String,
}

impl Phone {
    /// The nth person; their key is `md5(number + secret)`.
    pub fn nth(n: u32) -> Self {
        let number = format!("+5939{:08}", 90_000_000 + n);
        let key = HEXLOWER.encode(&Md5::digest(format!("{number}{SECRET}")));
        Self { number, key }
    }

    /// The headers that prove it, and one that asks for an answer without waiting for the calendar.
    pub fn headers(&self) -> [(&str, &str); 4] {
        [
            ("X-Phone-Number", &self.number),
            ("X-Secure-Key", &self.key),
            ("Prefer", "respond-async"),
            ("Content-Type", "application/json"),
        ]
    }

    /// The body that says `fields` about this person.
    pub fn body(&self, fields: Value) -> Vec<u8> {
        let mut body = json!({ "phone_number": self.number, "secure_key": self.key });
        if let (Value::Object(body), Value::Object(fields)) = (&mut body, fields) {
            body.extend(fields);
        }
        body.to_string().into_bytes()
    }

    /// Links this person with the calendar at `calendar` (its URL or path; our own when none is named).
    pub fn link(&self, gateway: &Gateway, server: &CaldavServer, calendar: Option<&str>) -> Value {
        let mut caldav = json!({ "url": server.url, "username": server.username, "password": server.password });
        if let Some(calendar) = calendar {
            caldav["calendar"] = json!(calendar);
        }
        let body = self.body(json!({ "provider": "caldav", "caldav": caldav }));
        let answer = gateway.client().send("POST", "/link", &[("Content-Type", "application/json")], &body).unwrap();
        assert_eq!(answer.status, 201, "POST /link to {}: {}\n{}", server.name, answer.text(), gateway.log());
        answer.json()
    }

    /// How many of this person's events are in each sync state, as `GET /events` tells it.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn states(&self, client: &mut Client) -> std::io::Result<States> {
        let answer = client.send("GET", "/events", &self.headers(), b"")?;
        Ok(States::read(&answer))
    }

    /// Waits until nothing is on its way, and fails when something is refused.
    pub fn wait_until_synced(&self, gateway: &Gateway, patience: Duration) {
        let mut client = gateway.client();
        let end = deadline(patience);
        let mut last = States::default();
        while !is_past(end) {
            last = self.states(&mut client).unwrap();
            assert_eq!(last.failed, 0, "events failed: {last:?}\n{}", gateway.log());
            if last.pending == 0 {
                return;
            }
            std::thread::park_timeout(Duration::from_millis(50));
        }
        panic!("after {patience:?} still on their way: {last:?}\n{}", gateway.log());
    }
}

/// Events by their sync state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct States {
    /// In the calendar as they should be.
    pub synced: usize,
    /// On their way, or without a calendar.
    pub pending: usize,
    /// Refused.
    pub failed: usize,
    /// The first reason of a provider among them.
    pub reason: Option<String>,
}

impl States {
    fn read(answer: &Answer) -> Self {
        assert_eq!(answer.status, 200, "GET /events: {}", answer.text());
        let document = answer.json();
        let events = document.as_array().or_else(|| document["events"].as_array()).expect("a list of events");
        let mut states = Self::default();
        for event in events {
            match event["sync"]["state"].as_str() {
                Some("synced") => states.synced += 1,
                Some("pending" | "not_linked") => states.pending += 1,
                _ => states.failed += 1,
            }
            let reason = event["sync"]["provider_reason"].as_str();
            states.reason = states.reason.or_else(|| reason.map(str::to_owned));
        }
        states
    }
}

/// A plain appointment as a client system sends it.
pub fn appointment(uid: &str, summary: &str, day: u32) -> String {
    let (month, day) = (day / 28 % 12 + 1, day % 28 + 1);
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//tests//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n\
         DTSTART:2027{month:02}{day:02}T150000Z\r\nDTEND:2027{month:02}{day:02}T160000Z\r\nSUMMARY:{summary}\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}
