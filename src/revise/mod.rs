//! Edits of what is held of an event: a merge patch, or a deletion, of one occurrence, of it and all later ones, or of all.
//! No I/O.
//!
//! Rule: the text that came stays the truth. An edit takes it apart, changes what was asked for and leaves everything else
//! as it was said: unknown properties of iCalendar, fields that no calendar shows, the changes that single occurrences
//! have. An occurrence is named by its *original* start ([`Name`]); one that the series doesn't have is an error, never a
//! guess.
//!
//! * [`Extent::This`]: an occurrence that differs from its series, or an exclusion.
//! * [`Extent::All`]: the series itself. If it moves, every occurrence moves as much, and what was changed or excluded stays so.
//! * [`Extent::Following`]: the series ends before the occurrence, and what follows is a new event with the patch ([`Split`]).
//!   From the first occurrence on this is all of it.
//!
//! What an edit leaves is read again before it is handed out, so that it is never what a later reader refuses.

mod change;
mod component;
mod document;
mod halves;
mod moving;
mod patch;
mod remove;
mod shape;
mod which;

use crate::ical::IcalError;
use crate::instances::Name;
use crate::json::{Invalid, Unsaid};
use crate::reading::Unreadable;

pub use change::{Exceptions, Patch};
pub use patch::patch;
pub use remove::remove;
pub use which::{Extent, Which, split_name};

/// What an edit leaves of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revised {
    /// It says the same as before.
    Same,
    /// It says something else.
    Changed {
        /// Its text, in the form that it had.
        text: String,
        /// What follows from the occurrence on, as an event of its own.
        split: Option<Split>,
    },
    /// Nothing: no occurrence is left.
    Gone,
}

/// The second half of a series that was cut in two: a new event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// Its text, in the form of the event that it comes from.
    pub text: String,
    /// The occurrence that it begins with, by its name in the series that it comes from. [`split_name`] makes of it what the
    /// new event is called, so that the same edit a second time meets itself.
    pub at: Name,
}

/// Why an edit was refused. Nothing is changed then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReviseError {
    /// The series has no such occurrence, or the event is no series.
    #[error("the event has no occurrence whose original start is {0}")]
    NoSuchOccurrence(Name),
    /// One occurrence is meant, and nothing says which.
    #[error("the event is a series: say which occurrence is meant")]
    WhichOccurrence,
    /// The rest of the series can't be said but with too many exclusions.
    #[error("the series can't be cut there: its rules don't meet at that occurrence")]
    TooManyExcluded,
    /// The patch can't be read, or makes it no event.
    #[error(transparent)]
    Invalid(Invalid),
    /// The event came as iCalendar, which has no word for what the patch says.
    #[error("the event came as iCalendar, which has no word for {}: send it as JSON", words(.0))]
    NotInIcalendar(Vec<Unsaid>),
    /// What is held can't be read, or what would be held could not.
    #[error(transparent)]
    Unreadable(Unreadable),
}

impl From<Unreadable> for ReviseError {
    fn from(error: Unreadable) -> Self {
        Self::Unreadable(error)
    }
}

impl From<IcalError> for ReviseError {
    fn from(error: IcalError) -> Self {
        Self::Unreadable(error.into())
    }
}

impl From<Invalid> for ReviseError {
    fn from(error: Invalid) -> Self {
        Self::Invalid(error)
    }
}

fn words(unsaid: &[Unsaid]) -> String {
    unsaid.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
