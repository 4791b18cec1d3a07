//! The steps of a transaction that takes in what was said of one event, whoever says it and however it is named.

use jiff::Timestamp;

use super::{Accepted, Verdict};
use crate::ids::{HolderId, LinkId};
use crate::placement::Mark;
use crate::store::events::{self, Content, EventRow};
use crate::store::links;
use crate::store::placements::{self, Target};
use crate::store::{ReadTx, StoreError, WriteTx};

/// Whose event it is, and where it is carried to.
pub(super) struct Whose<'m> {
    pub(super) holder: HolderId,
    /// The link that carries what is held; none without a calendar.
    pub(super) link: Option<LinkId>,
    mark: &'m Mark,
}

impl<'m> Whose<'m> {
    pub(super) fn of(tx: &ReadTx<'_>, holder: HolderId, mark: &'m Mark) -> Result<Self, StoreError> {
        let link = links::carrier(tx, holder)?.map(|link| link.id);
        Ok(Self { holder, link, mark })
    }

    /// Makes `content` what is held of the event that `found` stands for, or of a new one, and wants it in the calendar. The
    /// content that is held already changes nothing.
    pub(super) fn hold(
        &self,
        tx: &WriteTx<'_>,
        found: Option<&EventRow>,
        content: &Content,
        now: Timestamp,
    ) -> Result<Accepted, StoreError> {
        let (revision, verdict) = match found {
            None => (events::insert(tx, self.holder, content, now)?, Verdict::New),
            Some(event) if event.deleted => (events::replace(tx, event, content, now)?, Verdict::New),
            Some(event) if event.fingerprint == content.fingerprint => {
                events::readable(tx, event)?;
                return Ok(Accepted::of(event, Verdict::Same, self.link));
            }
            Some(event) => (events::replace(tx, event, content, now)?, Verdict::Changed),
        };
        let event_id = content.event_id.clone();
        if let Some(link) = self.link {
            let row = match found {
                Some(event) => event.id,
                None => events::row_of(tx, self.holder, &event_id)?,
            };
            placements::want(tx, Target { link, mark: self.mark }, (row, &event_id), revision, now)?;
        }
        let public_id = match found {
            Some(event) if !event.deleted => event.public_id.clone(),
            Some(_) | None => content.public_id.clone(),
        };
        Ok(Accepted { event_id, public_id, verdict, revision, link: self.link })
    }

    /// Wants an event no more.
    pub(super) fn let_go(&self, tx: &WriteTx<'_>, event: &EventRow, now: Timestamp) -> Result<Accepted, StoreError> {
        events::delete(tx, event, now)?;
        let mut removes_from = None;
        if let Some(link) = self.link {
            placements::want_absent(tx, link, event.id, now)?;
            removes_from = placements::standing(tx, link, &event.event_id)?.map(|_| link);
        }
        events::purge(tx, self.holder)?;
        Ok(Accepted::of(event, Verdict::Removed, removes_from))
    }
}
