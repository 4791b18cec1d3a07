//! Filters of calendar-query (RFC 4791 §9.7), for events. Time ranges are generous: an event that perhaps takes place inside is answered.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::super::xml::{CALDAV, Element};
use crate::ics::{Component, Line, When, duration_seconds};

/// A filter for whole objects.
#[derive(Debug)]
pub(super) enum Filter {
    /// Fits every object.
    Everything,
    /// Fits none: it asks for components that are not kept here.
    Nothing,
    /// Fits objects with a `VEVENT` that meets all conditions.
    Events(Vec<Condition>),
}

/// A condition on a `VEVENT`.
#[derive(Debug)]
pub(super) enum Condition {
    Range(Timestamp, Timestamp),
    Missing(String),
    Present(String),
    Text { property: String, wanted: String, negate: bool },
}

impl Filter {
    /// Reads a `filter` element.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(filter: &Element) -> Result<Self, String> {
        let calendar = filter.child(CALDAV, "comp-filter").filter(|comp| comp.attribute("name") == Some("VCALENDAR"));
        let calendar = calendar.ok_or("no comp-filter for VCALENDAR")?;
        let Some(component) = calendar.child(CALDAV, "comp-filter") else { return Ok(Self::Everything) };
        match (component.attribute("name"), component.child(CALDAV, "is-not-defined").is_some()) {
            (None, _) => Err("a comp-filter without a name".to_owned()),
            (Some("VEVENT"), true) => Ok(Self::Nothing),
            (Some("VEVENT"), false) => component.elements().map(condition).collect::<Result<_, _>>().map(Self::Events),
            (Some(_), true) => Ok(Self::Everything),
            (Some(_), false) => Ok(Self::Nothing),
        }
    }

    /// Does an object fit?
    pub(super) fn fits(&self, ics: &str) -> bool {
        let conditions = match self {
            Self::Everything => return true,
            Self::Nothing => return false,
            Self::Events(conditions) => conditions,
        };
        let Ok(calendar) = Component::read(ics) else { return false };
        conditions.is_empty() || calendar.all("VEVENT").any(|event| conditions.iter().all(|one| one.fits(event)))
    }
}

fn condition(element: &Element) -> Result<Condition, String> {
    if element.name.is(CALDAV, "time-range") {
        let bound = |name: &str, open: Timestamp| match element.attribute(name) {
            Some(text) => utc(text).ok_or_else(|| format!("{name} is not a time in UTC")),
            None => Ok(open),
        };
        let (start, end) = (bound("start", Timestamp::MIN)?, bound("end", Timestamp::MAX)?);
        return if start < end { Ok(Condition::Range(start, end)) } else { Err("an empty time-range".to_owned()) };
    }
    if !element.name.is(CALDAV, "prop-filter") {
        return Err(format!("{} is not taken here", element.name.local));
    }
    let property = element.attribute("name").ok_or("a prop-filter without a name")?.to_ascii_uppercase();
    if element.child(CALDAV, "is-not-defined").is_some() {
        return Ok(Condition::Missing(property));
    }
    Ok(match element.child(CALDAV, "text-match") {
        Some(text) => Condition::Text {
            property,
            wanted: text.text().to_lowercase(),
            negate: text.attribute("negate-condition") == Some("yes"),
        },
        None => Condition::Present(property),
    })
}

impl Condition {
    fn fits(&self, event: &Component) -> bool {
        match self {
            Self::Missing(property) => event.line(property).is_none(),
            Self::Present(property) => event.line(property).is_some(),
            Self::Text { property, wanted, negate } => {
                let mut lines = event.lines.iter().filter(|line| line.name == *property);
                lines.any(|line| line.text().to_lowercase().contains(wanted)) != *negate
            }
            Self::Range(start, end) => overlaps(event, *start, *end),
        }
    }
}

/// Whether an event perhaps takes place in the range. A series is taken to go on for ever; where the zone is not known, a day is
/// added on both sides.
fn overlaps(event: &Component, start: Timestamp, end: Timestamp) -> bool {
    let when = |name: &str| event.line(name).and_then(When::read);
    let Some(begin) = when("DTSTART") else { return true };
    let first = begin.instant(&TimeZone::UTC);
    let ends = when("DTEND").map(|end| end.instant(&TimeZone::UTC));
    let last = match (event.line("RRULE").or(event.line("RDATE")), ends) {
        (Some(_), _) => Timestamp::MAX,
        (None, Some(end)) => end,
        (None, None) => {
            let day = if begin.is_date() { 86_400 } else { 0 };
            let length = event.value("DURATION").and_then(duration_seconds).unwrap_or(day);
            first.saturating_add(SignedDuration::from_secs(length)).unwrap_or(Timestamp::MAX)
        }
    };
    let slack = SignedDuration::from_hours(if begin.has_known_zone() { 0 } else { 24 });
    let first = first.saturating_sub(slack).unwrap_or(Timestamp::MIN);
    let last = last.saturating_add(slack).unwrap_or(Timestamp::MAX);
    first < end && (last > start || first == last && first >= start)
}

fn utc(text: &str) -> Option<Timestamp> {
    match When::read(&Line::read(&format!("X:{text}"))?)? {
        When::Utc(at) => Some(at),
        _ => None,
    }
}
