//! What is accepted, and why not more.

/// What is accepted. The defaults are generous for calendars and mean to floods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of iCalendar text.
    pub max_bytes: usize,
    /// RECURRENCE-ID overrides of one event.
    pub max_overrides: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 1 << 20, max_overrides: 5_000 }
    }
}

/// Lines of one text, folded ones counted once. 5,000 overrides of twenty lines fit; a megabyte of two-byte lines,
/// which would take fifty megabytes when read, does not.
pub(in crate::ical) const MAX_LINES: usize = 100_000;

/// Components inside each other. iCalendar needs three (calendar, event, alarm), its extensions four.
pub(in crate::ical) const MAX_DEPTH: usize = 8;

/// RDATE and EXDATE values of one series.
pub(in crate::ical) const MAX_DATES: usize = 10_000;

/// RRULE and EXRULE lines of one series. The standard says one.
pub(in crate::ical) const MAX_RULES: usize = 10;

/// Alarms of one event.
pub(in crate::ical) const MAX_ALARMS: usize = 100;

/// The years that an appointment can lie in: birthdays of the living, and leases. Servers refuse what is far off.
pub(in crate::ical) const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

/// The longest that one happening can last, in days: a bit over ten years. Longer ones are mistyped years.
pub(in crate::ical) const MAX_DAYS: i64 = 3_660;

/// The most often that a series can happen, in times a day: each quarter of an hour.
pub(in crate::ical) const MAX_PER_DAY: u64 = 96;

/// Inline attachments up to this size are kept; larger ones would not fit where the event goes.
pub(in crate::ical) const MAX_INLINE_ATTACHMENT: usize = 100_000;
