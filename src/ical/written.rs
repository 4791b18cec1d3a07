//! A point in time as a text spells it, before anybody asks in which zone.
//!
//! Dates of events, of rules and of time zones are all read through here, so it stands below all three.

use calcard::common::PartialDateTime;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use super::limits::YEARS;

/// A point in time as written, before its zone is known.
#[derive(Clone, Copy)]
pub(in crate::ical) struct Written {
    date: Date,
    time: Option<Time>,
    offset: Option<Offset>,
}

impl Written {
    /// # Errors
    /// When there is no such day or time, or the year is out of bounds.
    pub(in crate::ical) fn of(value: &PartialDateTime) -> Result<Self, String> {
        let (Some(year), Some(month), Some(day)) = (value.year, value.month, value.day) else {
            return Err("a date or a time was expected here".to_owned());
        };
        let date = i16::try_from(year)
            .ok()
            .zip(i8::try_from(month).ok().zip(i8::try_from(day).ok()))
            .and_then(|(year, (month, day))| Date::new(year, month, day).ok())
            .ok_or_else(|| format!("there is no {year:04}-{month:02}-{day:02} in the calendar"))?;
        if !YEARS.contains(&date.year()) {
            return Err(format!("the year {year} is out of bounds: {} to {} are accepted", YEARS.start(), YEARS.end()));
        }
        let time =
            value.hour.map(|hour| clock(hour, value.minute.unwrap_or(0), value.second.unwrap_or(0))).transpose()?;
        let offset =
            value.tz_hour.map(|hours| offset(hours, value.tz_minute.unwrap_or(0), value.tz_minus)).transpose()?;
        Ok(Self { date, time, offset })
    }

    /// The day, where no time is written.
    pub(in crate::ical) fn whole_day(self) -> Option<Date> {
        self.time.is_none().then_some(self.date)
    }

    /// What a clock shows then; at midnight where no time is written.
    pub(in crate::ical) fn reading(self) -> DateTime {
        self.date.to_datetime(self.time.unwrap_or_else(Time::midnight))
    }

    /// The instant, where the text itself says which it is.
    pub(in crate::ical) fn instant(self) -> Option<jiff::Timestamp> {
        self.offset.and_then(|offset| offset.to_timestamp(self.reading()).ok())
    }
}

/// A time of day. The leap second :60 is the second before it; most calendars don't know it.
fn clock(hour: u8, minute: u8, second: u8) -> Result<Time, String> {
    let second = if second == 60 { 59 } else { second };
    i8::try_from(hour)
        .ok()
        .zip(i8::try_from(minute).ok().zip(i8::try_from(second).ok()))
        .and_then(|(hour, (minute, second))| Time::new(hour, minute, second, 0).ok())
        .ok_or_else(|| format!("there is no time {hour:02}:{minute:02}:{second:02}"))
}

/// An offset from UTC. The standard only knows `Z`; `-0500` is what some scripts write, and says what it means.
fn offset(hours: u8, minutes: u8, minus: bool) -> Result<Offset, String> {
    let seconds = (i32::from(hours) * 60 + i32::from(minutes)) * 60;
    Offset::from_seconds(if minus { -seconds } else { seconds })
        .map_err(|_| "there is no such offset from UTC".to_owned())
}

/// The first few characters of what a text says, for messages.
pub(in crate::ical) fn shortened(text: &str) -> String {
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
    if text.chars().count() > 40 {
        short.push('…');
    }
    short
}
