//! A calendar made for one part of the suite: the engine's way to it and the raw one, both patient with faults.

use std::collections::BTreeSet;
use std::io;

use pasarela::calendar::Event;
use pasarela::clock::Clock;
use pasarela::ical::{self, Limits};
use pasarela::ids::EventId;
use pasarela::placement::{RemoteKey, Version};
use pasarela::providers::{Outgoing, RemoteCalendar, RemoteError};
use testing::wire::Answer;

/// Patience with faults: far more than any rule needs, and an end where a server is really out of order.
pub(super) const TRIES: usize = 30;

/// A calendar made for one part, and both ways to it.
pub(super) struct Room<'r> {
    pub(super) remote: Box<dyn RemoteCalendar + 'r>,
    pub(super) raw: Box<dyn Raw + Sync + 'r>,
    pub(super) server: &'static str,
    /// The provider's time, where it does not run by itself.
    pub(super) clock: Clock,
}

/// A calendar as its holder, or an administrator of the server, sees it.
pub(super) trait Raw {
    /// Puts an event that is not ours into it, under this name of our form or any other; a title is all that it has.
    fn put_foreign(&mut self, name: &str, title: &str);
    /// What it says of that event; none when it is gone.
    fn foreign(&mut self, name: &str) -> Option<String>;
    /// Removes that event.
    fn remove_foreign(&mut self, name: &str);
    /// What it says of one of ours.
    fn text(&mut self, key: &RemoteKey) -> String;
    /// Removes the calendar, whatever is in it.
    fn remove(&mut self);
    /// Whether the calendar is there.
    fn is_there(&mut self) -> bool;
}

impl Room<'_> {
    pub(super) fn insert(&self, key: &RemoteKey, event: &Event) -> Result<(), RemoteError> {
        settled(&self.clock, || self.remote.insert(outgoing(key, event)).map(|_| ()))
    }

    pub(super) fn update(&self, key: &RemoteKey, event: &Event, version: &Version) -> Result<(), RemoteError> {
        settled(&self.clock, || self.remote.update(outgoing(key, event), &version.clone().into()).map(|_| ()))
    }

    /// Inserts, and looks where the answer was lost.
    pub(super) fn inserted(&self, key: &RemoteKey, event: &Event) -> Version {
        for _ in 0..TRIES {
            match self.remote.insert(outgoing(key, event)) {
                Ok(written) => return written.sight.version,
                Err(RemoteError::Unsure { .. }) => {
                    if let Some(version) = self.version(key) {
                        return version;
                    }
                }
                Err(RemoteError::Throttled { retry_after, .. }) => assert!(retry_after.is_some()),
                Err(RemoteError::OutOfBudget { wait }) => self.clock.advance(wait),
                Err(error) => panic!("{}: insert: {error}", self.server),
            }
        }
        panic!("{}: no insert went through", self.server)
    }

    /// Updates, and looks where the answer was lost.
    pub(super) fn updated(&self, key: &RemoteKey, event: &Event, version: &Version) -> Version {
        for _ in 0..TRIES {
            match self.remote.update(outgoing(key, event), &version.clone().into()) {
                Ok(written) => return written.sight.version,
                Err(RemoteError::Unsure { .. }) => match self.version(key) {
                    Some(now) if now != *version => return now,
                    _ => {}
                },
                Err(RemoteError::Throttled { .. }) => {}
                Err(RemoteError::OutOfBudget { wait }) => self.clock.advance(wait),
                Err(error) => panic!("{}: update: {error}", self.server),
            }
        }
        panic!("{}: no update went through", self.server)
    }

    pub(super) fn deleted(&self, key: &RemoteKey) {
        assert_eq!(settled(&self.clock, || self.remote.delete(key, None)), Ok(()), "{}", self.server);
    }

    pub(super) fn version(&self, key: &RemoteKey) -> Option<Version> {
        settled(&self.clock, || self.remote.fetch(key, None))
            .map(|sight| sight.map(|sight| sight.version))
            .unwrap_or_else(|error| panic!("{}: fetch: {error}", self.server))
    }

    pub(super) fn ours(&self) -> BTreeSet<RemoteKey> {
        let listed =
            settled(&self.clock, || self.remote.list_ours()).unwrap_or_else(|error| panic!("{}: {error}", self.server));
        let versions: Vec<_> = listed.iter().map(|listed| (&listed.key, &listed.sight.version)).collect();
        for (key, version) in versions.iter().take(3) {
            assert_eq!(self.version(key).as_ref(), Some(*version), "{}: listing and look differ", self.server);
        }
        let keys: BTreeSet<RemoteKey> = listed.iter().map(|listed| listed.key.clone()).collect();
        assert_eq!(keys.len(), listed.len(), "{}: listed twice", self.server);
        keys
    }

    pub(super) fn removed(self) {
        assert_eq!(settled(&self.clock, || self.remote.remove_if_empty()), Ok(true), "{}", self.server);
    }
}

/// Calls again as long as nothing is sure; for calls that answer the same when they are repeated.
pub(super) fn settled<T>(clock: &Clock, mut call: impl FnMut() -> Result<T, RemoteError>) -> Result<T, RemoteError> {
    let mut last = Err(RemoteError::NotFound);
    for _ in 0..TRIES {
        last = call();
        match &last {
            Err(RemoteError::Unsure { .. } | RemoteError::Throttled { .. }) => {}
            Err(RemoteError::OutOfBudget { wait }) => clock.advance(*wait),
            _ => return last,
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
    Outgoing { key, event_id, event, people: pasarela::calendar::People::AsText }
}

pub(super) fn event(summary: &str) -> Event {
    ical::parse(&text("conformance@example.org", summary), &Limits::default()).unwrap().event
}

pub(super) fn text(uid: &str, summary: &str) -> String {
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
