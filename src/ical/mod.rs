//! iCalendar text (RFC 5545) to and from [`crate::calendar`]. No I/O.
//!
//! Rule: lenient in what is read as long as it has one meaning, strict in what is written. A text goes through the
//! outline (is it whole?), `read` (what does it say?) and comes out as a [`Draft`]; an event goes through `write` and
//! comes out as what the strictest server takes. Zones are `timezone`'s. calcard and its dates stay inside.
//!
//! Providers that keep events in a form of their own still speak of repetition in these lines, and say the same things
//! of people and of what has no length: [`recurrence_lines`], [`occurrences`], [`occurrences_between`], [`occurrences_from`], [`second_occurrence`], [`description`], [`lasting_end`] and
//! [`said`] are for them. Whether there is anything to show at all, [`happens`] tells whoever writes.
//!
//! What other forms of an event have in common with this one they ask here, so that both read alike: rules ([`rule()`],
//! [`rule_text`]), zones by their names ([`zone`]), texts ([`clean`]), links, colours, and what a series gives ([`Given`]).

mod broken;
mod charset;
mod content_line;
mod edit;
mod error;
mod expand;
mod fingerprint;
mod given;
mod length;
mod limits;
mod line;
mod outline;
mod parse;
mod read;
mod rule;
mod split;
mod stamp;
mod text;
mod timezone;
mod uri;
mod write;
mod written;

pub use charset::{NotText, decode};
pub use edit::{Component, Sheet};
pub use error::IcalError;
pub use expand::{occurrences, occurrences_between, occurrences_from, previous_occurrence, second_occurrence};
pub use fingerprint::fingerprint;
pub use given::{Given, first_occurrence, gives, happens, has_occurrence, stands_for_skipped};
pub use limits::{Limits, MAX_DATES, MAX_DAYS, MAX_RULES, YEARS};
pub use parse::{Draft, parse};
pub use read::{Ruled, aligned, color, ruled as rule};
pub use rule::{continued as rule_continued, moved as rule_moved, write as rule_text};
pub use split::{Piece, split};
pub use text::clean;
pub use timezone::{is_utc, zone};
pub use uri::uri as link;
pub use write::{
    Object, Parted, Subscribed, Taken, TooLarge, description, export, free_busy, is_email, lasting_end, parted,
    recurrence_lines, said, subscription, write,
};

#[cfg(test)]
mod tests;
