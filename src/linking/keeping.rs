//! The end of a link that leaves what was written where it is: not one request is needed for it.

use jiff::Timestamp;

use super::carrying::Passing;
use super::unlink::ended_by;
use super::{Linking, links_of};
use crate::accounts;
use crate::happened::{Happened, ResyncFailure};
use crate::ids::Holder;
use crate::link::{LinkRole, LinkState, ProviderKind, UnlinkReceipt};
use crate::permit::Switch;
use crate::store::links::LinkRow;
use crate::store::{StoreError, WriteTx, activity, audit, events, links, placements, receipts, resyncs};
use crate::trail::Actor;

impl Linking {
    /// Ends the holder's link at `provider` at once, and leaves in the calendar what we wrote: its credentials are forgotten, and
    /// nobody there hears from us again but for our permission, which is given back where that can be done. `None`: nothing is
    /// linked there.
    ///
    /// # Errors
    /// When the store fails.
    pub fn let_go(
        &self,
        holder: &Holder,
        provider: ProviderKind,
        by: &Actor,
    ) -> Result<Option<UnlinkReceipt>, StoreError> {
        let Some(link) = links_of::in_slot(&self.gateway, holder, provider)? else { return Ok(None) };
        let (now, passing, by) = (self.gateway.clock.now(), Passing::of(&self.gateway, holder), by.clone());
        let (of, row) = (holder.clone(), link.clone());
        let receipt = self.gateway.permits.turn_off(Switch::Link(link.id), || {
            self.gateway.store.write(move |tx| {
                let Some(link) = links::get(tx, row.id)? else { return Ok(None) };
                audit::note(tx, now, &ended_by(&by, &of, &link, "keep"))?;
                erased(tx, &link, &passing, now).map(Some)
            })
        })?;
        if receipt.is_some() {
            accounts::give_back_of_ended(&self.gateway, holder, &link);
            self.gateway.work.ring();
            self.gateway.settled.ring(link.id);
        }
        Ok(receipt)
    }
}

/// Forgets the link; another one of the holder carries what it did.
fn erased(tx: &WriteTx<'_>, link: &LinkRow, passing: &Passing, now: Timestamp) -> Result<UnlinkReceipt, StoreError> {
    let (id, holder) = (link.id, link.holder);
    let left = placements::all_of(tx, id)?.iter().filter(|one| one.known.may_stand()).count() as u64;
    let asked = link.unlink_requested_at.filter(|_| link.state == LinkState::Unlinking);
    let receipt = UnlinkReceipt {
        requested_at: asked.unwrap_or(now),
        finished_at: now,
        deleted: link.unlink_deleted,
        left,
        reason: (left > 0).then(|| "they were to stay".to_owned()),
    };
    resyncs::fail_going(tx, id, ResyncFailure::Unlinked, now)?;
    receipts::insert(tx, holder, id, &receipt)?;
    activity::log(tx, holder, now, &Happened::Unlinked { removed: receipt.deleted, left })?;
    links::calendar_goes(tx, id)?;
    links::erase(tx, id, now)?;
    if link.role == LinkRole::Carries {
        passing.to_heir(tx, holder, now)?;
    }
    links::goes_ahead(tx, holder, now)?;
    events::purge(tx, holder)?;
    Ok(receipt)
}
