//! The real CalDAV servers that `tests/run` starts.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::machine::binary;
use crate::wire::Client;

/// A real CalDAV server with an account on it.
#[derive(Clone, Debug)]
pub struct CaldavServer {
    /// For messages.
    pub name: &'static str,
    /// Its root, to be given to discovery; ends in `/`.
    pub url: String,
    /// Who the account belongs to.
    pub username: &'static str,
    /// Their password.
    pub password: &'static str,
    /// Where alice's calendars live, below `url`; for clients that look past discovery.
    pub home: &'static str,
    /// It asks for Digest and takes nothing else.
    pub digest: bool,
}

impl CaldavServer {
    /// Basic; HTTP/1.0, so a connection for each request. Slow with many events.
    pub fn radicale() -> Self {
        Self::from_environment("Radicale", "PASARELA_TEST_RADICALE", "alice/")
    }

    /// Asks for no credentials and takes everybody for alice.
    pub fn xandikos() -> Self {
        Self::from_environment("Xandikos", "PASARELA_TEST_XANDIKOS", "alice/calendars/")
    }

    /// Basic; strict and fast. At most 20 connections at once.
    pub fn cyrus() -> Self {
        Self::from_environment("Cyrus", "PASARELA_TEST_CYRUS", "dav/calendars/user/alice/")
    }

    /// Basic. It overwrites in spite of `If-None-Match: *`, forgets the name of a new calendar, has a page at its root and at
    /// the well-known path, and closes connections without saying so.
    pub fn sogo() -> Self {
        Self::from_environment("SOGo", "PASARELA_TEST_SOGO", "SOGo/dav/alice/Calendar/")
    }

    /// Digest and nothing else; a connection for each request. It takes one UID twice.
    pub fn sabre() -> Self {
        Self { digest: true, ..Self::from_environment("sabre/dav", "PASARELA_TEST_SABRE", "calendars/alice/") }
    }

    /// All of them.
    pub fn all() -> Vec<Self> {
        vec![Self::radicale(), Self::xandikos(), Self::cyrus(), Self::sogo(), Self::sabre()]
    }

    fn from_environment(name: &'static str, variable: &str, home: &'static str) -> Self {
        let url = std::env::var(variable).unwrap_or_else(|_| {
            panic!("{name} is not running ({variable} is not set): use `tests/run`, or export what `tests/run servers` prints")
        });
        Self { name, url, username: "alice", password: "secret", home, digest: false }
    }

    /// The same server seen through a proxy whose root is `url`.
    pub fn behind(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// A client of this server, logged in as alice.
    pub fn client(&self) -> Client {
        let client = Client::new(self.host());
        match self.digest {
            true => client.with_digest(self.username, self.password),
            false => client.with_basic(self.username, self.password),
        }
    }

    /// `host:port`, as `[caldav] allowed_hosts` wants it.
    pub fn host(&self) -> &str {
        self.url.trim_start_matches("http://").trim_end_matches('/')
    }

    /// The path of alice's calendar home; starts and ends with `/`.
    pub fn home_path(&self) -> String {
        format!("/{}", self.home)
    }
}

/// `pasarela simulate caldav` as a process of its own, so that its time and memory are not ours; it ends with this value.
pub struct SimulatedCaldav {
    process: Child,
    /// Where it is, and who may use it.
    pub server: CaldavServer,
}

impl SimulatedCaldav {
    /// On any free port.
    pub fn start() -> Self {
        let mut process = Command::new(binary())
            .args(["simulate", "caldav", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let first = BufReader::new(process.stdout.take().unwrap()).lines().next().unwrap().unwrap();
        let url = format!("{}/", first.rsplit(' ').next().unwrap());
        let server = CaldavServer {
            name: "the simulator",
            url,
            username: "alice",
            password: "secret",
            home: "dav/calendars/alice/",
            digest: false,
        };
        Self { process, server }
    }
}

impl Drop for SimulatedCaldav {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
