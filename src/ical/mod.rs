//! iCalendar text (RFC 5545) to and from [`crate::calendar`]. No I/O.
//!
//! Rule: lenient in what is read as long as it has one meaning, strict in what is written. A text goes through the
//! outline (is it whole?), `read` (what does it say?) and comes out as a [`Draft`]; an event goes through `write` and
//! comes out as what the strictest server takes. Zones are `timezone`'s. calcard and its dates stay inside.

mod error;
mod expand;
mod fingerprint;
mod limits;
mod outline;
mod parse;
mod read;
mod rule;
mod split;
mod stamp;
mod text;
mod timezone;
mod write;

pub use error::IcalError;
pub use limits::Limits;
pub use parse::{Draft, parse};
pub use split::split;
pub use write::{Object, write};

#[cfg(test)]
mod tests;
