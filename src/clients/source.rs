//! What a client system's source of events answers.

use crate::happened::Skipped;
use crate::permit::Off;

/// All that a client system tells of a holder: every event, each either as it was told or as one that can't be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Telling {
    /// The events, each id once.
    pub events: Vec<Told>,
    /// Those that can't be used, whose ids stand in `events` no more.
    pub skipped: Vec<Skipped>,
}

/// One event as its client system tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its id; for a `text/calendar` answer the UID.
    pub event_id: String,
    /// Its iCalendar text.
    pub event_data: String,
}

/// Why a client system could not be asked. In every case nothing may change. No text holds a holder's name or a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// It has no source of events.
    #[error("no puentes.events_url is configured")]
    NotConfigured,
    /// It shares no secret with us to ask with.
    #[error("the client system shares no secret that is live; add one with: pasarela client secret add")]
    NoSecret,
    /// The client system is switched off; it was not asked.
    #[error(transparent)]
    Off(#[from] Off),
    /// No answer, an odd status, a hang, a page missing.
    #[error("{0}")]
    Unavailable(String),
    /// An answer that can't be understood whole.
    #[error("{0}")]
    Unreadable(String),
}
