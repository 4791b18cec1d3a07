//! `events.get`. It answers deleted events too.

use super::super::access::Visit;
use super::super::call::{Outcome, Reply};
use super::resource::{resource, times};
use crate::google::model::{World, zone_named};
use crate::google::refusal::Refusal;

pub(super) fn scope_shows_times_only(scope: &str) -> bool {
    scope == "calendar.events.freebusy"
}

pub(in super::super) fn get(world: &mut World, visit: &Visit<'_>) -> Outcome {
    let scope = visit.admit(world, visit.calendar_id())?;
    let calendar = visit.calendar(world)?;
    let zone = visit.call.parameter("timeZone").map_or_else(|| Ok(calendar.zone()), zone_named)?;
    let event = calendar.find(&visit.route.event).ok_or_else(Refusal::not_found)?;
    visit.precondition(event.etag)?;
    let shown = if scope_shows_times_only(scope) { times(&event, &zone) } else { resource(&event, calendar, &zone) };
    Ok(Reply::ok(shown))
}
