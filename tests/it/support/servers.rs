//! The real CalDAV servers that `tests/run` starts.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::faults::FaultProxy;
use super::wire::Client;

/// A real CalDAV server with an account on it.
#[derive(Clone, Debug)]
pub(crate) struct CaldavServer {
    /// For messages.
    pub(crate) name: &'static str,
    /// Its root, to be given to discovery; ends in `/`.
    pub(crate) url: String,
    pub(crate) username: &'static str,
    pub(crate) password: &'static str,
    /// Where alice's calendars live, below `url`; for clients that look past discovery.
    pub(crate) home: &'static str,
}

impl CaldavServer {
    /// Basic; HTTP/1.0, so a connection for each request. Slow with many events.
    pub(crate) fn radicale() -> Self {
        Self::from_environment("Radicale", "PASARELA_TEST_RADICALE", "alice/")
    }

    /// Asks for no credentials and takes everybody for alice.
    pub(crate) fn xandikos() -> Self {
        Self::from_environment("Xandikos", "PASARELA_TEST_XANDIKOS", "alice/calendars/")
    }

    /// Basic; strict and fast. At most 20 connections at once.
    pub(crate) fn cyrus() -> Self {
        Self::from_environment("Cyrus", "PASARELA_TEST_CYRUS", "dav/calendars/user/alice/")
    }

    /// All of them.
    pub(crate) fn all() -> Vec<Self> {
        vec![Self::radicale(), Self::xandikos(), Self::cyrus()]
    }

    fn from_environment(name: &'static str, variable: &str, home: &'static str) -> Self {
        let url = std::env::var(variable).unwrap_or_else(|_| {
            panic!("{name} is not running ({variable} is not set): use `tests/run`, or export what `tests/run servers` prints")
        });
        Self { name, url, username: "alice", password: "secret", home }
    }

    /// The same server seen through a proxy whose root is `url`.
    pub(crate) fn behind(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// `host:port`, as `[caldav] allowed_hosts` wants it.
    pub(crate) fn host(&self) -> &str {
        self.url.trim_start_matches("http://").trim_end_matches('/')
    }

    /// The path of alice's calendar home; starts and ends with `/`.
    pub(crate) fn home_path(&self) -> String {
        format!("/{}", self.home)
    }
}

/// The CalDAV server of the demo, as a process of its own; it ends with this value.
pub(crate) struct DemoServer {
    process: Child,
    pub(crate) server: CaldavServer,
}

impl DemoServer {
    pub(crate) fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_pasarela"))
            .args(["simulate", "caldav", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let first = BufReader::new(process.stdout.take().unwrap()).lines().next().unwrap().unwrap();
        let url = format!("{}/", first.rsplit(' ').next().unwrap());
        let server = CaldavServer {
            name: "the demo's",
            url,
            username: "alice",
            password: "secret",
            home: "dav/calendars/alice/",
        };
        Self { process, server }
    }
}

impl Drop for DemoServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_three_servers_answer() {
    for server in CaldavServer::all() {
        let mut client = Client::new(server.host()).with_basic(server.username, server.password);
        let answer = client.send("PROPFIND", &server.home_path(), &[("Depth", "0")], b"").unwrap();
        assert_eq!(answer.status, 207, "{}: {}", server.name, answer.text());
    }
}

#[test]
fn the_three_servers_answer_through_a_proxy_with_paths_that_stay_behind_it() {
    for server in CaldavServer::all() {
        let proxy = FaultProxy::start(server.host(), &[]);
        let proxied = server.behind(&proxy.url());
        let mut client = Client::new(proxied.host()).with_basic(proxied.username, proxied.password);
        let answer = client.send("PROPFIND", &proxied.home_path(), &[("Depth", "1")], b"").unwrap();
        assert_eq!(answer.status, 207, "{}: {}", server.name, answer.text());
        assert!(!answer.text().contains(server.host()), "{} names itself: {}", server.name, answer.text());
        assert_eq!(proxy.log().len(), 1);
    }
}
