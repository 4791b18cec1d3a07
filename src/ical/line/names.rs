//! What begins a property, and what is only a text that looks like one.
//!
//! `Nota: traer DNI` and `https://example.org` have the shape of a property, and are what people write into texts that
//! some systems break over lines. Known names begin a property, and so do those that begin with `X-`; any other word
//! before a colon is a word. What names a property only outside of events (`Name: Ana`, `Link: https://…`) does so in
//! capitals alone.

use calcard::common::IanaParse as _;
use calcard::icalendar::ICalendarProperty;

/// Properties of events and alarms, in any case.
const IN_EVENTS: [&str; 41] = [
    "ACKNOWLEDGED",
    "ACTION",
    "ATTACH",
    "ATTENDEE",
    "BEGIN",
    "CATEGORIES",
    "CLASS",
    "COLOR",
    "COMMENT",
    "CONFERENCE",
    "CONTACT",
    "CREATED",
    "DESCRIPTION",
    "DTEND",
    "DTSTAMP",
    "DTSTART",
    "DURATION",
    "END",
    "EXDATE",
    "EXRULE",
    "GEO",
    "IMAGE",
    "LAST-MODIFIED",
    "LOCATION",
    "ORGANIZER",
    "PRIORITY",
    "RDATE",
    "RECURRENCE-ID",
    "RELATED-TO",
    "REPEAT",
    "REQUEST-STATUS",
    "RESOURCES",
    "RRULE",
    "SEQUENCE",
    "STATUS",
    "STYLED-DESCRIPTION",
    "SUMMARY",
    "TRANSP",
    "TRIGGER",
    "UID",
    "URL",
];

/// Those whose values are texts: what follows on a line of its own goes on with them.
const TEXTS: [&str; 10] = [
    "CATEGORIES",
    "COMMENT",
    "CONTACT",
    "DESCRIPTION",
    "LOCATION",
    "RESOURCES",
    "STYLED-DESCRIPTION",
    "SUMMARY",
    "X-ALT-DESC",
    "X-PUENTES-REF",
];

/// Bare words among the parameters that are some, from before there were names (vCalendar 1.0).
pub(super) const BARE: [&str; 5] = ["BASE64", "QUOTED-PRINTABLE", "8BIT", "7BIT", "RSVP"];

/// Those that say when. Their parameters and values are read where times are.
const OF_TIME: [&str; 17] = [
    "ACKNOWLEDGED",
    "COMPLETED",
    "CREATED",
    "DTEND",
    "DTSTAMP",
    "DTSTART",
    "DUE",
    "DURATION",
    "EXDATE",
    "EXRULE",
    "FREEBUSY",
    "LAST-MODIFIED",
    "RDATE",
    "RECURRENCE-ID",
    "REFRESH-INTERVAL",
    "RRULE",
    "TRIGGER",
];

/// Those whose values are addresses: `mailto:…`, `https://…`.
const ADDRESSES: [&str; 8] = [
    "ATTACH",
    "ATTENDEE",
    "CONFERENCE",
    "IMAGE",
    "ORGANIZER",
    "URL",
    "X-APPLE-STRUCTURED-LOCATION",
    "X-APPLE-TRAVEL-START",
];

fn is_among(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Whether the values of a property are texts.
pub(super) fn is_text(name: &str) -> bool {
    is_among(&TEXTS, name)
}

/// Whether a property says when.
pub(super) fn is_of_time(name: &str) -> bool {
    is_among(&OF_TIME, name)
}

/// Whether the values of a property are addresses.
pub(super) fn is_address(name: &str) -> bool {
    is_among(&ADDRESSES, name)
}

/// Whether a name is in capitals, as software writes them.
pub(in crate::ical) fn is_upper(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-')
}

/// Whether an unfolded line begins a property.
pub(in crate::ical) fn is_property(line: &str) -> bool {
    let Some((name, after)) = line.find([':', ';']).and_then(|at| line.split_at_checked(at)) else { return false };
    let name = name.trim();
    let is_private = name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("X-"));
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || is_private && matches!(c, '_' | '.');
    if name.is_empty() || !name.chars().all(legal) {
        return false;
    }
    let known = is_private
        || is_among(&IN_EVENTS, name)
        || is_upper(name) && ICalendarProperty::parse(name.as_bytes()).is_some();
    match after.strip_prefix(';') {
        None => known,
        // A word and a semicolon are prose as often as not; with a parameter behind they are no prose.
        Some(rest) => match begins_parameter(rest) {
            Begins::Parameter => known || is_upper(name),
            Begins::Flag => known,
            Begins::Word => known && !is_text(name),
            Begins::Nothing => false,
        },
    }
}

/// What a text behind a semicolon begins with.
enum Begins {
    /// `NAME=`
    Parameter,
    /// A bare word that is a parameter, or none at all, as in `;:`.
    Flag,
    /// Another bare word: one of a text, or of somebody's own.
    Word,
    /// Nothing of that kind.
    Nothing,
}

fn begins_parameter(text: &str) -> Begins {
    let end = text.find(['=', ':', ';']).unwrap_or(text.len());
    let (name, after) = text.split_at_checked(end).unwrap_or((text, ""));
    let name = name.trim();
    let legal = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    match after.chars().next() {
        Some('=') if legal && !name.is_empty() => Begins::Parameter,
        Some(':' | ';') if name.is_empty() || is_among(&BARE, name) => Begins::Flag,
        Some(':' | ';') if legal => Begins::Word,
        _ => Begins::Nothing,
    }
}
