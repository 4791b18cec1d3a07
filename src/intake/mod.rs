//! What the client system says about events becomes what is wanted. Nothing here speaks to a provider.
//!
//! Every call is one transaction; when it returns `Ok`, the change is on disk.

use jiff::Timestamp;

use crate::gateway::Gateway;
use crate::ical::IcalError;
use crate::ids::{EventId, EventIdError, HolderKey, LinkId};
use crate::placement::Revision;
use crate::store::StoreError;

/// What an accepted event turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not held before.
    New,
    /// Held, with another content; only a PUT makes this.
    Changed,
    /// Held with the same content: nothing was written.
    Same,
}

/// The receipt of a change that is on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The event.
    pub event_id: EventId,
    /// What it turned out to be.
    pub verdict: Verdict,
    /// Its content number now.
    pub revision: Revision,
    /// The link that will carry it; none while the holder has none.
    pub link: Option<LinkId>,
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
    #[error("an event {0} with different content is held already; change it with PUT")]
    Exists(EventId),
    /// 404
    #[error("no event {0} is held")]
    NotFound(EventId),
    /// 500
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How far one event is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncState {
    /// In the calendar as held.
    Synced,
    /// On its way.
    Pending,
    /// The provider refuses it, or it has been failing for a day; the reason says more.
    Failed,
    /// The holder has no link.
    NotLinked,
}

/// One held event with its way so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldEvent {
    /// The client's id.
    pub event_id: EventId,
    /// The iCalendar text as it was sent.
    pub event_data: String,
    /// Its content number.
    pub revision: Revision,
    /// When it was first accepted.
    pub created_at: Timestamp,
    /// When its content last changed.
    pub updated_at: Timestamp,
    /// How far it is.
    pub state: SyncState,
    /// What the provider last said, when it was not simply yes.
    pub provider_reason: Option<String>,
    /// When a provider was last asked.
    pub last_attempt: Option<Timestamp>,
    /// What the calendar can't hold of it.
    pub degradations: Vec<String>,
}

/// `POST /events`: holds a new event. The same content again is [`Verdict::Same`].
///
/// # Errors
/// See [`IntakeError`].
pub fn accept(
    _gateway: &Gateway,
    _holder: &HolderKey,
    _event_id: Option<&str>,
    _event_data: &str,
) -> Result<Accepted, IntakeError> {
    todo!()
}

/// `PUT /events/{event_id}`: replaces the content of a held event.
///
/// # Errors
/// See [`IntakeError`].
pub fn change(
    _gateway: &Gateway,
    _holder: &HolderKey,
    _event_id: &str,
    _event_data: &str,
) -> Result<Accepted, IntakeError> {
    todo!()
}

/// `DELETE /events/{event_id}`: the event is wanted no more.
///
/// # Errors
/// See [`IntakeError`].
pub fn remove(_gateway: &Gateway, _holder: &HolderKey, _event_id: &str) -> Result<Accepted, IntakeError> {
    todo!()
}

/// All events held for a holder, in the order of their acceptance. Unknown holders have none.
///
/// # Errors
/// When the store fails.
pub fn held(_gateway: &Gateway, _holder: &HolderKey) -> Result<Vec<HeldEvent>, StoreError> {
    todo!()
}

/// One held event.
///
/// # Errors
/// [`IntakeError::NotFound`].
pub fn held_one(_gateway: &Gateway, _holder: &HolderKey, _event_id: &str) -> Result<HeldEvent, IntakeError> {
    todo!()
}

/// Whether what was accepted has come to rest: written (or removed), or failed for good. An answer that waits asks
/// this each time the link's bell rings.
///
/// # Errors
/// When the store fails.
pub fn progress(_gateway: &Gateway, _accepted: &Accepted) -> Result<Progress, StoreError> {
    todo!()
}

/// How far one accepted change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The calendar is as it was asked to be.
    Done,
    /// Not yet; waiting may help.
    Going,
    /// Waiting won't help: no link, a refusal, or a link that waits for the person.
    Stuck,
}
