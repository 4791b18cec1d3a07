//! One event with all that became of it.

use super::held::Carrier;
use super::next::next;
use super::told::Told;
use super::{IntakeError, Story, agenda, zone_of_events};
use crate::gateway::Gateway;
use crate::ids::{EventId, HolderKey};
use crate::store::{StoreError, events, holders, placements};

/// Why an event is in the calendar, or why not. A series is told by its next occurrence, as long as there is one.
///
/// # Errors
/// [`IntakeError::NotFound`], and when the store fails.
pub fn story(gateway: &Gateway, holder: &HolderKey, event_id: &str) -> Result<Story, IntakeError> {
    let event_id = EventId::new(event_id)?;
    let found = gateway.store.read(|tx| {
        let Some(holder) = holders::find(tx, holder)? else { return Ok::<_, StoreError>(None) };
        let carrier = Carrier::of(tx, holder)?;
        let held = events::held_one(tx, holder, carrier.link, &event_id)?;
        let next = carrier.link.map(|link| placements::next_try(tx, link, &event_id)).transpose()?.flatten();
        Ok(held.map(|held| (carrier, held, next)))
    })?;
    let Some((carrier, held, next_try)) = found else { return Err(IntakeError::NotFound(event_id)) };
    let zone = match &carrier.zone {
        Some(zone) => zone.clone(),
        None => zone_of_events(gateway, holder)?,
    };
    let now = gateway.clock.now();
    let (state, reason) = carrier.state(held.placement.as_ref(), now);
    let told = Told::read(&held.ical);
    let happens = told.as_ref().map(|told| next(told, &zone, now).unwrap_or_else(|| told.own.clone()));
    let repeats = told.is_some_and(|told| told.series.is_some());
    let event = agenda::line((&held.event_id, held.created_at), happens.as_ref(), repeats, state, &zone);
    let placement = held.placement.as_ref();
    Ok(Story {
        zone,
        event,
        received_at: held.created_at,
        changed_at: Some(held.updated_at).filter(|changed| *changed > held.created_at),
        written_at: placement.and_then(|placement| placement.written_at),
        confirmed_at: placement.and_then(|placement| placement.confirmed_at),
        last_attempt_at: placement.and_then(|placement| placement.last_attempt_at),
        reason,
        degradations: held.placement.map(|placement| placement.degradations).unwrap_or_default(),
        next_attempt_at: next_try.map(|at| at.max(now)),
    })
}
