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

/// Whether anything of an event is left to be shown: a happening, or of a series at least one occurrence that is neither
/// excepted nor called off.
pub fn happens(event: &Event) -> bool {
    let off = |status: Option<Status>| status == Some(Status::Cancelled);
    if event.overrides.iter().any(|one| !off(one.details.status)) {
        return true;
    }
    let start = &event.master.span.start;
    let nothing = Recurrence::default();
    let repeats = event.master.recurrence.as_ref().unwrap_or(&nothing);
    let called_off = event.overrides.iter().map(|one| &one.replaces.at);
    let single: BTreeSet<DateTime> = repeats.except_dates.iter().chain(called_off).map(When::order).collect();
    let for_good = event.overrides.iter().filter(|one| one.replaces.and_later).map(|one| one.replaces.at.order()).min();
    let ruled: Vec<Given<'_>> = repeats.except_rules.iter().map(|rule| Given::by_rule(rule, start)).collect();
    let is_left = |at: &When| {
        let order = at.order();
        !single.contains(&order) && for_good.is_none_or(|end| order < end) && !ruled.iter().any(|rule| rule.has(at))
    };
    let most = single.len() + 1 + if ruled.is_empty() { 0 } else { MOST };
    is_left(start)
        || repeats.dates.iter().any(is_left)
        || repeats.rules.iter().any(|rule| {
            let given = first(rule, start, most);
            // Where exceptions took all that was looked at, more may come, unless they are the same rule.
            let more = !ruled.is_empty() && given.len() == most && !repeats.except_rules.contains(rule);
            given.iter().any(is_left) || more
        })
}

/// The first points that a rule gives.
fn first(rule: &Rule, start: &When, most: usize) -> Vec<When> {
    let last = Last::of(rule, start);
    let points = expand::readings(rule, start.reading(), most).into_iter().map(|reading| start.at_reading(reading));
    points.take_while(|point| last.is_not_before(point.reading(), point.order())).collect()
}
