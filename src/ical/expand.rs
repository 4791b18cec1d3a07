//! When a rule happens, in clock readings. Only that: calcard's own zones are out of date, so rules are expanded as if
//! they were floating, and readings become instants by jiff's.

use calcard::common::timezone::Tz;
use calcard::{Entry, Parser};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan as _};

use super::rule;
use super::stamp::compact_reading;
use crate::calendar::{Frequency, Rule, RuleEnd, When};

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

/// Occurrences that are gone through before one is found.
const MOST_GONE_THROUGH: usize = 1 << 17;

/// The first `limit` occurrences, not before the clock reads `from`, that a rule gives to a series that starts at
/// `start`, in order, up to the rule's own end. Fewer: there are no more.
pub fn occurrences_from(rule: &Rule, start: &When, from: DateTime, limit: usize) -> Vec<When> {
    let last = if let RuleEnd::Until(until) = &rule.end { Some(until.order()) } else { None };
    let begin = nearer(rule, start.reading(), from);
    let mut most = limit.max(64);
    loop {
        let readings = readings(rule, begin, most);
        let no_more = readings.len() < most || most >= MOST_GONE_THROUGH;
        // Where the count was begun later, that point need not be an occurrence; it is before `from`.
        let wanted = readings.into_iter().filter(|reading| *reading >= from);
        let points = wanted.map(|reading| start.at_reading(reading));
        let points: Vec<When> =
            points.take_while(|point| last.is_none_or(|last| point.order() <= last)).take(limit).collect();
        if no_more || points.len() >= limit || last.is_some_and(|last| points.last().is_some_and(|p| p.order() >= last))
        {
            return points;
        }
        most *= 8;
    }
}

/// A point from which a rule goes on as from its start, but nearer to `from`: whole steps of days or weeks later. Rules
/// that count have to be counted from the start, and months and years are few.
fn nearer(rule: &Rule, start: DateTime, from: DateTime) -> DateTime {
    let days = match (&rule.end, rule.frequency) {
        (RuleEnd::Count(_), _) | (_, Frequency::Monthly | Frequency::Yearly) => return start,
        (_, Frequency::Weekly) => i64::from(rule.interval) * 7,
        // So many days are a whole number of steps of so many hours, minutes and seconds, too.
        (_, Frequency::Daily | Frequency::Hourly | Frequency::Minutely | Frequency::Secondly) => {
            i64::from(rule.interval)
        }
    };
    let between = from.duration_since(start).as_hours() / 24 - 1;
    let steps = (between / days.max(1)).max(0);
    let later = Span::new().try_days(steps * days).ok().and_then(|span| start.checked_add(span).ok());
    later.unwrap_or(start)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn occurrences_from_a_point_are_those_that_come_by_counting_from_the_start() {
        let start = When::Floating("2020-02-29T10:15:00".parse().unwrap());
        let rules = [
            "FREQ=DAILY;INTERVAL=3",
            "FREQ=DAILY;COUNT=900",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
            "FREQ=WEEKLY;INTERVAL=3;UNTIL=20220301T000000",
            "FREQ=HOURLY;INTERVAL=7",
            "FREQ=DAILY;BYMONTH=1,7;BYDAY=TU",
            "FREQ=MONTHLY;BYDAY=-1FR",
            "FREQ=YEARLY",
        ];
        for text in rules {
            let rule = rule::read(text, &start).unwrap().rule;
            let last = When::Floating("2026-01-01T00:00:00".parse().unwrap());
            let all = occurrences(&rule, &start, Some(&last), 20_000).unwrap();
            for from in ["2019-01-01T00:00:00", "2021-06-13T10:15:00", "2022-02-27T11:00:00"] {
                let from: DateTime = from.parse().unwrap();
                let counted: Vec<When> = all.iter().filter(|point| point.reading() >= from).take(5).cloned().collect();
                let mut found = occurrences_from(&rule, &start, from, 5);
                found.retain(|point| point.order() <= last.order());
                assert_eq!(found, counted, "{text} from {from}");
            }
        }
    }
}
