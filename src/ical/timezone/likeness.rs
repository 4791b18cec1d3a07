//! The zone whose rules are those of a VTIMEZONE without a usable name (Outlook's "Customized Time Zone").

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz;

use super::rules::Rules;
use super::windows;
use crate::calendar::Zone;

/// How many years from the event on rules are compared; a series may last as long. Where no zone agrees for so long
/// (rules that changed since), two years do.
const YEARS: [i16; 2] = [10, 2];

/// A zone with the same offsets and the same changes of them from the year of `near` on: the best known first.
pub(super) fn zone(rules: &Rules, near: DateTime) -> Option<Zone> {
    YEARS.into_iter().find_map(|years| {
        let wanted = Clock::of_rules(rules, near, years)?;
        wanted.fixed().or_else(|| candidates().find(|zone| wanted.is_of(zone)))
    })
}

/// Whether a zone has these rules, as far as the event at `near` is concerned.
pub(super) fn is_like(zone: &Zone, rules: &Rules, near: DateTime) -> bool {
    YEARS.into_iter().any(|years| Clock::of_rules(rules, near, years).is_some_and(|wanted| wanted.is_of(zone)))
}

/// What clocks do in some years: the offset at the start, and the changes.
struct Clock {
    from: i64,
    to: i64,
    offset: i64,
    changes: Vec<(i64, i64)>,
}

impl Clock {
    fn of_rules(rules: &Rules, near: DateTime, years: i16) -> Option<Self> {
        let from = start_of_year(near.year())?;
        let to = start_of_year(near.year() + years)?;
        Some(Self { from, to, offset: rules.offset_at(from)?, changes: rules.changes(from, to) })
    }

    /// The zone of clocks that never change, whole hours from UTC: no place's, so that no place's rules can part from it.
    fn fixed(&self) -> Option<Zone> {
        let whole = self.changes.is_empty() && self.offset % 3_600 == 0;
        // The names have the sign the other way round.
        whole.then(|| Zone::named(&format!("Etc/GMT{:+}", -self.offset / 3_600))).flatten()
    }

    fn is_of(&self, zone: &Zone) -> bool {
        let start = Timestamp::from_second(self.from).unwrap_or_default();
        i64::from(zone.rules().to_offset(start).seconds()) == self.offset
            && changes(zone, self.from, self.to).eq(self.changes.iter().copied())
    }
}

/// The first second of a year in UTC.
fn start_of_year(year: i16) -> Option<i64> {
    let first = jiff::civil::Date::new(year, 1, 1).ok()?.to_datetime(jiff::civil::Time::midnight());
    Some(tz::TimeZone::UTC.to_timestamp(first).ok()?.as_second())
}

fn candidates() -> impl Iterator<Item = Zone> {
    let known = windows::zones().filter_map(Zone::named);
    let all = tz::db().available().filter_map(|name| Zone::named(name.as_str()));
    known.chain(all.filter(|zone| zone.name().contains('/')))
}

/// The changes of a zone's offset in (`from`, `to`]: instant and new offset.
pub(super) fn changes(zone: &Zone, from: i64, to: i64) -> impl Iterator<Item = (i64, i64)> {
    let start = Timestamp::from_second(from).unwrap_or_default();
    let mut offset = zone.rules().to_offset(start).seconds();
    zone.rules()
        .following(start)
        .map(|change| (change.timestamp().as_second(), change.offset().seconds()))
        .take_while(move |(at, _)| *at <= to)
        .filter(move |(_, to)| std::mem::replace(&mut offset, *to) != *to)
        .map(|(at, to)| (at, i64::from(to)))
        .collect::<Vec<_>>()
        .into_iter()
}
