//! Points in time as a text gives them, brought into the kinds that a calendar has.

use calcard::common::PartialDateTime;
use calcard::icalendar::{ICalendarParameterName, ICalendarValue};
use jiff::civil::DateTime;

use super::source::{Property, Source};
use crate::calendar::When;
use crate::ical::error::IcalError;
use crate::ical::timezone::{Place, Zones};
use crate::ical::written::{Written, shortened};

/// A point in time, and the name of its zone where that is none that calendars know: then `when` is an instant by the
/// text's own VTIMEZONE, good for one happening and not for a series.
pub(in crate::ical) struct Placed {
    pub(in crate::ical) when: When,
    pub(in crate::ical) custom_zone: Option<String>,
}

impl From<When> for Placed {
    fn from(when: When) -> Self {
        Self { when, custom_zone: None }
    }
}

/// All points in time that a property gives.
///
/// # Errors
/// When one is none, or lies in a year that no appointment lies in.
pub(in crate::ical) fn points(
    source: &Source<'_>,
    property: Property<'_>,
    zones: &Zones<'_>,
) -> Result<Vec<Placed>, IcalError> {
    let (tzid, values) = written(source, property)?;
    values
        .into_iter()
        .map(|value| place(value, tzid.as_deref(), zones).map_err(|reason| source.wrong(property, reason)))
        .collect()
}

/// The one point in time that a property gives.
///
/// # Errors
/// As [`points`]; and when it gives none.
pub(in crate::ical) fn point(
    source: &Source<'_>,
    property: Property<'_>,
    zones: &Zones<'_>,
) -> Result<Placed, IcalError> {
    points(source, property, zones)?
        .into_iter()
        .next()
        .ok_or_else(|| source.wrong(property, "a date or a time was expected here"))
}

/// The values of a property with the zone that they are in.
fn written(source: &Source<'_>, property: Property<'_>) -> Result<(Option<String>, Vec<Written>), IcalError> {
    let mut tzids = property.entry.parameters(&ICalendarParameterName::Tzid).filter_map(|value| value.as_text());
    let tzid = tzids.next().map(str::to_owned);
    let split_tzid = tzids.next().is_some();
    let mut values = Vec::with_capacity(property.entry.values.len());
    for value in &property.entry.values {
        match value {
            ICalendarValue::PartialDateTime(value) if !split_tzid => {
                values.push(Written::of(value).map_err(|reason| source.wrong(property, reason))?);
            }
            _ if tzid.is_some() => return unquoted_zone(source, property),
            ICalendarValue::Text(text) => {
                let reason = format!("{:?} is not a date or a time", shortened(text));
                return Err(source.wrong(property, reason));
            }
            _ => return Err(source.wrong(property, "a date or a time was expected here")),
        }
    }
    Ok((tzid, values))
}

/// Outlook writes zone names with colons and commas in them and forgets the quotes:
/// `DTSTART;TZID=(UTC-05:00) Bogota, Lima, Quito:20261105T100000`. The value is what follows the last colon.
fn unquoted_zone(source: &Source<'_>, property: Property<'_>) -> Result<(Option<String>, Vec<Written>), IcalError> {
    let rest = source.line(property).map(crate::ical::outline::Line::rest).unwrap_or_default();
    let (parameters, value) = rest.rsplit_once(':').unwrap_or_default();
    let not_a_date = || source.wrong(property, format!("{:?} is not a date or a time", shortened(value)));
    let at = parameters.to_ascii_uppercase().find("TZID=").ok_or_else(not_a_date)?;
    let tzid = parameters.get(at + "TZID=".len()..).unwrap_or_default();
    let tzid = tzid.split_once(";VALUE=").map_or(tzid, |(tzid, _)| tzid);
    let values = value.split(',').map(|value| {
        let mut read = PartialDateTime::default();
        if read.parse_timestamp(&mut value.trim().as_bytes().iter().peekable(), false) {
            Written::of(&read).map_err(|reason| source.wrong(property, reason))
        } else {
            Err(not_a_date())
        }
    });
    Ok((Some(tzid.replace(['\\', '"'], "")), values.collect::<Result<_, _>>()?))
}

/// Puts one written value of a property into the property's zone.
///
/// # Errors
/// When the zone is not known.
pub(in crate::ical) fn place_as(
    source: &Source<'_>,
    property: Property<'_>,
    zones: &Zones<'_>,
    value: Written,
) -> Result<Placed, IcalError> {
    let tzid = property.parameter(&ICalendarParameterName::Tzid);
    place(value, tzid, zones).map_err(|reason| source.wrong(property, reason))
}

/// Puts what was written into its zone.
fn place(written: Written, tzid: Option<&str>, zones: &Zones<'_>) -> Result<Placed, String> {
    if let Some(date) = written.whole_day() {
        return Ok(When::Date(date).into());
    }
    let reading = written.reading();
    let instant = written.instant();
    // An empty name says no more than none.
    let Some(tzid) = tzid.filter(|tzid| !tzid.trim().is_empty()) else {
        return Ok(instant.map_or(When::Floating(reading), When::Utc).into());
    };
    match zones.find(tzid, reading)? {
        Place::Utc => Ok(utc(instant, reading).into()),
        Place::Zone(zone) => {
            // A zone and a Z is one too many: Z says the instant, the zone where it is lived.
            let local = instant.map_or(reading, |at| zone.rules().to_datetime(at));
            Ok(When::Zoned { local, zone }.into())
        }
        Place::Custom(rules) => {
            let at = instant.map_or_else(|| rules.instant(reading), Some);
            let at = at.ok_or_else(|| format!("the VTIMEZONE of {tzid:?} does not say what time this is"))?;
            Ok(Placed { when: When::Utc(at), custom_zone: Some(tzid.to_owned()) })
        }
    }
}

fn utc(instant: Option<jiff::Timestamp>, reading: DateTime) -> When {
    match instant.or_else(|| jiff::tz::TimeZone::UTC.to_timestamp(reading).ok()) {
        Some(at) => When::Utc(at),
        None => When::Floating(reading),
    }
}

/// Brings a point of a series (an exception, an addition, the name of an occurrence) into the kind and the zone of the
/// series' own start, however the text spelled it.
pub(in crate::ical) fn align(point: When, start: &When) -> When {
    let reading = match (start, &point) {
        (When::Date(_), _) => return When::Date(point.reading().date()),
        // A date among times means the occurrence of that day.
        (_, When::Date(date)) => date.to_datetime(start.reading().time()),
        (When::Zoned { zone, .. }, When::Utc(_) | When::Zoned { .. }) => match point.instant() {
            Some(_) if same_zone(&point, start) => return point,
            Some(at) => zone.rules().to_datetime(at),
            None => point.reading(),
        },
        (When::Utc(_), _) => match point.instant() {
            Some(at) => return When::Utc(at),
            None => point.reading(),
        },
        (When::Zoned { .. } | When::Floating(_), _) => point.reading(),
    };
    start.at_reading(reading)
}

fn same_zone(one: &When, other: &When) -> bool {
    matches!((one, other), (When::Zoned { zone, .. }, When::Zoned { zone: other, .. }) if zone == other)
}
