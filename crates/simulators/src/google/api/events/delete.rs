//! `events.delete`: the event becomes cancelled and keeps its id.

use super::super::access::Visit;
use super::super::call::{Outcome, Reply};
use super::mail;
use super::store::cancel;
use crate::google::model::World;
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
