//! An event as JSON, to and from [`crate::calendar`]. No I/O.
//!
//! Rule: a body is read as strictly as a contract asks (an unknown name is an error that names the nearest one, and every
//! error points at its place, RFC 6901), and what is kept of it is a [`Document`]: whole, with its time zone settled, so
//! that no setting changes later what was said. Its text ([`Document::text`]) is a body itself, and reads as itself.
//!
//! A document and iCalendar are two views of one event. [`Document::event`] is what a calendar can show of a document, and
//! [`Document::unshown`] names what it can't; [`Document::of`] is the document of an event that came as iCalendar, with what
//! JSON has no word for. Rules of repetition are the truth of a series; the simple fields (`rrule_type`, `weekdays`, …) are
//! read into a rule, and shown where they say all that it says.
//!
//! Names stand in `names`, in `snake_case`; a body may write each in `camelCase` too, and [`spelled`] writes either.

mod answer;
mod body;
mod defaults;
mod document;
mod event;
mod fields;
mod instants;
mod invalid;
mod merge_patch;
mod names;
mod occurrence;
mod of_event;
mod people;
mod reminders;
mod repeats;
mod said;
mod simple;
mod strict;
mod time;
mod unsaid;
mod venues;
mod words;

#[cfg(test)]
mod tests;

pub use answer::{Beside, Synced};
pub use body::Body;
pub use defaults::Defaults;
pub use document::{Document, Repeats};
pub use instants::WallClock;
pub use invalid::{Invalid, Mistake};
pub use merge_patch::MergePatch;
pub use names::{Spelling, spelled};
pub use people::{Guest, Organizer};
pub use reminders::{Method, Reminder, To, Unit};
pub use said::{File, Said, ShowAs};
pub use time::Time;
pub use unsaid::Unsaid;
pub use venues::{Venue, VenueKind};
