//! Create, change, delete: what Puentes says, by its own ids and in iCalendar.

use jiff::Timestamp;

use super::hold::Whose;
use super::{Accepted, Intake, IntakeError};
use crate::ids::{EventId, Holder, HolderId, PublicEventId};
use crate::reading::{self, Text};
use crate::store::events::{self, Content, EventRow, Traits};
use crate::store::{ReadTx, holders};

impl Intake {
    /// `POST /events`: holds a new event. The same content again is [`Verdict::Same`](super::Verdict::Same).
    ///
    /// # Errors
    /// See [`IntakeError`].
    pub fn accept(&self, holder: &Holder, event_id: Option<&str>, event_data: &str) -> Result<Accepted, IntakeError> {
        let now = self.gateway.clock.now();
        let content = read(event_id, event_data, now)?;
        let (key, mark) = (holder.clone(), self.gateway.mark(holder));
        let accepted = self.gateway.store.write(move |tx| {
            let whose = Whose::of(tx, holders::ensure(tx, &key)?, &mark)?;
            let found = events::find(tx, whose.holder, &content.event_id)?;
            if found.as_ref().is_some_and(|event| !event.deleted && event.fingerprint != content.fingerprint) {
                return Err(IntakeError::Exists(content.event_id.clone()));
            }
            Ok(whose.hold(tx, found.as_ref(), &content, now)?)
        })?;
        self.ring(&accepted);
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
            Ok::<_, IntakeError>(Whose::of(tx, holder, &mark)?.hold(tx, Some(&event), &content, now)?)
        })?;
        self.ring(&accepted);
        Ok(accepted)
    }

    /// `DELETE /events/{event_id}`: the event is wanted no more.
    ///
    /// # Errors
    /// See [`IntakeError`].
    pub fn remove(&self, holder: &Holder, event_id: &str) -> Result<Accepted, IntakeError> {
        let event_id = EventId::new(event_id)?;
        let (key, mark, now) = (holder.clone(), self.gateway.mark(holder), self.gateway.clock.now());
        let accepted = self.gateway.store.write(move |tx| {
            let (holder, event) = standing(tx, &key, &event_id)?;
            Ok::<_, IntakeError>(Whose::of(tx, holder, &mark)?.let_go(tx, &event, now)?)
        })?;
        self.ring(&accepted);
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
