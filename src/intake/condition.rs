//! On what a change depends (RFC 9110, §13.1): that the event is still as its sender saw it.

use crate::placement::Revision;
use crate::store::events::EventRow;

/// What has to be so for a change to be made. By default nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// `If-Match`: the event is held, in one of these states.
    pub only: Option<States>,
    /// `If-None-Match`: the event is not held, or in none of these states.
    pub not: Option<States>,
}

/// States of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum States {
    /// Whatever it is (`*`).
    Any,
    /// With one of these contents. No number stands for a tag that never was one of ours.
    Of(Vec<Revision>),
}

/// The condition of a change was not met: nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unmet {
    /// The event has changed since.
    #[error("the event has changed since: read it again, and decide again")]
    Changed,
    /// The event is held already.
    #[error("the event is held already")]
    Held,
    /// The event is not held.
    #[error("the event is not held (any more)")]
    Gone,
}

impl Condition {
    /// Whether a change of what is `held` (none: nothing is) may be made.
    ///
    /// # Errors
    /// Which part is not so.
    pub fn met(&self, held: Option<&EventRow>) -> Result<(), Unmet> {
        let revision = held.map(|event| event.revision);
        match (&self.only, revision) {
            (Some(_), None) => return Err(Unmet::Gone),
            (Some(states), Some(revision)) if !states.has(revision) => return Err(Unmet::Changed),
            _ => {}
        }
        match (&self.not, revision) {
            (Some(states), Some(revision)) if states.has(revision) => Err(Unmet::Held),
            _ => Ok(()),
        }
    }
}

impl States {
    /// Whether that is one of them.
    pub fn has(&self, revision: Revision) -> bool {
        match self {
            Self::Any => true,
            Self::Of(revisions) => revisions.contains(&revision),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::ids::{EventId, EventRowId, HolderId, PublicEventId};

    fn held(revision: u64) -> EventRow {
        EventRow {
            id: EventRowId(1),
            holder: HolderId(1),
            event_id: EventId::new("a").unwrap(),
            public_id: PublicEventId::new(Timestamp::UNIX_EPOCH),
            revision: Revision(revision),
            fingerprint: [0; 32],
            deleted: false,
            updated_at: Timestamp::UNIX_EPOCH,
            unread: false,
        }
    }

    #[test]
    fn a_condition_is_met_or_says_what_is_not_so() {
        let of = |numbers: &[u64]| Some(States::Of(numbers.iter().copied().map(Revision).collect()));
        let table = [
            (None, None, Ok(()), Ok(())),
            (Some(States::Any), None, Ok(()), Err(Unmet::Gone)),
            (of(&[7]), None, Ok(()), Err(Unmet::Gone)),
            (of(&[6, 7]), None, Ok(()), Err(Unmet::Gone)),
            (of(&[6]), None, Err(Unmet::Changed), Err(Unmet::Gone)),
            (of(&[]), None, Err(Unmet::Changed), Err(Unmet::Gone)),
            (None, Some(States::Any), Err(Unmet::Held), Ok(())),
            (None, of(&[7]), Err(Unmet::Held), Ok(())),
            (None, of(&[6]), Ok(()), Ok(())),
            (of(&[7]), of(&[7]), Err(Unmet::Held), Err(Unmet::Gone)),
        ];
        for (only, not, where_held, where_not) in table {
            let condition = Condition { only, not };
            assert_eq!(condition.met(Some(&held(7))), where_held, "{condition:?}");
            assert_eq!(condition.met(None), where_not, "{condition:?}");
        }
    }
}
