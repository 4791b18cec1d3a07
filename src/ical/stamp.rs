//! Points in time as iCalendar writes them (RFC 5545 §3.3.4, §3.3.5).

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::calendar::When;

/// `20261105`, `20261105T100000` or `20261105T090000Z`; the zone goes into a parameter.
pub(in crate::ical) fn compact(when: &When) -> String {
    match when {
        When::Date(date) => compact_date(*date),
        When::Zoned { local, .. } | When::Floating(local) => compact_reading(*local),
        When::Utc(at) => compact_utc(*at),
    }
}

pub(in crate::ical) fn compact_date(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

pub(in crate::ical) fn compact_reading(at: DateTime) -> String {
    format!("{}T{:02}{:02}{:02}", compact_date(at.date()), at.hour(), at.minute(), at.second())
}

pub(in crate::ical) fn compact_utc(at: Timestamp) -> String {
    format!("{}Z", compact_reading(TimeZone::UTC.to_datetime(at)))
}
