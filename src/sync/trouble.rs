//! What a provider's failure means for the link as a whole. Pure: time and chance are arguments.

use jiff::Timestamp;

use super::backoff;
use crate::happened::{Happened, ResyncFailure};
use crate::link::LinkState;
use crate::providers::RemoteError;

/// Rounds in a row in which nothing was done after which a resync stops waiting and says so (one to two minutes).
const LASTING: u32 = 7;

/// What happens to a link whose round was broken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// No failure, and nothing to wait for: it goes on once it is switched on.
    Rest,
    /// No failure: it goes on then.
    Wait {
        /// When.
        until: Timestamp,
    },
    /// It is tried again then.
    Pause {
        /// When.
        until: Timestamp,
        /// Why, for people.
        reason: String,
        /// Too long for a resync to go on waiting.
        lasting: bool,
    },
    /// It waits for its person.
    Park {
        /// How it is shown.
        state: LinkState,
        /// What is written down.
        happened: Happened,
        /// How a resync ends with it.
        failure: ResyncFailure,
        /// Why, for people.
        reason: String,
    },
}

impl Trouble {
    /// After `attempts` rounds that failed before this one, and nothing done in between.
    pub(super) fn of(error: &RemoteError, attempts: u32, now: Timestamp, chance: f64) -> Self {
        let reason = error.to_string();
        let pause = |reason: String, retry_after| Self::Pause {
            until: backoff::next(attempts + 1, retry_after, now, chance),
            reason,
            lasting: attempts + 1 >= LASTING,
        };
        match error {
            RemoteError::AuthRevoked { why, cause } => Self::Park {
                state: LinkState::NeedsReauthorization,
                happened: Happened::NeedsReauthorization { why: why.clone(), cause: cause.clone() },
                failure: ResyncFailure::LoginFailed { why: reason.clone() },
                reason,
            },
            RemoteError::CalendarLost { why } | RemoteError::CalendarGone { why } => Self::Park {
                state: LinkState::CalendarLost,
                happened: Happened::CalendarLost { why: why.clone() },
                failure: ResyncFailure::CalendarLost { why: reason.clone() },
                reason,
            },
            RemoteError::Throttled { retry_after, .. } | RemoteError::Unsure { retry_after, .. } => {
                pause(reason, *retry_after)
            }
            RemoteError::Refused(_) | RemoteError::Conflict | RemoteError::NotFound | RemoteError::Operator { .. } => {
                pause(reason, None)
            }
            RemoteError::UsageLimit { .. } | RemoteError::Excess { .. } => {
                Self::Pause { until: backoff::after_usage_limit(attempts, now, chance), reason, lasting: true }
            }
            RemoteError::SwitchedOff(_) => Self::Rest,
            RemoteError::OutOfBudget { wait } => Self::Wait { until: backoff::later(now, *wait) },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::happened::Revoked;
    use crate::permit::Off;
    use crate::providers::Refusal;

    fn why() -> String {
        "because".to_owned()
    }

    /// Which kind, and after how many seconds.
    fn told(error: &RemoteError, attempts: u32) -> (&'static str, i64) {
        let after = |until: Timestamp| until.as_second();
        match Trouble::of(error, attempts, Timestamp::UNIX_EPOCH, 1.0) {
            Trouble::Rest => ("rest", 0),
            Trouble::Wait { until } => ("wait", after(until)),
            Trouble::Pause { until, lasting: false, .. } => ("pause", after(until)),
            Trouble::Pause { until, lasting: true, .. } => ("lasting pause", after(until)),
            Trouble::Park { state, .. } => (state.as_str(), 0),
        }
    }

    #[test]
    fn every_failure_has_its_reaction() {
        let refusal = Refusal { code: why(), why: why(), name_taken: false };
        let table = [
            (RemoteError::Throttled { retry_after: Some(Duration::from_secs(30)), why: why() }, ("pause", 32)),
            (RemoteError::Unsure { retry_after: None, why: why() }, ("pause", 2)),
            (RemoteError::AuthRevoked { why: why(), cause: Revoked::ByProvider }, ("needs_reauthorization", 0)),
            (RemoteError::CalendarLost { why: why() }, ("calendar_lost", 0)),
            (RemoteError::CalendarGone { why: why() }, ("calendar_lost", 0)),
            (RemoteError::UsageLimit { why: why() }, ("lasting pause", 5400)),
            (RemoteError::Excess { why: why() }, ("lasting pause", 5400)),
            (RemoteError::Operator { why: why() }, ("pause", 2)),
            (RemoteError::OutOfBudget { wait: Duration::from_secs(7) }, ("wait", 7)),
            (RemoteError::SwitchedOff(Off), ("rest", 0)),
            (RemoteError::Refused(refusal), ("pause", 2)),
            (RemoteError::Conflict, ("pause", 2)),
            (RemoteError::NotFound, ("pause", 2)),
        ];
        for (error, expected) in table {
            assert_eq!(told(&error, 0), expected, "{error:?}");
        }
    }

    #[test]
    fn a_resync_does_not_wait_for_a_provider_that_is_down() {
        let down = RemoteError::Unsure { retry_after: None, why: why() };
        assert_eq!(told(&down, LASTING - 2).0, "pause");
        assert_eq!(told(&down, LASTING - 1).0, "lasting pause");
    }
}
