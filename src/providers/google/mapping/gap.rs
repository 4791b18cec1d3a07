//! A series that starts in the hour that clocks skip.
//!
//! Its first occurrence is an hour later than all others. As the series' start Google would either refuse the reading,
//! or take the later hour for all of them: so the series begins with its second occurrence, and the first is a date of
//! its own. The steps of the rule are counted from the same day, week, month or year as before, because every occurrence
//! lies in one of them.

use crate::calendar::{Recurrence, RuleEnd, Span};
use crate::ical;

use super::{said, settle};

/// Moves a series out of the gap; others stay as they are.
pub(super) fn leave(told: &mut Vec<String>, span: &mut Span, repeats: &mut Recurrence) {
    let first = settle::real(&span.start);
    if first == span.start {
        return;
    }
    let [rule] = repeats.rules.as_mut_slice() else {
        if !repeats.rules.is_empty() {
            told.push(said::SKIPPED_HOUR.to_owned());
        }
        return;
    };
    let Some(second) = ical::second_occurrence(rule, &span.start) else {
        repeats.rules.clear();
        return;
    };
    if let RuleEnd::Count(count) = &mut rule.end {
        *count = count.saturating_sub(1).max(1);
    }
    let later = second.reading().duration_since(span.start.reading());
    let end = span.end.reading();
    *span = Span { start: second, end: span.end.at_reading(end.checked_add(later).unwrap_or(end)) };
    if !repeats.except_dates.iter().any(|except| except.order() == first.order()) {
        repeats.dates.push(first);
    }
}
