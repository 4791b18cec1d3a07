//! An event into what Google Calendar keeps of it. No I/O.
//!
//! Rule: insert and update send the same body, and the same event always makes the same one. What Google can't hold is
//! told in [`Mapped::degradations`]; what it does hold, in whatever shape, is not. Nobody is ever mailed: people are
//! text, or guests of whom every request says that no update is sent. Nothing is left to Google's guess: visibility and reminders are always there, a floating time gets the
//! calendar's zone, and an hour that clocks skip or repeat is written so that it has one meaning.
//!
//! Facts about Google are from its reference (<https://developers.google.com/workspace/calendar/api/v3/reference/events>)
//! unless a file says otherwise.
//!
//! # Why some things go where they go
//! A series is one Google event with `recurrence` lines; an occurrence that differs is a PUT of one of its instances,
//! which has to exist: [`series`] sees to that. An occurrence that was called off is an `EXDATE`, because an instance
//! that was deleted comes back when the series is written again. A series that was called off stays `confirmed`, because
//! `cancelled` is how Google spells deleted.

mod color;
mod content;
mod gap;
mod guests;
mod later;
mod links;
mod point;
mod private;
mod reminders;
mod said;
mod series;
mod settle;
mod text;

pub(super) use private::{KEY, MARK};

use serde_json::{Map, Value};

use crate::calendar::{Event, People, Zone};
use crate::ids::EventId;
use crate::placement::{Mark, RemoteKey};

/// An event as Google takes it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mapped {
    /// The body of insert and of update, without `id`. Its `sequence` is the source's own count: Google refuses one that
    /// is lower than what it has, so the caller raises it.
    pub(super) body: Map<String, Value>,
    /// The source's SEQUENCE.
    pub(super) sequence: u32,
    /// The occurrences that differ, in order of their original start: to be written as instances after the series, each
    /// time the series is written.
    pub(super) exceptions: Vec<Exception>,
    /// What Google can't hold, sorted, each once, in words for the client system.
    pub(super) degradations: Vec<String>,
}

/// An occurrence that differs from its series.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Exception {
    /// What follows the series' id in the id of the instance: `_20261112T090000Z` or `_20261112`. Seen, not documented:
    /// to be tried first, before the instance is looked up by its original start.
    pub(super) suffix: String,
    /// The start it would have had, as `originalStart` of `instances` takes it: RFC 3339 with an offset, or a date.
    pub(super) original_start: String,
    /// The SEQUENCE that the source gave this occurrence.
    pub(super) sequence: u32,
    /// The body for a PUT of the instance.
    pub(super) body: Map<String, Value>,
}

/// What the event itself doesn't say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    /// The calendar's own zone, for floating times.
    pub(super) zone: &'a Zone,
    /// Tells our events from the person's own.
    pub(super) mark: &'a Mark,
    /// The event's name at Google.
    pub(super) key: &'a RemoteKey,
    /// The client system's name for the event.
    pub(super) event_id: &'a EventId,
    /// How people are written.
    pub(super) people: People,
}

/// Maps an event with all its occurrences.
pub(super) fn to_google(event: &Event, context: &Context<'_>) -> Mapped {
    let mut told = Vec::new();
    let mut event = settle::in_zone(&mut told, event, context.zone);
    later::spread(&mut event);
    let series = series::of(&mut told, &event);
    let frame = content::Frame {
        context,
        visibility: content::visibility(&mut told, &event.master, &series.changed),
        repeats: !series.lines.is_empty(),
    };
    let mut body = content::body(&mut told, series.details, &series.span, &frame);
    if frame.repeats {
        body.insert("recurrence".to_owned(), series.lines.into());
    }
    let exceptions = series.changed.iter().map(|one| Exception {
        suffix: point::instance_suffix(&one.replaces.at),
        original_start: point::original_start(&one.replaces.at),
        sequence: one.details.sequence,
        body: content::body(&mut told, &one.details, &one.details.span, &content::Frame { repeats: false, ..frame }),
    });
    let exceptions = exceptions.collect();
    told.sort();
    told.dedup();
    Mapped { body, sequence: event.master.sequence, exceptions, degradations: told }
}

#[cfg(test)]
mod tests;
