//! Overrides that mean all later occurrences as well (RFC 5545 §3.2.13): Google changes one instance at a time.
//!
//! A series that was called off from some day on ends there. Another change is written to each later occurrence, as long
//! as they are few: each is a call of its own. Where they are many, the override keeps its range, and `series` tells that
//! it is written once.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use jiff::ToSpan as _;
use jiff::civil::DateTime;

use crate::calendar::{Details, Event, Override, Recurrence, RecurrenceId, RuleEnd, Span, Status, When};
use crate::ical;

/// Later occurrences that are changed one by one: a bit more than a year of weeks.
const MOST: usize = 60;

/// Later occurrences of all ranges of a series that are changed one by one.
const MOST_IN_ALL: usize = 1_000;

/// Occurrences from the start of the series that are counted to find the later ones.
const MOST_COUNTED: usize = 5_000;

/// Turns what ranges can be held into a shorter series or into single overrides.
pub(super) fn spread(event: &mut Event) {
    event.overrides.sort_by_cached_key(|one| one.replaces.at.order());
    end_where_called_off(event);
    let ranges: Vec<Override> = event.overrides.iter().filter(|one| one.replaces.and_later).cloned().collect();
    let Some(starts) = (!ranges.is_empty()).then(|| starts(&event.master)).flatten() else { return };
    let own: BTreeSet<DateTime> = event.overrides.iter().map(|one| one.replaces.at.order()).collect();
    let (mut added, mut done) = (Vec::new(), BTreeSet::new());
    for (nth, range) in ranges.iter().enumerate() {
        let next = ranges.get(nth + 1).map(|next| next.replaces.at.order());
        let from = range.replaces.at.order();
        let later = starts.range((Bound::Excluded(from), Bound::Unbounded));
        let later = later.take_while(|(order, _)| next.is_none_or(|next| **order < next));
        let meant = later.filter(|(order, _)| !own.contains(order)).map(|(_, at)| at);
        let meant: Vec<&When> = meant.take(MOST + 1).collect();
        if meant.len() > MOST || added.len() + meant.len() > MOST_IN_ALL {
            continue;
        }
        if let Some(moved) = moved(range, &meant) {
            added.extend(moved);
            done.insert(from);
        }
    }
    for one in &mut event.overrides {
        one.replaces.and_later &= !done.contains(&one.replaces.at.order());
    }
    event.overrides.extend(added);
    event.overrides.sort_by_cached_key(|one| one.replaces.at.order());
}

/// Ends the series before the first occurrence from which on it was called off, unless a later range brings it back.
fn end_where_called_off(event: &mut Event) {
    let Some(last) = event.overrides.iter_mut().rfind(|one| one.replaces.and_later) else { return };
    if last.details.status != Some(Status::Cancelled) {
        return;
    }
    let start = &event.master.span.start;
    let Some(repeats) = &mut event.master.recurrence else { return };
    let Some(before) = just_before(&last.replaces.at) else { return };
    if before.order() < start.order() {
        *repeats = Recurrence { except_dates: vec![start.clone()], ..Recurrence::default() };
    }
    for rule in &mut repeats.rules {
        let ends_sooner = match &rule.end {
            RuleEnd::Never => false,
            RuleEnd::Until(until) => until.order() <= before.order(),
            RuleEnd::Count(count) => {
                let until = ical::occurrences(rule, start, Some(&before), MOST_COUNTED);
                until.is_some_and(|until| u32::try_from(until.len()) == Ok(*count))
            }
        };
        if !ends_sooner {
            rule.end = RuleEnd::Until(before.clone());
        }
    }
    repeats.dates.retain(|date| date.order() <= before.order());
    last.replaces.and_later = false;
}

/// The end of a rule that has to stop before `at`.
fn just_before(at: &When) -> Option<When> {
    match at {
        When::Date(date) => date.yesterday().ok().map(When::Date),
        other => other.instant()?.checked_sub(1.second()).ok().map(When::Utc),
    }
}

/// All occurrences of a series that has an end, by their order; without those that don't count.
fn starts(series: &Details) -> Option<BTreeMap<DateTime, When>> {
    let Recurrence { rules, except_rules, dates, except_dates } = series.recurrence.as_ref()?;
    if !except_rules.is_empty() {
        return None;
    }
    let mut starts: BTreeMap<DateTime, When> = dates.iter().map(|at| (at.order(), at.clone())).collect();
    for rule in rules {
        let given = ical::occurrences(rule, &series.span.start, None, MOST_COUNTED)?;
        starts.extend(given.into_iter().map(|at| (at.order(), at)));
    }
    for except in except_dates {
        starts.remove(&except.order());
    }
    Some(starts)
}

/// The change of a range at each of these occurrences, as far from them as it is from its own. None where that can't be
/// said in clock readings, because the change is in another zone than the series.
fn moved(range: &Override, occurrences: &[&When]) -> Option<Vec<Override>> {
    let Span { start, end } = &range.details.span;
    let origin = &range.replaces.at;
    if [start, end].into_iter().any(|when| when.at_reading(origin.reading()) != *origin) {
        return None;
    }
    let each = occurrences.iter().map(|at| {
        let by = at.reading().duration_since(origin.reading());
        let later = |when: &When| when.reading().checked_add(by).ok().map(|reading| when.at_reading(reading));
        let span = Span { start: later(start)?, end: later(end)? };
        let replaces = RecurrenceId { at: (*at).clone(), and_later: false };
        Some(Override { replaces, details: Details { span, ..range.details.clone() } })
    });
    each.collect()
}
