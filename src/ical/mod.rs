//! iCalendar text (RFC 5545) to and from [`crate::calendar`]. No I/O.

use crate::calendar::Event;
use crate::placement::RemoteKey;

/// What is accepted. The defaults are generous for calendars and mean to floods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of iCalendar text.
    pub max_bytes: usize,
    /// RECURRENCE-ID overrides of one event.
    pub max_overrides: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 1 << 20, max_overrides: 5_000 }
    }
}

/// A text that was understood.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The iCalendar UID.
    pub uid: String,
    /// The content.
    pub event: Event,
    /// SHA-256 of the normalised content: equal when a calendar would show the same.
    pub fingerprint: [u8; 32],
}

/// Why a text was refused: where and what.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}{reason}", .line.map(|l| format!("line {l}: ")).unwrap_or_default(), .property.as_ref().map(|p| format!("{p}: ")).unwrap_or_default())]
pub struct IcalError {
    /// The line of the text, from 1, where one can be named.
    pub line: Option<usize>,
    /// The property, where one can be named.
    pub property: Option<String>,
    /// What is wrong, in a sentence.
    pub reason: String,
}

/// Reads one event: a VEVENT, or a master with the overrides of the same UID.
///
/// # Errors
/// When the text is not iCalendar, is over a limit, or is not exactly one event.
pub fn parse(_text: &str, _limits: &Limits) -> Result<Draft, IcalError> {
    Err(IcalError { line: None, property: None, reason: "not built yet".to_owned() })
}

/// Reads a calendar with any number of events: each UID apart, in the order of the text, as a calendar of its own
/// (with the VTIMEZONEs that it uses) and its reading.
///
/// # Errors
/// When the text as a whole is not a complete calendar.
pub fn split(_text: &str, _limits: &Limits) -> Result<Vec<(String, String)>, IcalError> {
    Err(IcalError { line: None, property: None, reason: "not built yet".to_owned() })
}

/// Writes the object for a CalDAV server.
pub fn write(_event: &Event, _key: &RemoteKey, _uid: &str) -> String {
    String::new()
}
