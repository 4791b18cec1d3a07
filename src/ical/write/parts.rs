//! Words and small pieces of a VEVENT.

use crate::calendar::{Class, Status, When};
use crate::ical::stamp::compact;
use crate::ical::text::Lines;

pub(in crate::ical) fn status_word(status: Status) -> &'static str {
    match status {
        Status::Tentative => "TENTATIVE",
        Status::Confirmed => "CONFIRMED",
        Status::Cancelled => "CANCELLED",
    }
}

pub(in crate::ical) fn class_word(class: Class) -> &'static str {
    match class {
        Class::Public => "PUBLIC",
        Class::Private => "PRIVATE",
        Class::Confidential => "CONFIDENTIAL",
    }
}

/// The parameters and the colon that go before a point in time: `;TZID=Europe/Madrid:`, `;VALUE=DATE:`, `:`.
pub(super) fn before(when: &When) -> String {
    match when {
        When::Date(_) => ";VALUE=DATE:".to_owned(),
        When::Zoned { zone, .. } => format!(";TZID={}:", zone.name()),
        When::Floating(_) | When::Utc(_) => ":".to_owned(),
    }
}

/// A property that is a point in time.
pub(super) fn when(lines: &mut Lines, name: &str, when: &When) {
    lines.push(&[name, &before(when), &compact(when)]);
}

/// An attachment's bytes and a duration are the only values with a spelling of their own.
pub(super) fn duration(seconds: i64) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let all = seconds.unsigned_abs();
    let (days, clock) = (all / 86_400, all % 86_400);
    let (hours, minutes, seconds) = (clock / 3_600, clock / 60 % 60, clock % 60);
    if all == 0 {
        return "PT0S".to_owned();
    }
    let mut text = format!("{sign}P");
    if days > 0 {
        text.push_str(&format!("{days}D"));
    }
    if clock > 0 {
        text.push('T');
    }
    for (number, unit) in [(hours, 'H'), (minutes, 'M'), (seconds, 'S')] {
        if number > 0 {
            text.push_str(&format!("{number}{unit}"));
        }
    }
    text
}
