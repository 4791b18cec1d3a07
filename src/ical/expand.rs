//! When a rule happens, in clock readings. Only that: calcard's own zones are out of date, so rules are expanded as if
//! they were floating, and readings become instants by jiff's.

use calcard::common::timezone::Tz;
use calcard::{Entry, Parser};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::rule;
use super::stamp::compact_reading;
use crate::calendar::{Rule, RuleEnd, When};

/// The first `limit` occurrences of a rule, in order; of its ends, only COUNT is minded.
pub(super) fn readings(rule: &Rule, start: DateTime, limit: usize) -> Vec<DateTime> {
    let mut rule = rule.clone();
    if matches!(rule.end, RuleEnd::Until(_)) {
        rule.end = RuleEnd::Never;
    }
    expanded(&rule, start, limit)
}

/// The occurrences that a rule gives to a series that starts at `start`, in order, up to its own end and not after
/// `last`. None when they are more than `limit`, or endless.
pub fn occurrences(rule: &Rule, start: &When, last: Option<&When>, limit: usize) -> Option<Vec<When>> {
    let own = if let RuleEnd::Until(until) = &rule.end { Some(until.order()) } else { None };
    let last = [own, last.map(When::order)].into_iter().flatten().min();
    let mut rule = rule.clone();
    match (&rule.end, last) {
        (RuleEnd::Count(_), _) => {}
        (_, None) => return None,
        // A day more than needed, whatever the zone: it is instants that decide below.
        (_, Some(last)) => {
            let until = last.checked_add(2.days()).unwrap_or(last);
            rule.end = RuleEnd::Until(When::Floating(until));
        }
    }
    let points =
        expanded(&rule, start.reading(), limit.saturating_add(1)).into_iter().map(|reading| start.at_reading(reading));
    let points: Vec<When> = points.take_while(|point| last.is_none_or(|last| point.order() <= last)).collect();
    (points.len() <= limit).then_some(points)
}

/// The first occurrence after the start that a rule gives to a series.
pub fn second_occurrence(rule: &Rule, start: &When) -> Option<When> {
    let last = if let RuleEnd::Until(until) = &rule.end { Some(until.order()) } else { None };
    let later = readings(rule, start.reading(), 2).into_iter().find(|reading| *reading > start.reading());
    later.map(|reading| start.at_reading(reading)).filter(|next| last.is_none_or(|last| next.order() <= last))
}

/// The first `limit` occurrences of a rule as if it were floating.
fn expanded(rule: &Rule, start: DateTime, limit: usize) -> Vec<DateTime> {
    let (start, rule) = (compact_reading(start), rule::write(rule));
    let text = format!("BEGIN:VEVENT\r\nDTSTART:{start}\r\nRRULE:{rule}\r\nEND:VEVENT\r\n");
    let Entry::ICalendar(calendar) = Parser::new(&text).entry() else { return Vec::new() };
    let events = calendar.expand_dates(Tz::Floating, limit).events;
    let readings = events.iter().filter_map(|event| Timestamp::from_second(event.timestamps().0).ok());
    readings.map(|at| TimeZone::UTC.to_datetime(at)).collect()
}
