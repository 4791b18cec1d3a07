//! What a rule gives, one point after the other, beginning anywhere.
//!
//! Steps are counted, not gone through: a rule that began years ago costs what lies in the stretch that is asked for. Only
//! a COUNT has to be counted from the start.
//!
//! Own code and not calcard's expansion, which goes through everything from the start on and loses what its filters meet
//! together (`BYDAY=MO,2TU` gives nothing there). Where the standard leaves two readings, this takes that of
//! python-dateutil, which most others follow; a test holds the two together.

use std::vec;

use jiff::civil::{Date, DateTime};

use super::steps::Steps;
use super::within;
use crate::calendar::{Frequency, Rule, RuleEnd};

/// What a rule that starts at `start` gives from `from` to `to`, both included, in order and each once; of the rule's
/// ends, only COUNT is minded.
pub(in crate::ical) fn points(
    rule: &Rule,
    start: DateTime,
    from: DateTime,
    to: DateTime,
) -> impl Iterator<Item = DateTime> + '_ {
    let (begin, left) = match rule.end {
        RuleEnd::Count(count) => (start, count),
        RuleEnd::Never | RuleEnd::Until(_) => (from.max(start), u32::MAX),
    };
    let steps = Sequence::of(rule, start, begin);
    let given = Given { steps, to, start, now: Vec::new().into_iter() };
    given.take(usize::try_from(left).unwrap_or(usize::MAX)).filter(move |point| *point >= from)
}

/// The points of one step after the other.
struct Given<'r> {
    steps: Sequence<'r>,
    start: DateTime,
    to: DateTime,
    now: vec::IntoIter<DateTime>,
}

impl Iterator for Given<'_> {
    type Item = DateTime;

    fn next(&mut self) -> Option<DateTime> {
        loop {
            if let Some(point) = self.now.find(|point| *point >= self.start) {
                return (point <= self.to).then_some(point);
            }
            self.now = self.steps.next_until(self.to.date())?.into_iter();
        }
    }
}

/// The steps of a rule, from one on.
enum Sequence<'r> {
    /// Of days and more.
    Days { steps: Steps<'r>, interval: i64, next: Option<Date> },
    /// Within a day: a day's at a time.
    Times { times: within::Times<'r>, next: Option<Date> },
}

impl<'r> Sequence<'r> {
    /// From the step on that `begin` lies in, or the one after it.
    fn of(rule: &'r Rule, start: DateTime, begin: DateTime) -> Self {
        if rule.frequency < Frequency::Daily {
            return Self::Times { times: within::Times::of(rule, start), next: Some(begin.date()) };
        }
        let steps = Steps::of(rule, start);
        let interval = i64::from(rule.interval);
        let gone = steps.between(start.date(), begin.date()).div_euclid(interval);
        let next = steps.later(steps.step_of(start.date()), gone * interval);
        Self::Days { steps, interval, next }
    }

    /// What the next step gives; none where it begins after `last`.
    fn next_until(&mut self, last: Date) -> Option<Vec<DateTime>> {
        match self {
            Self::Days { steps, interval, next } => {
                let step = next.filter(|step| *step <= last)?;
                *next = steps.later(step, *interval);
                Some(steps.in_order(step))
            }
            Self::Times { times, next } => {
                let day = next.filter(|day| *day <= last)?;
                *next = times.next_day(day);
                Some(times.of_day(day))
            }
        }
    }
}
