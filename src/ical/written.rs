//! A point in time as a text spells it, before anybody asks in which zone.
//!
//! Dates of events, of rules and of time zones are all read through here, so it stands below all three. Read by us and
//! not by calcard, whose reader takes as many digits as fit and drops what follows: `T1200Z` would float, and `TI20000Z`
//! would be a whole day.
//!
//! Rule: a value is read to its end. What RFC 5545 §3.3.4 and §3.3.5 write is read as it is; what can be meant in one way
//! only (ISO 8601's dashes, colons and offsets, missing seconds, milliseconds, `UTC`, midnight as 24:00) is read as that
//! and [`Written::repaired`]; anything else is a mistake. A spelling is only repaired when no slip of one character
//! makes it out of a good one that means something else.

use crate::quoted::Quoted;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use super::limits::YEARS;
use super::stamp::{compact_date, compact_reading, compact_utc};

/// A point in time as written, before its zone is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ical) struct Written {
    date: Date,
    time: Option<Time>,
    offset: Option<Offset>,
    repaired: bool,
}

impl Written {
    /// Reads one value.
    ///
    /// # Errors
    /// When it is no date and no time, there is no such day or time, or the year is out of bounds.
    pub(in crate::ical) fn read(text: &str) -> Result<Self, String> {
        let written = Self::of_any_year(text)?;
        let year = written.date.year();
        if YEARS.contains(&year) {
            return Ok(written);
        }
        Err(format!("the year {year:04} is out of bounds: {} to {} are accepted", YEARS.start(), YEARS.end()))
    }

    /// As [`Written::read`], in any year: zones have rules since 1601, and rules end in 9999.
    ///
    /// # Errors
    /// When it is no date and no time, or there is no such day or time.
    pub(in crate::ical) fn of_any_year(text: &str) -> Result<Self, String> {
        let (packed, spaced) = packed(text);
        let spelt = Spelling::of(&packed).ok_or_else(|| format!("{} is not a date or a time", Quoted(text)))?;
        let mut written = spelt.meaning()?;
        written.repaired |= spaced;
        Ok(written)
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

    /// Its day alone.
    #[must_use]
    pub(in crate::ical) fn without_time(self) -> Self {
        Self { time: None, offset: None, ..self }
    }

    /// The same where nothing says otherwise than UTC.
    #[must_use]
    pub(in crate::ical) fn in_utc(self) -> Self {
        Self { offset: self.offset.or(Some(Offset::UTC)), ..self }
    }

    /// How iCalendar spells it, where the text had another spelling.
    pub(in crate::ical) fn repaired(self) -> Option<String> {
        self.repaired.then(|| match (self.time, self.instant()) {
            (None, _) => compact_date(self.date),
            (Some(_), Some(at)) => compact_utc(at),
            (Some(_), None) => compact_reading(self.reading()),
        })
    }
}

/// A text without white space; a space between a date and a time is the T that ISO 8601 has there. And whether there was
/// any inside.
fn packed(text: &str) -> (String, bool) {
    let text = text.trim();
    let Some(at) = text.find(char::is_whitespace) else { return (text.to_owned(), false) };
    let (date, rest) = text.split_at_checked(at).unwrap_or((text, ""));
    let rest: String = rest.chars().filter(|c| !c.is_whitespace()).collect();
    let whole = date.len() == 8 || date.len() == 10 && date.contains('-');
    let between = whole && rest.starts_with(|c: char| c.is_ascii_digit());
    (format!("{date}{}{rest}", if between { "T" } else { "" }), true)
}

/// The numbers of a point in time.
#[derive(Default)]
struct Spelling {
    year: i16,
    month: i8,
    day: i8,
    /// Hour, minute, second.
    time: Option<(i8, i8, i8)>,
    /// Seconds from UTC.
    offset: Option<i32>,
    repaired: bool,
}

impl Spelling {
    fn of(text: &str) -> Option<Self> {
        let mut spelt = Self::default();
        let rest = spelt.take_date(text)?;
        if rest.is_empty() || rest.eq_ignore_ascii_case("Z") {
            // A day is a day, in UTC too.
            spelt.repaired |= !rest.is_empty();
            return Some(spelt);
        }
        // Without a T, but with all digits of both.
        let time = match rest.strip_prefix(['T', 't']) {
            Some(time) => time,
            None => {
                spelt.repaired = true;
                Some(rest).filter(|rest| digits(rest) == 6)?
            }
        };
        let (rest, precision) = spelt.take_time(time)?;
        spelt.take_offset(rest, precision)?;
        Some(spelt)
    }

    /// `20270910`, or `2027-09-10`.
    fn take_date<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let (year, rest) = number(text, 4)?;
        let dashes = rest.starts_with('-');
        let part = |rest: &'t str| if dashes { number(rest.strip_prefix('-')?, 2) } else { number(rest, 2) };
        let (month, rest) = part(rest)?;
        let (day, rest) = part(rest)?;
        (self.year, self.month, self.day) = (year, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        self.repaired |= dashes;
        Some(rest)
    }

    /// `120000`, or `12:00:00`, with parts of a second; or without seconds.
    fn take_time<'t>(&mut self, text: &'t str) -> Option<(&'t str, Precision)> {
        let (hour, rest) = number(text, 2)?;
        let colons = rest.starts_with(':');
        let part = |rest: &'t str| if colons { number(rest.strip_prefix(':')?, 2) } else { number(rest, 2) };
        let (minute, second, mut rest) = match part(rest) {
            None => (None, None, rest),
            Some((minute, rest)) => match part(rest) {
                None => (Some(minute), None, rest),
                Some((second, rest)) => (Some(minute), Some(second), rest),
            },
        };
        if second.is_some()
            && let Some(fraction) = rest.strip_prefix('.')
        {
            rest = fraction.get(digits(fraction)..).filter(|rest| rest.len() < fraction.len())?;
            self.repaired = true;
        }
        self.repaired |= colons || second.is_none();
        let small = |number: Option<i16>| i8::try_from(number.unwrap_or(0)).ok();
        self.time = Some((small(Some(hour))?, small(minute)?, small(second)?));
        let precision = match (minute, second) {
            _ if colons => Precision::Colons,
            (_, Some(_)) => Precision::Seconds,
            (Some(_), None) => Precision::Minutes,
            (None, None) => Precision::Hours,
        };
        Some((rest, precision))
    }

    /// `Z`, `UTC`, `+0300`, `-05:00`, or nothing.
    fn take_offset(&mut self, text: &str, precision: Precision) -> Option<()> {
        if text.is_empty() {
            return Some(());
        }
        if text.eq_ignore_ascii_case("Z") {
            self.offset = Some(0);
            return Some(());
        }
        self.repaired = true;
        let letters = text.get(..3).filter(|name| ["UTC", "GMT"].iter().any(|utc| name.eq_ignore_ascii_case(utc)));
        let rest = letters.and_then(|_| text.get(3..)).unwrap_or(text);
        if rest.is_empty() && letters.is_some() {
            self.offset = Some(0);
            return Some(());
        }
        // A minus that slipped into a time makes a shorter time and an offset of it: `T1200-00`.
        let enough = match (precision, digits(rest.get(1..)?)) {
            (Precision::Hours, _) => false,
            (Precision::Minutes, digits) => digits == 4 || rest.contains(':'),
            (Precision::Colons | Precision::Seconds, _) => true,
        };
        self.offset = Some(offset_of(rest).filter(|_| enough)?);
        Some(())
    }

    fn meaning(&self) -> Result<Written, String> {
        let Self { year, month, day, time, offset, mut repaired } = *self;
        let mut date = Date::new(year, month, day)
            .map_err(|_| format!("there is no {year:04}-{month:02}-{day:02} in the calendar"))?;
        let time = match time {
            // Midnight at the end of the day (ISO 8601): the one that begins the next.
            Some((24, 0, 0)) => {
                repaired = true;
                date = date.tomorrow().map_err(|_| "there is no day after that".to_owned())?;
                Some(Time::midnight())
            }
            Some(time) => Some(clock(time)?),
            None => None,
        };
        let offset = offset.map(Offset::from_seconds).transpose();
        let offset = offset.map_err(|_| "there is no such offset from UTC".to_owned())?;
        Ok(Written { date, time, offset, repaired })
    }
}

/// How much of a time is written.
#[derive(Clone, Copy)]
enum Precision {
    Hours,
    Minutes,
    Seconds,
    /// With colons, which no good spelling has.
    Colons,
}

/// A time of day. The leap second :60 is the second before it; most calendars don't know it.
fn clock((hour, minute, second): (i8, i8, i8)) -> Result<Time, String> {
    Time::new(hour, minute, if second == 60 { 59 } else { second }, 0)
        .map_err(|_| format!("there is no time {hour:02}:{minute:02}:{second:02}"))
}

/// An offset from UTC in seconds, to the end of the text: `+0300`, `-05:00`, `+03`. The standard only knows `Z`, and
/// `+HHMM` in VTIMEZONEs; what some scripts write besides says what it means.
fn offset_of(text: &str) -> Option<i32> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, rest) = number(rest, 2)?;
    let (minutes, rest) = if rest.is_empty() { (0, rest) } else { number(rest.strip_prefix(':').unwrap_or(rest), 2)? };
    (rest.is_empty() && hours <= 18 && minutes < 60).then(|| sign * (i32::from(hours) * 60 + i32::from(minutes)) * 60)
}

/// A number of exactly so many digits, and what follows.
fn number(text: &str, many: usize) -> Option<(i16, &str)> {
    let (number, rest) = text.split_at_checked(many)?;
    (digits(number) == many).then(|| Some((number.parse().ok()?, rest))).flatten()
}

/// How many digits a text begins with.
fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// A UTC-OFFSET (RFC 5545 §3.3.14) in seconds: `+0200`, `-053015`, `+02:00`. Without its sign it is none, as it may have
/// been a minus; nothing needs no sign.
pub(in crate::ical) fn utc_offset(text: &str) -> Option<i64> {
    let text = text.trim();
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (hours, rest) = number(unsigned, 2)?;
    let part = |rest| match unsigned.contains(':') {
        true => number(str::strip_prefix(rest, ':')?, 2),
        false => number(rest, 2),
    };
    let (minutes, rest) = part(rest)?;
    let (seconds, rest) = if rest.is_empty() { (0, rest) } else { part(rest)? };
    let all = (i64::from(hours) * 60 + i64::from(minutes)) * 60 + i64::from(seconds);
    let is_one = rest.is_empty() && minutes < 60 && seconds < 60 && all <= 18 * 3_600;
    (is_one && (all == 0 || unsigned != text)).then(|| if text.starts_with('-') { -all } else { all })
}
