//! The wall's clock may be set back, and what waits would wait for the time that it showed.
//!
//! Times that things wait for lie in the database by the wall's clock, since they outlive the process. Here it is compared
//! with the time that only goes forward: once it was set back, all that waits is due. Where it was set back while the
//! gateway did not run, what lies further ahead than anybody waits is due all the same
//! ([`LONGEST_WAIT`](crate::clock::LONGEST_WAIT)). Pure: time is an argument.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::clock::Moment;

/// Less is how clocks are kept right.
const STEP: SignedDuration = SignedDuration::from_secs(5);

/// Watches the clock.
#[derive(Debug)]
pub(super) struct Watch {
    seen: (Timestamp, Moment),
    behind: bool,
}

impl Watch {
    /// Begins to watch.
    pub(super) fn from(now: Timestamp, moment: Moment) -> Self {
        Self { seen: (now, moment), behind: false }
    }

    /// Looks at the clock. Answers by how much it was set back since the last look, if it was.
    pub(super) fn look(&mut self, now: Timestamp, moment: Moment) -> Option<SignedDuration> {
        let (then, earlier) = std::mem::replace(&mut self.seen, (now, moment));
        let went_by: Duration = moment.since(earlier);
        let back = then.duration_since(now) + SignedDuration::try_from(went_by).unwrap_or(SignedDuration::ZERO);
        let was_set_back = back >= STEP;
        self.behind |= was_set_back;
        was_set_back.then_some(back)
    }

    /// Whether what waits has to be made due yet.
    pub(super) fn is_behind(&self) -> bool {
        self.behind
    }

    /// It was made due.
    pub(super) fn caught_up(&mut self) {
        self.behind = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_is_noticed_and_one_that_is_kept_right_is_not() {
        let at = |seconds: i64| Timestamp::from_second(seconds).unwrap();
        let moment = |seconds: u64| Moment::from(Duration::from_secs(seconds));
        let mut watch = Watch::from(at(1_000), moment(0));
        assert_eq!(watch.look(at(1_010), moment(10)), None);
        assert_eq!(watch.look(at(1_016), moment(20)), None, "four seconds");
        assert_eq!(watch.look(at(90_000), moment(30)), None, "forward");
        assert!(!watch.is_behind());
        assert_eq!(watch.look(at(1_040), moment(40)), Some(SignedDuration::from_secs(90_010 - 1_040)));
        assert_eq!(watch.look(at(1_050), moment(50)), None);
        assert!(watch.is_behind());
        watch.caught_up();
        assert!(!watch.is_behind());
    }
}
