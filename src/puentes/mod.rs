//! Puentes, the first client system: how it names holders, how it proves itself, and its own events endpoint.
//!
//! Rule: what Puentes says is believed whole or not at all. A holder is a phone number in E.164 form whatever way it
//! was written; a proof is checked over the text as it was sent; and an answer of the events endpoint that is partial,
//! odd or unreadable is an error, because a resync deletes what Puentes no longer tells.

mod answer;
mod client;
mod key;
mod phone;

pub use client::all_events;
pub use key::{connect_url, key_is_valid, secure_key};
pub use phone::{PhoneError, holder_key};

/// One event as Puentes tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its id; for a `text/calendar` answer the UID.
    pub event_id: String,
    /// Its iCalendar text.
    pub event_data: String,
}

/// Why Puentes could not be asked. In every case nothing may change. No text holds a phone number or a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PuentesError {
    /// No `events_url` is configured.
    #[error("no puentes.events_url is configured")]
    NotConfigured,
    /// No answer, an odd status, a hang, a page missing.
    #[error("{0}")]
    Unavailable(String),
    /// An answer that can't be understood whole.
    #[error("{0}")]
    Unreadable(String),
}
