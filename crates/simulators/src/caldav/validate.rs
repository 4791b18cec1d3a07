//! What a calendar object must be to be taken: as strict as the strictest real servers (RFC 4791 §4.1, RFC 5545 §3.6).

use jiff::tz::TimeZone;

use super::model::Mail;
use super::refusal::Refusal;
use super::xml::cal;
use crate::ics::{Component, Line, When, duration_seconds, strict_bytes};

/// The largest object taken, in octets.
pub(super) const MOST_OCTETS: usize = 1024 * 1024;

/// An object that was found good.
#[derive(Debug)]
pub(super) struct Good {
    pub(super) uid: String,
    /// What a server with automatic scheduling would mail.
    pub(super) mails: Vec<Mail>,
}

/// Checks everything; with `lenient` only that it is iCalendar with one UID.
///
/// # Errors
/// 403 with the precondition of RFC 4791 §5.3.2.1 that is broken, and a word about where.
pub(super) fn validate(body: &[u8], lenient: bool) -> Result<Good, Refusal> {
    if body.len() > MOST_OCTETS {
        return Err(Refusal::because(403, cal("max-resource-size")).why("more than 1 MiB"));
    }
    let text = std::str::from_utf8(body).map_err(|_| bad_data("not UTF-8"))?;
    if !lenient {
        strict_bytes(text).map_err(bad_data)?;
    }
    let calendar = Component::read(text).map_err(|why| bad_data(why.to_string()))?;
    if !lenient {
        check_calendar(&calendar)?;
        for event in calendar.all("VEVENT") {
            check_event(event, &calendar)?;
        }
    }
    let uid = one_uid(&calendar, lenient)?;
    Ok(Good { mails: mails(&calendar, &uid), uid })
}

fn bad_data(why: impl Into<String>) -> Refusal {
    Refusal::because(403, cal("valid-calendar-data")).why(why)
}

fn bad_object(why: impl Into<String>) -> Refusal {
    Refusal::because(403, cal("valid-calendar-object-resource")).why(why)
}

fn check_calendar(calendar: &Component) -> Result<(), Refusal> {
    if calendar.count("VERSION") != 1 || calendar.value("VERSION") != Some("2.0") {
        return Err(bad_data("VERSION:2.0 must be there once"));
    }
    if calendar.count("PRODID") != 1 {
        return Err(bad_data("PRODID must be there once"));
    }
    if calendar.line("METHOD").is_some() {
        return Err(bad_object("METHOD must not be there"));
    }
    match calendar.children.iter().find(|child| child.name != "VEVENT" && child.name != "VTIMEZONE") {
        Some(other) => {
            let wanted = cal("supported-calendar-component");
            Err(Refusal::because(403, wanted).why(format!("{} is not taken here", other.name)))
        }
        None => Ok(()),
    }
}

/// Exactly one UID in all components, at most one master, and no two overrides of one instance.
fn one_uid(calendar: &Component, lenient: bool) -> Result<String, Refusal> {
    let items: Vec<_> = calendar.children.iter().filter(|child| child.name != "VTIMEZONE").collect();
    let uid = items.iter().find_map(|item| item.value("UID")).filter(|uid| !uid.is_empty());
    let uid = uid.ok_or_else(|| bad_object("no UID"))?;
    if lenient {
        return Ok(uid.to_owned());
    }
    if items.iter().any(|item| item.count("UID") != 1 || item.value("UID") != Some(uid)) {
        return Err(bad_object("every component must have the same one UID"));
    }
    if items.iter().filter(|item| item.line("RECURRENCE-ID").is_none()).count() > 1 {
        return Err(bad_object("more than one component without RECURRENCE-ID"));
    }
    let mut overridden: Vec<_> = items.iter().filter_map(|item| item.line("RECURRENCE-ID")).collect();
    let all = overridden.len();
    overridden.sort_by_key(|line| &line.raw);
    overridden.dedup_by_key(|line| &line.raw);
    if overridden.len() != all {
        return Err(bad_object("two components with one RECURRENCE-ID"));
    }
    Ok(uid.to_owned())
}

fn check_event(event: &Component, calendar: &Component) -> Result<(), Refusal> {
    for name in ["UID", "DTSTAMP", "DTSTART"] {
        if event.count(name) != 1 {
            return Err(bad_data(format!("{name} must be there once")));
        }
    }
    for name in ["DTEND", "DURATION", "RECURRENCE-ID", "RRULE", "SEQUENCE", "STATUS", "SUMMARY", "DESCRIPTION"] {
        if event.count(name) > 1 {
            return Err(bad_data(format!("{name} is there more than once")));
        }
    }
    if !matches!(event.line("DTSTAMP").and_then(When::read), Some(When::Utc(_))) {
        return Err(bad_data("DTSTAMP must be a time in UTC"));
    }
    check_span(event)?;
    check_series(event)?;
    check_zones(event, calendar)
}

fn check_span(event: &Component) -> Result<(), Refusal> {
    let start = time_of(event, "DTSTART")?.ok_or_else(|| bad_data("no DTSTART"))?;
    match (time_of(event, "DTEND")?, event.value("DURATION")) {
        (Some(_), Some(_)) => Err(bad_data("both DTEND and DURATION")),
        (None, None) => Err(bad_data("neither DTEND nor DURATION")),
        (None, Some(duration)) => match duration_seconds(duration) {
            Some(seconds) if seconds >= 0 => Ok(()),
            _ => Err(bad_data("DURATION is not a length of time")),
        },
        (Some(end), None) => {
            if end.is_date() != start.is_date() {
                return Err(bad_data("DTSTART and DTEND differ in type"));
            }
            let (start, end) = (start.instant(&TimeZone::UTC), end.instant(&TimeZone::UTC));
            if end > start { Ok(()) } else { Err(bad_data("DTEND is not after DTSTART")) }
        }
    }
}

fn check_series(event: &Component) -> Result<(), Refusal> {
    let date = time_of(event, "DTSTART")?.is_some_and(|start| start.is_date());
    if let Some(original) = time_of(event, "RECURRENCE-ID")?
        && event.line("RRULE").is_some()
    {
        return Err(bad_object(format!("an override of {} has an RRULE", original.civil())));
    }
    for line in event.lines.iter().filter(|line| line.name == "EXDATE") {
        let days = When::read_all(line);
        if days.len() != line.value.split(',').count() || days.iter().any(|day| day.is_date() != date) {
            return Err(bad_data("EXDATE differs in type from DTSTART"));
        }
    }
    let Some(rule) = event.value("RRULE") else { return Ok(()) };
    let part = |name: &str| rule.split(';').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    if !matches!(part("FREQ"), Some("YEARLY" | "MONTHLY" | "WEEKLY" | "DAILY" | "HOURLY" | "MINUTELY" | "SECONDLY")) {
        return Err(bad_data("RRULE without FREQ"));
    }
    match (part("COUNT"), part("UNTIL")) {
        (Some(_), Some(_)) => Err(bad_data("RRULE with COUNT and UNTIL")),
        (_, Some(until)) if (until.len() == 8) != date => Err(bad_data("UNTIL differs in type from DTSTART")),
        _ => Ok(()),
    }
}

fn time_of(event: &Component, name: &str) -> Result<Option<When>, Refusal> {
    let Some(line) = event.line(name) else { return Ok(None) };
    When::read(line).map(Some).ok_or_else(|| bad_data(format!("{name} is not a date or time")))
}

/// Every TZID needs its VTIMEZONE (RFC 5545 §3.2.19).
fn check_zones(event: &Component, calendar: &Component) -> Result<(), Refusal> {
    for name in event.lines.iter().filter_map(|line| line.parameter("TZID")) {
        if !calendar.all("VTIMEZONE").any(|zone| zone.value("TZID") == Some(name)) {
            return Err(bad_object(format!("TZID {name} has no VTIMEZONE")));
        }
    }
    Ok(())
}

fn mails(calendar: &Component, uid: &str) -> Vec<Mail> {
    let people = calendar.all("VEVENT").flat_map(|event| &event.lines);
    let people = people.filter(|line| line.name == "ORGANIZER" || line.name == "ATTENDEE");
    people.filter(|line| mailed(line)).map(|line| Mail { uid: uid.to_owned(), to: line.value.clone() }).collect()
}

/// RFC 6638 §7.1: without SCHEDULE-AGENT the server acts.
fn mailed(line: &Line) -> bool {
    !matches!(line.parameter("SCHEDULE-AGENT"), Some("NONE" | "CLIENT"))
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
