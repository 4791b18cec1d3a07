//! Create, put, replace, delete: what client systems say of events by the names that answers use, in any form, each on its
//! condition.

use jiff::{SignedDuration, Timestamp};

use super::condition::Condition;
use super::hold::Whose;
use super::{Accepted, Intake, IntakeError, Verdict};
use crate::ical::IcalError;
use crate::ids::{EventId, Holder, HolderId, PublicEventId};
use crate::json::Document;
use crate::placement::Mark;
use crate::reading::{self, Draft, Form, Text, Unreadable};
use crate::store::events::{self, Content, EventRow, Traits};
use crate::store::idempotency::{self, Earlier, KeyedRequest};
use crate::store::{ReadTx, holders};

/// How long an `Idempotency-Key` is remembered.
pub const REQUESTS_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// What is said of an event: read already, since that is the expensive part.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub(super) text: Text,
    pub(super) fingerprint: [u8; 32],
    pub(super) traits: Traits,
    /// How its client system calls it; none: not at all.
    name: Option<String>,
}

impl Proposal {
    /// What an iCalendar text says. Its UID is its client system's name for it, where nothing else is.
    ///
    /// # Errors
    /// When it is not one event.
    pub fn ical(text: String) -> Result<Self, IcalError> {
        let Draft { uid, fingerprint, event, .. } = reading::ical(&text)?;
        Ok(Self { text: Text::ical(text), fingerprint, traits: Traits::of(&event), name: uid })
    }

    /// What a text says that was made of one that is held.
    ///
    /// # Errors
    /// When it is no event.
    pub(super) fn kept(text: Text) -> Result<Self, Unreadable> {
        match text.form {
            Form::Ical => Ok(Self::ical(text.body)?),
            Form::Json => Ok(Self::json(&Document::parse(&text.body)?, None)),
        }
    }

    /// What a document says, which its client system calls `reference`.
    pub fn json(document: &Document, reference: Option<String>) -> Self {
        let Draft { fingerprint, event, .. } = reading::draft(document);
        let traits = Traits::of_document(document, &event);
        Self { text: Text::json(document.text()), fingerprint, traits, name: reference }
    }
}

/// What a request is known by that must not be carried out twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Once {
    /// SHA-256 of its `Idempotency-Key`.
    pub key: [u8; 32],
    /// SHA-256 of all else that it says.
    pub digest: [u8; 32],
}

/// What came of a creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created {
    /// It was carried out, or was before, and not answered yet.
    Accepted(Accepted),
    /// It was carried out before, and answered so: with this status and body.
    Answered(u16, String),
}

impl Intake {
    /// Holds a new event. The same content again under the same reference is [`Verdict::Same`]; the same request again is
    /// what it was.
    ///
    /// # Errors
    /// See [`IntakeError`].
    pub fn create(&self, holder: &Holder, said: Proposal, once: Option<Once>) -> Result<Created, IntakeError> {
        let now = self.gateway.clock.now();
        let content = content(said, now)?;
        let (key, mark) = (holder.clone(), self.gateway.mark(holder));
        let created = self.gateway.store.write(move |tx| {
            let request = once.map(|Once { key: name, digest }| KeyedRequest { client: key.client, key: name, digest });
            if let Some(request) = &request
                && let Some(earlier) = idempotency::find(tx, request, now)?
            {
                return again(tx, &key, &earlier, &mark);
            }
            let whose = Whose::of(tx, holders::ensure(tx, &key)?, &mark)?;
            let found = events::find(tx, whose.holder, &content.event_id)?;
            if found.as_ref().is_some_and(|event| !event.deleted && event.fingerprint != content.fingerprint) {
                return Err(IntakeError::Exists(content.event_id.clone()));
            }
            let accepted = whose.hold(tx, found.as_ref(), &content, now)?;
            if let Some(request) = &request {
                idempotency::carried_out(tx, request, &accepted.public_id, now + REQUESTS_KEPT)?;
            }
            Ok(Created::Accepted(accepted))
        })?;
        if let Created::Accepted(accepted) = &created {
            self.ring(accepted);
        }
        Ok(created)
    }

    /// Remembers how a creation was answered: the same request gets the same answer.
    ///
    /// # Errors
    /// When the store fails.
    pub fn answered(&self, holder: &Holder, once: Once, status: u16, body: &str) -> Result<(), IntakeError> {
        let request = KeyedRequest { client: holder.client, key: once.key, digest: once.digest };
        let body = body.to_owned();
        self.gateway.store.write(move |tx| idempotency::answered(tx, &request, status, &body))?;
        Ok(())
    }

    /// Makes this the content of the event that its client system calls so, whether or not it is held.
    ///
    /// # Errors
    /// See [`IntakeError`].
    pub fn put(
        &self,
        holder: &Holder,
        reference: &str,
        said: Proposal,
        condition: &Condition,
    ) -> Result<Accepted, IntakeError> {
        let now = self.gateway.clock.now();
        let content = content(Proposal { name: Some(reference.to_owned()), ..said }, now)?;
        let (key, mark, condition) = (holder.clone(), self.gateway.mark(holder), condition.clone());
        let accepted = self.gateway.store.write(move |tx| {
            let whose = Whose::of(tx, holders::ensure(tx, &key)?, &mark)?;
            let found = events::find(tx, whose.holder, &content.event_id)?;
            condition.met(found.as_ref().filter(|event| !event.deleted))?;
            Ok::<_, IntakeError>(whose.hold(tx, found.as_ref(), &content, now)?)
        })?;
        self.ring(&accepted);
        Ok(accepted)
    }

    /// Gives the event that answers call so another content.
    ///
    /// # Errors
    /// See [`IntakeError`].
    pub fn replace(
        &self,
        holder: &Holder,
        id: &str,
        said: Proposal,
        condition: &Condition,
    ) -> Result<Accepted, IntakeError> {
        let id = PublicEventId::from_text(id).ok_or(IntakeError::Unknown)?;
        let now = self.gateway.clock.now();
        let (key, mark, condition) = (holder.clone(), self.gateway.mark(holder), condition.clone());
        let accepted = self.gateway.store.write(move |tx| {
            let (holder, event) = named(tx, &key, &id)?;
            condition.met(Some(&event))?;
            let (event_id, public_id) = (event.event_id.clone(), event.public_id.clone());
            let Proposal { text, fingerprint, traits, .. } = said.clone();
            let content = Content { event_id, public_id, text, fingerprint, traits: Some(traits) };
            Ok::<_, IntakeError>(Whose::of(tx, holder, &mark)?.hold(tx, Some(&event), &content, now)?)
        })?;
        self.ring(&accepted);
        Ok(accepted)
    }

    /// Wants the event that answers call so no more.
    ///
    /// # Errors
    /// See [`IntakeError`].
    pub fn erase(&self, holder: &Holder, id: &str, condition: &Condition) -> Result<Accepted, IntakeError> {
        let id = PublicEventId::from_text(id).ok_or(IntakeError::Unknown)?;
        let now = self.gateway.clock.now();
        let (key, mark, condition) = (holder.clone(), self.gateway.mark(holder), condition.clone());
        let accepted = self.gateway.store.write(move |tx| {
            let (holder, event) = named(tx, &key, &id)?;
            condition.met(Some(&event))?;
            Ok::<_, IntakeError>(Whose::of(tx, holder, &mark)?.let_go(tx, &event, now)?)
        })?;
        self.ring(&accepted);
        Ok(accepted)
    }
}

/// What is to be held of what was said. What has no name of its client's goes by ours alone.
fn content(Proposal { text, fingerprint, traits, name }: Proposal, now: Timestamp) -> Result<Content, IntakeError> {
    let public_id = PublicEventId::new(now);
    let event_id = match name {
        Some(name) if PublicEventId::from_text(&name).is_some() => return Err(IntakeError::OurName),
        Some(name) => EventId::new(name)?,
        None => EventId::new(public_id.as_str())?,
    };
    Ok(Content { event_id, public_id, text, fingerprint, traits: Some(traits) })
}

/// What a request came to that is brought again.
fn again(tx: &ReadTx<'_>, key: &Holder, earlier: &Earlier, mark: &Mark) -> Result<Created, IntakeError> {
    match earlier {
        Earlier::Other => Err(IntakeError::KeyReused),
        Earlier::Answered { status, body } => Ok(Created::Answered(*status, body.clone())),
        Earlier::CarriedOut(id) => {
            let (holder, event) = named(tx, key, id)?;
            let link = Whose::of(tx, holder, mark)?.link;
            Ok(Created::Accepted(Accepted::of(&event, Verdict::New, link)))
        }
    }
}

/// The held event of that name.
pub(super) fn named(tx: &ReadTx<'_>, key: &Holder, id: &PublicEventId) -> Result<(HolderId, EventRow), IntakeError> {
    let holder = holders::find(tx, key)?;
    let event = holder.map(|holder| events::find_public(tx, holder, id)).transpose()?.flatten();
    holder.zip(event.filter(|event| !event.deleted)).ok_or(IntakeError::Unknown)
}
