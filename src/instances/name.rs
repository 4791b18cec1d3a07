//! How an instance is called within its series: by the start that it had there.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::calendar::When;

/// The start that an instance had in its series: `20270105T150000Z`, `20270105` in a series of whole days, and
/// `20270105T100000` in one of floating times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// A whole day.
    Date(Date),
    /// A clock reading in no zone.
    Reading(DateTime),
    /// An instant.
    Instant(Timestamp),
}

impl Name {
    /// The name of the instance that starts at this point of its series.
    pub fn of(at: &When) -> Self {
        match (at, at.instant()) {
            (When::Date(date), _) => Self::Date(*date),
            (_, Some(instant)) => Self::Instant(instant),
            (_, None) => Self::Reading(at.reading()),
        }
    }

    /// Reads a name; none where no instance is called so. It has one spelling only.
    pub fn read(text: &str) -> Option<Self> {
        let name = match text.len() {
            8 => Self::Date(Date::strptime("%Y%m%d", text).ok()?),
            15 => Self::Reading(DateTime::strptime("%Y%m%dT%H%M%S", text).ok()?),
            16 => {
                let reading = DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
                Self::Instant(TimeZone::UTC.to_timestamp(reading).ok()?)
            }
            _ => return None,
        };
        (name.to_string() == text).then_some(name)
    }

    /// The clock reading that it says: UTC's for an instant.
    pub(super) fn reading(&self) -> DateTime {
        match self {
            Self::Date(date) => date.to_datetime(jiff::civil::Time::midnight()),
            Self::Reading(reading) => *reading,
            Self::Instant(at) => TimeZone::UTC.to_datetime(*at),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.reading();
        write!(f, "{:04}{:02}{:02}", at.year(), at.month(), at.day())?;
        if !matches!(self, Self::Date(_)) {
            write!(f, "T{:02}{:02}{:02}", at.hour(), at.minute(), at.second())?;
        }
        f.write_str(if matches!(self, Self::Instant(_)) { "Z" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written_and_in_no_other_way() {
        for text in ["20270105", "20270105T100000", "20270105T150000Z", "19000101T000000Z"] {
            assert_eq!(Name::read(text).map(|name| name.to_string()).as_deref(), Some(text));
        }
        for text in [
            "",
            "2027015",
            "20270132",
            "20270105T250000",
            "20270105t150000Z",
            "20270105T150000z",
            " 20270105",
            "2027-1-5",
            "ñ270105",
        ] {
            assert_eq!(Name::read(text), None, "{text}");
        }
    }
}
