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

/// Bytes that the lines of a text have at least on average, folded ones counted as one. 5,000 overrides of twenty lines
/// fit in a megabyte; two-byte lines, which would take fifty times their size when read, do not.
pub(in crate::ical) const MIN_BYTES_PER_LINE: usize = 10;

/// Zones that one text uses. Each that has no name costs a comparison with all zones of the world.
pub(in crate::ical) const MAX_ZONES: usize = 20;

/// Characters of a zone's name. Outlook's labels run to some sixty.
pub(in crate::ical) const MAX_ZONE_NAME: usize = 255;

/// Components inside each other. iCalendar needs three (calendar, event, alarm), its extensions four.
pub(in crate::ical) const MAX_DEPTH: usize = 8;

/// RDATE and EXDATE values of one series.
pub const MAX_DATES: usize = 10_000;

/// RDATE values of one series that are periods. Each becomes an occurrence of its own with all the series says: it shares
/// that in memory, but where it is written it is written out.
pub(in crate::ical) const MAX_PERIODS: usize = 50;

/// RRULE and EXRULE lines of one series. The standard says one.
pub const MAX_RULES: usize = 10;

/// Alarms of one event.
pub(in crate::ical) const MAX_ALARMS: usize = 100;

/// The years that an appointment can lie in: birthdays of the living, and leases. Servers refuse what is far off.
pub const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

/// The longest that one happening can last, in days: a bit over ten years. Longer ones are mistyped years.
pub const MAX_DAYS: i64 = 3_660;

/// The most often that a series can happen, in times a day: each quarter of an hour.
pub(in crate::ical) const MAX_PER_DAY: u64 = 96;

/// Characters of the title that a reminder without a text of its own shows: each of a hundred would repeat a whole megabyte.
pub(in crate::ical) const MAX_REMINDER_TITLE: usize = 255;

/// Bytes of an object as it is written to a calendar. What is accepted may say once what is to be written many times (an
/// occurrence that is a period carries all that its series says). Four times what is accepted is more than any text comes
/// to that says it all itself.
pub(in crate::ical) const MAX_OBJECT: usize = 4 << 20;

/// Bytes of all events of one calendar, each with the zones that it names: a zone stands there once, and may be named by each.
pub(in crate::ical) const MAX_SPLIT: usize = 64 << 20;

/// Inline attachments up to this size are kept; larger ones would not fit where the event goes.
pub(in crate::ical) const MAX_INLINE_ATTACHMENT: usize = 100_000;
