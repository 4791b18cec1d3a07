//! A calendar made for one part of the suite: the engine's way to it and the raw one, both patient with faults.

use std::collections::BTreeSet;
use std::io;

use pasarela::calendar::Event;
use pasarela::ical::{self, Limits};
use pasarela::ids::EventId;
use pasarela::placement::{RemoteKey, Version};
use pasarela::providers::caldav::CalendarInfo;
use pasarela::providers::{Outgoing, RemoteCalendar, RemoteError};

use crate::support::wire::{Answer, Client};

/// Patience with faults: far more than any rule needs, and an end where a server is really out of order.
pub(super) const TRIES: usize = 30;

/// A calendar made for one part, and both ways to it.
pub(super) struct Room {
    pub(super) info: CalendarInfo,
    pub(super) remote: Box<dyn RemoteCalendar>,
    pub(super) raw: Client,
    pub(super) server: &'static str,
}

impl Room {
    pub(super) fn insert(&self, key: &RemoteKey, event: &Event) -> Result<(), RemoteError> {
        settled(|| self.remote.insert(outgoing(key, event)).map(|_| ()))
    }

    pub(super) fn update(&self, key: &RemoteKey, event: &Event, version: &Version) -> Result<(), RemoteError> {
        settled(|| self.remote.update(outgoing(key, event), version).map(|_| ()))
    }

    /// Inserts, and looks where the answer was lost.
    pub(super) fn inserted(&self, key: &RemoteKey, event: &Event) -> Version {
        for _ in 0..TRIES {
            match self.remote.insert(outgoing(key, event)) {
                Ok(written) => return written.version,
                Err(RemoteError::Unsure { .. }) => {
                    if let Some(version) = self.version(key) {
                        return version;
                    }
                }
                Err(RemoteError::Throttled { retry_after, .. }) => assert!(retry_after.is_some()),
                Err(error) => panic!("{}: insert: {error}", self.server),
            }
        }
        panic!("{}: no insert went through", self.server)
    }

    /// Updates, and looks where the answer was lost.
    pub(super) fn updated(&self, key: &RemoteKey, event: &Event, version: &Version) -> Version {
        for _ in 0..TRIES {
            match self.remote.update(outgoing(key, event), version) {
                Ok(written) => return written.version,
                Err(RemoteError::Unsure { .. }) => match self.version(key) {
                    Some(now) if now != *version => return now,
                    _ => {}
                },
                Err(RemoteError::Throttled { .. }) => {}
                Err(error) => panic!("{}: update: {error}", self.server),
            }
        }
        panic!("{}: no update went through", self.server)
    }

    pub(super) fn deleted(&self, key: &RemoteKey) {
        assert_eq!(settled(|| self.remote.delete(key)), Ok(()), "{}", self.server);
    }

    pub(super) fn version(&self, key: &RemoteKey) -> Option<Version> {
        settled(|| self.remote.fetch(key)).unwrap_or_else(|error| panic!("{}: fetch: {error}", self.server))
    }

    pub(super) fn ours(&self) -> BTreeSet<RemoteKey> {
        let listed = settled(|| self.remote.list_ours()).unwrap_or_else(|error| panic!("{}: {error}", self.server));
        let versions: Vec<_> = listed.iter().map(|listed| (&listed.key, &listed.version)).collect();
        for (key, version) in versions.iter().take(3) {
            assert_eq!(self.version(key).as_ref(), Some(*version), "{}: listing and look differ", self.server);
        }
        let keys: BTreeSet<RemoteKey> = listed.iter().map(|listed| listed.key.clone()).collect();
        assert_eq!(keys.len(), listed.len(), "{}: listed twice", self.server);
        keys
    }

    /// The object as the server holds it, unfolded.
    pub(super) fn text(&self, key: &RemoteKey) -> String {
        let path = format!("{}{key}.ics", self.info.url.path());
        sure(|| self.raw.another().send("GET", &path, &[], b"")).text().replace("\r\n ", "")
    }

    pub(super) fn try_put_raw(&mut self, path: &str, uid: &str, summary: &str) -> Answer {
        let body = text(uid, summary);
        sure(|| self.raw.send("PUT", path, &[("Content-Type", "text/calendar; charset=utf-8")], body.as_bytes()))
    }

    pub(super) fn put_raw(&mut self, path: &str, uid: &str, summary: &str) {
        let answer = self.try_put_raw(path, uid, summary);
        assert!((200..300).contains(&answer.status), "{}: {}", self.server, answer.text());
    }

    /// Removes the calendar as its holder would, whatever is in it.
    pub(super) fn remove_raw(&mut self) {
        let path = self.info.url.path().to_owned();
        sure(|| self.raw.send("DELETE", &path, &[], b""));
        let left = sure(|| self.raw.send("PROPFIND", &path, &[("Depth", "0")], b""));
        // Xandikos says it inside of a 207.
        let is_gone = left.status != 207 || left.text().contains("404 Not Found");
        assert!(is_gone, "{}: the calendar is still there: {}", self.server, left.text());
    }

    pub(super) fn removed(self) {
        assert_eq!(settled(|| self.remote.remove_if_empty()), Ok(true), "{}", self.server);
    }
}

/// Calls again as long as nothing is sure; for calls that answer the same when they are repeated.
pub(super) fn settled<T>(mut call: impl FnMut() -> Result<T, RemoteError>) -> Result<T, RemoteError> {
    let mut last = Err(RemoteError::NotFound);
    for _ in 0..TRIES {
        last = call();
        if !matches!(last, Err(RemoteError::Unsure { .. } | RemoteError::Throttled { .. })) {
            return last;
        }
    }
    last
}

/// A raw call, again where its answer was lost or it was refused for now.
pub(super) fn sure(mut send: impl FnMut() -> io::Result<Answer>) -> Answer {
    for _ in 0..TRIES {
        match send() {
            Ok(answer) if answer.status != 429 => return answer,
            _ => {}
        }
    }
    panic!("no answer to a raw call")
}

fn outgoing<'a>(key: &'a RemoteKey, event: &'a Event) -> Outgoing<'a> {
    static ID: std::sync::OnceLock<EventId> = std::sync::OnceLock::new();
    let event_id = ID.get_or_init(|| EventId::new("conformance").unwrap());
    Outgoing { key, event_id, event }
}

pub(super) fn event(summary: &str) -> Event {
    ical::parse(&text("conformance@example.org", summary), &Limits::default()).unwrap().event
}

fn text(uid: &str, summary: &str) -> String {
    let summary = summary.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
    [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Example//Conformance//EN",
        "BEGIN:VEVENT",
        &format!("UID:{uid}"),
        "DTSTAMP:20261101T080000Z",
        "DTSTART:20261105T100000Z",
        "DTEND:20261105T110000Z",
        &format!("SUMMARY:{summary}"),
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    .join("\r\n")
}

/// What an object says, whatever the order of its lines and however they are folded.
pub(super) fn meaning(text: &str) -> BTreeSet<String> {
    text.replace("\r\n", "\n").replace("\n ", "").lines().map(str::to_owned).collect()
}
