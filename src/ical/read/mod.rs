//! One VEVENT into [`crate::calendar`]: calcard takes the text apart, these files say what it means.
//!
//! Rule: what can be understood in one way only is repaired, with a note; what would move, lose or multiply an
//! appointment is refused with its line; what merely decorates one (a reminder, a link) is left out with a note.

mod alarms;
mod color;
mod content;
pub(in crate::ical) mod dates;
mod extras;
mod floating;
mod left_out;
mod link;
mod people;
mod repeats;
mod source;
mod span;

use calcard::icalendar::ICalendarProperty;

use crate::calendar::{Details, Override, RecurrenceId, Span};
use crate::ical::broken;
use crate::ical::error::IcalError;
use crate::ical::timezone::Zones;
use crate::quoted::Quoted;

pub use color::color;
pub use dates::align as aligned;
pub(in crate::ical) use floating::OWN_ZONE;
pub use repeats::{Ruled, ruled};
pub(in crate::ical) use source::Source;

/// Which of the versions of an event this VEVENT is.
pub(in crate::ical) fn sequence(source: &Source<'_>) -> u32 {
    content::sequence(source)
}

/// Whether a VEVENT speaks of one occurrence of a series.
pub(in crate::ical) fn is_occurrence(source: &Source<'_>) -> bool {
    source.first(ICalendarProperty::RecurrenceId).is_some()
}

/// A single happening, or a series.
pub(in crate::ical) struct Series {
    /// What it says of itself.
    pub(in crate::ical) details: Details,
    /// Occurrences that only differ in their length.
    pub(in crate::ical) periods: Vec<Span>,
}

/// Reads a single happening, or what the occurrences of a series have in common.
///
/// # Errors
/// When it can't be understood without guessing.
pub(in crate::ical) fn series(source: &Source<'_>, zones: &Zones<'_>) -> Result<Series, IcalError> {
    whole_values(source)?;
    let span::PlacedSpan { span, custom_zone } = span::read(source, zones)?;
    let Some(repeats) = repeats::read(source, zones, &span.start)? else {
        return Ok(Series { details: content::read(source, span, None), periods: Vec::new() });
    };
    if let (Some(tzid), Some(property)) = (custom_zone, source.first(ICalendarProperty::Dtstart)) {
        let reason = format!(
            "the event repeats in the zone {}, which is none that calendars know: send the name of a place, such as \
             America/Guayaquil",
            Quoted(&tzid)
        );
        return Err(source.wrong(property, reason));
    }
    Ok(Series { details: content::read(source, span, Some(repeats.recurrence)), periods: repeats.periods })
}

/// Reads an occurrence whose series is not there: a single happening.
///
/// # Errors
/// When it can't be understood without guessing.
pub(in crate::ical) fn alone(source: &Source<'_>, zones: &Zones<'_>) -> Result<Details, IcalError> {
    whole_values(source)?;
    Ok(content::read(source, span::read(source, zones)?.span, None))
}

/// Reads an occurrence that differs from its series, whose own content is `series`.
///
/// # Errors
/// When it can't be understood without guessing.
pub(in crate::ical) fn occurrence(
    source: &Source<'_>,
    zones: &Zones<'_>,
    series: &Details,
) -> Result<Override, IcalError> {
    whole_values(source)?;
    let name = ICalendarProperty::RecurrenceId;
    let property = source.first(name.clone()).ok_or_else(|| source.missing(&name, "it names no occurrence"))?;
    let at = dates::align(dates::point(source, property, zones)?.when, &series.span.start);
    let and_later = match dates::parameter(source, property, "RANGE") {
        None => false,
        Some(range) if range.eq_ignore_ascii_case("THISANDFUTURE") => true,
        // THISANDPRIOR (RFC 2445) among them: a change of all that was before is no change of this one alone.
        Some(range) => return Err(source.wrong(property, format!("RANGE={} is not supported", Quoted(&range)))),
    };
    let span = span::read(source, zones)?.span;
    Ok(Override { replaces: RecurrenceId { at, and_later }, details: content::read(source, span, None) })
}

/// # Errors
/// When a value goes on in a line that is no part of it.
fn whole_values(source: &Source<'_>) -> Result<(), IcalError> {
    broken::at(source.lines()).map_or(Ok(()), |line| {
        let reason = "the next line is no property: is this value broken over two lines?";
        Err(IcalError::property(line.number, &line.name().to_ascii_uppercase(), reason))
    })
}

/// An error about the UID of a VEVENT.
pub(in crate::ical) fn not_the_uid(source: &Source<'_>, reason: &str) -> IcalError {
    let name = ICalendarProperty::Uid;
    match source.first(name.clone()) {
        Some(property) => source.wrong(property, reason),
        None => source.missing(&name, reason),
    }
}

/// An error about the RECURRENCE-ID of a VEVENT.
pub(in crate::ical) fn not_an_occurrence(source: &Source<'_>, reason: &str) -> IcalError {
    let name = ICalendarProperty::RecurrenceId;
    match source.first(name.clone()) {
        Some(property) => source.wrong(property, reason),
        None => source.missing(&name, reason),
    }
}
