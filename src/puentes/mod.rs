//! Puentes, the first client system: how it names holders, how it proves itself, and its own events endpoint.

use crate::ids::HolderKey;
use crate::outbound::Outbound;
use crate::secret::SecretString;

/// The canonical holder behind a phone number as sent (`099 123 4567`, `+593991234567`, ` 593…` where a query turned
/// the plus into a space).
///
/// # Errors
/// When it is not a phone number.
pub fn holder_key(_phone_as_sent: &str, _default_region: &str) -> Result<HolderKey, PhoneError> {
    Err(PhoneError)
}

/// The text is not a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a phone number")]
pub struct PhoneError;

/// Whether `key` is the lower-case hex `md5(phone_as_sent + secret)` (P15); compared in constant time.
pub fn key_is_valid(_phone_as_sent: &str, _key: &str, _secret: &SecretString) -> bool {
    false
}

/// The `secure_key` of a phone, for links and for asking Puentes.
pub fn secure_key(_phone: &str, _secret: &SecretString) -> String {
    String::new()
}

/// One event as Puentes tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its id; for a `text/calendar` answer the UID.
    pub event_id: String,
    /// Its iCalendar text.
    pub event_data: String,
}

/// Why Puentes could not be asked. In every case nothing may change.
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

/// Asks Puentes for all events of a holder: every page, or nothing.
///
/// # Errors
/// See [`PuentesError`].
pub fn all_events(
    _outbound: &Outbound,
    _settings: &crate::config::Puentes,
    _holder: &HolderKey,
) -> Result<Vec<Told>, PuentesError> {
    Err(PuentesError::NotConfigured)
}
