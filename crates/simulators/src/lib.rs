//! Stand-ins for the outside: servers that behave as the real ones do, and fail on demand as the real ones fail.
//!
//! Rule: this crate has no dependency of ours, so nothing here can import the gateway's code. A simulator that shared our
//! parser or our mapping would repeat its mistakes and call them right. The gateway starts them for its demo and
//! `pasarela simulate`, and nothing else of it knows them. Each one keeps all it knows in memory, listens where it is
//! told to (loopback, port 0 for any), and forgets everything when it ends.
//!
//! | simulator | stands for |
//! | --- | --- |
//! | [`caldav`] | a person's CalDAV server, strict about what it takes |
//! | [`google`] | Google's OAuth and Calendar API, as strict as its documentation |
//! | [`puentes`] | the client system's endpoint that answers all events of a phone number |
//!
//! What they share: [`wire`] (HTTP, faults, the record of requests, starting and stopping), `ics` (reading iCalendar), `recurrence` (series of
//! events), and `agenda` and `page` (what they show to a person).

mod agenda;
pub mod caldav;
pub mod clock;
pub mod google;
mod ics;
mod page;
pub mod puentes;
mod recurrence;
pub mod wire;
