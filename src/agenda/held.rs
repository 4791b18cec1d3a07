//! What is held for a holder, with and without a link, and how far each event is.

use jiff::{SignedDuration, Timestamp};

use super::Agenda;
use crate::calendar::Zone;
use crate::form::Form;
use crate::happened::{Shrink, Unread};
use crate::ids::{EventId, EventIdError, Holder, HolderId, LinkId, PublicEventId};
use crate::link::ProviderKind;
use crate::placement::Revision;
use crate::quoted::Quoted;
use crate::store::events::{self, Held, HeldPlacement};
use crate::store::links;
use crate::store::{ReadTx, StoreError, holders};

/// How far one event is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncState {
    /// In the calendar as held.
    Synced,
    /// On its way.
    Pending,
    /// The provider refuses it, or it has been failing for a day; the reason says more.
    Failed,
    /// The client system told a newer content that can't be read; the calendar keeps the last good one.
    Unread,
    /// The holder has no link.
    NotLinked,
}

/// One held event with its way so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldEvent {
    /// The client's id.
    pub event_id: EventId,
    /// What answers call it.
    pub public_id: PublicEventId,
    /// What its text is written in.
    pub form: Form,
    /// The text as it is kept.
    pub event_data: String,
    /// Its content number.
    pub revision: Revision,
    /// When it was first accepted.
    pub created_at: Timestamp,
    /// When its content last changed.
    pub updated_at: Timestamp,
    /// How far it is.
    pub state: SyncState,
    /// What the provider last said, when it was not simply yes; or the question that the event waits for.
    pub provider_reason: Option<String>,
    /// Why a newer content that the client system told is not held.
    pub unread: Option<Unread>,
    /// When a provider was last asked.
    pub last_attempt: Option<Timestamp>,
    /// What the calendar can't hold of it.
    pub degradations: Vec<String>,
    /// How it stands at the provider; none where it is not known to be there.
    pub standing: Option<AtProvider>,
}

/// A held event at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtProvider {
    /// Which provider.
    pub provider: ProviderKind,
    /// What the provider calls it.
    pub external_id: String,
    /// When it was last written there, or seen as it was written.
    pub last_synced_at: Option<Timestamp>,
    /// The fingerprint of what stands there, where that is what is held.
    pub hash: Option<[u8; 32]>,
}

/// Why nothing is told of an event.
#[derive(Debug, thiserror::Error)]
pub enum NotHeld {
    /// No event can have this id.
    #[error(transparent)]
    EventId(#[from] EventIdError),
    /// None of this id is held for the holder.
    #[error("no event {} is held", Quoted(.0.as_str()))]
    Event(EventId),
    /// Nobody can say.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An event that fails for so long is shown as failed; it goes on being tried.
const FAILS_FOR_GOOD: SignedDuration = SignedDuration::from_hours(24);

impl Agenda {
    /// One held event.
    ///
    /// # Errors
    /// See [`NotHeld`].
    pub fn held_one(&self, holder: &Holder, event_id: &str) -> Result<HeldEvent, NotHeld> {
        let event_id = EventId::new(event_id)?;
        let now = self.gateway.clock.now();
        self.gateway.store.read(|tx| {
            let found = holders::find(tx, holder)?.map(|id| {
                let carrier = Carrier::of(tx, id)?;
                let held = events::held_one(tx, id, carrier.link, &event_id)?;
                Ok::<_, StoreError>(held.map(|held| carrier.shown(held, now)))
            });
            found.transpose()?.flatten().ok_or_else(|| NotHeld::Event(event_id.clone()))
        })
    }
}

/// The link whose placements are told, and its own trouble. By default none: nobody carries anything.
#[derive(Default)]
pub struct Carrier {
    pub(super) link: Option<LinkId>,
    provider: Option<ProviderKind>,
    /// The zone of its calendar, where one was chosen.
    pub(super) zone: Option<Zone>,
    trouble: Option<String>,
    /// What the brake holds: an event that waits without any trouble waits for the answer to that.
    held: Option<Shrink>,
}

impl Carrier {
    /// That of a holder.
    ///
    /// # Errors
    /// When the store fails.
    pub fn of(tx: &ReadTx<'_>, holder: HolderId) -> Result<Self, StoreError> {
        let link = links::carrier(tx, holder)?;
        Ok(Self {
            link: link.as_ref().map(|link| link.id),
            provider: link.as_ref().map(|link| link.provider),
            zone: link.as_ref().and_then(|link| Zone::named(link.calendar_zone.as_deref()?)),
            held: link.as_ref().and_then(|link| link.held),
            trouble: link.and_then(|link| link.reason),
        })
    }

    /// Which link that is; none where nobody carries the holder's events.
    pub fn link(&self) -> Option<LinkId> {
        self.link
    }

    /// How far an event with this placement is, and what the provider or the link says about it. `unread`: a newer content was
    /// told that can't be read.
    pub(super) fn state(
        &self,
        placement: Option<&HeldPlacement>,
        unread: bool,
        now: Timestamp,
    ) -> (SyncState, Option<String>) {
        match placement {
            None => (SyncState::NotLinked, None),
            Some(placement) if placement.refused => (SyncState::Failed, placement.reason.clone()),
            Some(placement) if unread => (SyncState::Unread, placement.reason.clone()),
            Some(placement) if placement.settled => (SyncState::Synced, None),
            Some(placement) => {
                let since = placement.failing_since.map(|since| now.duration_since(since));
                let for_good = since.is_some_and(|lasted| lasted >= FAILS_FOR_GOOD);
                let state = if for_good { SyncState::Failed } else { SyncState::Pending };
                (state, placement.reason.clone().or_else(|| self.trouble.clone()))
            }
        }
    }

    /// Whether an event that is so far waits for the answer to the question of the brake.
    pub(super) fn asks(&self, state: SyncState, reason: Option<&String>) -> Option<Shrink> {
        self.held.filter(|_| state == SyncState::Pending && reason.is_none())
    }

    /// A held event, and how far it is.
    pub fn shown(&self, held: Held, now: Timestamp) -> HeldEvent {
        let (state, reason) = self.state(held.placement.as_ref(), held.unread.is_some(), now);
        let reason = self.asks(state, reason.as_ref()).map(|held| held.question()).or(reason);
        let standing = held.placement.as_ref().and_then(|placement| self.standing(placement, held.fingerprint));
        let (last_attempt, degradations) =
            held.placement.map(|placement| (placement.last_attempt_at, placement.degradations)).unwrap_or_default();
        HeldEvent {
            event_id: held.event_id,
            public_id: held.public_id,
            form: held.text.form,
            event_data: held.text.body,
            revision: held.revision,
            created_at: held.created_at,
            updated_at: held.updated_at,
            unread: held.unread,
            state,
            provider_reason: reason,
            last_attempt,
            degradations,
            standing,
        }
    }

    fn standing(&self, placement: &HeldPlacement, fingerprint: [u8; 32]) -> Option<AtProvider> {
        Some(AtProvider {
            provider: self.provider?,
            external_id: placement.external_id.clone()?,
            last_synced_at: placement.written_at.max(placement.confirmed_at),
            hash: placement.settled.then_some(fingerprint),
        })
    }
}
