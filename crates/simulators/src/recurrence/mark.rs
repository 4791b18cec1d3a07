//! What names one occurrence.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

/// A start: a whole day or an instant. What names an occurrence of a series, whatever it was moved to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mark {
    /// A whole day.
    Day(Date),
    /// An instant.
    At(Timestamp),
}

impl Mark {
    /// `20261112` or `20261112T090000Z`, as the ids of instances end.
    pub(crate) fn suffix(self) -> String {
        match self {
            Self::Day(day) => day.strftime("%Y%m%d").to_string(),
            Self::At(instant) => instant.strftime("%Y%m%dT%H%M%SZ").to_string(),
        }
    }

    /// Reads such an ending.
    pub(crate) fn read_suffix(text: &str) -> Option<Self> {
        if text.len() == 8 {
            return Date::strptime("%Y%m%d", text).ok().map(Self::Day);
        }
        let time = DateTime::strptime("%Y%m%dT%H%M%S", text.strip_suffix('Z').filter(|time| time.len() == 15)?).ok()?;
        TimeZone::UTC.to_timestamp(time).ok().map(Self::At)
    }

    /// The instant; a whole day begins at midnight in `zone`.
    pub(crate) fn instant(self, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Day(day) => instant(day.to_datetime(Time::midnight()), zone),
            Self::At(instant) => instant,
        }
    }
}

/// The instant of a time on the clock of `zone`; one inside a gap of the clock is moved on by the gap.
pub(super) fn instant(time: DateTime, zone: &TimeZone) -> Timestamp {
    zone.to_ambiguous_timestamp(time).compatible().unwrap_or(Timestamp::MAX)
}
