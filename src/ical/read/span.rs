//! From when until when: a text may give an end, a length, or neither, and each wrongly.

use calcard::icalendar::ICalendarProperty;
use jiff::civil::{Date, DateTime, Time};
use jiff::{Span as Later, ToSpan as _};

use super::dates::{Placed, point};
use super::floating::settled;
use super::source::{Property, Source};
use crate::calendar::{Span, When};
use crate::ical::error::IcalError;
use crate::ical::length::Length;
use crate::ical::limits::MAX_DAYS;
use crate::ical::timezone::Zones;
use crate::quoted::Quoted;

/// A span, and the zone of its start where that is none that calendars know (see [`Placed`]).
pub(in crate::ical) struct PlacedSpan {
    pub(in crate::ical) span: Span,
    pub(in crate::ical) custom_zone: Option<String>,
}

/// Reads the span of a VEVENT. The end is always worked out: DTEND, else DURATION, else a day for a date and nothing
/// for a time (RFC 5545 §3.6.1).
///
/// # Errors
/// When there is no start, the end is before it, or they can't be compared.
pub(in crate::ical) fn read(source: &Source<'_>, zones: &Zones<'_>) -> Result<PlacedSpan, IcalError> {
    let name = ICalendarProperty::Dtstart;
    let Some(property) = source.first(name.clone()) else {
        return Err(source.missing(&name, "the event does not say when it starts"));
    };
    let Placed { when: start, custom_zone } = point(source, property, zones)?;
    let ends = source.first(ICalendarProperty::Dtend).is_some();
    let start = if ends { start } else { settled(source, zones, start) };
    let (start, end) = match (source.first(ICalendarProperty::Dtend), source.first(ICalendarProperty::Duration)) {
        (Some(end), _) => given_end(source, end, zones, start)?,
        (None, Some(duration)) => {
            let end = after(source, duration, &start)?;
            (start, end)
        }
        (None, None) => {
            let end = default_end(&start);
            (start, end)
        }
    };
    let (start, end) = match (start, end) {
        (start @ When::Floating(_), end @ When::Floating(_)) => {
            (settled(source, zones, start), settled(source, zones, end))
        }
        both => both,
    };
    let span = whole_days(source, Span { start, end });
    let span = out_of_gap(source, span);
    let ends_at = source.first(ICalendarProperty::Dtend).or(source.first(ICalendarProperty::Duration));
    check_length(source, ends_at.unwrap_or(property), &span)?;
    Ok(PlacedSpan { span, custom_zone })
}

fn default_end(start: &When) -> When {
    match start {
        When::Date(_) => next_day(start),
        _ => start.clone(),
    }
}

fn next_day(date: &When) -> When {
    date.at_reading(later(date.reading(), 1.day()))
}

/// A clock reading that much later; the same where counting ends.
fn later(reading: DateTime, length: Later) -> DateTime {
    reading.checked_add(length).unwrap_or(reading)
}

/// The start, and DTEND brought to its kind. Where only one of them names a zone, the other is on the same clock.
fn given_end(
    source: &Source<'_>,
    property: Property<'_>,
    zones: &Zones<'_>,
    start: When,
) -> Result<(When, When), IcalError> {
    const ONE_ZONE: &str = "only one of DTSTART and DTEND names a zone: both are taken in it";
    let end = point(source, property, zones)?.when;
    Ok(match (&start, &end) {
        (When::Date(first), _) => {
            let end = whole_end(source, *first, &end);
            (start, end)
        }
        (_, When::Date(date)) => {
            source.note("DTSTART is a time and DTEND a date: taken as the midnight that begins it");
            let end = start.at_reading(date.to_datetime(Time::midnight()));
            (start, end)
        }
        (When::Floating(_), When::Zoned { .. }) => {
            source.note(ONE_ZONE);
            (end.at_reading(start.reading()), end)
        }
        (When::Zoned { .. }, When::Floating(_)) => {
            source.note(ONE_ZONE);
            let end = start.at_reading(end.reading());
            (start, end)
        }
        (When::Floating(_), When::Utc(_)) | (When::Utc(_), When::Floating(_)) => {
            return Err(source.wrong(property, "one of DTSTART and DTEND has a zone and the other has none"));
        }
        _ => (start, end),
    })
}

/// The end of an event of whole days, the first of which is `first`.
fn whole_end(source: &Source<'_>, first: Date, end: &When) -> When {
    let start = When::Date(first);
    let day = if let When::Date(end) = end {
        // The same day, or one before, is what many mean by "that day".
        if *end < first {
            source.note("DTEND is before DTSTART: taken as one whole day");
        }
        *end
    } else {
        source.note("DTSTART is a date and DTEND a time: taken as whole days");
        let reading = end.reading();
        if reading.time() == Time::midnight() { reading.date() } else { later(reading, 1.day()).date() }
    };
    if day <= first { next_day(&start) } else { When::Date(day) }
}

/// DTSTART + DURATION: days and weeks by the calendar, hours and less by the clock (RFC 5545 §3.3.6).
fn after(source: &Source<'_>, property: Property<'_>, start: &When) -> Result<When, IcalError> {
    let text = source.raw(property);
    let length = Length::read(text).map_err(|reason| source.wrong(property, reason))?;
    if length.is_repaired() {
        source.note(format!("DURATION: {} is not spelled as iCalendar does", Quoted(text)));
    }
    if length.is_negative() {
        return Err(source.wrong(property, "the event would end before it starts"));
    }
    ending(start, length).ok_or_else(|| source.wrong(property, too_long()))
}

/// The end of something that starts at `start` and lasts that long; none when it lasts too long.
pub(in crate::ical) fn ending(start: &When, length: Length) -> Option<When> {
    if length.seconds() == 0 {
        return Some(default_end(start));
    }
    if !(0..=MAX_DAYS * 86_400).contains(&length.seconds()) {
        return None;
    }
    let (days, clock) = (length.days(), length.clock());
    if start.is_date() {
        // Hours on a date mean nothing by the standard; a part of a day takes the day.
        let days = days + clock.div_euclid(86_400) + i64::from(clock.rem_euclid(86_400) > 0);
        return Some(lasting(start, days.max(1), 0));
    }
    Some(lasting(start, days, clock))
}

/// `days` later by the calendar, and then `clock` seconds later by the clock.
fn lasting(start: &When, days: i64, clock: i64) -> When {
    let reading = later(start.reading(), Later::new().try_days(days).unwrap_or_default());
    let clock = Later::new().try_seconds(clock).unwrap_or_default();
    match start {
        When::Zoned { zone, .. } if clock != Later::new().fieldwise() => {
            let end = zone.instant(reading).and_then(|at| at.checked_add(clock).ok());
            let local = end.map_or_else(|| later(reading, clock), |at| zone.rules().to_datetime(at));
            When::Zoned { local, zone: zone.clone() }
        }
        _ => start.at_reading(later(reading, clock)),
    }
}

/// Outlook marks an event of whole days, yet writes midnights.
fn whole_days(source: &Source<'_>, span: Span) -> Span {
    let marked = || {
        ["X-MICROSOFT-CDO-ALLDAYEVENT", "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT"].into_iter().any(|name| {
            source
                .lines()
                .any(|line| line.name().eq_ignore_ascii_case(name) && line.value().trim().eq_ignore_ascii_case("TRUE"))
        })
    };
    let (from, to) = (span.start.reading(), span.end.reading());
    let midnights = from.time() == Time::midnight() && to.time() == Time::midnight();
    if span.start.is_date() || !midnights || !marked() {
        return span;
    }
    let start = When::Date(from.date());
    let end = if to.date() > from.date() { When::Date(to.date()) } else { next_day(&start) };
    Span { start, end }
}

/// A single happening that starts in the hour that clocks skip is read as the hour after it (RFC 5545 §3.3.5); then
/// its end has to move too if it would come first. A series keeps its reading: only that one occurrence is skipped.
fn out_of_gap(source: &Source<'_>, span: Span) -> Span {
    let (When::Zoned { local, zone }, When::Zoned { local: end, zone: end_zone }) = (&span.start, &span.end) else {
        return span;
    };
    let (Some(from), Some(to)) = (span.start.instant(), span.end.instant()) else { return span };
    let repeats = source.first(ICalendarProperty::Rrule).or(source.first(ICalendarProperty::Rdate)).is_some();
    if from < to || zone != end_zone || end <= local || repeats {
        return span;
    }
    let real = zone.rules().to_datetime(from);
    let length = end.duration_since(*local);
    let end = real.checked_add(length).unwrap_or(real);
    Span { start: span.start.at_reading(real), end: span.end.at_reading(end) }
}

fn check_length(source: &Source<'_>, property: Property<'_>, span: &Span) -> Result<(), IcalError> {
    let (from, to) = match (&span.start, &span.end) {
        // Around a change of the clocks the readings are what the person sees.
        (When::Zoned { local, zone }, When::Zoned { local: end, zone: end_zone }) if zone == end_zone => (*local, *end),
        (start, end) => (start.order(), end.order()),
    };
    if to < from {
        return Err(source.wrong(property, "the event ends before it starts"));
    }
    if to.duration_since(from).as_secs() > MAX_DAYS * 86_400 {
        return Err(source.wrong(property, too_long()));
    }
    Ok(())
}

fn too_long() -> String {
    format!("the event lasts longer than {MAX_DAYS} days")
}
