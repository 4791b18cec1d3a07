//! One RRULE, as RFC 5545 §3.3.10 writes it.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;

/// How often. Nothing of what people keep in a calendar is faster than a day, and Google refuses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Every {
    Day,
    Week,
    Month,
    Year,
}

/// When a rule ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    Never,
    After(usize),
    OnDay(Date),
    /// A time without a zone, which RFC 5545 allows only where the start has none either.
    OnClock(DateTime),
    At(Timestamp),
}

/// A rule of RFC 5545 §3.3.10.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(super) every: Every,
    pub(super) interval: i32,
    pub(super) ends: Ends,
    pub(super) months: Vec<i32>,
    pub(super) weeks: Vec<i32>,
    pub(super) year_days: Vec<i32>,
    pub(super) month_days: Vec<i32>,
    /// Weekdays, each with its number in month or year (0: every one).
    pub(super) weekdays: Vec<(i32, Weekday)>,
    pub(super) hours: Vec<i32>,
    pub(super) minutes: Vec<i32>,
    pub(super) seconds: Vec<i32>,
    pub(super) positions: Vec<i32>,
    pub(super) week_start: Weekday,
}

impl Rule {
    /// Reads the value of an RRULE. What of it can't stand together, [`Rule::check`] says.
    ///
    /// # Errors
    /// What can't be read.
    pub(crate) fn read(value: &str) -> Result<Self, String> {
        let mut rule = Self::nothing();
        let (mut every, mut seen) = (None, Vec::new());
        for part in value.split(';') {
            let (name, value) = part.split_once('=').ok_or_else(|| format!("{part:?} is no rule part"))?;
            let name = name.to_ascii_uppercase();
            if seen.contains(&name) {
                return Err(format!("{name} stands twice"));
            }
            if name == "FREQ" {
                every = Some(read_every(value)?);
            } else {
                rule.read_part(&name, value).map_err(|why| format!("{name}: {why}"))?;
            }
            seen.push(name);
        }
        rule.every = every.ok_or("FREQ is missing")?;
        if seen.iter().any(|name| name == "COUNT") && seen.iter().any(|name| name == "UNTIL") {
            return Err("COUNT and UNTIL exclude each other".to_owned());
        }
        Ok(rule)
    }

    fn nothing() -> Self {
        Self {
            every: Every::Day,
            interval: 1,
            ends: Ends::Never,
            months: Vec::new(),
            weeks: Vec::new(),
            year_days: Vec::new(),
            month_days: Vec::new(),
            weekdays: Vec::new(),
            hours: Vec::new(),
            minutes: Vec::new(),
            seconds: Vec::new(),
            positions: Vec::new(),
            week_start: Weekday::Monday,
        }
    }

    fn read_part(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "INTERVAL" => self.interval = number(value, 1, 10_000)?,
            "COUNT" => self.ends = Ends::After(usize::try_from(number(value, 1, i32::MAX)?).unwrap_or(usize::MAX)),
            "UNTIL" => self.ends = read_until(value)?,
            "BYMONTH" => self.months = numbers(value, 1, 12, false)?,
            "BYWEEKNO" => self.weeks = numbers(value, 1, 53, true)?,
            "BYYEARDAY" => self.year_days = numbers(value, 1, 366, true)?,
            "BYMONTHDAY" => self.month_days = numbers(value, 1, 31, true)?,
            "BYHOUR" => self.hours = numbers(value, 0, 23, false)?,
            "BYMINUTE" => self.minutes = numbers(value, 0, 59, false)?,
            "BYSECOND" => self.seconds = numbers(value, 0, 59, false)?,
            "BYSETPOS" => self.positions = numbers(value, 1, 366, true)?,
            "BYDAY" => self.weekdays = value.split(',').map(read_weekday).collect::<Result<_, _>>()?,
            "WKST" => self.week_start = weekday(value).ok_or("no weekday")?,
            _ => return Err("no such part".to_owned()),
        }
        Ok(())
    }

    /// The limits that RFC 5545 sets to combinations, for an event of whole days or of times.
    ///
    /// # Errors
    /// Which of them is passed.
    pub(crate) fn check(&self, whole_days: bool) -> Result<(), String> {
        let year = self.every == Every::Year;
        let numbered = self.weekdays.iter().any(|(nth, _)| *nth != 0);
        let times = [&self.hours, &self.minutes, &self.seconds].iter().any(|list| !list.is_empty());
        let days = [&self.months, &self.weeks, &self.year_days, &self.month_days].iter().any(|list| !list.is_empty());
        let wrong = if !self.weeks.is_empty() && !year {
            "BYWEEKNO needs FREQ=YEARLY"
        } else if !self.year_days.is_empty() && !year {
            "BYYEARDAY needs FREQ=YEARLY"
        } else if !self.month_days.is_empty() && self.every == Every::Week {
            "BYMONTHDAY cannot be used with FREQ=WEEKLY"
        } else if numbered && (matches!(self.every, Every::Day | Every::Week) || !self.weeks.is_empty()) {
            "a numbered BYDAY needs FREQ=MONTHLY or YEARLY without BYWEEKNO"
        } else if !self.positions.is_empty() && !days && !times && self.weekdays.is_empty() {
            "BYSETPOS needs another BY part"
        } else if whole_days && times {
            "whole days have no BYHOUR, BYMINUTE or BYSECOND"
        } else if matches!(self.ends, Ends::OnClock(_)) {
            "UNTIL is neither a date nor a time in UTC"
        } else if whole_days && matches!(self.ends, Ends::At(_)) {
            "UNTIL must be a date, as the start is"
        } else if !whole_days && matches!(self.ends, Ends::OnDay(_)) {
            "UNTIL must be a time in UTC, as the start is a time"
        } else {
            return Ok(());
        };
        Err(wrong.to_owned())
    }
}

fn read_every(value: &str) -> Result<Every, String> {
    match value {
        "DAILY" => Ok(Every::Day),
        "WEEKLY" => Ok(Every::Week),
        "MONTHLY" => Ok(Every::Month),
        "YEARLY" => Ok(Every::Year),
        other => Err(format!("FREQ={other} is not supported")),
    }
}

fn read_until(value: &str) -> Result<Ends, String> {
    let wrong = || "neither a date nor a time".to_owned();
    if value.len() == 8 {
        return Date::strptime("%Y%m%d", value).map(Ends::OnDay).map_err(|_| wrong());
    }
    let text = value.strip_suffix('Z').unwrap_or(value);
    let time = DateTime::strptime("%Y%m%dT%H%M%S", text).ok().filter(|_| text.len() == 15).ok_or_else(wrong)?;
    if text == value {
        return Ok(Ends::OnClock(time));
    }
    time.to_zoned(TimeZone::UTC).map(|time| Ends::At(time.timestamp())).map_err(|_| wrong())
}

fn number(value: &str, least: i32, most: i32) -> Result<i32, String> {
    let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
    let number = value.parse().ok().filter(|_| !digits.is_empty() && digits.len() < 10);
    number.filter(|number| (least..=most).contains(number)).ok_or_else(|| format!("{value:?} is not allowed"))
}

/// A list; `signed`: each may also count from the end, as a negative number.
fn numbers(value: &str, least: i32, most: i32, signed: bool) -> Result<Vec<i32>, String> {
    let read = |text: &str| {
        let read = number(text, if signed { -most } else { least }, most)?;
        if read.abs() < least { Err(format!("{text:?} is not allowed")) } else { Ok(read) }
    };
    value.split(',').map(read).collect()
}

fn read_weekday(value: &str) -> Result<(i32, Weekday), String> {
    let wrong = || format!("{value:?} is no weekday");
    let at = value.len().checked_sub(2).ok_or_else(wrong)?;
    let (nth, day) = value.split_at_checked(at).ok_or_else(wrong)?;
    let nth = if nth.is_empty() { 0 } else { number(nth, -53, 53).ok().filter(|nth| *nth != 0).ok_or_else(wrong)? };
    Ok((nth, weekday(day).ok_or_else(wrong)?))
}

fn weekday(value: &str) -> Option<Weekday> {
    Some(match value {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    })
}
