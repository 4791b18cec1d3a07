//! Values that were broken over several lines without being folded (RFC 5545 §3.1).
//!
//! Of a text the rest can be found again; a date, a length or a rule that lost its end says something else than was meant
//! (`DTSTART:20270910` and, on the next line, `T120000Z`), so it is a mistake.

use super::line::Line;

/// Properties whose values are points in time, lengths, offsets or numbers.
const TIMES: [&str; 10] = [
    "DTSTART",
    "DTEND",
    "DURATION",
    "RDATE",
    "EXDATE",
    "RECURRENCE-ID",
    "TRIGGER",
    "REPEAT",
    "TZOFFSETFROM",
    "TZOFFSETTO",
];

/// Properties whose values are rules.
const RULES: [&str; 2] = ["RRULE", "EXRULE"];

/// The first line of such a property whose value may go on in the next line.
pub(in crate::ical) fn at<'l, 'a: 'l>(lines: impl IntoIterator<Item = &'l Line<'a>>) -> Option<&'l Line<'a>> {
    let mut before: Option<&Line<'_>> = None;
    for line in lines {
        if line.broken {
            return Some(line);
        }
        if !line.is_shaped() && before.is_some_and(|before| goes_on(before, line)) {
            return before;
        }
        before = Some(line);
    }
    None
}

/// Whether a line that is no property is made of what the value before it is made of.
pub(in crate::ical) fn goes_on(before: &Line<'_>, line: &Line<'_>) -> bool {
    let is_one_of = |names: &[&str]| names.iter().any(|name| before.name().eq_ignore_ascii_case(name));
    let of_times = |c: char| c.is_ascii_digit() || "TZPWDHMS+-:/.,; ".contains(c.to_ascii_uppercase());
    let of_rules = |c: char| c.is_ascii_alphanumeric() || "=+-:,; ".contains(c);
    let rest = line.whole();
    is_one_of(&TIMES) && rest.chars().all(of_times) || is_one_of(&RULES) && rest.chars().all(of_rules)
}
