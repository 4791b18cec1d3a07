//! Points in time as a text gives them, brought into the kinds that a calendar has.

use calcard::icalendar::ICalendarParameterName;
use jiff::civil::{DateTime, Time};

use super::source::{Property, Source};
use crate::calendar::When;
use crate::ical::error::IcalError;
use crate::ical::timezone::{Place, Zones};
use crate::ical::written::Written;
use crate::quoted::Quoted;

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
    let values = values(source, property, Written::read)?;
    values.items.iter().map(|(text, written)| values.place(source, zones, (text, *written))).collect()
}

/// The one point in time that a property gives.
///
/// # Errors
/// As [`points`]; and when it gives none, or several.
pub(in crate::ical) fn point(
    source: &Source<'_>,
    property: Property<'_>,
    zones: &Zones<'_>,
) -> Result<Placed, IcalError> {
    let mut points = points(source, property, zones)?.into_iter();
    match (points.next(), points.next()) {
        (Some(point), None) => Ok(point),
        _ => Err(source.wrong(property, "one date or one time was expected here")),
    }
}

/// The values of a property, and what is said of all of them.
pub(in crate::ical) struct Values<'s, T> {
    property: Property<'s>,
    tzid: Option<String>,
    /// Each as it stands in the text, and as it was read.
    pub(in crate::ical) items: Vec<(String, T)>,
}

impl<T> Values<'_, T> {
    /// Puts one of them into its zone.
    ///
    /// # Errors
    /// When the zone is not known, or the value contradicts its kind.
    pub(in crate::ical) fn place(
        &self,
        source: &Source<'_>,
        zones: &Zones<'_>,
        (text, written): (&str, Written),
    ) -> Result<Placed, IcalError> {
        as_declared(source, self.property, (text, written))
            .and_then(|written| place(written, self.tzid.as_deref(), zones))
            .map_err(|reason| source.wrong(self.property, reason))
    }
}

/// A value of the kind that its property declares. Some declare a date and write its midnight as well.
fn as_declared(
    source: &Source<'_>,
    property: Property<'_>,
    (text, written): (&str, Written),
) -> Result<Written, String> {
    let name = property.entry.name.as_str();
    if written.whole_day().is_none() && declares_date(source, property) {
        let midnight = written.reading().time() == Time::midnight();
        if !midnight && written.instant().is_some() {
            return Err(format!("VALUE=DATE, but {} is a time, and its day depends on who looks", Quoted(text)));
        }
        if !midnight {
            source.note(format!("{name}: {} is declared as a date: its time is left out", Quoted(text)));
        }
        return Ok(written.without_time());
    }
    if let Some(repaired) = written.repaired() {
        source.note(format!("{name}: {} is read as {repaired}", Quoted(text)));
    }
    Ok(written)
}

/// Whether the property itself says `VALUE=DATE`; calcard says so of every value without a time.
fn declares_date(source: &Source<'_>, property: Property<'_>) -> bool {
    parameter(source, property, "VALUE").is_some_and(|value| value.eq_ignore_ascii_case("DATE"))
}

/// A parameter as it stands in the text. calcard leaves out what it doesn't know.
pub(in crate::ical) fn parameter(source: &Source<'_>, property: Property<'_>, name: &str) -> Option<String> {
    let rest = property.rest();
    let parameters = rest.get(..rest.len() - source.raw(property).len())?;
    let pairs = parameters.split([';', ':']).filter_map(|parameter| parameter.split_once('='));
    let named = pairs.filter(|(known, _)| known.trim().eq_ignore_ascii_case(name));
    named.map(|(_, value)| value.trim().trim_matches('"').to_owned()).next()
}

/// Colons that are taken for the end of a zone's name, one after the other: each costs reading all values.
const MOST_COLONS: usize = 8;

/// Reads all values of a property, which stand behind the colon that ends its parameters.
///
/// Outlook writes zone names with colons and commas in them and forgets the quotes, as in
/// `DTSTART;TZID=(UTC-05:00) Bogota, Lima, Quito:20261105T100000`: then a later colon is that one.
///
/// # Errors
/// When one can't be read.
pub(in crate::ical) fn values<'s, T>(
    source: &Source<'_>,
    property: Property<'s>,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<Values<'s, T>, IcalError> {
    let mut tzids = property.entry.parameters(&ICalendarParameterName::Tzid).filter_map(|value| value.as_text());
    let tzid = tzids.next().map(str::to_owned);
    let raw = source.raw(property);
    let first = match list(raw, &read) {
        Ok(items) if tzids.next().is_none() => return Ok(told(source, Values { property, tzid, items }, raw)),
        Ok(_) => String::new(),
        Err(reason) => reason,
    };
    let rest = property.rest();
    let colons = rest.match_indices(':').filter_map(|(at, _)| Some((rest.get(..at)?, rest.get(at + 1..)?)));
    for (parameters, value) in colons.filter(|_| tzid.is_some()).take(MOST_COLONS) {
        if let (Some(tzid), Ok(items)) = (unquoted_zone(parameters), list(value, &read))
            && !items.is_empty()
        {
            return Ok(told(source, Values { property, tzid: Some(tzid), items }, value));
        }
    }
    Err(source.wrong(property, first))
}

/// The name behind `TZID=`, up to another parameter that is known.
fn unquoted_zone(parameters: &str) -> Option<String> {
    let at = parameters.to_ascii_uppercase().find("TZID=")?;
    let tzid = parameters.get(at + "TZID=".len()..)?;
    let tzid = tzid.split_once(";VALUE=").map_or(tzid, |(tzid, _)| tzid);
    Some(tzid.replace(['\\', '"'], ""))
}

/// The items of a list. Some write a semicolon or an escaped comma for the comma, or one too many.
fn list<T>(text: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<Vec<(String, T)>, String> {
    let items = text.split([',', ';']).map(|item| item.trim().trim_end_matches('\\')).filter(|item| !item.is_empty());
    items.map(|item| Ok((item.to_owned(), read(item)?))).collect()
}

fn told<'s, T>(source: &Source<'_>, values: Values<'s, T>, text: &str) -> Values<'s, T> {
    if text.contains([';', '\\']) {
        source.note(format!("{}: a comma was expected between its values", values.property.entry.name.as_str()));
    }
    values
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
            let at = at.ok_or_else(|| format!("the VTIMEZONE of {} does not say what time this is", Quoted(tzid)))?;
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
pub fn align(point: When, start: &When) -> When {
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
