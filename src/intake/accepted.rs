//! What came of something that was said of an event.

use super::condition::Unmet;
use crate::ical::IcalError;
use crate::ids::{EventId, EventIdError, LinkId, PublicEventId};
use crate::placement::Revision;
use crate::quoted::Quoted;
use crate::revise::ReviseError;
use crate::store::StoreError;
use crate::store::events::EventRow;

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
    pub(super) fn of(event: &EventRow, verdict: Verdict, link: Option<LinkId>) -> Self {
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
    /// 404: the same, by the name that answers use.
    #[error("no such event is held")]
    Unknown,
    /// 412
    #[error(transparent)]
    Unmet(#[from] Unmet),
    /// 422: that is how names of ours look.
    #[error(
        "client_reference looks like an id of ours ({}…): call the event by a name of your own",
        PublicEventId::PREFIX
    )]
    OurName,
    /// 422: the key of an earlier request came with another one.
    #[error("this Idempotency-Key came with another request before: take a new key for each request")]
    KeyReused,
    /// 400, 409 or 422
    #[error(transparent)]
    Revise(#[from] ReviseError),
    /// 503: the event was changed by others again and again.
    #[error("the event is being changed by others all the time")]
    Restless,
    /// 500
    #[error(transparent)]
    Store(#[from] StoreError),
}
