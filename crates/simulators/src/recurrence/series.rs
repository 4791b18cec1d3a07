//! A whole series, and the starts it makes.

use std::collections::BTreeSet;

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::mark::{Mark, instant};
use super::rule::{Ends, Rule};

/// Never more starts of one series than this.
const MOST: usize = 20_000;
/// Series that end are followed no further than this after their start.
const LONGEST: SignedDuration = SignedDuration::from_hours(100 * 366 * 24);

/// What repeats: a first start, what makes more of them, and what takes some away.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    first: Mark,
    zone: TimeZone,
    /// Each adds what it makes.
    pub(crate) rules: Vec<Rule>,
    /// Each takes away what it makes.
    pub(crate) not_rules: Vec<Rule>,
    /// Further starts.
    pub(crate) dates: Vec<Mark>,
    /// Starts that are none.
    pub(crate) not_dates: Vec<Mark>,
}

impl Series {
    /// A series of its first start alone; `zone` is where its clock hangs.
    pub(crate) fn starting(first: Mark, zone: TimeZone) -> Self {
        let (rules, not_rules) = (Vec::new(), Vec::new());
        Self { first, zone, rules, not_rules, dates: Vec::new(), not_dates: Vec::new() }
    }

    /// The starts; those of an endless series up to `horizon`.
    pub(crate) fn marks(&self, horizon: Timestamp) -> BTreeSet<Mark> {
        let mut marks: BTreeSet<Mark> = [self.first].into();
        for rule in &self.rules {
            marks.extend(self.made_by(rule, horizon));
        }
        marks.extend(&self.dates);
        for rule in &self.not_rules {
            for mark in self.made_by(rule, horizon) {
                marks.remove(&mark);
            }
        }
        for mark in &self.not_dates {
            marks.remove(mark);
        }
        marks
    }

    /// Does the series have this start?
    pub(crate) fn has(&self, mark: Mark) -> bool {
        let after = mark.instant(&self.zone).saturating_add(SignedDuration::from_hours(48));
        self.marks(after.unwrap_or(Timestamp::MAX)).contains(&mark)
    }

    /// What one rule makes. The first start counts even when the rule would not make it.
    fn made_by(&self, rule: &Rule, horizon: Timestamp) -> Vec<Mark> {
        let start = match self.first {
            Mark::Day(day) => day.to_datetime(Time::midnight()),
            Mark::At(instant) => self.zone.to_datetime(instant),
        };
        let longest = self.first.instant(&self.zone).saturating_add(LONGEST).unwrap_or(Timestamp::MAX);
        let (most, horizon) = match rule.ends {
            Ends::Never => (MOST, horizon.min(longest)),
            Ends::After(count) => (count.min(MOST), longest),
            Ends::OnDay(_) | Ends::OnClock(_) | Ends::At(_) => (MOST, longest),
        };
        let unasked = rule.times(start, start.date()).next() != Some(start);
        let most = if unasked { most.saturating_sub(1) } else { most };
        let last_day = self.zone.to_datetime(horizon).date();
        rule.times(start, last_day)
            .map(|time| self.mark(time))
            .take_while(|mark| self.goes_on(rule, *mark))
            .take(most)
            .collect()
    }

    fn mark(&self, time: DateTime) -> Mark {
        match self.first {
            Mark::Day(_) => Mark::Day(time.date()),
            Mark::At(_) => Mark::At(instant(time, &self.zone)),
        }
    }
    fn goes_on(&self, rule: &Rule, mark: Mark) -> bool {
        let time = || self.zone.to_datetime(mark.instant(&self.zone));
        match rule.ends {
            Ends::Never | Ends::After(_) => true,
            // The last day counts to its end.
            Ends::OnDay(last) => time().date() <= last,
            Ends::OnClock(last) => time() <= last,
            Ends::At(last) => mark.instant(&self.zone) <= last,
        }
    }
}
