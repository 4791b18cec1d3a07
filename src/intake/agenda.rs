//! What is held for a holder as a person reads it: titles and times instead of texts.

use jiff::Timestamp;
use jiff::civil::DateTime;

use crate::calendar::Zone;
use crate::ids::EventId;
use crate::intake::SyncState;

/// Some of a holder's events, each at one time.
#[derive(Clone, Debug)]
pub struct Agenda {
    /// The zone in which the times are told.
    pub zone: Zone,
    /// The events.
    pub events: Vec<AgendaEvent>,
    /// How many there are in all.
    pub total: usize,
}

/// One event of an agenda.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgendaEvent {
    /// The client's id.
    pub event_id: EventId,
    /// Its title; none when it has none, or its text can't be read any more.
    pub title: Option<String>,
    /// When it begins, or its next occurrence does, as a clock in the agenda's zone shows it. Midnight for a whole day.
    pub start: DateTime,
    /// It takes whole days.
    pub all_day: bool,
    /// It is one of a series.
    pub repeats: bool,
    /// It was called off.
    pub cancelled: bool,
    /// How far it is on its way.
    pub state: SyncState,
}

/// One event with all that became of it: why it is in the calendar, or why not.
#[derive(Clone, Debug)]
pub struct Story {
    /// The zone in which its time is told.
    pub zone: Zone,
    /// The event.
    pub event: AgendaEvent,
    /// When it was first received.
    pub received_at: Timestamp,
    /// When its content last changed after that, if it did.
    pub changed_at: Option<Timestamp>,
    /// When it was last written in the linked calendar.
    pub written_at: Option<Timestamp>,
    /// When the provider last showed it as it was written.
    pub confirmed_at: Option<Timestamp>,
    /// When a provider was last asked about it.
    pub last_attempt_at: Option<Timestamp>,
    /// What the provider last said, when it was not simply yes.
    pub reason: Option<String>,
    /// What the calendar can't hold of it.
    pub degradations: Vec<String>,
    /// When it is tried next; none when it is at rest.
    pub next_attempt_at: Option<Timestamp>,
}
