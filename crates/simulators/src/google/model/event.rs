//! One event of a calendar: a single one, a series, or an exception of a series.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::Moment;
use crate::recurrence::{Mark, Series};

/// `status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::google) enum Status {
    Confirmed,
    Tentative,
    Cancelled,
}

impl Status {
    pub(in crate::google) fn text(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Tentative => "tentative",
            Self::Cancelled => "cancelled",
        }
    }
}

/// An event. A cancelled one stays for ever: its id is never free again.
#[derive(Clone, Debug)]
pub(in crate::google) struct Event {
    pub(in crate::google) id: String,
    pub(in crate::google) ical_uid: String,
    pub(in crate::google) status: Status,
    pub(in crate::google) sequence: i64,
    pub(in crate::google) start: Moment,
    pub(in crate::google) end: Moment,
    /// The lines as they were sent; empty for what does not repeat.
    pub(in crate::google) recurrence: Vec<String>,
    pub(in crate::google) series: Option<Series>,
    /// Everything else that a client may write and that is not the default.
    pub(in crate::google) fields: Map<String, Value>,
    /// The organizer of an imported event, when it is somebody else.
    pub(in crate::google) organizer: Option<Value>,
    /// The series this is an exception of, and the start that it replaces.
    pub(in crate::google) instance_of: Option<(String, Moment)>,
    /// The series went, or no longer has that start: nothing but a tombstone for those who synchronise.
    pub(in crate::google) dropped: bool,
    pub(in crate::google) creator: String,
    pub(in crate::google) created: Timestamp,
    pub(in crate::google) updated: Timestamp,
    pub(in crate::google) etag: u64,
    /// The calendar's revision at which it was written last.
    pub(in crate::google) revision: u64,
}

impl Event {
    pub(in crate::google) fn is_live(&self) -> bool {
        self.status != Status::Cancelled
    }

    /// How long it lasts: whole days for whole days, else exactly.
    pub(in crate::google) fn length(&self, zone: &TimeZone) -> SignedDuration {
        self.end.instant(zone).duration_since(self.start.instant(zone))
    }

    /// The end of the occurrence with this start: the same exact length (RFC 5545 §3.8.5.3), or as many days.
    pub(in crate::google) fn end_for(&self, mark: Mark) -> Moment {
        let moved = match (mark, &self.start, &self.end) {
            (Mark::Day(day), Moment::Day(start), Moment::Day(end)) => {
                start.until(*end).and_then(|days| day.checked_add(days)).map(Mark::Day)
            }
            (Mark::At(instant), ..) => instant.checked_add(self.length(&TimeZone::UTC)).map(Mark::At),
            (mark, ..) => Ok(mark),
        };
        self.end.moved_to(moved.unwrap_or(mark))
    }

    /// The id of its instance with this start.
    pub(in crate::google) fn instance_id(&self, mark: Mark) -> String {
        format!("{}_{}", self.id, mark.suffix())
    }

    /// An unmodified instance of this series.
    pub(in crate::google) fn instance(&self, mark: Mark) -> Self {
        Self {
            id: self.instance_id(mark),
            start: self.start.moved_to(mark),
            end: self.end_for(mark),
            recurrence: Vec::new(),
            series: None,
            instance_of: Some((self.id.clone(), self.start.moved_to(mark))),
            ..self.clone()
        }
    }

    /// Does it take place between these instants? The lower bound is for the end, the upper one for the start.
    pub(in crate::google) fn overlaps(&self, window: &Window, zone: &TimeZone) -> bool {
        window.until.is_none_or(|until| self.start.instant(zone) < until)
            && window.from.is_none_or(|from| self.end.instant(zone) > from)
    }
}

/// A window of time, open where it has no bound.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::google) struct Window {
    pub(in crate::google) from: Option<Timestamp>,
    pub(in crate::google) until: Option<Timestamp>,
}
