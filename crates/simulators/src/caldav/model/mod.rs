//! What the server holds. Rule: no HTTP and no XML text in here.

mod calendar;
mod place;
mod quirks;
mod world;

pub(super) use calendar::{Calendar, Object};
pub(super) use place::{Hrefs, Place};
pub use quirks::Quirks;
pub use world::Mail;
pub(super) use world::{User, World};
