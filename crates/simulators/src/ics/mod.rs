//! Reading iCalendar (RFC 5545), independent of the gateway's own reader.
//!
//! Rule: nothing is repaired. [`Component::read`] takes bare LF and long lines, because the simulated client system may send them; being
//! strict about the bytes is [`strict_bytes`].

mod component;
mod line;
mod occurrences;
mod when;

pub(crate) use component::Component;
pub(crate) use line::{Line, escape_text, fold, strict_bytes};
pub(crate) use occurrences::{Occurrence, occurrences};
pub(crate) use when::{When, duration_seconds};
