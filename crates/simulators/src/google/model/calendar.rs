//! One calendar and what is in it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::{Event, Status, Window};
use crate::recurrence::Mark;

/// How far an endless series is followed where nobody asked for an end.
const AHEAD: SignedDuration = SignedDuration::from_hours(5 * 366 * 24);

/// A calendar.
#[derive(Clone, Debug)]
pub(in crate::google) struct Calendar {
    pub(in crate::google) id: String,
    /// E-mail of the user whose it is.
    pub(in crate::google) owner: String,
    /// The client that made it, for `calendar.app.created`.
    pub(in crate::google) maker: Option<String>,
    /// Others who may write in it.
    pub(in crate::google) writers: BTreeSet<String>,
    pub(in crate::google) primary: bool,
    pub(in crate::google) time_zone: String,
    /// `summary`, `description` and `location`.
    pub(in crate::google) fields: Map<String, Value>,
    pub(in crate::google) etag: u64,
    pub(in crate::google) updated: Timestamp,
    pub(in crate::google) events: BTreeMap<String, Event>,
    /// Rises with each write.
    pub(in crate::google) revision: u64,
    /// Sync tokens older than this are expired.
    pub(in crate::google) oldest_sync: u64,
    /// How each user has it in their list.
    pub(in crate::google) entries: BTreeMap<String, Entry>,
}

/// A calendar in somebody's list.
#[derive(Clone, Debug, Default)]
pub(in crate::google) struct Entry {
    pub(in crate::google) fields: Map<String, Value>,
    pub(in crate::google) etag: u64,
    /// The world's count of list changes when it was written last.
    pub(in crate::google) revision: u64,
}

impl Calendar {
    /// Its zone; the name was checked when it was set.
    pub(in crate::google) fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }

    pub(in crate::google) fn summary(&self) -> &str {
        self.fields.get("summary").and_then(Value::as_str).unwrap_or_default()
    }

    /// May this user see and write it?
    pub(in crate::google) fn is_open_to(&self, user: &str) -> bool {
        self.owner == user || self.writers.contains(user)
    }

    /// The event with this id: a stored one, or an instance of a living series.
    pub(in crate::google) fn find(&self, id: &str) -> Option<Event> {
        if let Some(event) = self.events.get(id).filter(|event| !event.dropped) {
            return Some(event.clone());
        }
        let (master, mark) = id.rsplit_once('_')?;
        let (master, mark) = (self.events.get(master)?, Mark::read_suffix(mark)?);
        let series = master.series.as_ref().filter(|_| master.is_live())?;
        series.has(mark).then(|| master.instance(mark))
    }

    /// Stores an event as the newest.
    pub(in crate::google) fn put(&mut self, mut event: Event, etag: u64) {
        self.revision += 1;
        event.revision = self.revision;
        event.etag = etag;
        self.events.insert(event.id.clone(), event);
    }

    /// The stored exceptions of a series.
    pub(in crate::google) fn exceptions(&self, master: &str) -> impl Iterator<Item = &Event> {
        let prefix = format!("{master}_");
        let from = self.events.range(prefix.clone()..);
        from.map(|(_, event)| event)
            .take_while(move |event| event.id.starts_with(&prefix))
            .filter(|event| !event.dropped)
    }

    /// Drops the exceptions that their series no longer makes; all of them when it is cancelled.
    pub(in crate::google) fn drop_stale_exceptions(&mut self, master: &str, etag: u64) {
        let Some(series) = self.events.get(master) else { return };
        let fits = |event: &Event| {
            let mark = event.instance_of.as_ref().map(|(_, original)| original.mark());
            series.is_live() && mark.is_some_and(|mark| series.series.as_ref().is_some_and(|series| series.has(mark)))
        };
        let stale: Vec<Event> = self.exceptions(master).filter(|event| !fits(event)).cloned().collect();
        for mut event in stale {
            event.status = Status::Cancelled;
            event.dropped = true;
            self.put(event, etag);
        }
    }

    /// All instances of a series in a window, exceptions in their place, cancelled ones too; by original start.
    pub(in crate::google) fn instances(&self, master: &Event, window: &Window, now: Timestamp) -> Vec<Event> {
        let zone = self.zone();
        let horizon = window.until.unwrap_or_else(|| {
            let from = window.from.unwrap_or(now).max(now).max(master.start.instant(&zone));
            from.saturating_add(AHEAD).unwrap_or(Timestamp::MAX)
        });
        let mut found: BTreeMap<Mark, Event> = BTreeMap::new();
        if let Some(series) = &master.series {
            // An exception may have been moved from outside into the window, never the other way round by us.
            let marks = series.marks(horizon).into_iter().filter(|mark| mark.instant(&zone) < horizon);
            found.extend(marks.map(|mark| (mark, master.instance(mark))));
        }
        for event in self.exceptions(&master.id) {
            if let Some((_, original)) = &event.instance_of {
                found.insert(original.mark(), event.clone());
            }
        }
        found.into_values().filter(|event| event.overlaps(window, &zone)).collect()
    }
}
