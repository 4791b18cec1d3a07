//! `start`, `end` and `originalStartTime`.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};
use serde_json::{Value, json};

use crate::google::refusal::Refusal;
use crate::recurrence::Mark;

/// A whole day, or an instant with the zone that was named with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::google) enum Moment {
    Day(Date),
    At(Timestamp, Option<String>),
}

impl Moment {
    /// Reads an `EventDateTime`; `name` is the field, for the message.
    pub(in crate::google) fn read(value: &Value, name: &str) -> Result<Self, Refusal> {
        let wrong = |why: &str| Refusal::invalid(format!("Invalid {name} time: {why}"));
        let map = value.as_object().ok_or_else(|| wrong("not an object"))?;
        let text = |key: &str| match map.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(wrong("not a string")),
        };
        if map.keys().any(|key| !["date", "dateTime", "timeZone"].contains(&key.as_str())) {
            return Err(wrong("unknown field"));
        }
        let zone = text("timeZone")?;
        if let Some(name) = zone {
            zone_named(name)?;
        }
        match (text("date")?, text("dateTime")?) {
            (Some(date), None) => read_date(date).map(Self::Day).ok_or_else(|| wrong("not a date")),
            (None, Some(time)) => Self::read_time(time, zone).ok_or_else(|| wrong("not a date and time with a zone")),
            (Some(_), Some(_)) => Err(wrong("both date and dateTime")),
            (None, None) => Err(Refusal::required(format!("Missing {name} time."))),
        }
    }

    fn read_time(text: &str, zone: Option<&str>) -> Option<Self> {
        let named = zone.and_then(|zone| TimeZone::get(zone).ok());
        let instant = match read_instant(text) {
            Some(instant) => instant,
            None => named?.to_ambiguous_timestamp(read_local(text)?).compatible().ok()?,
        };
        Some(Self::At(whole_seconds(instant), zone.map(str::to_owned)))
    }

    /// What names an occurrence that starts here.
    pub(in crate::google) fn mark(&self) -> Mark {
        match self {
            Self::Day(day) => Mark::Day(*day),
            Self::At(instant, _) => Mark::At(*instant),
        }
    }

    /// The instant; a whole day begins at midnight in `zone`.
    pub(in crate::google) fn instant(&self, zone: &TimeZone) -> Timestamp {
        self.mark().instant(zone)
    }

    /// The zone that was named.
    pub(in crate::google) fn zone(&self) -> Option<&str> {
        match self {
            Self::Day(_) => None,
            Self::At(_, zone) => zone.as_deref(),
        }
    }

    /// The moment with this mark, in the same zone.
    pub(in crate::google) fn moved_to(&self, mark: Mark) -> Self {
        match mark {
            Mark::Day(day) => Self::Day(day),
            Mark::At(instant) => Self::At(instant, self.zone().map(str::to_owned)),
        }
    }

    /// As the API answers it: the clock of `zone` (the calendar's), whatever zone was named.
    pub(in crate::google) fn json(&self, zone: &TimeZone) -> Value {
        match self {
            Self::Day(day) => json!({ "date": day.to_string() }),
            Self::At(instant, None) => json!({ "dateTime": clock(*instant, zone) }),
            Self::At(instant, Some(named)) => json!({ "dateTime": clock(*instant, zone), "timeZone": named }),
        }
    }
}

/// RFC 3339 on the clock of `zone`.
pub(in crate::google) fn clock(instant: Timestamp, zone: &TimeZone) -> String {
    if *zone == TimeZone::UTC {
        return instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    }
    instant.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// A zone by its IANA name, spelled as IANA spells it.
pub(in crate::google) fn zone_named(name: &str) -> Result<TimeZone, Refusal> {
    let found = TimeZone::get(name).ok().filter(|zone| zone.iana_name() == Some(name));
    found.ok_or_else(|| Refusal::invalid(format!("Invalid time zone definition: {name}")))
}

/// An instant with its offset, as RFC 3339 writes it.
pub(in crate::google) fn read_instant(text: &str) -> Option<Timestamp> {
    let shaped = text.len() >= 20 && is_clock(text);
    shaped.then(|| text.parse().ok()).flatten()
}

/// A date, as RFC 3339 writes it.
pub(in crate::google) fn read_date(text: &str) -> Option<Date> {
    Date::strptime("%Y-%m-%d", text).ok().filter(|_| text.len() == 10)
}

fn read_local(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_once('T').filter(|_| is_clock(text))?;
    let time = Time::strptime("%H:%M:%S%.f", time).ok()?;
    Some(read_date(date)?.to_datetime(time))
}

fn is_clock(text: &str) -> bool {
    let byte = |at: usize| text.as_bytes().get(at).copied();
    [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')].iter().all(|(at, wanted)| byte(*at) == Some(*wanted))
}

fn whole_seconds(instant: Timestamp) -> Timestamp {
    let down = jiff::TimestampRound::new().smallest(Unit::Second).mode(jiff::RoundMode::Floor);
    instant.round(down).unwrap_or(instant)
}
