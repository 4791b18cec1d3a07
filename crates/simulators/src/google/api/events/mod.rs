//! `calendars/{id}/events`.

mod attendees;
mod delete;
mod draft;
mod extended;
mod field;
mod get;
mod insert;
mod instances;
mod list;
mod listing;
mod mail;
mod reminders;
mod resource;
mod store;
mod update;
mod visibility;

pub(super) use delete::delete;
pub(super) use get::get;
pub(super) use insert::{import, insert, relocate};
pub(super) use instances::instances;
pub(super) use list::list;
pub(in crate::google) use resource::resource;
pub(super) use update::update;
