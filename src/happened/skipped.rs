//! What a resync passed over.

use serde::{Deserialize, Serialize};

use crate::ids::EventId;

/// One event of a client system's answer whose content can't be used. Where it is held, its last good content stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Which; none where not even that can be read. Nobody knows then whose absence an answer proves, so it proves none.
    pub event: Option<EventId>,
    /// Why.
    pub why: Unread,
}

/// Why a content can't be used. What it says as a text is for client systems and logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "is", content = "with", rename_all = "snake_case")]
pub enum Unread {
    /// Its text is not one valid iCalendar event.
    #[error("{}{}{reason}", .line.map(|l| format!("line {l}: ")).unwrap_or_default(), .property.as_ref().map(|p| format!("{p}: ")).unwrap_or_default())]
    Invalid {
        /// The line of the text, from 1, where one can be named.
        line: Option<usize>,
        /// The property, where one can be named.
        property: Option<String>,
        /// What is wrong, in a sentence.
        reason: String,
    },
    /// It has no text.
    #[error("event_data is missing, or is not a text")]
    NoText,
    /// It came more than once, with different contents: either would be a guess.
    #[error("it is told more than once, with different contents")]
    Twice,
    /// It has no id that can be read.
    #[error("{place}: {reason}")]
    NoId {
        /// Where in the answer it stands.
        place: String,
        /// What is wrong with its id.
        reason: String,
    },
    /// What another version wrote down, and this one does not understand. It is never written.
    #[error("it can't be read")]
    #[serde(skip)]
    Other,
}

impl Unread {
    /// The stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "invalid",
            Self::NoText => "no_text",
            Self::Twice => "twice",
            Self::NoId { .. } => "no_id",
            Self::Other => "other",
        }
    }
}
