//! Times with one meaning: a floating time gets the calendar's zone, and an hour that clocks skip is the one after it.

use crate::calendar::{Details, Event, Override, Recurrence, Rule, RuleEnd, Span, When, Zone};

use super::said;

/// The event with each floating time in `zone`, and with the ends of its rules as instants (or dates): Google wants
/// UNTIL in UTC wherever the start has a zone (RFC 5545 §3.3.10 does too).
pub(super) fn in_zone(told: &mut Vec<String>, event: &Event, zone: &Zone) -> Event {
    let mut event = event.clone();
    if matches!(event.master.span.start, When::Floating(_)) {
        told.push(said::FLOATING.to_owned());
    }
    place_details(&mut event.master, zone);
    for Override { replaces, details } in &mut event.overrides {
        if matches!(details.span.start, When::Floating(_)) {
            told.push(said::FLOATING.to_owned());
        }
        place(&mut replaces.at, zone);
        place_details(details, zone);
    }
    event
}

fn place_details(details: &mut Details, zone: &Zone) {
    place(&mut details.span.start, zone);
    place(&mut details.span.end, zone);
    let Some(Recurrence { rules, except_rules, dates, except_dates }) = &mut details.recurrence else { return };
    dates.iter_mut().chain(except_dates).for_each(|date| place(date, zone));
    for Rule { end, .. } in rules.iter_mut().chain(except_rules) {
        if let RuleEnd::Until(until) = end {
            place(until, zone);
            if let Some(at) = until.instant() {
                *until = When::Utc(at);
            }
        }
    }
}

fn place(when: &mut When, zone: &Zone) {
    if let When::Floating(local) = when {
        *when = When::Zoned { local: *local, zone: zone.clone() };
    }
}

/// The reading that clocks really show: 03:30 where 02:30 is skipped (RFC 5545 §3.3.5).
pub(super) fn real(when: &When) -> When {
    match when {
        When::Zoned { zone, .. } => {
            when.instant().map_or_else(|| when.clone(), |at| when.at_reading(zone.rules().to_datetime(at)))
        }
        other => other.clone(),
    }
}

/// The span as clocks show it. An end that the skipped hour would leave before the start keeps its distance.
pub(super) fn real_span(span: &Span) -> Span {
    let (start, end) = (real(&span.start), real(&span.end));
    let length = span.end.reading().duration_since(span.start.reading());
    let same_zone =
        matches!((&start, &end), (When::Zoned { zone, .. }, When::Zoned { zone: other, .. }) if zone == other);
    if !same_zone || start == span.start || end.order() > start.order() || !length.is_positive() {
        return Span { start, end };
    }
    let end = start.reading().checked_add(length).map(|reading| start.at_reading(reading));
    Span { end: end.unwrap_or_else(|_| start.clone()), start }
}
