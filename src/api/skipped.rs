//! What could not be read of Puentes's answer, as it travels.

use poem_openapi::Object;
use poem_openapi::types::Example;

use crate::happened::{Skipped, Unread};

/// An event of Puentes's answer that was passed over.
#[derive(Clone, Debug, PartialEq, Eq, Object)]
#[oai(rename = "SkippedEvent", example, skip_serializing_if_is_none)]
pub(super) struct SkippedReport {
    /// Its id. Missing where not even that could be read: then the resync removed nothing.
    event_id: Option<String>,
    /// The line of its iCalendar data, from 1, where one can be named. (Of an answer in `text/calendar` the line in what is left
    /// when the event is taken out.)
    line: Option<u64>,
    /// The iCalendar property, where one can be named.
    property: Option<String>,
    /// What is wrong, in a sentence.
    reason: String,
}

impl From<&Skipped> for SkippedReport {
    fn from(skipped: &Skipped) -> Self {
        let UnreadReport { line, property, reason } = (&skipped.why).into();
        Self { event_id: skipped.event.as_ref().map(|id| id.as_str().to_owned()), line, property, reason }
    }
}

impl Example for SkippedReport {
    fn example() -> Self {
        let UnreadReport { line, property, reason } = Example::example();
        Self { event_id: Some("cita-1042@puentes.example".to_owned()), line, property, reason }
    }
}

/// Why the newest content of an event can't be used.
#[derive(Clone, Debug, PartialEq, Eq, Object)]
#[oai(rename = "UnreadContent", example, skip_serializing_if_is_none)]
pub(super) struct UnreadReport {
    /// The line of the iCalendar data, from 1, where one can be named.
    line: Option<u64>,
    /// The iCalendar property, where one can be named.
    property: Option<String>,
    /// What is wrong, in a sentence.
    reason: String,
}

impl From<&Unread> for UnreadReport {
    fn from(why: &Unread) -> Self {
        match why {
            Unread::Invalid { line, property, reason } => {
                Self { line: line.map(|line| line as u64), property: property.clone(), reason: reason.clone() }
            }
            other => Self { line: None, property: None, reason: other.to_string() },
        }
    }
}

impl Example for UnreadReport {
    fn example() -> Self {
        Self {
            line: Some(6),
            property: Some("DTSTART".to_owned()),
            reason: "there is no such day as 20260230".to_owned(),
        }
    }
}
