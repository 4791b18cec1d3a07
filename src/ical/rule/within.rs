//! Rules that repeat within a day: each hour, minute or second is a step.

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, Time, date};

use super::steps::{days_between, keeps};
use crate::calendar::{Frequency, Rule};

/// Whether a rule gives this point, which is not before its start.
pub(super) fn gives(rule: &Rule, start: DateTime, point: DateTime) -> bool {
    in_rhythm(rule, start, point)
        && keeps(rule, point.date())
        && taken(rule, point.time())
        && in_step(rule, start.time()).contains(&(of_day(point.time()) % unit(rule)))
}

/// Whether the step that the point lies in, not the point itself, is some intervals from that of the start.
pub(super) fn in_rhythm(rule: &Rule, start: DateTime, point: DateTime) -> bool {
    let unit = unit(rule);
    let seconds = days_between(start.date(), point.date()) * 86_400 + of_day(point.time()) - of_day(start.time());
    let step = (seconds + of_day(start.time()) % unit).div_euclid(unit);
    step % i64::from(rule.interval) == 0
}

/// What a rule gives, a day at a time.
pub(super) struct Times<'r> {
    rule: &'r Rule,
    start: DateTime,
    in_step: Vec<i64>,
}

impl<'r> Times<'r> {
    pub(super) fn of(rule: &'r Rule, start: DateTime) -> Self {
        let mut in_step = in_step(rule, start.time());
        in_step.sort_unstable();
        in_step.dedup();
        Self { rule, start, in_step }
    }

    /// The day after `day` with a step in it.
    pub(super) fn next_day(&self, day: Date) -> Option<Date> {
        let next = day.tomorrow().ok()?;
        let (first, _) = self.steps_of(next);
        next.checked_add((first / (86_400 / unit(self.rule))).days()).ok()
    }

    /// What it gives on a day, in order.
    pub(super) fn of_day(&self, day: Date) -> Vec<DateTime> {
        let (first, interval) = self.steps_of(day);
        let unit = unit(self.rule);
        if !keeps(self.rule, day) || first * unit >= 86_400 {
            return Vec::new();
        }
        let steps = (first * unit..86_400).step_by(usize::try_from(interval * unit).unwrap_or(usize::MAX));
        let taken = steps.filter(|step| time_of(*step).is_some_and(|time| taken(self.rule, time)));
        let all = taken.flat_map(|step| self.in_step.iter().filter_map(move |second| time_of(step + second)));
        all.map(|time| day.to_datetime(time)).collect()
    }

    /// The first step from the beginning of a day on, counted from there, and every how many steps they come.
    fn steps_of(&self, day: Date) -> (i64, i64) {
        let (unit, interval) = (unit(self.rule), i64::from(self.rule.interval));
        let before = days_between(self.start.date(), day) * (86_400 / unit) - of_day(self.start.time()) / unit;
        ((-before).rem_euclid(interval), interval)
    }
}

/// Whether a rule happens at all.
///
/// A time is some steps after the start when it is in the rhythm of both the days and the interval, so only what is
/// left over by their common divisor counts. Days come again after 400 years.
pub(super) fn ever(rule: &Rule, start: DateTime) -> bool {
    let unit = unit(rule);
    if in_step(rule, start.time()).is_empty() {
        return false;
    }
    let (a_day, interval) = (86_400 / unit, i64::from(rule.interval));
    let divisor = common(CYCLE * a_day, interval);
    let first = of_day(start.time()) / unit;
    let fits = |step: &i64| time_of(step * unit).is_some_and(|time| taken(rule, time));
    let mut left_over: Vec<i64> = (0..a_day).filter(fits).map(|step| (step - first).rem_euclid(divisor)).collect();
    left_over.sort_unstable();
    left_over.dedup();
    let offset = days_between(start.date(), date(2000, 1, 1));
    let days = std::iter::successors(Some(date(2000, 1, 1)), |day: &Date| day.tomorrow().ok());
    days.zip(offset..)
        .take_while(|(day, _)| day.year() < 2400)
        .any(|(day, nth)| keeps(rule, day) && left_over.binary_search(&(-nth * a_day).rem_euclid(divisor)).is_ok())
}

/// The days of 400 years.
const CYCLE: i64 = 146_097;

/// The seconds of a step.
fn unit(rule: &Rule) -> i64 {
    match rule.frequency {
        Frequency::Secondly => 1,
        Frequency::Minutely => 60,
        _ => 3_600,
    }
}

/// Whether the parts that choose among steps take one at this time.
fn taken(rule: &Rule, time: Time) -> bool {
    let has = |list: &[i16], number: i8| list.is_empty() || list.contains(&number.into());
    let leap = time.second() == 59 && rule.by_second.contains(&60);
    has(&rule.by_hour, time.hour())
        && (rule.frequency == Frequency::Hourly || has(&rule.by_minute, time.minute()))
        && (rule.frequency != Frequency::Secondly || leap || has(&rule.by_second, time.second()))
}

/// The seconds at which it happens within a step, in order.
fn in_step(rule: &Rule, start: Time) -> Vec<i64> {
    let or = |list: &[i16], own: i8| {
        if list.is_empty() { vec![i64::from(own)] } else { list.iter().map(|n| i64::from(*n)).collect() }
    };
    let minutes = if rule.frequency == Frequency::Hourly { or(&rule.by_minute, start.minute()) } else { vec![0] };
    let seconds = if rule.frequency == Frequency::Secondly { vec![0] } else { or(&rule.by_second, start.second()) };
    let all = minutes.iter().flat_map(|minute| seconds.iter().map(move |second| minute * 60 + (*second).min(59)));
    let mut all: Vec<i64> = all.collect();
    all.sort_unstable();
    all.dedup();
    if rule.by_set_position.is_empty() {
        return all;
    }
    let at = |position: &i16| {
        let places = usize::from(position.unsigned_abs());
        let index = if *position > 0 { places.checked_sub(1) } else { all.len().checked_sub(places) };
        all.get(index?).copied()
    };
    rule.by_set_position.iter().filter_map(at).collect()
}

fn of_day(time: Time) -> i64 {
    (i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60 + i64::from(time.second())
}

fn time_of(second: i64) -> Option<Time> {
    let part = |number: i64| i8::try_from(number).ok();
    Time::new(part(second / 3_600)?, part(second / 60 % 60)?, part(second % 60)?, 0).ok()
}

/// The greatest common divisor of two numbers above zero.
fn common(one: i64, other: i64) -> i64 {
    if other == 0 { one } else { common(other, one % other) }
}
