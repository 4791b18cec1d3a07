//! How a link is doing, in the four words that client systems hear.

use super::LinkState;

/// Rounds that failed in a row after which a link is said to be in trouble (one to two minutes).
const FAILS_FOR_LONG: u32 = 7;

/// How a link is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkCondition {
    /// Working.
    Active,
    /// Switched off: not one request is sent, and what is wanted waits.
    Paused,
    /// It does not work, for reasons that nobody has to sign in again for: the calendar is gone, or can't be reached for long.
    Error,
    /// The provider refuses the credentials, or it is being disconnected.
    Disconnected,
}

impl LinkCondition {
    /// Of a link in that state, which is switched on or not, and failed so many rounds in a row.
    pub fn of(state: LinkState, is_on: bool, failures: u32) -> Self {
        match state {
            LinkState::Unlinking => Self::Disconnected,
            _ if !is_on => Self::Paused,
            LinkState::NeedsReauthorization => Self::Disconnected,
            LinkState::CalendarLost => Self::Error,
            LinkState::Active if failures >= FAILS_FOR_LONG => Self::Error,
            LinkState::Active => Self::Active,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_link_stands_in_one_of_four_ways() {
        let table = [
            (LinkState::Active, true, 0, LinkCondition::Active),
            (LinkState::Active, true, FAILS_FOR_LONG - 1, LinkCondition::Active),
            (LinkState::Active, true, FAILS_FOR_LONG, LinkCondition::Error),
            (LinkState::Active, false, FAILS_FOR_LONG, LinkCondition::Paused),
            (LinkState::CalendarLost, true, 0, LinkCondition::Error),
            (LinkState::CalendarLost, false, 0, LinkCondition::Paused),
            (LinkState::NeedsReauthorization, true, 3, LinkCondition::Disconnected),
            (LinkState::NeedsReauthorization, false, 3, LinkCondition::Paused),
            (LinkState::Unlinking, true, 0, LinkCondition::Disconnected),
            (LinkState::Unlinking, false, 9, LinkCondition::Disconnected),
        ];
        for (state, is_on, failures, expected) in table {
            assert_eq!(LinkCondition::of(state, is_on, failures), expected, "{state:?} {is_on} {failures}");
        }
    }
}
