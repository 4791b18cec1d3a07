//! Why a calendar is not linked: one obstacle, which the API and the page map each in their own way.

use std::time::Duration;

use crate::link::{CalendarChoice, Obstacle, ProviderKind};
use crate::permit::Off;
use crate::store::StoreError;

/// Why a link was not made. Nothing was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotMade {
    /// What its person meets.
    pub obstacle: Obstacle,
    /// What happened, for the client system. Holds no secret.
    pub detail: String,
    /// Where another calendar of the account has to be named: those that can be.
    pub instead: Option<Vec<CalendarChoice>>,
    /// Where it goes well later: how long to wait, as far as we know it.
    pub wait: Option<Duration>,
}

impl NotMade {
    /// For nothing that another calendar would change.
    pub(super) fn new(obstacle: Obstacle, detail: impl Into<String>) -> Self {
        Self { obstacle, detail: detail.into(), instead: None, wait: None }
    }
}

/// Why there is no link.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// It can't be made.
    #[error("{}", .0.detail)]
    NotMade(NotMade),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl LinkError {
    /// There is something that its person meets first.
    pub(super) fn not(obstacle: Obstacle, detail: impl Into<String>) -> Self {
        Self::NotMade(NotMade::new(obstacle, detail))
    }

    /// Another request has the holder's turn.
    pub(super) fn busy() -> Self {
        Self::not(Obstacle::Busy, "another request is linking this holder at this moment")
    }

    /// The link, or everything of the client system, is switched off.
    pub(super) fn off(_: Off) -> Self {
        let detail = "this holder's link, or everything of its client system, is switched off: nothing was sent";
        Self::not(Obstacle::SwitchedOff, detail)
    }

    /// Logins were refused so often that the next one waits.
    pub(super) fn too_many_logins(wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let detail = format!(
            "User names and passwords were refused too often, so this one was not tried. Wait {seconds} s before the next."
        );
        Self::NotMade(NotMade {
            wait: Some(Duration::from_secs(seconds)),
            ..NotMade::new(Obstacle::TooManyLogins, detail)
        })
    }

    /// The provider is switched off here, or is not one where people do that.
    pub(super) fn not_offered(kind: ProviderKind) -> Self {
        let detail = format!("This gateway does not offer {kind} calendars: its operator has not set that up.");
        Self::not(Obstacle::Operator, detail)
    }
}
