//! `events.delete`: the event becomes cancelled and keeps its id.

use super::super::access::Visit;
use super::super::call::{Outcome, Reply};
use super::{mail, update};
use crate::google::model::{Event, Status, World};
use crate::google::refusal::Refusal;

pub(in super::super) fn delete(world: &mut World, visit: &Visit<'_>) -> Outcome {
    let mails = mail::allowed(visit)?;
    let calendar = visit.calendar(world)?;
    let event = calendar.find(&visit.route.event).ok_or_else(Refusal::not_found)?;
    if !event.is_live() {
        return Err(Refusal::deleted());
    }
    visit.precondition(event.etag)?;
    cancel(world, visit, &event, mails)?;
    Ok(Reply::empty())
}

/// Cancels an event: for a series with all its exceptions, for an instance by an exception.
pub(super) fn cancel(world: &mut World, visit: &Visit<'_>, event: &Event, mails: bool) -> Result<Event, Refusal> {
    let cancelled = Event { status: Status::Cancelled, updated: visit.now, ..event.clone() };
    let master = event.instance_of.as_ref().map(|(master, _)| master.as_str());
    update::store(world, visit, cancelled, master, mails)?;
    visit.calendar(world)?.events.get(&event.id).cloned().ok_or_else(Refusal::not_found)
}
