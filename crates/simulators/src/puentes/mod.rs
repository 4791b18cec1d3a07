//! The client system's endpoint that answers all events of a phone number, until the real one exists.
//!
//! Rule: it checks `secure_key` by itself, over the phone number exactly as it was sent, and keeps events as text: what a test puts in
//! comes out unchanged, also when it is broken. The believable agenda of [`seed()`] is made with the `icalendar` crate.
//!
//! - `GET /events?phone_number=…&secure_key=…[&cursor=…]` → `{"events": [{"event_id", "event_data"}], "next": cursor|null}`, or with
//!   `Accept: text/calendar` all events as one calendar. 404: no such phone. 401: wrong key.
//! - `GET /`: pages where a person lists, adds, changes and deletes events, without scripts.
//! - Control calls (JSON), beside those of [`wire`](super::wire): `GET /__sim/events`; `GET`, `PUT`, `DELETE /__sim/events/{phone}` (PUT: a
//!   list that replaces all); `GET`, `PUT`, `DELETE /__sim/events/{phone}/{event_id}` (PUT: `{"event_data": "…"}` or the bare
//!   `text/calendar`); `GET`, `PUT /__sim/dial` ([`Dial`]).

mod agenda;
mod control;
mod dial;
mod door;
mod endpoint;
mod form;
mod key;
mod pages;
mod seed;
mod server;
mod site;

pub use agenda::EventView;
pub use dial::{Dial, Fault};
pub use key::secure_key;
pub use seed::{SEEDED_PHONE, seed};
pub use server::{Options, Server, run, start};

#[cfg(test)]
mod tests;
