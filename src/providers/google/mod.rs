//! Google Calendar (API v3), with the least access there is. What it rests on: docs/providers.md.
//!
//! [`consent`] and [`account`] are what linking and the engine are handed; [`oauth`] gets tokens, [`session`] keeps one
//! account's and sends calls, [`calendars`] makes and lists calendars, [`events`] is one of them, opened. Everything that decides anything is pure: `mapping` (an event as Google takes
//! it), `work` (which calls one call of the engine becomes), `seen` (what answers tell), `refusal` (what errors mean),
//! `batch` (how calls travel together).

mod account;
mod batch;
mod budget;
mod calendars;
mod call;
mod consent;
mod events;
#[cfg(test)]
mod fuzz;
mod mapping;
mod oauth;
mod occurrence;
mod refusal;
mod requests;
mod scopes;
mod seen;
mod session;
mod tokens;
mod work;

pub use oauth::{TokenError, knows_client};
pub use session::Client;
pub use tokens::Tokens;
