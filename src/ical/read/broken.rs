//! Values that were broken over several lines without being folded (RFC 5545 §3.1).
//!
//! Of a text the rest can be found again; a date, a length or a rule that lost its end says something else than was meant
//! (`DTSTART:20270910` and, on the next line, `T120000Z`), so it is a mistake.

use super::source::Source;
use crate::ical::error::IcalError;
use crate::ical::outline::Line;

/// Properties whose values are points in time, lengths or rules.
const NAMES: [&str; 10] =
    ["DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "TRIGGER", "REPEAT"];

/// # Errors
/// When such a value is broken.
pub(super) fn check(source: &Source<'_>) -> Result<(), IcalError> {
    at(source.lines()).map_or(Ok(()), |line| {
        let reason = "the next line is no property: is this value broken over two lines?";
        Err(IcalError::property(line.number, &line.name().to_ascii_uppercase(), reason))
    })
}

/// The first line of such a property that is followed by one that is no property.
pub(super) fn at<'l, 'a: 'l>(lines: impl Iterator<Item = &'l Line<'a>>) -> Option<&'l Line<'a>> {
    let mut before: Option<&Line<'_>> = None;
    for line in lines {
        if !line.is_property()
            && before.is_some_and(|one| NAMES.iter().any(|name| one.name().eq_ignore_ascii_case(name)))
        {
            return before;
        }
        before = Some(line);
    }
    None
}
