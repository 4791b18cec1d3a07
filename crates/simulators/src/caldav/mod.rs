//! A small, strict CalDAV server in memory: RFC 4918, 4791, 5689 (extended MKCOL), 6578 (sync-collection), 5397, 6638 as far as counting mail.
//!
//! Rule: by default it is correct and as strict as the strictest real server, so that what passes here passes anywhere; each bad
//! habit of a real server is a [`Quirks`] switch, off by default. It has one user, `alice` with the password `secret`, and each user starts
//! with one calendar, `personal`.
//!
//! - `/.well-known/caldav` → `/dav/` → `/dav/principals/alice/` → `/dav/calendars/alice/` → calendars.
//! - `GET /` shows a person the agenda, without a password.
//! - Control calls (JSON), beside those of [`wire`](super::wire): `GET /__sim/` what this server is; `GET /__sim/calendars/{user}`;
//!   `GET /__sim/objects/{user}/{calendar}`; `GET`, `PUT`, `DELETE /__sim/objects/{user}/{calendar}/{name}` as if the person had done it
//!   in another client; `GET`, `PUT /__sim/quirks`; `GET`, `DELETE /__sim/mails`.

mod agenda;
mod auth;
mod control;
mod door;
mod methods;
mod model;
mod own_events;
mod properties;
mod refusal;
mod server;
mod site;
mod validate;
mod visit;
mod xml;

pub use auth::Auth;
pub use control::{CalendarView, ObjectView};
pub use model::{Mail, Quirks};
pub use server::{Options, Server, run, start};

#[cfg(test)]
mod tests;
