//! The calendars outside, behind three small traits: where people consent ([`consent::Consent`]), an account
//! ([`account::RemoteAccount`]), and one of its calendars ([`RemoteCalendar`]).
//!
//! Rule: a provider translates, it decides nothing. It turns a call into requests, and answers into one of the
//! reactions of [`RemoteError`]; what to do next is `sync`'s business. [`ProviderKind`](crate::link::ProviderKind) is
//! closed, and matched once, in [`Providers::of`]. Providers never see the store, the vault or the doors.

pub mod account;
pub mod caldav;
pub mod consent;
mod error;
pub mod google;
mod offered;

use crate::calendar::{Event, People};
use crate::ids::EventId;
use crate::placement::{RemoteKey, Sight};

pub use error::{Concern, Refusal, RemoteError};
pub use offered::{Provider, Providers};

/// One event to be written: its content and the names it goes by.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// The name at the provider.
    pub key: &'a RemoteKey,
    /// The client's name for the event, kept in a private property.
    pub event_id: &'a EventId,
    /// The content.
    pub event: &'a Event,
    /// How people are written: as text, unless the client system wants them as guests.
    pub people: People,
}

/// What a successful write left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The object as it is now.
    pub sight: Sight,
    /// What the calendar can't hold of the event, in words for the client system; never dropped in silence.
    pub degradations: Vec<String>,
}

/// One call on one object.
#[derive(Clone, Copy, Debug)]
pub enum Call<'a> {
    /// [`RemoteCalendar::insert`]
    Insert(Outgoing<'a>),
    /// [`RemoteCalendar::update`]
    Update(Outgoing<'a>, &'a Sight),
    /// [`RemoteCalendar::delete`]
    Delete(&'a RemoteKey, Option<&'a Sight>),
    /// [`RemoteCalendar::fetch`]
    Fetch(&'a RemoteKey, Option<&'a Sight>),
}

/// What a call that worked answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// An insert or an update.
    Written(Written),
    /// A delete.
    Deleted,
    /// A fetch.
    Found(Option<Sight>),
}

/// Carries out one call with the method that is made for it.
pub(crate) fn one_by_itself<R: RemoteCalendar + ?Sized>(remote: &R, call: &Call<'_>) -> Result<Answer, RemoteError> {
    match *call {
        Call::Insert(outgoing) => remote.insert(outgoing).map(Answer::Written),
        Call::Update(outgoing, seen) => remote.update(outgoing, seen).map(Answer::Written),
        Call::Delete(key, last) => remote.delete(key, last).map(|()| Answer::Deleted),
        Call::Fetch(key, last) => remote.fetch(key, last).map(Answer::Found),
    }
}

/// One of our objects in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its key; it carries the mark that was asked for.
    pub key: RemoteKey,
    /// How it stands there.
    pub sight: Sight,
}

/// One linked calendar, opened with its credentials. Calls block, may run side by side on several threads, and never
/// repeat a write by themselves: a lost answer is [`RemoteError::Unsure`], and the caller looks before acting again.
pub trait RemoteCalendar: Send + Sync {
    /// Creates the object. It must not be there yet: if one is, the answer is [`RemoteError::Conflict`] and the
    /// calendar is unchanged.
    ///
    /// # Errors
    /// See [`RemoteError`].
    fn insert(&self, outgoing: Outgoing<'_>) -> Result<Written, RemoteError>;

    /// Replaces the object as long as it is still in the state that was `seen`; else [`RemoteError::Conflict`] or
    /// [`RemoteError::NotFound`], and the calendar is unchanged.
    ///
    /// # Errors
    /// See [`RemoteError`].
    fn update(&self, outgoing: Outgoing<'_>, seen: &Sight) -> Result<Written, RemoteError>;

    /// Removes the object, whatever its state: what stands under our key is ours. `NotFound` is success.
    ///
    /// `last` is how it was last seen. It is a hint for providers that find an object by the name that they gave it; the
    /// object may have changed since, or be another one under the same key, and who is found by our key needs no hint.
    ///
    /// # Errors
    /// See [`RemoteError`].
    fn delete(&self, key: &RemoteKey, last: Option<&Sight>) -> Result<(), RemoteError>;

    /// How the object stands, or none when it is not there. Reads by name, never by search (search indexes lag). `last`
    /// is a hint, as for [`RemoteCalendar::delete`].
    ///
    /// # Errors
    /// See [`RemoteError`].
    fn fetch(&self, key: &RemoteKey, last: Option<&Sight>) -> Result<Option<Sight>, RemoteError>;

    /// All objects in the calendar that carry the mark that this calendar was opened with. Complete or an error.
    ///
    /// # Errors
    /// See [`RemoteError`].
    fn list_ours(&self) -> Result<Vec<Listed>, RemoteError>;

    /// How many calls at once the account stands; the engine never makes more.
    fn max_in_flight(&self) -> usize {
        8
    }

    /// How many calls go into one request at most.
    fn batch_size(&self) -> usize {
        1
    }

    /// Carries out several calls on different objects, in any order, each on its own: as many answers as calls, in
    /// their order. Providers that have batches send them as one request.
    fn carry_out(&self, calls: &[Call<'_>]) -> Vec<Result<Answer, RemoteError>> {
        calls.iter().map(|call| one_by_itself(self, call)).collect()
    }

    /// Whether the calendar is gone for sure, and with it all that was in it. Asked where a call found it
    /// [lost](RemoteError::CalendarLost): gone, read-only and shut are one reaction there, and not one truth. Who tells
    /// [`RemoteError::CalendarGone`] apart by itself is not asked.
    ///
    /// # Errors
    /// See [`RemoteError`].
    fn is_gone(&self) -> Result<bool, RemoteError> {
        Ok(false)
    }

    /// Removes the calendar itself if it holds nothing at all. Called only for calendars that we created, after our
    /// objects are gone. Answers whether it was removed; a provider that can't answers `false`.
    ///
    /// # Errors
    /// See [`RemoteError`].
    fn remove_if_empty(&self) -> Result<bool, RemoteError>;
}
