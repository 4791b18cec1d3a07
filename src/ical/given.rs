//! The points at which a series happens, asked one by one, and whether it happens at all.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::DateTime;

use super::{expand, rule};
use crate::calendar::{Details, Event, Recurrence, Rule, RuleEnd, Status, When};

/// What a series or a rule gives.
pub struct Given<'s> {
    start: &'s When,
    /// Whether the start belongs to it whatever the rules say.
    with_start: bool,
    rules: Vec<(&'s Rule, Last)>,
    dates: BTreeSet<DateTime>,
}

/// Where a rule ends.
enum Last {
    Never,
    /// With this clock reading.
    Reading(DateTime),
    /// With this point, in the order of points.
    Point(DateTime),
}

impl<'s> Given<'s> {
    /// What a series gives, exceptions not counted.
    pub fn by(series: &'s Details) -> Self {
        let start = &series.span.start;
        let repeats = series.recurrence.as_ref();
        let rules = repeats.into_iter().flat_map(|repeats| &repeats.rules).map(|rule| (rule, Last::of(rule, start)));
        let dates = repeats.into_iter().flat_map(|repeats| &repeats.dates).map(When::order);
        Self { start, with_start: true, rules: rules.collect(), dates: dates.collect() }
    }

    /// What one rule gives.
    pub(super) fn by_rule(rule: &'s Rule, start: &'s When) -> Self {
        Self { start, with_start: false, rules: vec![(rule, Last::of(rule, start))], dates: BTreeSet::new() }
    }

    /// Whether it gives this point, which is of the kind and in the zone of the start.
    pub fn has(&self, at: &When) -> bool {
        let order = at.order();
        if self.with_start && order == self.start.order() || self.dates.contains(&order) {
            return true;
        }
        let start = self.start.reading();
        let readings: Vec<DateTime> = std::iter::once(at.reading()).chain(skipped(at)).collect();
        self.rules.iter().any(|(rule, last)| {
            readings.iter().any(|reading| last.is_not_before(*reading, order) && rule::gives(rule, start, *reading))
        })
    }
}

impl Last {
    fn of(rule: &Rule, start: &When) -> Self {
        match &rule.end {
            RuleEnd::Never => Self::Never,
            RuleEnd::Until(until) => Self::Point(until.order()),
            RuleEnd::Count(count) => {
                let most = usize::try_from(*count).unwrap_or(usize::MAX);
                let readings = expand::readings(rule, start.reading(), most);
                let last = readings.last().filter(|_| readings.len() == most);
                last.map_or(Self::Never, |last| Self::Reading(*last))
            }
        }
    }

    fn is_not_before(&self, reading: DateTime, order: DateTime) -> bool {
        match self {
            Self::Never => true,
            Self::Reading(last) => reading <= *last,
            Self::Point(last) => order <= *last,
        }
    }
}

/// Whether the point may stand for one in the hour that clocks skip: 03:30 of such a night for 02:30.
pub fn stands_for_skipped(at: &When) -> bool {
    skipped(at).is_some()
}

/// The reading in the hour that clocks skip which is the same instant as this one (02:30 for 03:30, RFC 5545 §3.3.5).
fn skipped(at: &When) -> Option<DateTime> {
    let When::Zoned { local, zone } = at else { return None };
    let instant = zone.instant(*local)?;
    let change = zone.rules().preceding(instant.checked_add(1.second()).ok()?).next()?;
    let before = zone.rules().to_offset(change.timestamp().checked_sub(1.second()).ok()?);
    let gap = i64::from(change.offset().seconds()) - i64::from(before.seconds());
    let reading = local.checked_sub(jiff::SignedDuration::from_secs(gap)).ok()?;
    (gap > 0 && zone.instant(reading) == Some(instant)).then_some(reading)
}

/// Occurrences that are looked at where rules of exceptions take some.
const MOST: usize = 2_000;

/// Whether the start, the rules or the dates of a series give this point, which is of the kind and in the zone of the start;
/// whatever is excepted.
pub fn gives(series: &Details, at: &When) -> bool {
    Given::by(series).has(at)
}

/// Whether a series has an occurrence that starts at this point by its rules and dates, of the kind and in the zone of
/// the series' start. One that was called off counts, one that is excepted does not.
pub fn has_occurrence(event: &Event, at: &When) -> bool {
    let order = at.order();
    let Some(repeats) = &event.master.recurrence else { return false };
    if event.overrides.iter().any(|one| one.replaces.at.order() == order) {
        return true;
    }
    let start = &event.master.span.start;
    Given::by(&event.master).has(at)
        && !repeats.except_dates.iter().any(|except| except.order() == order)
        && !repeats.except_rules.iter().any(|rule| Given::by_rule(rule, start).has(at))
}

/// Whether anything of an event is left to be shown: a happening, or of a series at least one occurrence that is neither
/// excepted nor called off.
pub fn happens(event: &Event) -> bool {
    event.overrides.iter().any(|one| !is_off(&one.details)) || left(event) != Left::Nothing
}

/// The first occurrence of a series that is neither excepted nor called off, named by its original start. None when there
/// is none, or too many before it are excepted.
pub fn first_occurrence(event: &Event) -> Option<When> {
    let changed = event.overrides.iter().filter(|one| !is_off(&one.details)).map(|one| one.replaces.at.clone());
    let unchanged = if let Left::First(at) = left(event) { Some(at) } else { None };
    changed.chain(unchanged).min_by_key(When::order)
}

fn is_off(details: &Details) -> bool {
    details.status == Some(Status::Cancelled)
}

/// What is left of a series besides what its overrides show.
#[derive(PartialEq)]
enum Left {
    Nothing,
    /// This comes first.
    First(When),
    /// Exceptions took all that was looked at, but perhaps not what comes then.
    Perhaps,
}

fn left(event: &Event) -> Left {
    let start = &event.master.span.start;
    let nothing = Recurrence::default();
    let repeats = event.master.recurrence.as_ref().unwrap_or(&nothing);
    let changed = event.overrides.iter().map(|one| &one.replaces.at);
    let single: BTreeSet<DateTime> = repeats.except_dates.iter().chain(changed).map(When::order).collect();
    let called_off = event.overrides.iter().filter(|one| one.replaces.and_later && is_off(&one.details));
    let for_good = called_off.map(|one| one.replaces.at.order()).min();
    let ruled: Vec<Given<'_>> = repeats.except_rules.iter().map(|rule| Given::by_rule(rule, start)).collect();
    let is_left = |at: &When| {
        let order = at.order();
        !single.contains(&order) && for_good.is_none_or(|end| order < end) && !ruled.iter().any(|rule| rule.has(at))
    };
    let most = single.len() + 1 + if ruled.is_empty() { 0 } else { MOST };
    let mut perhaps = false;
    let mut first =
        std::iter::once(start).chain(&repeats.dates).filter(|at| is_left(at)).cloned().min_by_key(When::order);
    for rule in &repeats.rules {
        let given = self::first(rule, start, most);
        let found = given.iter().find(|at| is_left(at));
        // Where exceptions took all that was looked at, more may come, unless they are the same rule.
        perhaps |= found.is_none() && !ruled.is_empty() && given.len() == most && !repeats.except_rules.contains(rule);
        first = first.into_iter().chain(found.cloned()).min_by_key(When::order);
    }
    match first {
        Some(at) => Left::First(at),
        None if perhaps => Left::Perhaps,
        None => Left::Nothing,
    }
}

/// The first points that a rule gives.
fn first(rule: &Rule, start: &When, most: usize) -> Vec<When> {
    let last = Last::of(rule, start);
    let points = expand::readings(rule, start.reading(), most).into_iter().map(|reading| start.at_reading(reading));
    points.take_while(|point| last.is_not_before(point.reading(), point.order())).collect()
}
