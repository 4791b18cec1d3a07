//! What a VEVENT says that no calendar is told, said to who sent it.

use calcard::icalendar::ICalendarComponentType;

use super::extras;
use super::source::Source;
use crate::ical::line::{Line, is_upper};
use crate::quoted::Quoted;

/// Properties that are read, and may stand there once.
const ONCE: [&str; 20] = [
    "CLASS",
    "COLOR",
    "CREATED",
    "DESCRIPTION",
    "DTEND",
    "DTSTAMP",
    "DTSTART",
    "DURATION",
    "GEO",
    "LAST-MODIFIED",
    "LOCATION",
    "ORGANIZER",
    "PRIORITY",
    "RECURRENCE-ID",
    "SEQUENCE",
    "STATUS",
    "SUMMARY",
    "TRANSP",
    "UID",
    "URL",
];

/// Properties that are read, and may stand there more than once.
const OFTEN: [&str; 12] = [
    "ATTACH",
    "ATTENDEE",
    "CATEGORIES",
    "COMMENT",
    "CONFERENCE",
    "CONTACT",
    "EXDATE",
    "EXRULE",
    "RDATE",
    "RESOURCES",
    "RRULE",
    "STYLED-DESCRIPTION",
];

/// Properties that speak to programs, or belong elsewhere: without a blank in them they hold no words.
const FOR_PROGRAMS: [&str; 14] = [
    "ACKNOWLEDGED",
    "ACTION",
    "CALSCALE",
    "COMPLETED",
    "DUE",
    "METHOD",
    "PERCENT-COMPLETE",
    "PRODID",
    "RELATED-TO",
    "REPEAT",
    "REQUEST-STATUS",
    "TRIGGER",
    "TZID",
    "VERSION",
];

/// Says what is left out.
pub(super) fn note(source: &Source<'_>) {
    for kind in source.inner_kinds() {
        if *kind != ICalendarComponentType::VAlarm {
            source.note(format!("{:#} is left out", Quoted(kind.as_str())));
        }
    }
    for line in source.lines().filter(|line| line.has_rest() && !line.has_value()) {
        if !line.is("ATTENDEE") && !line.is("ORGANIZER") {
            let (upper, text) = (line.name().to_ascii_uppercase(), Quoted(line.rest()));
            source.note(format!("{:#} is left out: {text} is no value", Quoted(&upper)));
        }
    }
    let mut said: [Option<&str>; ONCE.len()] = [None; ONCE.len()];
    for line in source.lines().filter(|line| line.has_rest()) {
        match ONCE.iter().zip(&mut said).find(|(name, _)| line.is(name)) {
            Some((name, said)) => {
                let value = Some(line.value().trim()).filter(|value| !value.is_empty());
                if said.is_some() && value.is_some() && *said != value {
                    source.note(format!("a second {name} is left out"));
                }
                *said = said.or(value);
            }
            None if has_words(line) => {
                let upper = line.name().to_ascii_uppercase();
                source.note(format!("{:#} is left out", Quoted(&upper)));
            }
            None => {}
        }
    }
}

/// Whether a property that is not read may hold what somebody wanted to be read. Properties of makers are their own
/// affair, as long as they are written as software writes them.
fn has_words(line: &Line<'_>) -> bool {
    let name = line.name();
    if OFTEN.iter().any(|known| line.is(known)) || extras::are_passed_on(name) {
        return false;
    }
    if FOR_PROGRAMS.iter().any(|known| line.is(known)) {
        return line.value().trim().contains(char::is_whitespace);
    }
    match name.get(..2) {
        Some(start) if start.eq_ignore_ascii_case("X-") => !is_upper(name),
        _ => !line.value().trim().is_empty(),
    }
}
