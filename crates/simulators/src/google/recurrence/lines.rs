//! The lines of `recurrence`.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::rule::Rule;
use super::series::Mark;

/// One line, read.
#[derive(Debug)]
pub(super) enum Line {
    Rule(Rule),
    NotRule(Rule),
    Dates(Vec<Mark>),
    NotDates(Vec<Mark>),
}

/// Reads a line for an event of whole days, or of times.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(line: &str, whole_days: bool) -> Result<Line, String> {
    let (head, value) = line.split_once(':').ok_or_else(|| format!("{line:?} has no colon"))?;
    let mut head = head.split(';');
    let name = head.next().unwrap_or_default().to_ascii_uppercase();
    let parameters: Vec<&str> = head.collect();
    match name.as_str() {
        "RRULE" | "EXRULE" if !parameters.is_empty() => Err(format!("{name} takes no parameters")),
        "RRULE" => Rule::read(value, whole_days).map(Line::Rule),
        "EXRULE" => Rule::read(value, whole_days).map(Line::NotRule),
        "RDATE" => marks(&parameters, value, whole_days).map(Line::Dates),
        "EXDATE" => marks(&parameters, value, whole_days).map(Line::NotDates),
        _ => Err(format!("{name} has no place in recurrence")),
    }
}

fn marks(parameters: &[&str], value: &str, whole_days: bool) -> Result<Vec<Mark>, String> {
    let (mut kind, mut zone) = ("DATE-TIME".to_owned(), None);
    for parameter in parameters {
        match parameter.split_once('=') {
            Some(("VALUE", value)) => kind = value.to_ascii_uppercase(),
            Some(("TZID", name)) => zone = Some(named(name)?),
            _ => return Err(format!("the parameter {parameter:?} is not known")),
        }
    }
    match (kind.as_str(), whole_days) {
        ("DATE", true) if zone.is_none() => value.split(',').map(day).collect(),
        ("DATE", true) => Err("dates have no TZID".to_owned()),
        ("DATE-TIME", false) => value.split(',').map(|value| time(value, zone.as_ref())).collect(),
        ("DATE" | "DATE-TIME", _) => Err(format!("{kind} values do not fit the start")),
        _ => Err(format!("{kind} values are not supported")),
    }
}

fn named(zone: &str) -> Result<TimeZone, String> {
    let found = TimeZone::get(zone).ok().filter(|found| found.iana_name() == Some(zone));
    found.ok_or_else(|| format!("the zone {zone:?} is not known"))
}

fn day(value: &str) -> Result<Mark, String> {
    let read = Date::strptime("%Y%m%d", value).ok().filter(|_| value.len() == 8);
    read.map(Mark::Day).ok_or_else(|| format!("{value:?} is no date"))
}

/// A time is in UTC or names its zone: a floating one could mean two things.
fn time(value: &str, zone: Option<&TimeZone>) -> Result<Mark, String> {
    let wrong = || format!("{value:?} is no time in UTC or in a named zone");
    let (text, zone) = match (value.strip_suffix('Z'), zone) {
        (Some(text), None) => (text, &TimeZone::UTC),
        (None, Some(zone)) => (value, zone),
        _ => return Err(wrong()),
    };
    let read = DateTime::strptime("%Y%m%dT%H%M%S", text).ok().filter(|_| text.len() == 15).ok_or_else(wrong)?;
    let instant: Timestamp = zone.to_ambiguous_timestamp(read).compatible().map_err(|_| wrong())?;
    Ok(Mark::At(instant))
}
