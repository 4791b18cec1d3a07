//! How far an event reaches: what an index over time has to know of it.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::range::edges;
use super::series::{length, repeats, shift};
use crate::calendar::{Event, Recurrence, Rule, RuleEnd, Span, When};
use crate::ical;

/// How far an event reaches. What names no zone counts as if it were UTC: no person is more than a day from that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Nothing of it happens before this instant.
    pub first: Timestamp,
    /// Nothing of it happens after this one; none where it never ends, or nobody counted that far.
    pub last: Option<Timestamp>,
    /// What these two are.
    pub edges: Edges,
}

/// What the ends of a [`Reach`] are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edges {
    /// Start and end of the one time that it happens.
    Instants,
    /// Start and end of the one time that it happens, as clocks read them where the person is.
    Readings,
    /// It repeats: it happens somewhere between them.
    Rough,
}

/// Occurrences that are counted to find the last one of a series that ends by COUNT. Others count as endless.
const MOST_COUNTED: u32 = 4_096;

/// How far an event reaches.
pub fn reach(event: &Event) -> Reach {
    let span = &event.master.span;
    if repeats(event) {
        return of_series(event);
    }
    let edges = match (span.start.instant(), span.end.instant()) {
        (Some(_), Some(_)) => Edges::Instants,
        (None, None) => Edges::Readings,
        _ => Edges::Rough,
    };
    let (first, last) = ends(span);
    Reach { first, last: Some(last), edges }
}

fn ends(span: &Span) -> (Timestamp, Timestamp) {
    edges(span, as_utc)
}

fn of_series(event: &Event) -> Reach {
    let (mut first, own_last) = ends(&event.master.span);
    let mut last = event.master.recurrence.as_ref().map_or(Some(own_last), |repeats| last_start(event, repeats));
    if let Some(dates) = event.master.recurrence.as_ref().map(|recurrence| &recurrence.dates) {
        first = dates.iter().map(as_utc).chain([first]).min().unwrap_or(first);
    }
    // What is later by a change of all that follow, and what is as long as the longest of them.
    let later = event.overrides.iter().filter(|one| one.replaces.and_later);
    let (mut ahead, mut behind) = (SignedDuration::ZERO, length(&event.master.span));
    for one in later {
        ahead = ahead.max(shift(one).checked_neg().unwrap_or(SignedDuration::MAX));
        behind = behind.max(shift(one).saturating_add(length(&one.details.span)));
    }
    // The hours by which clocks are changed may make what a clock measures longer.
    let behind = behind.saturating_add(SignedDuration::from_hours(2));
    first = first.checked_sub(ahead).unwrap_or(Timestamp::MIN);
    last = last.map(|last| last.checked_add(behind).unwrap_or(Timestamp::MAX));
    for one in &event.overrides {
        let (begins, ends) = ends(&one.details.span);
        first = first.min(begins);
        last = last.map(|last| last.max(ends));
    }
    Reach { first, last, edges: Edges::Rough }
}

/// The start of the last occurrence, or a point behind it; none where there is no last one.
fn last_start(event: &Event, recurrence: &Recurrence) -> Option<Timestamp> {
    let start = &event.master.span.start;
    let single = recurrence.dates.iter().chain([start]).map(as_utc);
    let ruled = recurrence.rules.iter().map(|rule| last_of(rule, start)).collect::<Option<Vec<_>>>()?;
    single.chain(ruled).max()
}

fn last_of(rule: &Rule, start: &When) -> Option<Timestamp> {
    match &rule.end {
        RuleEnd::Never => None,
        RuleEnd::Until(until) => Some(as_utc(until)),
        RuleEnd::Count(count) if *count > MOST_COUNTED => None,
        RuleEnd::Count(_) => {
            let last = ical::occurrences_between(rule, start, DateTime::MIN, DateTime::MAX).last();
            Some(last.map_or_else(|| as_utc(start), |last| as_utc(&last)))
        }
    }
}

/// The instant of a point; of one that names no zone, that at which the clocks of UTC read it.
fn as_utc(when: &When) -> Timestamp {
    when.instant().or_else(|| TimeZone::UTC.to_timestamp(when.reading()).ok()).unwrap_or(Timestamp::MAX)
}
