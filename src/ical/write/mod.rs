//! An event into the object that a CalDAV server keeps (RFC 4791 §4.1), for the strictest server there is.
//!
//! Rule: the same event makes the same bytes; everything that any server was seen to ask for is there (UID, DTSTAMP,
//! SEQUENCE, DTSTART, DTEND, SUMMARY, a VTIMEZONE for each TZID, CRLF), nothing that makes one refuse or mail people
//! is (METHOD, DURATION, ORGANIZER, ATTENDEE); what was left out is said. Guests stand in it only where that was asked for,
//! each with the word that nobody mails them; a file that somebody takes along ([`export`]) says what the source said.

mod component;
mod guests;
mod links;
mod parts;
pub mod said;
mod spoken;
mod subscription;

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::content_line::{ContentLine, Head, Lines};
use super::limits::MAX_OBJECT;
use super::timezone;
use crate::calendar::{Event, People, When, Zone};
use crate::placement::RemoteKey;
use component::Common;

pub use component::{lasting_end, recurrence_lines};
pub use guests::{Parted, description, is_email, parted};
pub(super) use links::extra;
pub(super) use parts::{class_word, status_word};
pub(super) use spoken::spoken;
pub use subscription::{Subscribed, Taken, free_busy, subscription};

/// An object for a CalDAV server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its iCalendar text.
    pub text: String,
    /// What of the event is not in it, in words for who sent it.
    pub degradations: Vec<String>,
}

/// Why an event is not written: a calendar would be asked to take more than any of them has to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "written out for a calendar, the event takes more than {} MiB: each of its {occurrences} changed occurrences carries all \
     that it says",
    MAX_OBJECT >> 20
)]
pub struct TooLarge {
    /// The occurrences that are written out beside the series.
    pub occurrences: usize,
}

/// Writes the object for a CalDAV server. `key` gives its UID; `event_id`, the client's own name for the event, is
/// kept in a private property.
///
/// # Errors
/// When it would be too large; what is in memory meanwhile is never much more than that.
pub fn write(event: &Event, key: &RemoteKey, event_id: &str, people: People) -> Result<Object, TooLarge> {
    object(event, &Common { uid: &format!("{key}@pasarela"), event_id: Some(event_id), people })
}

/// Writes an event as a file of its own, as its source said it.
///
/// # Errors
/// As [`write()`].
pub fn export(event: &Event, uid: &str) -> Result<Object, TooLarge> {
    object(event, &Common { uid, event_id: None, people: People::AsSaid })
}

fn object(event: &Event, common: &Common<'_>) -> Result<Object, TooLarge> {
    let mut lines = Lines::new();
    let mut degradations = Vec::new();
    lines.push(&ContentLine::begin("VCALENDAR"));
    lines.push(&Head::of("VERSION").word("2.0"));
    lines.push(&Head::of("PRODID").text("-//Pasarela//1.0//ES"));
    lines.push(&Head::of("CALSCALE").word("GREGORIAN"));
    for (zone, from) in zones(event).into_values() {
        lines.push_folded(&timezone::component(&zone, from));
    }
    let changed = event.overrides.iter().map(|one| (&one.details, Some(&one.replaces)));
    for one in std::iter::once((&event.master, None)).chain(changed) {
        component::write(&mut lines, &mut degradations, common, one);
        if lines.len() > MAX_OBJECT {
            return Err(TooLarge { occurrences: event.overrides.len() });
        }
    }
    lines.push(&ContentLine::end("VCALENDAR"));
    degradations.sort();
    degradations.dedup();
    Ok(Object { text: lines.finish(), degradations })
}

/// Every zone of an event, by name, with the first instant that it is needed for.
fn zones(event: &Event) -> BTreeMap<String, (Zone, Timestamp)> {
    let mut zones = BTreeMap::new();
    let mut add = |when: &When| {
        if let When::Zoned { zone, .. } = when {
            let at = when.instant().unwrap_or(Timestamp::UNIX_EPOCH);
            let (_, first) = zones.entry(zone.name().to_owned()).or_insert_with(|| (zone.clone(), at));
            *first = at.min(*first);
        }
    };
    for details in std::iter::once(&event.master).chain(event.overrides.iter().map(|one| &one.details)) {
        add(&details.span.start);
        add(&details.span.end);
        if let Some(recurrence) = &details.recurrence {
            recurrence.dates.iter().chain(&recurrence.except_dates).for_each(&mut add);
        }
    }
    event.overrides.iter().for_each(|one| add(&one.replaces.at));
    zones
}
