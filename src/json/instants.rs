//! Points in time as JSON writes them (RFC 3339), and the clocks that they are shown on.

use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::temporal::Pieces;
use jiff::tz::{Offset, TimeZone};

use super::fields::Field;
use super::invalid::{Invalid, Mistake};
use crate::calendar::{When, Zone};
use crate::ical::{self, YEARS};
use crate::quoted::Quoted;

/// A clock that times are shown on, and read on where they have no offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WallClock {
    /// UTC.
    Utc,
    /// That of a place.
    Place(Zone),
}

impl WallClock {
    /// The clock of a name: of the IANA database, or of another list that has one meaning.
    pub fn named(name: &str) -> Option<Self> {
        if ical::is_utc(name.trim()) {
            return Some(Self::Utc);
        }
        ical::zone(name).map(|zone| if ical::is_utc(zone.name()) { Self::Utc } else { Self::Place(zone) })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Utc => "UTC",
            Self::Place(zone) => zone.name(),
        }
    }

    /// The clock that a field names.
    ///
    /// # Errors
    /// When it names none.
    pub(super) fn read(field: &Field<'_>) -> Result<Self, Invalid> {
        let name = field.text()?.trim();
        Self::named(name).ok_or_else(|| {
            let what = "is no time zone that is known: send a name of the IANA database, such as America/Guayaquil";
            field.error(Mistake::UnknownTimeZone, format!("{} {what}", Quoted(name)))
        })
    }

    /// The point at which it shows that.
    pub(super) fn point(&self, reading: DateTime) -> When {
        match self {
            Self::Utc => When::Utc(TimeZone::UTC.to_timestamp(reading).unwrap_or_default()),
            Self::Place(zone) => When::Zoned { local: reading, zone: zone.clone() },
        }
    }

    /// What it shows at a point that has an instant, and how far it is ahead of UTC then.
    fn shows(&self, point: &When) -> Option<(DateTime, Offset)> {
        let at = point.instant()?;
        let shown = match (self, point) {
            // In the hour that clocks skip the reading is what was said: its offset is the one before the jump.
            (Self::Place(own), When::Zoned { local, zone }) if own == zone => *local,
            (Self::Utc, _) => TimeZone::UTC.to_datetime(at),
            (Self::Place(zone), _) => zone.rules().to_datetime(at),
        };
        let ahead = shown.duration_since(TimeZone::UTC.to_datetime(at)).as_secs();
        Some((shown, Offset::from_seconds(i32::try_from(ahead).ok()?).ok()?))
    }
}

/// A point as it was written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Written {
    /// A date.
    Date(Date),
    /// What a clock shows, without a word where it hangs.
    Reading(DateTime),
    /// The same with its offset: an instant.
    Instant(DateTime, Offset),
}

impl Written {
    /// Reads a point; what is below a second goes.
    ///
    /// # Errors
    /// When it is none, or too far off.
    pub(super) fn read(field: &Field<'_>) -> Result<Self, Invalid> {
        Self::of(field.text()?).map_err(|reason| field.wrong(reason))
    }

    /// The same of a text.
    ///
    /// # Errors
    /// As a sentence.
    pub(super) fn of(text: &str) -> Result<Self, String> {
        let no = || {
            format!(
                "{} is no point in time: write 2027-01-05T10:00:00-05:00, or 2027-01-05 for a whole day",
                Quoted(text)
            )
        };
        let pieces = Pieces::parse(text.trim()).map_err(|_| no())?;
        let date = pieces.date();
        if !YEARS.contains(&date.year()) {
            return Err(format!("{}: from the year {} to {}, please", Quoted(text), YEARS.start(), YEARS.end()));
        }
        if pieces.time_zone_annotation().is_some() {
            return Err(format!("{}: the zone has a field of its own, timezone", Quoted(text)));
        }
        let Some(time) = pieces.time() else {
            return if pieces.offset().is_some() { Err(no()) } else { Ok(Self::Date(date)) };
        };
        let reading = date.to_datetime(Time::constant(0, 0, 0, 0));
        let time = Time::new(time.hour(), time.minute(), time.second(), 0).unwrap_or_default();
        let reading = reading.with().time(time).build().map_err(|_| no())?;
        Ok(match pieces.to_numeric_offset() {
            Some(offset) => Self::Instant(reading, offset),
            None => Self::Reading(reading),
        })
    }

    /// Its date as written.
    pub(super) fn date(self) -> Date {
        match self {
            Self::Date(date) => date,
            Self::Reading(reading) | Self::Instant(reading, _) => reading.date(),
        }
    }

    /// The clock reading as written; midnight for a date.
    pub(super) fn reading(self) -> DateTime {
        match self {
            Self::Date(date) => date.to_datetime(Time::midnight()),
            Self::Reading(reading) | Self::Instant(reading, _) => reading,
        }
    }

    /// The point on this clock. An instant keeps its reading where that is what the clock shows then; an instant that no
    /// reading there means (the second of two that are the same) stays one.
    pub(super) fn on(self, clock: &WallClock) -> Option<When> {
        let (reading, offset) = match self {
            Self::Date(_) => return None,
            Self::Reading(reading) => return Some(clock.point(reading)),
            Self::Instant(reading, offset) => (reading, offset),
        };
        let at = offset.to_timestamp(reading).ok()?;
        let WallClock::Place(zone) = clock else { return Some(When::Utc(at)) };
        if zone.instant(reading) == Some(at) {
            return Some(clock.point(reading));
        }
        let shown = zone.rules().to_datetime(at);
        Some(if zone.instant(shown) == Some(at) { clock.point(shown) } else { When::Utc(at) })
    }
}

/// A point as text: a date, or RFC 3339 with the offset that its clock has then. A floating time has none; nor has one
/// whose offset has seconds, as clocks had when they went by the sun: its zone stands beside it.
pub(super) fn written(point: &When, clock: Option<&WallClock>) -> String {
    let own = match point {
        When::Date(date) => return date.to_string(),
        When::Floating(reading) => return reading.to_string(),
        When::Zoned { zone, .. } => WallClock::Place(zone.clone()),
        When::Utc(_) => WallClock::Utc,
    };
    let Some((shown, offset)) = clock.unwrap_or(&own).shows(point) else { return point.reading().to_string() };
    let seconds = offset.seconds();
    if clock.unwrap_or(&own) == &WallClock::Utc {
        return format!("{shown}Z");
    }
    if seconds % 60 != 0 {
        return shown.to_string();
    }
    let (sign, all) = if seconds < 0 { ('-', -seconds) } else { ('+', seconds) };
    format!("{shown}{sign}{:02}:{:02}", all / 3_600, all / 60 % 60)
}

/// The point that names an occurrence of a series: what its own clock shows.
pub(super) fn key(point: &When) -> String {
    match point {
        When::Date(date) => date.to_string(),
        other => other.reading().to_string(),
    }
}
