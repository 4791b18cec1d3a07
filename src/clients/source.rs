//! What a client system's source of events answers.

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
    /// No answer, an odd status, a hang, a page missing.
    #[error("{0}")]
    Unavailable(String),
    /// An answer that can't be understood whole.
    #[error("{0}")]
    Unreadable(String),
}
