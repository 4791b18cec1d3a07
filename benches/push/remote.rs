//! The calendar server that is pushed to, prepared and loaded past the gateway.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use testing::gateway::appointment;
use testing::lab::Stopwatch;
use testing::servers::CaldavServer;
use testing::wire::Client;

/// As many as the gateway uses for one account.
const CONNECTIONS: usize = 8;
const ICAL: (&str, &str) = ("Content-Type", "text/calendar; charset=utf-8");

pub(crate) struct Remote {
    pub(crate) server: CaldavServer,
}

impl Remote {
    /// Cyrus, when it runs.
    pub(crate) fn cyrus() -> Option<Self> {
        std::env::var("PASARELA_TEST_CYRUS").ok().map(|_| Self { server: CaldavServer::cyrus() })
    }

    fn client(&self) -> Client {
        self.server.client()
    }

    fn path(&self, calendar: &str) -> String {
        // A name of this run's, since Cyrus keeps its calendars from one run to the next.
        format!("{}bench-{}-{calendar}/", self.server.home_path(), std::process::id())
    }

    /// Makes an empty calendar and answers its URL.
    pub(crate) fn make_calendar(&self, name: &str) -> String {
        let path = self.path(name);
        let answer = self.client().send("MKCALENDAR", &path, &[], b"").unwrap();
        assert_eq!(answer.status, 201, "MKCALENDAR {path}: {}", answer.text());
        format!("http://{}{path}", self.server.host())
    }

    /// The seconds that `count` PUTs of new events take over 8 kept-alive connections.
    pub(crate) fn put_raw(&self, name: &str, count: u32) -> f64 {
        self.make_calendar(name);
        let path = self.path(name);
        let next = AtomicU32::new(0);
        let watch = Stopwatch::start();
        thread::scope(|scope| {
            for _ in 0..CONNECTIONS {
                scope.spawn(|| {
                    let mut client = self.client();
                    loop {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        if n >= count {
                            break;
                        }
                        let uid = format!("{name}-{n}-{}@example.org", std::process::id());
                        let body = appointment(&uid, &format!("Appointment {n}"), n);
                        let headers = [ICAL, ("If-None-Match", "*")];
                        let answer = client.send("PUT", &format!("{path}{n}.ics"), &headers, body.as_bytes()).unwrap();
                        assert_eq!(answer.status, 201, "{}", answer.text());
                    }
                });
            }
        });
        let seconds = watch.seconds();
        self.remove_calendar(name);
        seconds
    }

    /// Removes a calendar with all that is in it: Cyrus holds each UID to one calendar of a user, so a round would meet
    /// the events of the last one.
    pub(crate) fn remove_calendar(&self, name: &str) {
        let path = self.path(name);
        let mut client = self.client();
        // Cyrus says 404 and yet removes it: only looking again tells.
        client.send("DELETE", &path, &[], b"").unwrap();
        let answer = client.send("PROPFIND", &path, &[("Depth", "0")], b"").unwrap();
        assert!((400..500).contains(&answer.status), "{path} is still there: {}", answer.text());
    }

    /// The paths of all objects of a calendar.
    pub(crate) fn objects(&self, name: &str) -> Vec<String> {
        let body = br#"<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>"#;
        let headers = [("Depth", "1"), ("Content-Type", "application/xml")];
        let answer = self.client().send("PROPFIND", &self.path(name), &headers, body).unwrap();
        assert_eq!(answer.status, 207, "{}", answer.text());
        let text = answer.text();
        let names = text.split("href>").skip(1).step_by(2).filter_map(|part| part.split('<').next());
        names.filter(|path| path.ends_with(".ics")).map(str::to_owned).collect()
    }

    /// Changes `count` objects as a person might: another summary.
    pub(crate) fn drift(&self, name: &str, count: usize) {
        let mut client = self.client();
        let paths = self.objects(name);
        assert!(paths.len() >= count);
        for path in paths.iter().take(count) {
            let text = client.send("GET", path, &[], b"").unwrap().text();
            let changed = text.replace("SUMMARY:", "SUMMARY:Moved by hand: ");
            assert_ne!(changed, text);
            let answer = client.send("PUT", path, &[ICAL], changed.as_bytes()).unwrap();
            assert!((200..300).contains(&answer.status), "PUT {path}: {}", answer.text());
        }
    }
}
