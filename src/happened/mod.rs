//! What happened to a link and its events, as facts.
//!
//! Rule: a fact is a type with its data, never a sentence that is read back. Doors say it: in English to client systems
//! and in logs, in their own language to people, where only what a server said is quoted. The store keeps a fact as its
//! word and its data; what another version wrote down comes back as `Other`, so that nothing that happened is lost.

mod change;
mod failure;
mod revoked;
mod skipped;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::EventId;
use crate::link::{Obstacle, ProviderKind};

pub use change::{Change, ChangeNumber};
pub use failure::{ResyncFailure, Shrink};
pub use revoked::Revoked;
pub use skipped::{Skipped, Unread};

/// The word of a refusal that has nothing to do with the event: its account has no room for more. People can mend that.
pub const ACCOUNT_FULL: &str = "account-full";

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", content = "with", rename_all = "snake_case")]
pub enum Happened {
    /// A calendar was linked.
    Linked {
        /// Where.
        provider: ProviderKind,
        /// The account as its person knows it.
        account: String,
        /// The calendar's name.
        calendar: String,
    },
    /// A calendar was not linked after all.
    LinkNotMade {
        /// Where.
        provider: ProviderKind,
        /// What stood in the way.
        obstacle: Obstacle,
    },
    /// A link that waited for its person goes on.
    AuthorisedAgain,
    /// The provider refuses the credentials: the link waits for its person.
    NeedsReauthorization {
        /// The provider's words.
        why: String,
        /// Why they ended, as far as that can be told.
        cause: Revoked,
    },
    /// A link that waited because its credentials could not be opened goes on by itself: now they can.
    Recovered,
    /// The calendar is gone or can't be written: the link waits for its person.
    CalendarLost {
        /// The provider's words.
        why: String,
    },
    /// The client system switched the link off.
    SwitchedOff {
        /// Where.
        provider: ProviderKind,
    },
    /// It switched it on again.
    SwitchedOn {
        /// Where.
        provider: ProviderKind,
    },
    /// What is exported goes into this calendar from now on, and no more into another.
    Carries {
        /// Where.
        provider: ProviderKind,
        /// The calendar's name.
        calendar: String,
    },
    /// A calendar of ours that was deleted was made again.
    CalendarMadeAgain,
    /// The link began to end.
    Unlinking {
        /// The calendar's name.
        calendar: String,
    },
    /// The link ended.
    Unlinked {
        /// Objects removed.
        removed: u64,
        /// Objects of ours that could not be removed.
        left: u64,
    },
    /// The client system told all events, and they are being written.
    ResyncStarted {
        /// How many.
        events: u64,
    },
    /// A resync ended well.
    ResyncSucceeded {
        /// How many events there are.
        events: u64,
        /// How many of the answer were passed over; none of those before version 8.
        #[serde(default)]
        skipped: u64,
    },
    /// A resync ended badly.
    ResyncFailed(ResyncFailure),
    /// The brake held: too much would have gone at once.
    Held(Shrink),
    /// The provider refused an event for good.
    EventRefused {
        /// Which.
        event: EventId,
        /// A stable word for programs.
        code: String,
        /// The provider's words.
        why: String,
    },
    /// What another version wrote down, and this one does not understand. It is never written.
    #[serde(skip)]
    Other {
        /// Its word for it. One that this version knows has its sentence.
        kind: String,
        /// What it said of it, where that was in words.
        words: Option<String>,
    },
}

impl Happened {
    /// The stable word for it.
    pub fn kind(&self) -> &str {
        match self {
            Self::Linked { .. } => "linked",
            Self::LinkNotMade { .. } => "link_not_made",
            Self::AuthorisedAgain => "authorised_again",
            Self::NeedsReauthorization { .. } => "needs_reauthorization",
            Self::Recovered => "recovered",
            Self::CalendarLost { .. } => "calendar_lost",
            Self::SwitchedOff { .. } => "switched_off",
            Self::SwitchedOn { .. } => "switched_on",
            Self::Carries { .. } => "carries",
            Self::CalendarMadeAgain => "calendar_made_again",
            Self::Unlinking { .. } => "unlinking",
            Self::Unlinked { .. } => "unlinked",
            Self::ResyncStarted { .. } => "resync_started",
            Self::ResyncSucceeded { .. } => "resync_succeeded",
            Self::ResyncFailed(_) => "resync_failed",
            Self::Held(_) => "held",
            Self::EventRefused { .. } => "event_refused",
            Self::Other { kind, .. } => kind,
        }
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: Happened,
}
