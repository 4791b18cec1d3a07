//! Create, change, delete: the three things a client system says.

use jiff::Timestamp;

use super::Intake;
use crate::gateway::Gateway;
use crate::ical::IcalError;
use crate::ids::{EventId, EventIdError, EventRowId, Holder, HolderId, LinkId, PublicEventId};
use crate::placement::Revision;
use crate::quoted::Quoted;
use crate::reading::{self, Text};
use crate::store::events::{self, Content, EventRow, Traits};
use crate::store::links;
use crate::store::placements::{self, Target};
use crate::store::{ReadTx, StoreError, WriteTx, holders};

/// What an accepted event turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not held before.
    New,
    /// Held, with another content; only a PUT makes this.
    Changed,
    /// Held with the same content: nothing is to be written in any calendar.
    Same,
    /// Held no more.
    Removed,
}

/// The receipt of a change that is on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The event, as its client system calls it.
    pub event_id: EventId,
    /// The same, as answers call it.
    pub public_id: PublicEventId,
    /// What it turned out to be.
    pub verdict: Verdict,
    /// Its content number now.
    pub revision: Revision,
    /// The link that will carry it; none while the holder has none, or nothing of it is in a calendar that is to go.
    pub link: Option<LinkId>,
}

impl Accepted {
    /// Of an event that stands as `event` says.
    fn of(event: &EventRow, verdict: Verdict, link: Option<LinkId>) -> Self {
        let EventRow { event_id, public_id, revision, .. } = event;
        Self { event_id: event_id.clone(), public_id: public_id.clone(), verdict, revision: *revision, link }
    }
}

/// Why a change was refused; nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// 422
    #[error(transparent)]
    Ical(#[from] IcalError),
    /// 422
    #[error(transparent)]
    EventId(#[from] EventIdError),
    /// 409: there is an event of that id with different content.
    #[error("an event {} with different content is held already; change it with PUT", Quoted(.0.as_str()))]
    Exists(EventId),
    /// 404
    #[error("no event {} is held", Quoted(.0.as_str()))]
    NotFound(EventId),
    /// 500
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Intake {
    /// `POST /events`: holds a new event. The same content again is [`Verdict::Same`].
    ///
    /// # Errors
    /// See [`IntakeError`].
    pub fn accept(&self, holder: &Holder, event_id: Option<&str>, event_data: &str) -> Result<Accepted, IntakeError> {
        let now = self.gateway.clock.now();
        let content = read(event_id, event_data, now)?;
        let (key, mark) = (holder.clone(), self.gateway.mark(holder));
        let accepted = self.gateway.store.write(move |tx| {
            let holder = holders::ensure(tx, &key)?;
            let carrier = links::carrier(tx, holder)?.map(|link| link.id);
            let (event_id, public_id) = (content.event_id.clone(), content.public_id.clone());
            let revision = match events::find(tx, holder, &event_id)? {
                None => events::insert(tx, holder, &content, now)?,
                Some(event) if event.deleted => events::replace(tx, &event, &content, now)?,
                Some(event) if event.fingerprint == content.fingerprint => {
                    events::readable(tx, &event)?;
                    return Ok(Accepted::of(&event, Verdict::Same, carrier));
                }
                Some(_) => return Err(IntakeError::Exists(event_id)),
            };
            if let Some(link) = carrier {
                let row = events::row_of(tx, holder, &event_id)?;
                placements::want(tx, Target { link, mark: &mark }, (row, &event_id), revision, now)?;
            }
            Ok(Accepted { event_id, public_id, verdict: Verdict::New, revision, link: carrier })
        })?;
        ring(&self.gateway, &accepted);
        Ok(accepted)
    }

    /// `PUT /events/{event_id}`: replaces the content of a held event.
    ///
    /// # Errors
    /// See [`IntakeError`].
    pub fn change(&self, holder: &Holder, event_id: &str, event_data: &str) -> Result<Accepted, IntakeError> {
        let now = self.gateway.clock.now();
        let content = read(Some(event_id), event_data, now)?;
        let (key, mark) = (holder.clone(), self.gateway.mark(holder));
        let accepted = self.gateway.store.write(move |tx| {
            let (holder, event) = standing(tx, &key, &content.event_id)?;
            let carrier = links::carrier(tx, holder)?.map(|link| link.id);
            if event.fingerprint == content.fingerprint {
                events::readable(tx, &event)?;
                return Ok(Accepted::of(&event, Verdict::Same, carrier));
            }
            let revision = events::replace(tx, &event, &content, now)?;
            want(tx, carrier.map(|link| Target { link, mark: &mark }), (event.id, &event.event_id), revision, now)?;
            Ok::<_, IntakeError>(Accepted { revision, ..Accepted::of(&event, Verdict::Changed, carrier) })
        })?;
        ring(&self.gateway, &accepted);
        Ok(accepted)
    }

    /// `DELETE /events/{event_id}`: the event is wanted no more.
    ///
    /// # Errors
    /// See [`IntakeError`].
    pub fn remove(&self, holder: &Holder, event_id: &str) -> Result<Accepted, IntakeError> {
        let event_id = EventId::new(event_id)?;
        let (key, now) = (holder.clone(), self.gateway.clock.now());
        let accepted = self.gateway.store.write(move |tx| {
            let (holder, event) = standing(tx, &key, &event_id)?;
            events::delete(tx, &event, now)?;
            let mut removes_from = None;
            if let Some(link) = links::carrier(tx, holder)?.map(|link| link.id) {
                placements::want_absent(tx, link, event.id, now)?;
                removes_from = placements::standing(tx, link, &event_id)?.map(|_| link);
            }
            events::purge(tx, holder)?;
            Ok::<_, IntakeError>(Accepted::of(&event, Verdict::Removed, removes_from))
        })?;
        ring(&self.gateway, &accepted);
        Ok(accepted)
    }
}

fn read(event_id: Option<&str>, event_data: &str, now: Timestamp) -> Result<Content, IntakeError> {
    let draft = reading::ical(event_data)?;
    let event_id = EventId::new(draft.name(event_id)?)?;
    let (public_id, text) = (PublicEventId::new(now), Text::ical(event_data));
    let (fingerprint, traits) = (draft.fingerprint, Some(Traits::of(&draft.event)));
    Ok(Content { event_id, public_id, text, fingerprint, traits })
}

/// The held event of that id.
fn standing(tx: &ReadTx<'_>, key: &Holder, event_id: &EventId) -> Result<(HolderId, EventRow), IntakeError> {
    let holder = holders::find(tx, key)?;
    let event = holder.map(|holder| events::find(tx, holder, event_id)).transpose()?.flatten();
    match holder.zip(event.filter(|event| !event.deleted)) {
        Some(found) => Ok(found),
        None => Err(IntakeError::NotFound(event_id.clone())),
    }
}

fn want(
    tx: &WriteTx<'_>,
    target: Option<Target<'_>>,
    event: (EventRowId, &EventId),
    revision: Revision,
    now: Timestamp,
) -> Result<(), StoreError> {
    match target {
        Some(target) => placements::want(tx, target, event, revision, now),
        None => Ok(()),
    }
}

fn ring(gateway: &Gateway, accepted: &Accepted) {
    if accepted.link.is_some() && accepted.verdict != Verdict::Same {
        gateway.work.ring();
    }
}
