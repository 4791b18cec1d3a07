//! A whole series, and the starts it makes.

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::lines::{self, Line};
use super::rule::{Ends, Rule};

/// A start: a whole day or an instant. What names an occurrence of a series, whatever it was moved to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::google) enum Mark {
    /// A whole day.
    Day(Date),
    /// An instant.
    At(Timestamp),
}

impl Mark {
    /// `20261112` or `20261112T090000Z`, as the ids of instances end.
    pub(in crate::google) fn suffix(self) -> String {
        match self {
            Self::Day(day) => day.strftime("%Y%m%d").to_string(),
            Self::At(instant) => instant.strftime("%Y%m%dT%H%M%SZ").to_string(),
        }
    }

    /// Reads such an ending.
    pub(in crate::google) fn read_suffix(text: &str) -> Option<Self> {
        if text.len() == 8 {
            return Date::strptime("%Y%m%d", text).ok().map(Self::Day);
        }
        let time = DateTime::strptime("%Y%m%dT%H%M%S", text.strip_suffix('Z').filter(|time| time.len() == 15)?).ok()?;
        TimeZone::UTC.to_timestamp(time).ok().map(Self::At)
    }

    /// The instant; a whole day begins at midnight in `zone`.
    pub(in crate::google) fn instant(self, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Day(day) => instant(day.to_datetime(Time::midnight()), zone),
            Self::At(instant) => instant,
        }
    }
}

fn instant(time: DateTime, zone: &TimeZone) -> Timestamp {
    zone.to_ambiguous_timestamp(time).compatible().unwrap_or(Timestamp::MAX)
}

/// Never more starts of one series than this.
const MOST: usize = 20_000;
/// Series that end are followed no further than this after their start.
const LONGEST: SignedDuration = SignedDuration::from_hours(100 * 366 * 24);

/// What `recurrence` says, with the first start.
#[derive(Clone, Debug)]
pub(in crate::google) struct Series {
    first: Mark,
    zone: TimeZone,
    rules: Vec<Rule>,
    not_rules: Vec<Rule>,
    dates: Vec<Mark>,
    not_dates: Vec<Mark>,
}

impl Series {
    /// Reads the lines of an event that starts at `first`; `zone` is where its clock hangs.
    ///
    /// # Errors
    /// What is wrong with which line.
    pub(in crate::google) fn read(lines: &[String], first: Mark, zone: TimeZone) -> Result<Self, String> {
        let (rules, not_rules) = (Vec::new(), Vec::new());
        let mut series = Self { first, zone, rules, not_rules, dates: Vec::new(), not_dates: Vec::new() };
        for line in lines {
            match lines::read(line, matches!(first, Mark::Day(_)))? {
                Line::Rule(rule) => series.rules.push(rule),
                Line::NotRule(rule) => series.not_rules.push(rule),
                Line::Dates(marks) => series.dates.extend(marks),
                Line::NotDates(marks) => series.not_dates.extend(marks),
            }
        }
        if series.rules.is_empty() && series.dates.is_empty() {
            return Err("there is neither RRULE nor RDATE".to_owned());
        }
        Ok(series)
    }

    /// The starts; those of an endless series up to `horizon`.
    pub(in crate::google) fn marks(&self, horizon: Timestamp) -> BTreeSet<Mark> {
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
    pub(in crate::google) fn has(&self, mark: Mark) -> bool {
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
            Ends::OnDay(_) | Ends::At(_) => (MOST, longest),
        };
        let unasked = rule.times(start, start.date()).next() != Some(start);
        let most = if unasked { most.saturating_sub(1) } else { most };
        let last_day = self.zone.to_datetime(horizon).date();
        rule.times(start, last_day)
            .map(|time| self.mark(time))
            .take_while(|mark| goes_on(rule, *mark))
            .take(most)
            .collect()
    }

    fn mark(&self, time: DateTime) -> Mark {
        match self.first {
            Mark::Day(_) => Mark::Day(time.date()),
            Mark::At(_) => Mark::At(instant(time, &self.zone)),
        }
    }
}

fn goes_on(rule: &Rule, mark: Mark) -> bool {
    match (rule.ends, mark) {
        (Ends::OnDay(last), Mark::Day(day)) => day <= last,
        (Ends::At(last), Mark::At(instant)) => instant <= last,
        // Other pairs are refused when a rule is read.
        _ => true,
    }
}
