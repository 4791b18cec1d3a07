//! Change and deletion of a part of an event: of one occurrence, of it and all later ones, or of all.
//!
//! An edit is worked out outside of any transaction, on what is held then, and counts only if that is still so when it is
//! written: else it is worked out anew.

use super::condition::Condition;
use super::hold::Whose;
use super::named::{Proposal, named};
use super::{Accepted, Intake, IntakeError};
use crate::form::Text;
use crate::ids::{EventId, Holder, PublicEventId};
use crate::json::{Defaults, MergePatch};
use crate::placement::Revision;
use crate::revise::{self, Exceptions, Extent, Patch, ReviseError, Revised, Split, Which};
use crate::store::ReadTx;
use crate::store::events::{self, Content};

/// So often an edit is worked out anew because others came before it.
const TRIES: u32 = 5;

/// What is to be done with what is meant of an event.
#[derive(Clone, Debug)]
pub enum Edit {
    /// It is changed.
    Patch {
        /// In this.
        change: MergePatch,
        /// What becomes of exceptions.
        exceptions: Exceptions,
        /// What holds where nothing is said.
        defaults: Defaults,
    },
    /// It goes.
    Remove,
}

/// An event as an edit finds it.
struct Found {
    id: PublicEventId,
    event_id: EventId,
    revision: Revision,
    text: Text,
}

/// What is to be written.
enum Outcome {
    Content(Box<Proposal>, Option<Box<(EventId, Proposal)>>),
    Gone,
}

impl Intake {
    /// Edits what is meant of the event that answers call so. Of a series that was cut in two the second half is answered.
    ///
    /// # Errors
    /// See [`IntakeError`].
    pub fn revise(
        &self,
        holder: &Holder,
        id: &str,
        edit: &Edit,
        which: Which,
        condition: &Condition,
    ) -> Result<Accepted, IntakeError> {
        let id = PublicEventId::from_text(id).ok_or(IntakeError::Unknown)?;
        for _ in 0..TRIES {
            let (found, which) = self.found(holder, &id, which, condition)?;
            let outcome = outcome(&found, edit, which)?;
            if let Some(accepted) = self.write(holder, found, outcome, condition)? {
                self.ring(&accepted);
                return Ok(accepted);
            }
        }
        Err(IntakeError::Restless)
    }

    /// The event that an edit is about. What was cut off a series already is an event of its own: the same edit a second time is
    /// about all of that.
    fn found(
        &self,
        holder: &Holder,
        id: &PublicEventId,
        which: Which,
        condition: &Condition,
    ) -> Result<(Found, Which), IntakeError> {
        self.gateway.store.read(|tx| {
            let (row, event) = named(tx, holder, id)?;
            condition.met(Some(&event))?;
            if let (Some(Extent::Following), Some(at)) = (which.extent, which.occurrence)
                && let Ok(name) = EventId::new(revise::split_name(event.event_id.as_str(), at))
                && let Some(second) = events::find(tx, row, &name)?.filter(|second| !second.deleted)
            {
                let all = Which { extent: Some(Extent::All), occurrence: None };
                return Ok((found(tx, second)?, all));
            }
            Ok((found(tx, event)?, which))
        })
    }

    /// Writes what an edit came to; none where others came before it.
    fn write(
        &self,
        holder: &Holder,
        found: Found,
        outcome: Outcome,
        condition: &Condition,
    ) -> Result<Option<Accepted>, IntakeError> {
        let now = self.gateway.clock.now();
        let (key, mark) = (holder.clone(), self.gateway.mark(holder));
        let condition = condition.clone();
        let second_id = PublicEventId::new(now);
        self.gateway.store.write(move |tx| {
            let (row, event) = named(tx, &key, &found.id)?;
            if event.revision != found.revision {
                return condition.met(Some(&event)).map(|()| None).map_err(IntakeError::from);
            }
            let whose = Whose::of(tx, row, &mark)?;
            let (first, split) = match &outcome {
                Outcome::Gone => return Ok(Some(whose.let_go(tx, &event, now)?)),
                Outcome::Content(first, split) => (first, split),
            };
            let content = |event_id: &EventId, public_id: &PublicEventId, said: &Proposal| {
                let Proposal { text, fingerprint, traits, .. } = said.clone();
                let (event_id, public_id) = (event_id.clone(), public_id.clone());
                Content { event_id, public_id, text, fingerprint, traits: Some(traits) }
            };
            let first = whose.hold(tx, Some(&event), &content(&found.event_id, &found.id, first), now)?;
            let Some((name, second)) = split.as_deref() else { return Ok(Some(first)) };
            let there = events::find(tx, row, name)?;
            Ok(Some(whose.hold(tx, there.as_ref(), &content(name, &second_id, second), now)?))
        })
    }
}

fn found(tx: &ReadTx<'_>, event: events::EventRow) -> Result<Found, IntakeError> {
    let text = events::texts(tx, &[event.id])?.pop();
    let (_, text) = text.ok_or(IntakeError::Unknown)?;
    Ok(Found { id: event.public_id, event_id: event.event_id, revision: event.revision, text })
}

fn outcome(found: &Found, edit: &Edit, which: Which) -> Result<Outcome, IntakeError> {
    let Text { form, body } = &found.text;
    let revised = match edit {
        Edit::Patch { change, exceptions, defaults } => {
            let patch = Patch { change, exceptions: *exceptions, defaults: defaults.clone() };
            revise::patch(*form, body, &patch, which)?
        }
        Edit::Remove => revise::remove(*form, body, which)?,
    };
    let of = |body: String| Proposal::kept(Text { form: *form, body }).map_err(ReviseError::from);
    Ok(match revised {
        Revised::Gone => Outcome::Gone,
        Revised::Same => Outcome::Content(Box::new(of(body.clone())?), None),
        Revised::Changed { text, split } => {
            let split = split.map(|Split { text, at }| {
                let name = EventId::new(revise::split_name(found.event_id.as_str(), at))?;
                Ok::<_, IntakeError>((name, of(text)?))
            });
            Outcome::Content(Box::new(of(text)?), split.transpose()?.map(Box::new))
        }
    })
}
