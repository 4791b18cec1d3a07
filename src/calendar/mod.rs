//! Our own picture of an event, apart from any format. No I/O.
//!
//! Rule: what a calendar shows is said here once, in types that can't hold nonsense; how a text or a provider spells it
//! is the business of `ical` and `providers`. A date stays a date (it never travels through UTC), a zoned time keeps
//! its clock reading and its zone (rules change; instants are worked out when needed), and an end is always there and
//! always exclusive.

mod alarm;
mod details;
mod person;
mod plain;
mod recurrence;
mod when;

pub use alarm::{Alarm, AlarmKind, Edge, Trigger};
pub use details::{
    Attachment, AttachmentData, Class, Conference, Details, Extra, ExtraValue, Geo, Particulars, Status,
};
pub use person::{Attendance, Attends, Participation, People, Person};
pub use plain::Plain;
pub use recurrence::{ByDay, Frequency, Recurrence, Rule, RuleEnd, Weekday};
pub use when::{Span, When, Zone};

/// A client's event: one happening, or a series with the occurrences that differ from it. What it is called is not part of
/// it: the client system says that, or its text does.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The happening itself, or what every occurrence of the series has in common.
    pub master: Details,
    /// Occurrences that differ from the series, by the instant they replace; empty for a single happening.
    pub overrides: Vec<Override>,
}

/// One occurrence of a series that differs from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    /// Which occurrence.
    pub replaces: RecurrenceId,
    /// What happens instead.
    pub details: Details,
}

/// Names an occurrence by the start it would have had.
///
/// Two of them name the same occurrence when [`RecurrenceId::at`] is the same instant (or the same date), however a
/// source spelled it; `ical` brings all of an event into the zone and the kind of the series' own start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecurrenceId {
    /// The start the occurrence would have had, of the same kind and in the same zone as the series' start.
    pub at: When,
    /// Whether all later occurrences are meant as well (iCalendar's `RANGE=THISANDFUTURE`).
    pub and_later: bool,
}
