//! How a series repeats, in the lines that Google takes, and which of its occurrences have to be written apart.

use std::collections::BTreeSet;

use jiff::civil::DateTime;

use crate::calendar::{Details, Event, Frequency, Override, Recurrence, Rule, Span, Status, When};
use crate::ical;

use super::{gap, said};

/// Occurrences of a rule that repeats within a day, which are written one by one.
const MOST_DATES: usize = 500;

/// Occurrences that are looked through for one that differs: more than fifty years of days.
const MOST_SEARCHED: usize = 20_000;

/// A series, or a single happening: then there are no lines.
pub(super) struct Series<'a> {
    /// What all occurrences have in common.
    pub(super) details: &'a Details,
    /// The first occurrence.
    pub(super) span: Span,
    /// `recurrence`.
    pub(super) lines: Vec<String>,
    /// The occurrences that differ, each of which the lines give as an instance; in order.
    pub(super) changed: Vec<&'a Override>,
}

/// Works it out.
pub(super) fn of<'a>(told: &mut Vec<String>, event: &'a Event) -> Series<'a> {
    let master = &event.master;
    let mut span = master.span.clone();
    let mut repeats = master.recurrence.clone().unwrap_or_default();
    write_out(told, &mut repeats, &span.start);
    gap::leave(told, &mut span, &mut repeats);
    let changed = overrides(told, event, &span.start, &mut repeats);
    if repeats.rules.is_empty() && repeats.dates.is_empty() {
        if changed.is_empty() {
            repeats = Recurrence::default();
        } else {
            // It takes a series to have an instance.
            repeats.dates.push(span.start.clone());
        }
    }
    for dates in [&mut repeats.dates, &mut repeats.except_dates] {
        dates.sort_by_key(When::order);
        dates.dedup_by_key(|date| date.order());
    }
    Series { details: master, span, lines: ical::recurrence_lines(&repeats), changed }
}

/// Google takes no rule that repeats within a day: its occurrences are written one by one, as long as they are few.
fn write_out(told: &mut Vec<String>, repeats: &mut Recurrence, start: &When) {
    let Recurrence { rules, except_rules, dates, except_dates } = repeats;
    for (rules, dates, too_many) in
        [(rules, dates, said::WITHIN_DAY), (except_rules, except_dates, said::EXCEPT_WITHIN_DAY)]
    {
        rules.retain(|rule| {
            let stays = rule.frequency >= Frequency::Daily;
            if !stays {
                match ical::occurrences(rule, start, None, MOST_DATES) {
                    Some(points) => dates.extend(points),
                    None => told.push(too_many.to_owned()),
                }
            }
            stays
        });
    }
    repeats.dates.retain(|date| date.order() != start.order());
}

/// Sorts the overrides: what was called off becomes a date that doesn't count; what differs is answered, and is made
/// sure to have an instance. A changed occurrence that the series doesn't have would be lost without one.
fn overrides<'a>(
    told: &mut Vec<String>,
    event: &'a Event,
    start: &When,
    repeats: &mut Recurrence,
) -> Vec<&'a Override> {
    let last = event.overrides.iter().map(|one| &one.replaces.at).max_by_key(|at| at.order());
    let Some(last) = last else { return Vec::new() };
    let given = starts(&repeats.rules, start, last);
    let (mut changed, mut off, mut kept) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for one in &event.overrides {
        let (at, order) = (&one.replaces.at, one.replaces.at.order());
        if one.replaces.and_later {
            told.push(said::AND_LATER.to_owned());
        }
        if one.details.status == Some(Status::Cancelled) {
            off.insert(order);
            repeats.except_dates.push(at.clone());
        } else {
            kept.insert(order);
            if order != start.order() && given.as_ref().is_some_and(|given| !given.contains(&order)) {
                repeats.dates.push(at.clone());
            }
            changed.push(one);
        }
    }
    repeats.dates.retain(|date| !off.contains(&date.order()));
    repeats.except_dates.retain(|except| !kept.contains(&except.order()));
    changed.sort_by_key(|one| one.replaces.at.order());
    changed
}

/// All starts that rules give up to `last`; none when they are too many to look through.
fn starts(rules: &[Rule], start: &When, last: &When) -> Option<BTreeSet<DateTime>> {
    let each = rules.iter().map(|rule| ical::occurrences(rule, start, Some(last), MOST_SEARCHED));
    Some(each.collect::<Option<Vec<_>>>()?.iter().flatten().map(When::order).collect())
}
