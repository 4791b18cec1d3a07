//! A rule of a series whose start is moved.
//!
//! Rule: what a rule leaves open follows the start by itself; what it says follows where it described the start. A
//! weekly Tuesday becomes a weekly Wednesday, the second Tuesday of a month the second Wednesday, the 15th the 16th; the
//! last working day of a month stays that. Daily and weekly rules move as a whole, so that every occurrence is moved by
//! as much as the first one.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::steps::{days_between, is_that_day};
use crate::calendar::{ByDay, Frequency, Rule, RuleEnd, Weekday, When};

/// The rule of a series that starts at `to` instead of `from`.
pub fn moved(rule: &Rule, from: &When, to: &When) -> Rule {
    let mut moved = rule.clone();
    if let RuleEnd::Until(until) = &rule.end {
        moved.end = RuleEnd::Until(end(until, from, to));
    }
    let (from, to) = (from.reading(), to.reading());
    if from == to {
        return moved;
    }
    part(&mut moved.by_second, from.second().into(), to.second().into(), 0..=59);
    part(&mut moved.by_minute, from.minute().into(), to.minute().into(), 0..=59);
    part(&mut moved.by_hour, from.hour().into(), to.hour().into(), 0..=23);
    if from.date() != to.date() {
        days(&mut moved, rule, from.date(), to.date());
    }
    moved
}

/// The end of a rule, as far from the start as before by the clock of the series.
fn end(until: &When, from: &When, to: &When) -> When {
    let reading = match (from, until.instant()) {
        (When::Zoned { zone, .. }, Some(at)) => zone.rules().to_datetime(at),
        (_, Some(at)) => TimeZone::UTC.to_datetime(at),
        (_, None) => until.reading(),
    };
    let by = to.reading().duration_since(from.reading());
    let point = to.at_reading(reading.checked_add(by).unwrap_or(reading));
    // RFC 5545 §3.3.10: in UTC where the start has an instant.
    point.instant().map_or(point, When::Utc)
}

/// A list that holds a number of the start: all of it moves as the start does, where it stays within bounds; else that
/// number alone.
fn part(list: &mut Vec<i16>, from: i16, to: i16, bounds: std::ops::RangeInclusive<i16>) {
    if !list.contains(&from) || from == to {
        return;
    }
    let fits = list.iter().all(|item| bounds.contains(&(item + to - from)));
    for item in list.iter_mut().filter(|item| fits || **item == from) {
        *item += to - from;
    }
    list.sort_unstable();
    list.dedup();
}

fn days(moved: &mut Rule, rule: &Rule, from: Date, to: Date) {
    let by = days_between(from, to);
    if !rule.by_day.is_empty() {
        weekdays(moved, rule, from, to, by);
    }
    month_days(&mut moved.by_month_day, from, to);
    part(&mut moved.by_year_day, from.day_of_year(), to.day_of_year(), 1..=365);
    part(&mut moved.by_week_number, week(from), week(to), 1..=52);
    let month = (i16::from(from.month()), i16::from(to.month()));
    // Of other rules a month is a season, in which the new start may lie as well.
    if rule.frequency == Frequency::Yearly || !rule.by_month.contains(&month.1) {
        part(&mut moved.by_month, month.0, month.1, 1..=12);
    }
}

fn weekdays(moved: &mut Rule, rule: &Rule, from: Date, to: Date, by: i64) {
    let own = Weekday::from(from.weekday());
    let whole = matches!(rule.frequency, Frequency::Weekly | Frequency::Daily);
    let chosen = !rule.by_set_position.is_empty() || !rule.by_month_day.is_empty() || !rule.by_year_day.is_empty();
    if rule.by_day.iter().any(|day| day.nth.is_none() && day.weekday == own) && (whole || !chosen) {
        for day in moved.by_day.iter_mut().filter(|day| day.nth.is_none()) {
            if whole || day.weekday == own {
                day.weekday = later(day.weekday, by);
            }
        }
        if rule.frequency == Frequency::Weekly {
            // The weeks between which an interval skips begin as much later.
            let one = moved.by_day.len() == 1 && moved.by_set_position.is_empty();
            let counts = rule.interval > 1 || !rule.by_set_position.is_empty();
            moved.week_start = if counts && !one { later(rule.week_start, by) } else { rule.week_start };
        }
    }
    for day in moved.by_day.iter_mut().filter(|day| day.nth.is_some() && is_that_day(rule, from, day)) {
        *day = nth(rule, to, day.nth.is_some_and(|nth| nth < 0));
    }
    moved.by_day.sort_unstable();
    moved.by_day.dedup();
}

/// Which of its month or year a day is, counted from the end where that was so.
fn nth(rule: &Rule, day: Date, from_end: bool) -> ByDay {
    let in_year = rule.frequency == Frequency::Yearly && rule.by_month.is_empty();
    let (at, length) =
        if in_year { (day.day_of_year(), day.days_in_year()) } else { (day.day().into(), day.days_in_month().into()) };
    let nth = if from_end { -((length - at) / 7 + 1) } else { (at - 1) / 7 + 1 };
    ByDay { nth: i8::try_from(nth).ok(), weekday: day.weekday().into() }
}

fn month_days(list: &mut Vec<i16>, from: Date, to: Date) {
    let (own, other) = (i16::from(from.day()), i16::from(to.day()));
    let from_end = |date: Date| i16::from(date.day()) - i16::from(date.days_in_month()) - 1;
    if list.contains(&own) {
        part(list, own, other, 1..=28);
    } else {
        part(list, from_end(from), from_end(to), -28..=-1);
    }
}

fn week(day: Date) -> i16 {
    day.iso_week_date().week().into()
}

fn later(day: Weekday, by: i64) -> Weekday {
    let day = jiff::civil::Weekday::from(day);
    day.wrapping_add(by).into()
}
