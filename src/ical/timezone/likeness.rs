//! The zone whose rules are those of a VTIMEZONE without a usable name (Outlook's "Customized Time Zone").

use std::cmp::Reverse;

use jiff::civil::DateTime;
use jiff::{Timestamp, tz};

use super::rules::Rules;
use super::{offsets, windows};
use crate::calendar::Zone;

/// How many years from the event on rules are compared; a series may last as long.
const YEARS: i16 = 10;
/// How many of them have to agree.
const LEAST: i16 = 2;
/// How far apart, in seconds, two clocks may change and still be taken for one that was written down wrongly: no more
/// than a part of one night.
const SLIP: i64 = 3 * 3_600;

/// A zone that has the rules of a VTIMEZONE.
#[derive(Debug)]
pub(super) struct Like {
    pub(super) zone: Zone,
    /// Whether its clocks change at other hours of the same nights.
    pub(super) slips: bool,
    /// The year in which its rules part from the VTIMEZONE's, if that is one that was compared.
    pub(super) until: Option<i16>,
}

/// The zone that has the same offsets and the same changes of them for the longest time from the year of `near` on, the
/// best known first; one whose changes only slip counts where no other has them.
pub(super) fn zone(rules: &Rules, near: DateTime) -> Option<Like> {
    let wanted = Clock::of_rules(rules, near, YEARS)?;
    if let Some(zone) = wanted.fixed() {
        return Some(Like { zone, slips: false, until: None });
    }
    let least = start_of_year(near.year() + LEAST)?;
    let agreeing = candidates().filter_map(|zone| {
        let Agreement { until, slip } = wanted.agreement(&zone)?;
        (until >= least).then_some((slip, until, zone))
    });
    // Whole years: who parts some weeks later in one is no better.
    let (slip, until, zone) = agreeing.min_by_key(|(slip, until, _)| (*slip > 0, Reverse(year_of(*until)), *slip))?;
    let parts = (until < wanted.to).then(|| year_of(until));
    Some(Like { zone, slips: slip > 0, until: parts })
}

/// Whether a zone has these rules to the second, as far as the event at `near` is concerned.
pub(super) fn is_like(zone: &Zone, rules: &Rules, near: DateTime) -> bool {
    let wanted = Clock::of_rules(rules, near, LEAST);
    wanted.is_some_and(|wanted| wanted.agreement(zone).is_some_and(|is| is.slip == 0 && is.until >= wanted.to))
}

/// Whether a zone's clocks show the same offsets in the year of `near`, whenever they change.
pub(super) fn has_offsets(zone: &Zone, rules: &Rules, near: DateTime) -> bool {
    let Some(wanted) = Clock::of_rules(rules, near, 1) else { return false };
    let start = Timestamp::from_second(wanted.from).unwrap_or_default();
    let first = i64::from(zone.rules().to_offset(start).seconds());
    let mut is: Vec<i64> = changes(zone, wanted.from, wanted.to).map(|(_, offset)| offset).chain([first]).collect();
    let mut said: Vec<i64> = wanted.changes.iter().map(|(_, offset)| *offset).chain([wanted.offset]).collect();
    for offsets in [&mut is, &mut said] {
        offsets.sort_unstable();
        offsets.dedup();
    }
    is == said
}

/// What clocks do in some years: the offset at the start, and the changes.
struct Clock {
    from: i64,
    to: i64,
    offset: i64,
    changes: Vec<(i64, i64)>,
}

/// How far a zone does the same.
struct Agreement {
    until: i64,
    /// All seconds that changes are apart.
    slip: i64,
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
        whole.then(|| offsets::zone(self.offset)).flatten()
    }

    /// None where not even the first offset is the same.
    fn agreement(&self, zone: &Zone) -> Option<Agreement> {
        let start = Timestamp::from_second(self.from).unwrap_or_default();
        if i64::from(zone.rules().to_offset(start).seconds()) != self.offset {
            return None;
        }
        let mut is = changes(zone, self.from, self.to);
        let mut slip = 0;
        for (wanted_at, wanted) in &self.changes {
            match is.next() {
                Some((at, offset)) if offset == *wanted && (at - wanted_at).abs() <= SLIP => {
                    slip += (at - wanted_at).abs()
                }
                other => {
                    return Some(Agreement { until: other.map_or(*wanted_at, |(at, _)| at.min(*wanted_at)), slip });
                }
            }
        }
        Some(Agreement { until: is.next().map_or(self.to, |(at, _)| at), slip })
    }
}

/// The first second of a year in UTC.
fn start_of_year(year: i16) -> Option<i64> {
    let first = jiff::civil::Date::new(year, 1, 1).ok()?.to_datetime(jiff::civil::Time::midnight());
    Some(tz::TimeZone::UTC.to_timestamp(first).ok()?.as_second())
}

fn year_of(at: i64) -> i16 {
    tz::TimeZone::UTC.to_datetime(Timestamp::from_second(at).unwrap_or_default()).year()
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
