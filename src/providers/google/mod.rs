//! Google Calendar (API v3), with the least access there is. What it rests on: docs/providers.md.
//!
//! [`oauth`] gets tokens, [`session`] keeps one account's and sends calls, [`calendars`] makes and lists calendars, and
//! [`open`] gives the engine one of them. Everything that decides anything is pure: `mapping` (an event as Google takes
//! it), `work` (which calls one call of the engine becomes), `seen` (what answers tell), `refusal` (what errors mean),
//! `batch` (how calls travel together).

mod batch;
mod budget;
mod calendars;
mod call;
mod events;
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

use crate::calendar::Zone;
use crate::placement::Mark;
use crate::providers::RemoteCalendar;

pub use calendars::{Choice, create_calendar, list_calendars};
pub use oauth::{Ask, Grant, TESTING, TokenError, authorization_url, exchange, knows_client, revoke};
pub use scopes::Granted;
pub use session::{Client, Keep, Session};
pub use tokens::Tokens;

/// Opens one calendar for writing. `zone` is its own time zone, in which floating times are written. Sends nothing.
pub fn open<'k>(session: Session<'k>, calendar: &str, zone: Zone, mark: Mark) -> Box<dyn RemoteCalendar + 'k> {
    Box::new(events::Calendar::new(session, calendar, zone, mark))
}
