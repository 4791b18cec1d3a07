//! Times that say no zone.
//!
//! By the standard they float: ten o'clock wherever the person is. Many calendars name a zone of their own all the same,
//! in a property that no standard has and everybody reads: then that is the clock that is meant.

use super::source::Source;
use crate::calendar::When;
use crate::ical::timezone::{Place, Zones};

/// What calendars call their own zone, the better known first.
pub(in crate::ical) const OWN_ZONE: [&str; 2] = ["X-WR-TIMEZONE", "TIMEZONE-ID"];

/// A time that floats, in the zone of its calendar; as it is where it does not float, or its calendar names none.
pub(in crate::ical) fn settled(source: &Source<'_>, zones: &Zones<'_>, when: When) -> When {
    let When::Floating(reading) = when else { return when };
    let place = OWN_ZONE.iter().find_map(|name| {
        let named = source.of_calendar(name).filter(|named| !named.is_empty())?;
        zones.of_calendar(&named, reading)
    });
    match place {
        Some(Place::Zone(zone)) => When::Zoned { local: reading, zone },
        Some(Place::Utc) => jiff::tz::TimeZone::UTC.to_timestamp(reading).map_or(when, When::Utc),
        Some(Place::Custom(_)) | None => when,
    }
}
