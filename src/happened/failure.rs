//! How a resync ends badly.

use serde::{Deserialize, Serialize};

/// Why a resync failed. What it says as a text is for client systems and logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "is", content = "with", rename_all = "snake_case")]
pub enum ResyncFailure {
    /// The brake held: nothing changes until somebody confirms it.
    #[error("{0}")]
    #[serde(rename = "confirmation_needed")]
    Held(Shrink),
    /// The client system gave no answer that was understood whole.
    #[error("{why}")]
    #[serde(rename = "puentes_unavailable")]
    Unavailable {
        /// What happened.
        why: String,
    },
    /// The provider refuses the credentials.
    #[error("{why}")]
    LoginFailed {
        /// What happened.
        why: String,
    },
    /// The calendar is gone or can't be written.
    #[error("{why}")]
    CalendarLost {
        /// What happened.
        why: String,
    },
    /// The provider can't be reached for too long.
    #[error("{why}")]
    CalendarUnreachable {
        /// What happened.
        why: String,
    },
    /// Not everything got into the calendar.
    #[error(
        "{} events are not in the calendar: {refused} refused by the provider, {trying} still being tried",
        .refused + .trying
    )]
    EventsLeft {
        /// Events that the provider refuses.
        refused: u64,
        /// Events that go on being tried.
        trying: u64,
    },
    /// The link began to end meanwhile.
    #[error("the calendar was unlinked")]
    Unlinked,
    /// What another version wrote down, and this one does not understand. It is never written.
    #[error("{words}")]
    #[serde(skip)]
    Other {
        /// Its word for it.
        code: String,
        /// What it said of it, where that was in words.
        words: String,
    },
}

impl ResyncFailure {
    /// The stable word for programs.
    pub fn code(&self) -> &str {
        match self {
            Self::Held(_) => HELD,
            Self::Unavailable { .. } => "puentes_unavailable",
            Self::LoginFailed { .. } => "login_failed",
            Self::CalendarLost { .. } => "calendar_lost",
            Self::CalendarUnreachable { .. } => "calendar_unreachable",
            Self::EventsLeft { .. } => "events_left",
            Self::Unlinked => "unlinked",
            Self::Other { code, .. } => code,
        }
    }

    /// Whether it waits for somebody to confirm it, whichever version wrote that down.
    pub fn waits_for_confirmation(&self) -> bool {
        self.code() == HELD
    }
}

const HELD: &str = "confirmation_needed";

/// How many there are, and how many of them are about to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{going} of {standing} events would be removed at once")]
pub struct Shrink {
    /// Events (or objects) that stand now.
    pub standing: usize,
    /// Those that would go.
    pub going: usize,
}

impl Shrink {
    /// The question that is asked where a look at the calendar found it, for client systems.
    pub fn question(&self) -> String {
        format!(
            "{self}, because nothing held here goes by them: a resync with \"confirm\": true lets them go. Until then, what is \
             not found in the calendar is not written again"
        )
    }
}
