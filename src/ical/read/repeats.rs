//! How a VEVENT repeats: RRULE, EXRULE, RDATE and EXDATE together.

use calcard::icalendar::{ICalendarPeriod, ICalendarProperty, ICalendarValue};

use super::dates::{align, points};
use super::source::{Property, Source};
use crate::calendar::{Recurrence, Rule, RuleEnd, Span, When};
use crate::ical::error::IcalError;
use crate::ical::limits::{MAX_DATES, MAX_PERIODS, MAX_RULES};
use crate::ical::timezone::Zones;
use crate::ical::written::Written;
use crate::ical::{expand, rule};

/// How a VEVENT repeats.
pub(in crate::ical) struct Repeats {
    pub(in crate::ical) recurrence: Recurrence,
    /// The spans of RDATEs that have ends of their own; their starts are among the recurrence's dates.
    pub(in crate::ical) periods: Vec<Span>,
}

/// Reads how a VEVENT that starts at `start` repeats; none when it does not.
///
/// # Errors
/// When a rule or a date can't be understood, or there are too many.
pub(in crate::ical) fn read(
    source: &Source<'_>,
    zones: &Zones<'_>,
    start: &When,
) -> Result<Option<Repeats>, IcalError> {
    let rules = rules(source, ICalendarProperty::Rrule, start)?;
    let (dates, periods) = added(source, zones, start)?;
    if rules.is_empty() && dates.is_empty() {
        return Ok(None);
    }
    let except_rules = self::rules(source, ICalendarProperty::Exrule, start)?;
    let except_dates = excepted(source, zones, start)?;
    Ok(Some(Repeats { recurrence: Recurrence { rules, except_rules, dates, except_dates }, periods }))
}

fn rules(source: &Source<'_>, name: ICalendarProperty, start: &When) -> Result<Vec<Rule>, IcalError> {
    let mut rules = Vec::new();
    for property in source.all(name) {
        let text = source.raw(property);
        if text.trim().is_empty() {
            continue;
        }
        let read = rule::read(&text, start).map_err(|reason| source.wrong(property, reason))?;
        if let Some(rule) = one_end(source, read, start) {
            rules.push(rule);
        }
        if rules.len() > MAX_RULES {
            return Err(source.wrong(property, format!("more than {MAX_RULES} rules")));
        }
    }
    Ok(rules)
}

/// A rule ends once: by UNTIL or by COUNT, whichever comes first. A rule that ends before the series starts leaves the
/// start alone.
fn one_end(source: &Source<'_>, read: rule::Read, start: &When) -> Option<Rule> {
    let rule::Read { mut rule, count_too } = read;
    let RuleEnd::Until(until) = rule.end.clone() else { return Some(rule) };
    if until.order() < start.order() {
        source.note("a rule ends before the event starts: left out");
        return None;
    }
    if let Some(count) = count_too {
        rule.end = RuleEnd::Count(count);
        let by_count = count <= MAX_COUNTED && ends_by(&rule, count, start, &until);
        source
            .note(format!("a rule has both COUNT and UNTIL: {} comes first", if by_count { "COUNT" } else { "UNTIL" }));
        if !by_count {
            rule.end = RuleEnd::Until(until);
        }
    }
    Some(rule)
}

/// Occurrences that are counted one by one; a rule with more of them is ended by its UNTIL.
const MAX_COUNTED: u32 = 5_000;

/// Whether the last of `count` occurrences is not after `until`.
fn ends_by(rule: &Rule, count: u32, start: &When, until: &When) -> bool {
    let until = match (start, until.instant()) {
        (When::Zoned { zone, .. }, Some(at)) => zone.rules().to_datetime(at),
        _ => until.reading(),
    };
    let readings = expand::readings(rule, start.reading(), count.try_into().unwrap_or(usize::MAX));
    readings.last().is_some_and(|last| *last <= until)
}

fn added(source: &Source<'_>, zones: &Zones<'_>, start: &When) -> Result<(Vec<When>, Vec<Span>), IcalError> {
    let mut dates = Vec::new();
    let mut periods: Vec<Span> = Vec::new();
    for property in source.all(ICalendarProperty::Rdate) {
        if property.entry.values.iter().any(|value| matches!(value, ICalendarValue::Period(_))) {
            for value in &property.entry.values {
                let ICalendarValue::Period(period) = value else {
                    return Err(source.wrong(property, "periods and dates are mixed"));
                };
                periods.push(added_period(source, property, zones, (period, start))?);
            }
        } else {
            dates.extend(points(source, property, zones)?.into_iter().map(|point| align(point.when, start)));
        }
        if dates.len() > MAX_DATES || periods.len() > MAX_PERIODS {
            let reason = format!("more than {MAX_DATES} dates or {MAX_PERIODS} periods");
            return Err(source.wrong(property, reason));
        }
    }
    dates.extend(periods.iter().map(|period| period.start.clone()));
    dates.sort_by_key(When::order);
    dates.dedup();
    Ok((dates, periods))
}

/// A period: its own start and end (RFC 5545 §3.3.9).
fn added_period(
    source: &Source<'_>,
    property: Property<'_>,
    zones: &Zones<'_>,
    (period, series): (&ICalendarPeriod, &When),
) -> Result<Span, IcalError> {
    let place = |value| {
        let written = Written::of(value).map_err(|reason| source.wrong(property, reason))?;
        let placed = super::dates::place_as(source, property, zones, written)?;
        Ok::<_, IcalError>(align(placed.when, series))
    };
    let (start, end) = match period {
        ICalendarPeriod::Range { start, end } => (place(start)?, place(end)?),
        ICalendarPeriod::Duration { start, duration } => {
            let start = place(start)?;
            let end = super::span::ending(&start, duration);
            (start, end.ok_or_else(|| source.wrong(property, "a period of this length is not accepted"))?)
        }
    };
    if end.order() < start.order() {
        return Err(source.wrong(property, "a period ends before it starts"));
    }
    Ok(Span { start, end })
}

fn excepted(source: &Source<'_>, zones: &Zones<'_>, start: &When) -> Result<Vec<When>, IcalError> {
    let mut dates = Vec::new();
    for property in source.all(ICalendarProperty::Exdate) {
        let points = points(source, property, zones)?;
        dates.extend(points.into_iter().map(|point| align(point.when, start)));
        if dates.len() > MAX_DATES {
            return Err(source.wrong(property, format!("more than {MAX_DATES} dates")));
        }
    }
    dates.sort_by_key(When::order);
    dates.dedup();
    Ok(dates)
}
