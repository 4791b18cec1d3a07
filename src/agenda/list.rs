//! What is held for a holder as a person reads it: titles and times instead of texts.

use jiff::Timestamp;
use jiff::civil::DateTime;

use super::held::Carrier;
use super::shelf::Pile;
use super::told::{Happens, instant};
use super::zone;
use super::{Agenda, SyncState};
use crate::calendar::{When, Zone};
use crate::ids::{EventId, Holder};
use crate::store::events::{self, Outlined};
use crate::store::{Store, StoreError, holders};

/// Some of a holder's events, each at one time.
#[derive(Clone, Debug)]
pub struct AgendaList {
    /// The zone in which the times are told.
    pub zone: Zone,
    /// The events.
    pub events: Vec<AgendaEvent>,
    /// How many there are in all.
    pub total: usize,
}

/// One event of an agenda.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgendaEvent {
    /// The client's id.
    pub event_id: EventId,
    /// Its title; none when it has none, or its text can't be read any more.
    pub title: Option<String>,
    /// When it begins, or its next occurrence does, as a clock in the agenda's zone shows it. Midnight for a whole day.
    pub start: DateTime,
    /// It takes whole days.
    pub all_day: bool,
    /// It is one of a series.
    pub repeats: bool,
    /// It was called off.
    pub cancelled: bool,
    /// How far it is on its way.
    pub state: SyncState,
}

impl Agenda {
    /// What is before a holder, soonest first, at most `most`: what is going on counts, and of a series its next occurrence.
    /// What was called off as a whole is told as such; occurrences that were called off are passed over.
    ///
    /// # Errors
    /// When the store fails.
    pub fn upcoming(&self, holder: &Holder, most: usize) -> Result<AgendaList, StoreError> {
        self.with_desk(holder, |desk| {
            let mut next = Vec::new();
            for event in desk.held {
                if let Some(happens) = desk.pile.next(desk.store, event, (&desk.zone, desk.now))? {
                    next.push((
                        instant(&happens.span.start, &desk.zone),
                        !happens.span.start.is_date(),
                        event,
                        happens,
                    ));
                }
            }
            next.sort_by_key(|(start, has_time, event, _)| (*start, *has_time, event.id.0));
            let total = next.len();
            next.truncate(most);
            let events = next.iter().map(|(_, _, event, happens)| desk.shown(event, Some(happens))).collect();
            Ok(AgendaList { zone: desk.zone, events, total })
        })
    }

    /// Hands `work` all that an agenda of `holder` is made from.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) fn with_desk(
        &self,
        holder: &Holder,
        work: impl FnOnce(Desk<'_>) -> Result<AgendaList, StoreError>,
    ) -> Result<AgendaList, StoreError> {
        let gateway = &self.gateway;
        let found = gateway.store.read(|tx| {
            let Some(holder) = holders::find(tx, holder)? else { return Ok::<_, StoreError>(None) };
            let carrier = Carrier::of(tx, holder)?;
            let held = events::outlined(tx, holder, carrier.link)?;
            Ok(Some((holder, carrier, held)))
        })?;
        let (now, configured) = (gateway.clock.now(), &gateway.config.calendar.time_zone);
        let Some((holder, carrier, held)) = found else {
            return Ok(AgendaList { zone: configured.clone(), events: Vec::new(), total: 0 });
        };
        self.shelf.with(&gateway.store, holder, (&held, held.len()), |pile| {
            let zone = carrier.zone.clone().or_else(|| zone::named(pile, &held)).unwrap_or_else(|| configured.clone());
            work(Desk { store: &gateway.store, zone, now, carrier: &carrier, held: &held, pile })
        })?
    }
}

/// All that an agenda is made from.
pub(super) struct Desk<'a> {
    store: &'a Store,
    pub(super) zone: Zone,
    now: Timestamp,
    carrier: &'a Carrier,
    pub(super) held: &'a [Outlined],
    pub(super) pile: &'a mut Pile,
}

impl Desk<'_> {
    /// One event, at `happens`; none when its text can't be read.
    pub(super) fn shown(&self, event: &Outlined, happens: Option<&Happens>) -> AgendaEvent {
        let repeats = self.pile.told(event).is_some_and(|told| told.repeats);
        let (state, _) = self.carrier.state(event.placement.as_ref(), event.unread, self.now);
        line((&event.event_id, event.created_at), happens, repeats, state, &self.zone)
    }
}

/// One event as an agenda tells it; one that can't be read stands where it was received.
pub(super) fn line(
    (event_id, received_at): (&EventId, Timestamp),
    happens: Option<&Happens>,
    repeats: bool,
    state: SyncState,
    zone: &Zone,
) -> AgendaEvent {
    let start = match happens.map(|happens| &happens.span.start) {
        Some(when @ (When::Date(_) | When::Floating(_))) => when.reading(),
        Some(when) => zone.rules().to_datetime(instant(when, zone)),
        None => zone.rules().to_datetime(received_at),
    };
    AgendaEvent {
        event_id: event_id.clone(),
        title: happens.and_then(|happens| happens.title.clone()),
        start,
        all_day: happens.is_some_and(|happens| happens.span.start.is_date()),
        repeats,
        cancelled: happens.is_some_and(|happens| happens.cancelled),
        state,
    }
}
