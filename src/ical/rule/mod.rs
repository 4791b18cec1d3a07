//! Recurrence rules (RFC 5545 §3.3.10), between text and [`Rule`](crate::calendar::Rule).
//!
//! Read here and not by calcard, because calcard wraps numbers that are too large and drops parts that it does not
//! know: a rule must be understood whole or refused, or the person meets on the wrong days.
//!
//! Whether a rule ever happens, and whether it gives a point, is answered here as well, in bounded time; and what it gives
//! one after the other, in clock readings.

mod continued;
mod moved;
mod points;
mod reach;
mod read;
mod steps;
mod within;
mod words;
mod write;

pub use continued::continued;
pub use moved::moved;
pub(in crate::ical) use points::points;
pub(in crate::ical) use reach::{Reach, gives, reach};
pub(in crate::ical) use read::{Read, read};
pub use write::write;
