//! How a VEVENT repeats: RRULE, EXRULE, RDATE and EXDATE together.

use calcard::icalendar::ICalendarProperty;

use super::dates::{align, points, values};
use super::source::Source;
use crate::calendar::{Recurrence, Rule, RuleEnd, Span, When};
use crate::ical::error::IcalError;
use crate::ical::length::Length;
use crate::ical::limits::{MAX_DATES, MAX_PERIODS, MAX_RULES};
use crate::ical::rule::Reach;
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
    let says = |name| source.all(name).any(|property| !source.raw(property).trim().is_empty());
    let single = rules.is_empty() && dates.is_empty();
    if single && !says(ICalendarProperty::Rrule) {
        if says(ICalendarProperty::Exdate) {
            source.note("EXDATE is left out: the event does not repeat");
        }
        return Ok(None);
    }
    let except_rules = self::rules(source, ICalendarProperty::Exrule, start)?;
    let except_dates = excepted(source, zones, start)?;
    // Of a rule that was left out the start remains, unless that is excepted.
    if single && !except_dates.iter().any(|except| except.order() == start.order()) {
        return Ok(None);
    }
    Ok(Some(Repeats { recurrence: Recurrence { rules, except_rules, dates, except_dates }, periods }))
}

/// Servers search for what such a rule gives to the end of the calendar, while everybody waits.
const NEVER: &str = "the rule never happens: there is no day or time that all of its parts fit";

fn rules(source: &Source<'_>, name: ICalendarProperty, start: &When) -> Result<Vec<Rule>, IcalError> {
    let mut rules = Vec::new();
    for property in source.all(name.clone()) {
        let text = source.raw(property);
        if text.trim().is_empty() {
            continue;
        }
        let read = rule::read(text, start).map_err(|reason| source.wrong(property, reason))?;
        let (rule, notes) = one_end(read, start);
        notes.into_iter().for_each(|note| source.note(note));
        if let Some(rule) = rule {
            match (rule::reach(&rule, start.reading()), &name) {
                (Reach::On, _) => rules.push(rule),
                (_, ICalendarProperty::Exrule) => source.note("a rule of exceptions never happens: left out"),
                (Reach::NotAgain, _) => source.note(NOT_AGAIN),
                (Reach::Never, _) => return Err(source.wrong(property, NEVER)),
            }
        }
        if rules.len() > MAX_RULES {
            return Err(source.wrong(property, format!("more than {MAX_RULES} rules")));
        }
    }
    Ok(rules)
}

const NOT_AGAIN: &str = "a rule never happens after the start of the event: left out";

/// A rule that was read for a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Ruled {
    /// The rule; none where it gives nothing after the start.
    pub rule: Option<Rule>,
    /// What had to be repaired, and why there is no rule, in words for who sent it.
    pub notes: Vec<String>,
}

/// Reads the text of a rule (RFC 5545 §3.3.10) of a series that starts at `start`.
///
/// # Errors
/// When it is no rule, floods a calendar or never happens.
pub fn ruled(text: &str, start: &When) -> Result<Ruled, String> {
    let (rule, mut notes) = one_end(rule::read(text, start)?, start);
    let Some(rule) = rule else { return Ok(Ruled { rule, notes }) };
    match rule::reach(&rule, start.reading()) {
        Reach::On => Ok(Ruled { rule: Some(rule), notes }),
        Reach::Never => Err(NEVER.to_owned()),
        Reach::NotAgain => {
            notes.insert(0, NOT_AGAIN.to_owned());
            Ok(Ruled { rule: None, notes })
        }
    }
}

/// A rule ends once: by UNTIL or by COUNT, whichever comes first. A rule that ends before the series starts leaves the
/// start alone.
fn one_end(read: rule::Read, start: &When) -> (Option<Rule>, Vec<String>) {
    let rule::Read { mut rule, count_too, mut notes } = read;
    let RuleEnd::Until(until) = rule.end.clone() else { return (Some(rule), notes) };
    if until.order() < start.order() {
        notes.push("a rule ends before the event starts: left out".to_owned());
        return (None, notes);
    }
    if let Some(count) = count_too {
        rule.end = RuleEnd::Count(count);
        let by_count = count <= MAX_COUNTED && ends_by(&rule, count, start, &until);
        notes
            .push(format!("a rule has both COUNT and UNTIL: {} comes first", if by_count { "COUNT" } else { "UNTIL" }));
        if !by_count {
            rule.end = RuleEnd::Until(until);
        }
    }
    (Some(rule), notes)
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
        let added = values(source, property, Added::read)?;
        for item in &added.items {
            let place =
                |written| Ok::<_, IcalError>(align(added.place(source, zones, (&item.0, written))?.when, start));
            match item.1 {
                Added::Point(at) => dates.push(place(at)?),
                Added::Until(from, to) => periods.push(Span { start: place(from)?, end: place(to)? }),
                Added::Lasting(from, length) => {
                    let start = place(from)?;
                    let end = super::span::ending(&start, length);
                    let end = end.ok_or_else(|| source.wrong(property, "a period of this length is not accepted"))?;
                    periods.push(Span { start, end });
                }
            }
        }
        if periods.iter().any(|period| period.end.order() < period.start.order()) {
            return Err(source.wrong(property, "a period ends before it starts"));
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

/// A value of RDATE: a point in time, or a period with its own end or length (RFC 5545 §3.3.9).
#[derive(Clone, Copy)]
enum Added {
    Point(Written),
    Until(Written, Written),
    Lasting(Written, Length),
}

impl Added {
    fn read(text: &str) -> Result<Self, String> {
        let Some((from, to)) = text.split_once('/') else { return Written::read(text).map(Self::Point) };
        let from = Written::read(from)?;
        if from.whole_day().is_some() {
            return Err("a period starts at a time, not on a date".to_owned());
        }
        match Length::read(to) {
            Ok(length) => Ok(Self::Lasting(from, length)),
            Err(_) => Written::read(to).map(|to| Self::Until(from, to)),
        }
    }
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
