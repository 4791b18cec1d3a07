//! The one reader of what is held of an event: its text in, its content out.
//!
//! The text is the truth and is what is kept, so it is read more than once: when it comes in, when it is written to a
//! calendar, when a page tells of it. All of them must read the same out of it, so the limits stand here alone.

pub use crate::form::{Form, Text};
use crate::ical::{self, Draft, IcalError, Limits};

/// Reads one event, within the limits that hold for all.
///
/// # Errors
/// As [`ical::parse`].
pub fn read(form: Form, text: &str) -> Result<Draft, IcalError> {
    match form {
        Form::Ical => ical::parse(text, &Limits::default()),
    }
}
