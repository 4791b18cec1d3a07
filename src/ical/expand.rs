//! When a rule happens, in clock readings. Only that: calcard's own zones are out of date, so rules are expanded as if
//! they were floating, and readings become instants by jiff's.

use calcard::common::timezone::Tz;
use calcard::{Entry, Parser};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::rule;
use super::stamp::compact_reading;
use crate::calendar::{Rule, RuleEnd};

/// The first `limit` occurrences of a rule, in order; of its ends, only COUNT is minded.
pub(super) fn readings(rule: &Rule, start: DateTime, limit: usize) -> Vec<DateTime> {
    let mut rule = rule.clone();
    if matches!(rule.end, RuleEnd::Until(_)) {
        rule.end = RuleEnd::Never;
    }
    let (start, rule) = (compact_reading(start), rule::write(&rule));
    let text = format!("BEGIN:VEVENT\r\nDTSTART:{start}\r\nRRULE:{rule}\r\nEND:VEVENT\r\n");
    let Entry::ICalendar(calendar) = Parser::new(&text).entry() else { return Vec::new() };
    let events = calendar.expand_dates(Tz::Floating, limit).events;
    let readings = events.iter().filter_map(|event| Timestamp::from_second(event.timestamps().0).ok());
    readings.map(|at| TimeZone::UTC.to_datetime(at)).collect()
}
