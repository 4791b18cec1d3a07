//! Google's OAuth and Calendar API v3, in memory, below one root: paths are Google's own.
//!
//! Rule: by default it is as strict as the documentation can be read, and stricter in two things that are always somebody's mistake: unknown
//! fields in a body and times of EXDATE without a zone are refused. What Google does sometimes is a [`Quirks`] switch. It has one user,
//! `ana@example.com`, with a primary calendar, and one client, [`CLIENT_ID`], which may come back to any address. Each client is a project of its own.
//!
//! - `/o/oauth2/v2/auth` (the consent page; its forms have the ids `allow` and `cancel`), `/token`, `/revoke`, `/oauth2/v3/userinfo`.
//! - `/calendar/v3/…`, `/batch/calendar/v3`. `GET /calendar/r` shows a person the agenda.
//! - Control calls (JSON), beside those of [`wire`](super::wire):
//!   `GET /__sim/` what this server is; `GET /__sim/calendars/{user}`; `POST /__sim/calendars/{user}` makes one as the person;
//!   `DELETE /__sim/calendars/{user}/{id}` deletes one; `PUT /__sim/calendars/{user}/{id}/writers/{other}` shares it;
//!   `GET /__sim/events/{user}/{calendar}` everything in it, tombstones too; `POST` there, and `GET`, `PUT`, `PATCH`, `DELETE` with an id, as if
//!   the person had done it in Google's own pages; `GET`, `PUT /__sim/quirks`; `GET`, `POST`, `DELETE /__sim/trouble` ([`Trouble`]);
//!   `GET`, `DELETE /__sim/scopes` calls refused for their scopes; `GET`, `DELETE /__sim/calls` API calls, those in batches too;
//!   `GET`, `DELETE /__sim/mails`; `GET /__sim/tokens`; `POST /__sim/tokens/expire` ends all access tokens; `POST /__sim/revoke/{user}` the person
//!   withdraws the consent; `POST /__sim/sync/expire` ends all sync tokens; `POST /__sim/clock` `{"advance": seconds}` or `{"set": instant}`.

mod agenda;
mod api;
mod control;
mod door;
mod model;
mod oauth;
mod own_events;
mod recurrence;
mod refusal;
mod sent;
mod server;
mod site;
mod view;

pub use api::Trouble;
pub use model::{Mail, Quirks};
pub use server::{CLIENT_ID, CLIENT_SECRET, Google, Options, USER, run, start};
pub use view::{CalendarView, TokensView};

#[cfg(test)]
mod tests;
