//! What the server holds. Rule: no HTTP in here.

mod calendar;
mod event;
mod moment;
mod quirks;
mod tokens;
mod world;

pub(super) use calendar::{Calendar, Entry};
pub(super) use event::{Event, Status, Window};
pub(super) use moment::{Moment, clock, read_date, read_instant, zone_named};
pub use quirks::Quirks;
pub(super) use tokens::{ACCESS, Access, Code, Refresh, TESTING, Tokens};
pub use world::Mail;
pub(super) use world::{Client, World};
