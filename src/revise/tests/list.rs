//! A series as the list of its occurrences: the model that edits are held against.

use std::collections::BTreeMap;

use jiff::civil::DateTime;

use crate::calendar::{Event, Recurrence, Rule, Span, Status, When};
use crate::ical;

/// More than any rule here gives in the months that are looked at.
const MANY: usize = 2_000;

/// What happens, by original starts: the span and the title.
pub(super) type List = BTreeMap<DateTime, (Span, String)>;

/// Everything that happens up to a point of time, worked out from the rules one by one.
pub(super) fn list(event: &Event, until: DateTime) -> List {
    let start = &event.master.span.start;
    let nothing = Recurrence::default();
    let repeats = event.master.recurrence.as_ref().unwrap_or(&nothing);
    let mut list: List = BTreeMap::new();
    let given = |rules: &[Rule]| -> Vec<When> {
        rules
            .iter()
            .flat_map(|rule| ical::occurrences(rule, start, Some(&start.at_reading(until)), MANY).unwrap())
            .collect()
    };
    let all = given(&repeats.rules).into_iter().chain(repeats.dates.iter().cloned()).chain([start.clone()]);
    for at in all {
        list.insert(at.order(), (event.master.span.starting(at), event.master.summary.clone()));
    }
    for at in given(&repeats.except_rules).iter().chain(&repeats.except_dates) {
        list.remove(&at.order());
    }
    for one in &event.overrides {
        let order = one.replaces.at.order();
        list.remove(&order);
        if one.details.status != Some(Status::Cancelled) {
            list.insert(order, (one.details.span.clone(), one.details.summary.clone()));
        }
    }
    list.retain(|order, _| *order < until);
    list
}

/// Fails where two lists part, and shows only where.
#[track_caller]
pub(super) fn same(one: &List, other: &List, about: &str) {
    let lacks = |one: &List, other: &List| -> List {
        let all = one.iter().filter(|(at, what)| other.get(*at) != Some(*what));
        all.take(3).map(|(at, what)| (*at, what.clone())).collect()
    };
    let (more, less) = (lacks(one, other), lacks(other, one));
    assert!(more.is_empty() && less.is_empty(), "{about}\nhas {more:#?}\nnot {less:#?}");
}
