//! An event as a feed shows it.

use std::sync::Arc;

use jiff::{Timestamp, ToSpan as _, civil};

use super::words::Words;
use crate::calendar::{Details, Event, Particulars, Span, When};

/// An event with the count and the time of its last change, by which calendars see that it is newer.
pub(super) fn stamped(mut event: Event, revision: u32, changed_at: Timestamp) -> Event {
    for details in all(&mut event) {
        details.sequence = revision.saturating_sub(1);
        details.last_modified = Some(changed_at);
    }
    event
}

/// An event of which nothing is told but when somebody is busy; none where nobody is.
pub(super) fn veiled(mut event: Event, words: &Words) -> Option<Event> {
    if event.master.free && event.overrides.iter().all(|one| one.details.free) {
        return None;
    }
    for details in all(&mut event) {
        let Particulars { free, status, .. } = *details.particulars;
        let summary = words.busy.to_owned();
        details.particulars = Arc::new(Particulars { summary, free, status, ..Particulars::default() });
    }
    Some(event)
}

/// The one event of an address that was given up: the whole of a day.
pub(super) fn given_up(day: civil::Date, words: &Words) -> Event {
    let particulars = Particulars {
        summary: words.given_up.to_owned(),
        description: Some(words.subscribe_again.to_owned()),
        free: true,
        ..Particulars::default()
    };
    let span = Span { start: When::Date(day), end: When::Date(day.checked_add(1.day()).unwrap_or(day)) };
    let master = Details { span, recurrence: None, particulars: Arc::new(particulars) };
    Event { master, overrides: Vec::new() }
}

fn all(event: &mut Event) -> impl Iterator<Item = &mut Details> {
    std::iter::once(&mut event.master).chain(event.overrides.iter_mut().map(|one| &mut one.details))
}
