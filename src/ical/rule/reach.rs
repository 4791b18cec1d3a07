//! Whether a rule ever happens, and whether it gives a certain point: in bounded time, whatever it says.
//!
//! A rule that no day fits makes others search to the end of the calendar (Radicale for 17 seconds, while everybody
//! waits), so it is known before it is written.

use jiff::civil::{Date, DateTime, date};

use super::steps::Steps;
use super::within;
use crate::calendar::{Frequency, Rule};

/// How far a rule comes, its own end not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ical) enum Reach {
    /// No day and no time fits all that it says: 30 February.
    Never,
    /// Some do, but none after the start until the calendar ends in 9999.
    NotAgain,
    /// It happens.
    On,
}

/// How far a rule comes that starts at `start`.
pub(in crate::ical) fn reach(rule: &Rule, start: DateTime) -> Reach {
    if rule.frequency < Frequency::Daily {
        return if within::ever(rule, start) { Reach::On } else { Reach::Never };
    }
    let steps = Steps::of(rule, start);
    // Days come again after 400 years, weekdays included.
    let cycle = || from(&steps, date(2000, 1, 1), 1).take_while(|step| step.year() < 2400);
    if !cycle().any(|step| !steps.given(step).is_empty()) {
        return Reach::Never;
    }
    let goes_on =
        from(&steps, start.date(), rule.interval.into()).any(|step| steps.given(step).iter().any(|at| *at > start));
    if goes_on { Reach::On } else { Reach::NotAgain }
}

/// Each so-many-th step from that of a day on, until the calendar ends.
fn from<'s>(steps: &'s Steps<'_>, day: Date, interval: i64) -> impl Iterator<Item = Date> + 's {
    std::iter::successors(Some(steps.step_of(day)), move |step| steps.later(*step, interval))
}

/// Whether a rule that starts at `start` gives this point, its own end not counted.
pub(in crate::ical) fn gives(rule: &Rule, start: DateTime, point: DateTime) -> bool {
    if point < start {
        return false;
    }
    if rule.frequency < Frequency::Daily {
        return within::gives(rule, start, point);
    }
    let steps = Steps::of(rule, start);
    in_rhythm(rule, start, point) && steps.given(steps.step_of(point.date())).contains(&point)
}

/// Whether a step of the rule begins some intervals after that of `start` in which `point` lies.
pub(super) fn in_rhythm(rule: &Rule, start: DateTime, point: DateTime) -> bool {
    if rule.frequency < Frequency::Daily {
        return within::in_rhythm(rule, start, point);
    }
    Steps::of(rule, start).between(start.date(), point.date()) % i64::from(rule.interval) == 0
}
