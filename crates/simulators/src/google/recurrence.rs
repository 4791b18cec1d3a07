//! The lines of `recurrence`, read strictly.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::recurrence::{Mark, Rule, Series};

#[cfg(test)]
mod tests;

/// Reads the lines of an event that starts at `first`; `zone` is where its clock hangs.
///
/// # Errors
/// What is wrong with which line.
pub(super) fn series(lines: &[String], first: Mark, zone: TimeZone) -> Result<Series, String> {
    let mut series = Series::starting(first, zone);
    for line in lines {
        add(line, matches!(first, Mark::Day(_)), &mut series)?;
    }
    if series.rules.is_empty() && series.dates.is_empty() {
        return Err("there is neither RRULE nor RDATE".to_owned());
    }
    Ok(series)
}

/// Adds what one line says of an event of whole days, or of times.
fn add(line: &str, whole_days: bool, series: &mut Series) -> Result<(), String> {
    let (head, value) = line.split_once(':').ok_or_else(|| format!("{line:?} has no colon"))?;
    let mut head = head.split(';');
    let name = head.next().unwrap_or_default().to_ascii_uppercase();
    let parameters: Vec<&str> = head.collect();
    match name.as_str() {
        "RRULE" | "EXRULE" if !parameters.is_empty() => return Err(format!("{name} takes no parameters")),
        "RRULE" => series.rules.push(rule(value, whole_days)?),
        "EXRULE" => series.not_rules.push(rule(value, whole_days)?),
        "RDATE" => series.dates.extend(marks(&parameters, value, whole_days)?),
        "EXDATE" => series.not_dates.extend(marks(&parameters, value, whole_days)?),
        _ => return Err(format!("{name} has no place in recurrence")),
    }
    Ok(())
}

fn rule(value: &str, whole_days: bool) -> Result<Rule, String> {
    let rule = Rule::read(value)?;
    rule.check(whole_days)?;
    Ok(rule)
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
