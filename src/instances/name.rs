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

    /// Reads a name as people and programs spell a point in time (RFC 3339, with any offset, or without): where an instance
    /// is asked for beside its series.
    pub fn spelled(text: &str) -> Option<Self> {
        // A `+` of a query is a space to whoever forgot to encode it.
        let text = text.trim().replace(' ', "+");
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b':' | b'.'));
        if !plain {
            return None;
        }
        if !text.contains(['T', 't']) {
            return text.parse().ok().map(Self::Date);
        }
        let instant = text.parse::<Timestamp>().ok().map(Self::Instant);
        instant.or_else(|| text.parse().ok().map(Self::Reading))
    }

    /// The point of a series that starts at `start` which is called so; none where its points are of another kind. A
    /// clock reading is one of the series' own clock.
    pub fn in_series(self, start: &When) -> Option<When> {
        match (start, self) {
            (When::Date(_), Self::Date(date)) => Some(When::Date(date)),
            (When::Floating(_), Self::Reading(reading)) => Some(When::Floating(reading)),
            (When::Utc(_), Self::Instant(at)) => Some(When::Utc(at)),
            (When::Zoned { zone, .. }, Self::Instant(at)) => {
                Some(When::Zoned { local: zone.rules().to_datetime(at), zone: zone.clone() })
            }
            // In the hour that clocks skip it is what they show then.
            (When::Zoned { zone, .. }, Self::Reading(reading)) => {
                let shown = zone.instant(reading).map(|at| zone.rules().to_datetime(at));
                Some(start.at_reading(shown.unwrap_or(reading)))
            }
            _ => None,
        }
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

    #[test]
    fn a_point_is_spelled_as_in_a_body() {
        let spelled = |text: &str| Name::spelled(text).map(|name| name.to_string());
        for text in
            ["20270112T150000Z", "2027-01-12T15:00:00Z", "2027-01-12T10:00:00-05:00", "2027-01-12T17:00:00 02:00"]
        {
            assert_eq!(spelled(text).as_deref(), Some("20270112T150000Z"), "{text}");
        }
        assert_eq!(spelled("2027-01-12").as_deref(), Some("20270112"));
        assert_eq!(spelled("2027-01-12T10:00:00").as_deref(), Some("20270112T100000"));
        for wrong in
            ["", "mañana", "2027-13-01", "20270112T", "T100000", "2027-01-12T25:00:00", "1;x", "2027-01-12[UTC]"]
        {
            assert_eq!(spelled(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_name_means_a_point_of_the_kind_of_its_series() {
        let zoned = |text: &str| {
            let zone = crate::calendar::Zone::named("America/New_York").unwrap();
            When::Zoned { local: text.parse().unwrap(), zone }
        };
        let start = zoned("2027-01-05T02:30:00");
        let named = |text: &str| Name::spelled(text).unwrap().in_series(&start);
        assert_eq!(named("20270112T073000Z"), Some(zoned("2027-01-12T02:30:00")));
        assert_eq!(named("2027-01-12T02:30:00"), Some(zoned("2027-01-12T02:30:00")));
        // 02:30 is skipped on 14 March.
        assert_eq!(named("2027-03-14T02:30:00"), named("20270314T073000Z"));
        assert_eq!(named("2027-01-12"), None);
        let day = When::Date("2027-01-05".parse().unwrap());
        assert_eq!(Name::spelled("20270112T000000Z").unwrap().in_series(&day), None);
        for when in [&start, &day, &When::Floating(start.reading())] {
            assert_eq!(Name::of(when).in_series(when).as_ref(), Some(when));
        }
    }
}
