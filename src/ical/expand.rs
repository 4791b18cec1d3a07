//! When a rule happens, in the zone of its series.
//!
//! A rule is a matter of clock readings; they become instants by the zone's rules, and where a rule ends by a point in
//! time, instants decide.

use jiff::ToSpan as _;
use jiff::civil::DateTime;

use super::rule;
use crate::calendar::{Rule, RuleEnd, When};

/// The first `limit` occurrences of a rule, in order; of its ends, only COUNT is minded.
pub(super) fn readings(rule: &Rule, start: DateTime, limit: usize) -> Vec<DateTime> {
    rule::points(rule, start, DateTime::MIN, DateTime::MAX).take(limit).collect()
}

/// The occurrences that a rule gives to a series that starts at `start`, in order, up to its own end and not after
/// `last`. None when they are more than `limit`, or endless.
pub fn occurrences(rule: &Rule, start: &When, last: Option<&When>, limit: usize) -> Option<Vec<When>> {
    if last.is_none() && rule.end == RuleEnd::Never {
        return None;
    }
    let last = last.map(When::order);
    // A day more than needed, whatever the zone: it is instants that decide below.
    let to = last.and_then(|last| last.checked_add(2.days()).ok()).unwrap_or(DateTime::MAX);
    let points = occurrences_between(rule, start, DateTime::MIN, to);
    let points = points.take_while(|point| last.is_none_or(|last| point.order() <= last));
    let points: Vec<When> = points.take(limit.saturating_add(1)).collect();
    (points.len() <= limit).then_some(points)
}

/// The first occurrence after the start that a rule gives to a series.
pub fn second_occurrence(rule: &Rule, start: &When) -> Option<When> {
    occurrences_from(rule, start, start.reading(), 2).into_iter().find(|point| point.reading() > start.reading())
}

/// The last occurrence before the point `before` that a rule gives to a series that starts at `start`; none when the rule
/// gives none.
pub fn previous_occurrence(rule: &Rule, start: &When, before: &When) -> Option<When> {
    let reading = before.reading();
    // A day more than needed, whatever the zone: it is instants that decide.
    let to = reading.checked_add(2.days()).unwrap_or(reading);
    // Looked for near the point first: a series may be old, and happen often.
    for days in [3, 24, 190, 1_500, 12_000, 200_000] {
        let from = reading.checked_sub(jiff::Span::new().days(days)).unwrap_or(DateTime::MIN);
        let points = occurrences_between(rule, start, from, to);
        let found = points.take_while(|point| point.order() < before.order()).last();
        if found.is_some() || from <= start.reading() {
            return found;
        }
    }
    None
}

/// The first `limit` occurrences, not before the clock reads `from`, that a rule gives to a series that starts at
/// `start`, in order, up to the rule's own end. Fewer: there are no more.
pub fn occurrences_from(rule: &Rule, start: &When, from: DateTime, limit: usize) -> Vec<When> {
    occurrences_between(rule, start, from, DateTime::MAX).take(limit).collect()
}

/// The occurrences that a rule gives to a series that starts at `start` while its clock reads `from` to `to`, both
/// included, in order, up to the rule's own end.
pub fn occurrences_between<'r>(
    rule: &'r Rule,
    start: &'r When,
    from: DateTime,
    to: DateTime,
) -> impl Iterator<Item = When> + 'r {
    let last = if let RuleEnd::Until(until) = &rule.end { Some(until.order()) } else { None };
    let sure = last.and_then(|last| last.checked_add(2.days()).ok()).unwrap_or(DateTime::MAX);
    let points = rule::points(rule, start.reading(), from, to.min(sure)).map(|reading| start.at_reading(reading));
    points.take_while(move |point| last.is_none_or(|last| point.order() <= last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_occurrence_before_a_point_is_the_last_of_those_that_are_counted() {
        let start = When::Floating("2020-02-29T10:15:00".parse().unwrap());
        let rules = [
            "FREQ=DAILY;INTERVAL=3",
            "FREQ=DAILY;COUNT=900",
            "FREQ=WEEKLY;INTERVAL=3;UNTIL=20220301T000000",
            "FREQ=HOURLY;INTERVAL=7;BYMONTH=3",
            "FREQ=MONTHLY;BYDAY=-1FR",
            "FREQ=YEARLY",
        ];
        for text in rules {
            let rule = rule::read(text, &start).unwrap().rule;
            for before in ["2020-02-29T10:15:00", "2020-03-01T00:00:00", "2022-03-13T10:15:00", "2049-07-01T12:00:00"] {
                let before = When::Floating(before.parse().unwrap());
                let all = occurrences(&rule, &start, Some(&before), 30_000).unwrap();
                let last = all.into_iter().rfind(|point| point.order() < before.order());
                assert_eq!(previous_occurrence(&rule, &start, &before), last, "{text} before {before:?}");
            }
        }
    }

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
