//! One event with all that became of it.

use jiff::Timestamp;

use super::Agenda;
use super::held::{Carrier, NotHeld, SyncState};
use super::list::{AgendaEvent, line};
use super::next::next;
use super::told::Told;
use crate::calendar::Zone;
use crate::happened::{ACCOUNT_FULL, Happened, Happening, Unread};
use crate::ids::{EventId, Holder};
use crate::store::{StoreError, activity, events, holders, placements};

/// One event with all that became of it: why it is in the calendar, or why not.
#[derive(Clone, Debug)]
pub struct Story {
    /// The zone in which its time is told.
    pub zone: Zone,
    /// The event.
    pub event: AgendaEvent,
    /// When it was first received.
    pub received_at: Timestamp,
    /// When its content last changed after that, if it did.
    pub changed_at: Option<Timestamp>,
    /// When it was last written in the linked calendar.
    pub written_at: Option<Timestamp>,
    /// When the provider last showed it as it was written.
    pub confirmed_at: Option<Timestamp>,
    /// When a provider was last asked about it.
    pub last_attempt_at: Option<Timestamp>,
    /// What the provider last said, when it was not simply yes.
    pub reason: Option<String>,
    /// Why a newer content that the client system told is not held.
    pub unread: Option<Unread>,
    /// Whether it waits for the answer to a question: many objects in the calendar would go at once.
    pub asks: bool,
    /// The provider refuses it because the account has no room for more.
    pub account_full: bool,
    /// What the calendar can't hold of it.
    pub degradations: Vec<String>,
    /// When it is tried next, not before now; none when it is at rest, or the link waits for its person.
    pub next_attempt_at: Option<Timestamp>,
}

/// How far back a refusal is looked for; behind it the provider's own words have to do.
const REFUSALS_READ: u32 = 200;

/// Whether the last refusal of this event had nothing to do with it.
fn was_refused_for_room(happened: &[Happening], event_id: &EventId) -> bool {
    let refusal = |one: &Happening| match &one.what {
        Happened::EventRefused { event, code, .. } if event == event_id => Some(code == ACCOUNT_FULL),
        _ => None,
    };
    happened.iter().find_map(refusal) == Some(true)
}

impl Agenda {
    /// Why an event is in the calendar, or why not. A series is told by its next occurrence, as long as there is one.
    ///
    /// # Errors
    /// See [`NotHeld`].
    pub fn story(&self, holder: &Holder, event_id: &str) -> Result<Story, NotHeld> {
        let (event_id, now) = (EventId::new(event_id)?, self.gateway.clock.now());
        let found = self.gateway.store.read(|tx| {
            let Some(holder) = holders::find(tx, holder)? else { return Ok::<_, StoreError>(None) };
            let carrier = Carrier::of(tx, holder)?;
            let held = events::held_one(tx, holder, carrier.link, &event_id)?;
            let next = carrier.link.map(|link| placements::next_try(tx, link, &event_id, now)).transpose()?.flatten();
            let full = was_refused_for_room(&activity::newest(tx, holder, REFUSALS_READ)?, &event_id);
            Ok(held.map(|held| (carrier, held, next, full)))
        })?;
        let Some((carrier, held, next_try, full)) = found else { return Err(NotHeld::Event(event_id)) };
        let zone = match &carrier.zone {
            Some(zone) => zone.clone(),
            None => self.zone_of_events(holder)?,
        };
        let (state, reason) = carrier.state(held.placement.as_ref(), held.unread.is_some(), now);
        let told = Told::read(&held.text);
        let happens = told.as_ref().map(|told| next(told, &zone, now).unwrap_or_else(|| told.own.clone()));
        let repeats = told.is_some_and(|told| told.repeats);
        let event = line((&held.event_id, held.created_at), happens.as_ref(), repeats, state, &zone);
        let placement = held.placement.as_ref();
        Ok(Story {
            zone,
            event,
            received_at: held.created_at,
            changed_at: Some(held.updated_at).filter(|changed| *changed > held.created_at),
            written_at: placement.and_then(|placement| placement.written_at),
            confirmed_at: placement.and_then(|placement| placement.confirmed_at),
            last_attempt_at: placement.and_then(|placement| placement.last_attempt_at),
            asks: carrier.asks(state, reason.as_ref()).is_some(),
            account_full: full && state == SyncState::Failed,
            reason,
            unread: held.unread,
            degradations: held.placement.map(|placement| placement.degradations).unwrap_or_default(),
            next_attempt_at: next_try,
        })
    }
}
