//! When something happens: dates, clock readings and instants, kept apart.

use std::fmt;
use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A zone of the IANA time zone database, by its name.
#[derive(Clone)]
pub struct Zone {
    name: Arc<str>,
    rules: TimeZone,
}

impl Zone {
    /// The zone of that name, in any case, under its main name: `asia/calcutta` is `Asia/Kolkata`, while countries
    /// stay apart (`Europe/Prague` is not `Europe/Berlin`). Names that mean UTC are zones too: whoever reads a text
    /// turns them into [`When::Utc`].
    pub fn named(name: &str) -> Option<Self> {
        let rules = TimeZone::get(name).ok()?;
        let main = rules.primary_iana_name().or(rules.iana_name())?.to_owned();
        let rules = if rules.iana_name() == Some(&main) { rules } else { TimeZone::get(&main).unwrap_or(rules) };
        Some(Self { name: main.into(), rules })
    }

    /// The name, as the database spells it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its rules.
    pub fn rules(&self) -> &TimeZone {
        &self.rules
    }

    /// The instant at which clocks there read `local`: before the gap where clocks jump (02:30 is 03:30), the first
    /// of two where they go back (RFC 5545 §3.3.5). None only beyond the years that can be counted.
    pub fn instant(&self, local: DateTime) -> Option<Timestamp> {
        self.rules.to_ambiguous_timestamp(local).compatible().ok()
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// A point in a person's calendar, to the second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// A whole day, wherever the person is.
    Date(Date),
    /// A clock reading in a zone. The reading is what was agreed; the instant follows from the zone's rules.
    Zoned {
        /// What the clock shows.
        local: DateTime,
        /// Where that clock hangs.
        zone: Zone,
    },
    /// A clock reading wherever the person is.
    Floating(DateTime),
    /// An instant.
    Utc(Timestamp),
}

impl When {
    /// Whether it is a whole day.
    pub fn is_date(&self) -> bool {
        matches!(self, Self::Date(_))
    }

    /// The clock reading: midnight for a date, UTC's for an instant.
    pub fn reading(&self) -> DateTime {
        match self {
            Self::Date(date) => date.to_datetime(jiff::civil::Time::midnight()),
            Self::Zoned { local, .. } | Self::Floating(local) => *local,
            Self::Utc(at) => TimeZone::UTC.to_datetime(*at),
        }
    }

    /// The instant; none for a date or a floating time, which happen at different instants for different people.
    pub fn instant(&self) -> Option<Timestamp> {
        match self {
            Self::Date(_) | Self::Floating(_) => None,
            Self::Zoned { local, zone } => zone.instant(*local),
            Self::Utc(at) => Some(*at),
        }
    }

    /// What orders points of one event among each other: instants where there are instants, clock readings else.
    pub fn order(&self) -> DateTime {
        self.instant().map_or_else(|| self.reading(), |at| TimeZone::UTC.to_datetime(at))
    }

    /// Another clock reading of the same kind and in the same zone.
    #[must_use]
    pub fn at_reading(&self, reading: DateTime) -> Self {
        match self {
            Self::Date(_) => Self::Date(reading.date()),
            Self::Zoned { zone, .. } => Self::Zoned { local: reading, zone: zone.clone() },
            Self::Floating(_) => Self::Floating(reading),
            Self::Utc(was) => Self::Utc(TimeZone::UTC.to_timestamp(reading).unwrap_or(*was)),
        }
    }
}

/// From when until when. The end is exclusive: a whole day ends on the date that follows it. It is not before the
/// start, and only a time may be as long as nothing (a reminder at 10:00).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// When it begins.
    pub start: When,
    /// When it is over. A date if the start is one; else not a date, but perhaps in another zone (a flight).
    pub end: When,
}

impl Span {
    /// How long it is: by the clock where one clock shows both ends, else by time.
    pub fn length(&self) -> SignedDuration {
        if self.has_two_clocks() {
            return self.end.order().duration_since(self.start.order());
        }
        self.end.reading().duration_since(self.start.reading())
    }

    /// A span as long as this one, from `start` on. A flight that lands in another zone goes on landing there.
    #[must_use]
    pub fn starting(&self, start: When) -> Self {
        let later = || {
            let at = start.instant()?.checked_add(self.length()).ok()?;
            Some(match &self.end {
                When::Zoned { zone, .. } => When::Zoned { local: zone.rules().to_datetime(at), zone: zone.clone() },
                _ => When::Utc(at),
            })
        };
        let end = if self.has_two_clocks() {
            later()
        } else {
            let reading = start.reading().checked_add(self.length()).ok();
            let end = reading.map(|reading| start.at_reading(reading));
            // In the hour that clocks skip, an end may come out before its start.
            end.and_then(|end| if end.order() < start.order() { later() } else { Some(end) })
        };
        Self { end: end.unwrap_or_else(|| start.clone()), start }
    }

    fn has_two_clocks(&self) -> bool {
        match (&self.start, &self.end) {
            (When::Zoned { zone, .. }, When::Zoned { zone: other, .. }) => zone != other,
            (When::Zoned { .. }, When::Utc(_)) | (When::Utc(_), When::Zoned { .. }) => true,
            _ => false,
        }
    }
}
