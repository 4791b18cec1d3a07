//! Writing a change, with what hangs on it: mail, the series, its exceptions.

use super::super::access::Visit;
use super::{mail, visibility};
use crate::google::model::{Event, Status, World};
use crate::google::refusal::Refusal;

/// Stores what was changed; `master`: it is an exception of this series.
pub(super) fn store(
    world: &mut World,
    visit: &Visit<'_>,
    mut event: Event,
    master: Option<&str>,
    mails: bool,
) -> Result<(), Refusal> {
    if mails {
        mail::send(world, &event, if event.is_live() { "update" } else { "cancellation" });
    }
    let (etag, id, bumps) = (world.etag(), event.id.clone(), world.quirks.exception_bumps_master);
    let calendar = visit.calendar(world)?;
    if let Some(master) = master.filter(|_| event.is_live()) {
        visibility::settle(calendar, &mut event, master, etag + 2);
    }
    calendar.put(event, etag);
    match master {
        None => calendar.drop_stale_exceptions(&id, etag),
        Some(master) if bumps => {
            if let Some(master) = calendar.events.get(master).cloned() {
                calendar.put(master, etag + 1);
            }
        }
        Some(_) => {}
    }
    Ok(())
}

/// Cancels an event: for a series with all its exceptions, for an instance by an exception.
pub(super) fn cancel(world: &mut World, visit: &Visit<'_>, event: &Event, mails: bool) -> Result<Event, Refusal> {
    let cancelled = Event { status: Status::Cancelled, updated: visit.now, ..event.clone() };
    let master = event.instance_of.as_ref().map(|(master, _)| master.as_str());
    store(world, visit, cancelled, master, mails)?;
    visit.calendar(world)?.events.get(&event.id).cloned().ok_or_else(Refusal::not_found)
}
