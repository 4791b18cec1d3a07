//! Dates and times as iCalendar writes them.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::Line;

/// The value of DTSTART, DTEND, RECURRENCE-ID, …
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// A whole day.
    Date(Date),
    /// A wall-clock time of whoever looks.
    Floating(DateTime),
    /// An instant.
    Utc(Timestamp),
    /// A wall-clock time in a named zone.
    Zoned(DateTime, String),
}

impl When {
    /// Reads a line's value (the first of a list); `None` when it is neither date nor time.
    pub(crate) fn read(line: &Line) -> Option<Self> {
        Self::read_value(line.value.split(',').next()?, line)
    }

    /// Reads all values of a list such as EXDATE.
    pub(crate) fn read_all(line: &Line) -> Vec<Self> {
        line.value.split(',').filter_map(|value| Self::read_value(value, line)).collect()
    }

    fn read_value(value: &str, line: &Line) -> Option<Self> {
        let value = value.trim();
        if line.parameter("VALUE").is_some_and(|kind| kind.eq_ignore_ascii_case("DATE")) {
            return (value.len() == 8).then(|| Date::strptime("%Y%m%d", value).ok().map(Self::Date))?;
        }
        if let Some(utc) = value.strip_suffix('Z') {
            let time = read_time(utc)?.to_zoned(TimeZone::UTC).ok()?;
            return line.parameter("TZID").is_none().then(|| Self::Utc(time.timestamp()));
        }
        let time = read_time(value)?;
        Some(match line.parameter("TZID") {
            Some(zone) => Self::Zoned(time, zone.to_owned()),
            None => Self::Floating(time),
        })
    }

    /// Is it a whole day?
    pub(crate) fn is_date(&self) -> bool {
        matches!(self, Self::Date(_))
    }

    /// Is its instant known without knowing where the person is?
    pub(crate) fn has_known_zone(&self) -> bool {
        match self {
            Self::Utc(_) => true,
            Self::Zoned(_, name) => TimeZone::get(name).is_ok(),
            Self::Date(_) | Self::Floating(_) => false,
        }
    }

    /// The zone its clock is read in; `local` for those that name none and for names nobody knows.
    pub(crate) fn zone(&self, local: &TimeZone) -> TimeZone {
        match self {
            Self::Utc(_) => TimeZone::UTC,
            Self::Zoned(_, name) => TimeZone::get(name).unwrap_or_else(|_| local.clone()),
            Self::Date(_) | Self::Floating(_) => local.clone(),
        }
    }

    /// The wall-clock time, in its own zone.
    pub(crate) fn civil(&self) -> DateTime {
        match self {
            Self::Date(date) => date.to_datetime(jiff::civil::Time::midnight()),
            Self::Floating(time) | Self::Zoned(time, _) => *time,
            Self::Utc(at) => at.to_zoned(TimeZone::UTC).datetime(),
        }
    }

    /// The instant.
    pub(crate) fn instant(&self, local: &TimeZone) -> Timestamp {
        instant(self.civil(), &self.zone(local))
    }

    /// The same kind of value at another wall-clock time.
    pub(super) fn at(&self, time: DateTime) -> Self {
        match self {
            Self::Date(_) => Self::Date(time.date()),
            Self::Floating(_) => Self::Floating(time),
            Self::Utc(_) => Self::Utc(instant(time, &TimeZone::UTC)),
            Self::Zoned(_, zone) => Self::Zoned(time, zone.clone()),
        }
    }
}

fn read_time(value: &str) -> Option<DateTime> {
    (value.len() == 15).then(|| DateTime::strptime("%Y%m%dT%H%M%S", value).ok())?
}

fn instant(time: DateTime, zone: &TimeZone) -> Timestamp {
    zone.to_ambiguous_timestamp(time).compatible().unwrap_or(Timestamp::MAX)
}

/// The length of a DURATION in nominal seconds (RFC 5545 §3.3.6): a day has 24 hours.
pub(crate) fn duration_seconds(value: &str) -> Option<i64> {
    let (sign, value) = match value.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, value.strip_prefix('+').unwrap_or(value)),
    };
    let span: jiff::Span = value.starts_with('P').then(|| value.parse().ok())??;
    let length: SignedDuration = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok()?;
    Some(sign * length.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<When> {
        When::read(&Line::read(text).expect("a line"))
    }

    #[test]
    fn each_form_is_told_apart() {
        assert!(matches!(read("DTSTART;VALUE=DATE:20261105"), Some(When::Date(_))));
        assert!(matches!(read("DTSTART:20261105T100000"), Some(When::Floating(_))));
        assert!(matches!(read("DTSTART:20261105T100000Z"), Some(When::Utc(_))));
        let zoned = read("DTSTART;TZID=Europe/Madrid:20261105T100000").expect("a time");
        assert_eq!(zoned.instant(&TimeZone::UTC), "2026-11-05T09:00:00Z".parse().expect("an instant"));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for bad in ["20261105", "2026-11-05", "20261105T1000", "20261305T100000", "tomorrow", ""] {
            assert_eq!(read(&format!("DTSTART:{bad}")), None, "{bad}");
        }
        assert_eq!(read("DTSTART;TZID=Europe/Madrid:20261105T100000Z"), None);
        assert_eq!(read("DTSTART;VALUE=DATE:20261105T100000"), None);
    }

    #[test]
    fn durations_are_in_seconds() {
        assert_eq!(duration_seconds("PT1H30M"), Some(5400));
        assert_eq!(duration_seconds("P1W"), Some(604_800));
        assert_eq!(duration_seconds("-P1DT1S"), Some(-86_401));
        assert_eq!(duration_seconds("1H"), None);
    }
}
