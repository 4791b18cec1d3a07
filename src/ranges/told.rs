//! What an answer consists of.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Place;

use jiff::Timestamp;

use crate::agenda::{Carrier, HeldEvent};
use crate::calendar::When;
use crate::ids::{EventId, EventRowId, HolderId, PublicEventId};
use crate::instances::Name;
use crate::store::events;
use crate::store::{ReadTx, StoreError};

/// Some of the events of a holder.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// They themselves, those that begin first at first; without a range in the order of their acceptance.
    pub items: Vec<Item>,
    /// Where the next page begins; none when there is nothing behind this one.
    pub next_page_token: Option<String>,
    /// What asks for all that changes from the first page on; on the last page of a list of all that is told.
    pub sync_token: Option<String>,
}

/// One line of an answer.
#[derive(Clone, Debug)]
pub enum Item {
    /// An event, or one instance of a series.
    Event(Box<ListedEvent>),
    /// An event that is held no more, or not for whoever asks.
    Gone {
        /// What answers called it.
        id: PublicEventId,
        /// What its client system called it; none where that gave it no name.
        client_reference: Option<EventId>,
    },
}

/// An event, or one instance of a series.
#[derive(Clone, Debug)]
pub struct ListedEvent {
    /// The event as it is held.
    pub event: HeldEvent,
    /// The start in its series of the instance that is told; none: the event as a whole.
    pub original: Option<When>,
    /// Whether it is the holder's. One of others, in which they are a guest or the organizer, they can only answer to.
    pub own: bool,
}

impl ListedEvent {
    /// What the instance that is told is called within its series.
    pub fn instance(&self) -> Option<Name> {
        self.original.as_ref().map(Name::of)
    }
}

/// Bytes of texts behind which the rest of a page is left for the next one. One text more may come with them.
const MOST_BYTES: usize = 4 << 20;

/// An event that is to be told.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) row: EventRowId,
    /// Whose it is.
    pub(super) holder: HolderId,
    pub(super) original: Option<When>,
}

/// Tells events one by one.
pub(super) struct Teller<'t> {
    tx: &'t ReadTx<'t>,
    /// Who asks; none: a holder of whom nothing is stored.
    holder: Option<HolderId>,
    carrier: Option<Carrier>,
    now: Timestamp,
    /// Those that were told already: the instances of a series share what is held.
    read: HashMap<EventRowId, Option<HeldEvent>>,
    bytes: usize,
}

impl<'t> Teller<'t> {
    pub(super) fn of(tx: &'t ReadTx<'t>, holder: Option<HolderId>, now: Timestamp) -> Result<Self, StoreError> {
        let carrier = holder.map(|holder| Carrier::of(tx, holder)).transpose()?;
        Ok(Self { tx, holder, carrier, now, read: HashMap::new(), bytes: 0 })
    }

    /// Whether an answer has room for more.
    pub(super) fn has_room(&self) -> bool {
        self.bytes < MOST_BYTES
    }

    /// One event; none when it is held no more.
    pub(super) fn tell(&mut self, entry: Entry) -> Result<Option<ListedEvent>, StoreError> {
        let own = self.holder == Some(entry.holder);
        let held = match self.read.entry(entry.row) {
            Place::Occupied(place) => place.into_mut(),
            Place::Vacant(place) => {
                // How an event of another is carried is nobody else's business.
                let carrier = if own { self.carrier.as_ref() } else { None };
                let nobody = Carrier::default();
                let carrier = carrier.unwrap_or(&nobody);
                let held = events::held_row(self.tx, entry.holder, carrier.link(), entry.row)?;
                place.insert(held.map(|held| carrier.shown(held, self.now)))
            }
        };
        let Some(event) = held.clone() else { return Ok(None) };
        self.bytes += event.event_data.len();
        Ok(Some(ListedEvent { event, original: entry.original, own }))
    }
}
