//! `/api/v1/calendar`: what client systems say and ask about their holders' calendars.
//!
//! Rule: an answer in JSON is made of the document that [`crate::json`] makes of an event, whatever form that came in; names are
//! spelled as the client system has chosen.

pub(super) mod busy;
pub(super) mod events;
pub(super) mod feeds;
pub(super) mod links;
mod points;
