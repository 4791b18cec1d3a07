//! What can go wrong at a provider, named for the reaction.

use std::time::Duration;

use crate::happened::{ACCOUNT_FULL, Revoked};
use crate::link::Obstacle;
use crate::permit::Off;

/// One failed call, named for what to do about it. Texts hold no secrets and may be shown to the client system.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    /// Too many requests: all work of this link waits, at least as long as the provider asks.
    #[error("the provider asks to slow down: {why}")]
    Throttled {
        /// `Retry-After`, when one came.
        retry_after: Option<Duration>,
        /// The provider's words.
        why: String,
    },
    /// No answer, half an answer or a 5xx: the call was perhaps carried out. Look, then try again later.
    #[error("{why}")]
    Unsure {
        /// `Retry-After`, when one came with a 503.
        retry_after: Option<Duration>,
        /// What happened.
        why: String,
    },
    /// The provider itself says that the credentials are not valid (any more). The link waits for the person.
    #[error("the provider refuses the credentials: {why}{cause}")]
    AuthRevoked {
        /// The provider's words.
        why: String,
        /// Why they ended, as far as that can be told.
        cause: Revoked,
    },
    /// The calendar can't be used any more: the link can't go on until the person chooses another.
    #[error("the calendar can't be written: {why}")]
    CalendarLost {
        /// The provider's words.
        why: String,
    },
    /// The calendar was deleted, for sure. One that we had made is made again and filled.
    #[error("the calendar was deleted: {why}")]
    CalendarGone {
        /// The provider's words.
        why: String,
    },
    /// The account's limit on use is reached, not its rate: the link waits for hours.
    #[error("the provider limits the use of this account: {why}")]
    UsageLimit {
        /// The provider's words.
        why: String,
    },
    /// What is answered is more than is taken, or of a form that no calendar's answer has: the link waits for hours, and
    /// nothing is kept of it. The call was perhaps carried out.
    #[error("what the calendar's server answers is not taken, so the link rests and asks again later: {why}")]
    Excess {
        /// What there is too much of.
        why: String,
    },
    /// What the gateway is run with is wrong, or its registration at the provider: a matter for its operator, not for the person. All that
    /// is wanted stays wanted.
    #[error("the gateway is not set up right: {why}")]
    Operator {
        /// What is wrong and how to mend it.
        why: String,
    },
    /// Our own budget of requests is used up; nothing was sent. No failure: the link goes on when there is budget again.
    #[error("waiting for the budget of requests")]
    OutOfBudget {
        /// How long until then.
        wait: Duration,
    },
    /// The link, or its client system, is switched off; nothing was sent. No failure: the link goes on once it is on again.
    #[error(transparent)]
    SwitchedOff(#[from] Off),
    /// This event, as it is, will never be accepted: dead letter after one try.
    #[error("refused: {}", .0.why)]
    Refused(Refusal),
    /// The object is not in the state that the call asked for: look again.
    #[error("the object is in another state than expected")]
    Conflict,
    /// The object is not there.
    #[error("the object is not there")]
    NotFound,
}

/// What a failure is about: one event can go wrong by itself, or nothing goes on until more than that is mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    /// The one object that was asked for. Others may go well.
    Object,
    /// The calendar: none of its objects can be reached.
    Calendar,
    /// The account: none of its calendars can be reached, or not now.
    Account,
    /// The gateway's own standing at the provider: no account can be reached.
    Operator,
}

impl RemoteError {
    /// What it is about.
    pub fn concerns(&self) -> Concern {
        match self {
            Self::Unsure { .. } | Self::Refused(_) | Self::Conflict | Self::NotFound => Concern::Object,
            Self::CalendarLost { .. } | Self::CalendarGone { .. } | Self::Excess { .. } => Concern::Calendar,
            Self::Throttled { .. }
            | Self::AuthRevoked { .. }
            | Self::UsageLimit { .. }
            | Self::OutOfBudget { .. }
            | Self::SwitchedOff(_) => Concern::Account,
            Self::Operator { .. } => Concern::Operator,
        }
    }

    /// What its person meets where this keeps a calendar from being linked.
    pub fn obstacle(&self) -> Obstacle {
        match self {
            Self::AuthRevoked { .. } => Obstacle::LoginFailed,
            Self::Refused(refusal) if refusal.is_account_full() => Obstacle::AccountFull,
            Self::CalendarLost { .. } | Self::CalendarGone { .. } | Self::Refused(_) => Obstacle::NoWritableCalendar,
            Self::Throttled { .. } | Self::UsageLimit { .. } | Self::OutOfBudget { .. } => Obstacle::RateLimited,
            Self::Operator { .. } => Obstacle::Operator,
            Self::SwitchedOff(_) => Obstacle::SwitchedOff,
            Self::Unsure { .. } | Self::Excess { .. } | Self::Conflict | Self::NotFound => Obstacle::ProviderDown,
        }
    }
}

/// A permanent refusal of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// A stable word for programs, e.g. `valid-calendar-data`, `max-resource-size`, `http-400`, or [`ACCOUNT_FULL`].
    pub code: String,
    /// The provider's words, cut to a sensible length.
    pub why: String,
    /// Whether the same event under a new key may pass (the name is taken by something we can't see).
    pub name_taken: bool,
}

impl Refusal {
    /// Whether nothing is wrong with the event: its account has no room for more.
    pub fn is_account_full(&self) -> bool {
        self.code == ACCOUNT_FULL
    }
}
