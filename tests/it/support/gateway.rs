//! The real binary as a process: configured, started, killed, measured.

use std::fs::{self, File};
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use age::secrecy::ExposeSecret;
use data_encoding::HEXLOWER;
use md5::{Digest, Md5};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::servers::CaldavServer;
use super::wire::{Answer, Client};
use super::{eventually, is_past};

/// The secret of `secure_key` in every generated configuration.
pub(crate) const CLIENT_SECRET: &str = "the-client-systems-secret-for-tests";
/// Bytes.
const SHOWN_LOG: usize = 4_000;
/// A cold start with migrations takes far less; a loaded machine may need some of it.
const START_PATIENCE: Duration = Duration::from_secs(30);

/// A gateway of its own: data folder, configuration, port. It is killed when dropped.
pub(crate) struct Gateway {
    folder: TempDir,
    host: String,
    /// Settings by `PASARELA_SECTION__KEY`, over those of the file; they hold from the next start.
    pub(crate) environment: Vec<(&'static str, String)>,
    /// The process, while it runs.
    pub(crate) child: Option<Child>,
}

impl Gateway {
    /// Writes a configuration that lets the gateway reach `allowed_hosts`, and starts it. `more` is further TOML.
    pub(crate) fn start(allowed_hosts: &[&str], more: &str) -> Self {
        let mut gateway = Self::configured(allowed_hosts, more);
        gateway.run();
        gateway
    }

    /// The configuration alone, so that the database can be filled before [`Gateway::run`].
    pub(crate) fn configured(allowed_hosts: &[&str], more: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("gateway-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let host = format!("127.0.0.1:{}", free_port());
        let gateway = Self { folder, host, environment: Vec::new(), child: None };
        let hosts: Vec<String> = allowed_hosts.iter().map(|host| format!("{host:?}")).collect();
        let configuration = format!(
            "[server]\nlisten = {host:?}\npublic_url = \"http://{host}\"\n\
             [database]\npath = {database:?}\n[vault]\nidentity_file = {identity:?}\n\
             [puentes]\nsecret = {CLIENT_SECRET:?}\n[caldav]\nallowed_hosts = [{hosts}]\n{more}",
            host = gateway.host,
            database = gateway.database(),
            identity = gateway.path("identity.txt"),
            hosts = hosts.join(", "),
        );
        write_private(&gateway.path("pasarela.toml"), &configuration);
        let identity = age::x25519::Identity::generate();
        write_private(&gateway.path("identity.txt"), &format!("{}\n", identity.to_string().expose_secret()));
        gateway
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The database's path.
    pub(crate) fn database(&self) -> PathBuf {
        self.path("pasarela.db")
    }

    /// The end of what the gateway has written to its standard outputs; all of it would bury the message it explains.
    pub(crate) fn log(&self) -> String {
        let log = fs::read(self.path("log")).unwrap_or_default();
        let end = log.len().saturating_sub(SHOWN_LOG);
        String::from_utf8_lossy(log.get(end..).unwrap_or_default()).into_owned()
    }

    /// Everything that the gateway has written to its standard outputs.
    pub(crate) fn whole_log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.path("log")).unwrap()).into_owned()
    }

    /// SIGTERM, as a service manager sends it.
    pub(crate) fn terminate(&self) {
        let id = self.child.as_ref().unwrap().id();
        let sent = Command::new("kill").args(["-TERM", &id.to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until the process has ended by itself, and answers its exit code.
    pub(crate) fn ended(&mut self) -> Option<i32> {
        let status = eventually("the gateway to end", START_PATIENCE, || self.child.as_mut()?.try_wait().unwrap());
        self.child = None;
        status.code()
    }

    /// Starts the process and waits until it is ready.
    pub(crate) fn run(&mut self) {
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
    pub(crate) fn spawn(&mut self) {
        let log = File::options().create(true).append(true).open(self.path("log")).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_pasarela"))
            .args(["serve", "--config"])
            .arg(self.path("pasarela.toml"))
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.child = Some(child);
    }

    /// `kill -9`: no goodbye.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// A new client of this gateway.
    pub(crate) fn client(&self) -> Client {
        Client::new(&self.host)
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

/// A port that nothing listens on now.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn write_private(path: &Path, text: &str) {
    let mut file = fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// A person with a telephone, as the client system sees them.
#[derive(Clone, Debug)]
pub(crate) struct Phone {
    pub(crate) number: String,
    pub(crate) key: String,
}

impl Phone {
    /// The nth person; their key is `md5(number + secret)`.
    pub(crate) fn nth(n: u32) -> Self {
        let number = format!("+5939{:08}", 90_000_000 + n);
        let key = HEXLOWER.encode(&Md5::digest(format!("{number}{CLIENT_SECRET}")));
        Self { number, key }
    }

    /// The headers that prove it, and one that asks for an answer without waiting for the calendar.
    pub(crate) fn headers(&self) -> [(&str, &str); 4] {
        [
            ("X-Phone-Number", &self.number),
            ("X-Secure-Key", &self.key),
            ("Prefer", "respond-async"),
            ("Content-Type", "application/json"),
        ]
    }

    /// The body that says `fields` about this person.
    pub(crate) fn body(&self, fields: Value) -> Vec<u8> {
        let mut body = json!({ "phone_number": self.number, "secure_key": self.key });
        if let (Value::Object(body), Value::Object(fields)) = (&mut body, fields) {
            body.extend(fields);
        }
        body.to_string().into_bytes()
    }

    /// Links this person with the calendar at `calendar` (its URL or path; our own when none is named).
    pub(crate) fn link(&self, gateway: &Gateway, server: &CaldavServer, calendar: Option<&str>) -> Value {
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
    pub(crate) fn states(&self, client: &mut Client) -> std::io::Result<States> {
        let answer = client.send("GET", "/events", &self.headers(), b"")?;
        Ok(States::read(&answer))
    }

    /// Waits until nothing is on its way, and fails when something is refused.
    pub(crate) fn wait_until_synced(&self, gateway: &Gateway, patience: Duration) {
        let mut client = gateway.client();
        let end = super::deadline(patience);
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
pub(crate) struct States {
    pub(crate) synced: usize,
    pub(crate) pending: usize,
    pub(crate) failed: usize,
    /// The first reason of a provider among them.
    pub(crate) reason: Option<String>,
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
pub(crate) fn appointment(uid: &str, summary: &str, day: u32) -> String {
    let (month, day) = (day / 28 % 12 + 1, day % 28 + 1);
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//tests//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n\
         DTSTART:2027{month:02}{day:02}T150000Z\r\nDTEND:2027{month:02}{day:02}T160000Z\r\nSUMMARY:{summary}\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}
