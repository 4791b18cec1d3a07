//! How a VEVENT repeats: RRULE, EXRULE, RDATE and EXDATE together.

use calcard::icalendar::{ICalendarPeriod, ICalendarProperty, ICalendarValue};

use super::dates::{Written, align, points};
use super::source::{Property, Source};
use crate::calendar::{AddedDate, Recurrence, Rule, RuleEnd, When};
use crate::ical::error::IcalError;
use crate::ical::limits::{MAX_DATES, MAX_RULES};
use crate::ical::rule;
use crate::ical::timezone::Zones;

/// Reads how a VEVENT that starts at `start` repeats; none when it does not.
///
/// # Errors
/// When a rule or a date can't be understood, or there are too many.
pub(in crate::ical) fn read(
    source: &Source<'_>,
    zones: &Zones<'_>,
    start: &When,
) -> Result<Option<Recurrence>, IcalError> {
    let rules = rules(source, ICalendarProperty::Rrule, start)?;
    let dates = added(source, zones, start)?;
    if rules.is_empty() && dates.is_empty() {
        return Ok(None);
    }
    let except_rules = self::rules(source, ICalendarProperty::Exrule, start)?;
    let except_dates = excepted(source, zones, start)?;
    Ok(Some(Recurrence { rules, except_rules, dates, except_dates }))
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
    if let RuleEnd::Until(until) = &rule.end
        && until.order() < start.order()
    {
        source.note("a rule ends before the event starts: left out");
        return None;
    }
    if let Some(count) = count_too {
        source.note("a rule has both COUNT and UNTIL: taken to end with COUNT");
        rule.end = RuleEnd::Count(count);
    }
    Some(rule)
}

fn added(source: &Source<'_>, zones: &Zones<'_>, start: &When) -> Result<Vec<AddedDate>, IcalError> {
    let mut dates: Vec<AddedDate> = Vec::new();
    for property in source.all(ICalendarProperty::Rdate) {
        let periods = property.entry.values.iter().any(|value| matches!(value, ICalendarValue::Period(_)));
        if periods {
            for value in &property.entry.values {
                let ICalendarValue::Period(period) = value else {
                    return Err(source.wrong(property, "periods and dates are mixed"));
                };
                dates.push(added_period(source, property, zones, (period, start))?);
            }
        } else {
            let points = points(source, property, zones)?;
            dates.extend(points.into_iter().map(|point| AddedDate { start: align(point.when, start), end: None }));
        }
        if dates.len() > MAX_DATES {
            return Err(source.wrong(property, format!("more than {MAX_DATES} dates")));
        }
    }
    dates.sort_by_key(|date| date.start.order());
    dates.dedup_by(|one, other| one.start == other.start);
    Ok(dates)
}

/// A period: its own start and end (RFC 5545 §3.3.9).
fn added_period(
    source: &Source<'_>,
    property: Property<'_>,
    zones: &Zones<'_>,
    (period, series): (&ICalendarPeriod, &When),
) -> Result<AddedDate, IcalError> {
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
    Ok(AddedDate { start, end: Some(end) })
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
