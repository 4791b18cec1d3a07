//! An unlink is asked for: the queue is stopped and everything is wanted absent. The rest is the reconciler's, which
//! ends the link and leaves the receipt that is told here.

use serde_json::json;

use super::carrying::Passing;
use super::{Linking, links_of};
use crate::happened::{Happened, ResyncFailure};
use crate::ids::{Holder, LinkId};
use crate::link::{LinkRole, ProviderKind, UnlinkReceipt};
use crate::permit::Switch;
use crate::store::links::LinkRow;
use crate::store::receipts;
use crate::store::{StoreError, activity, audit, links, placements, resyncs};
use crate::trail::{Action, Actor, Entry};

/// How far an unlink is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnlinkProgress {
    /// The calendar is clean, the secrets are erased.
    Done(UnlinkReceipt),
    /// It goes on, also after a restart.
    Going,
}

impl Linking {
    /// `DELETE /link`: begins to clean up (or goes on with it): the link `at` a provider, else that which carries. `None`:
    /// nothing is linked there.
    ///
    /// # Errors
    /// When the store fails.
    pub fn begin_unlink(
        &self,
        holder: &Holder,
        at: Option<ProviderKind>,
        by: &Actor,
    ) -> Result<Option<LinkId>, StoreError> {
        let (key, now, by) = (holder.clone(), self.gateway.clock.now(), by.clone());
        let slot = at.map(|provider| self.gateway.clients.slot(holder, provider));
        let passing = Passing::of(&self.gateway, holder);
        let link = self.gateway.store.write(move |tx| {
            let link = links_of::all(tx, &key)?.into_iter().find(|link| slot.is_none_or(|slot| link.slot == slot));
            let Some(link) = link else { return Ok(None) };
            if !link.state.is_ending() {
                audit::note(tx, now, &ended_by(&by, &key, &link, "remove"))?;
                resyncs::fail_going(tx, link.id, ResyncFailure::Unlinked, now)?;
                links::begin_unlink(tx, link.id, now)?;
                placements::want_nothing(tx, link.id, now)?;
                activity::log(tx, link.holder, now, &Happened::Unlinking { calendar: link.calendar_name })?;
                if link.role == LinkRole::Carries {
                    passing.to_heir(tx, link.holder, now)?;
                }
            }
            Ok::<_, StoreError>(Some(link.id))
        })?;
        if let Some(link) = link {
            // Who asks for the end wants what we wrote to go: it is on again for that.
            self.gateway.permits.turn_on(Switch::Link(link), || Ok::<_, StoreError>(()))?;
        }
        self.gateway.work.ring();
        Ok(link)
    }

    /// How far the unlink of `link` is.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unlink_progress(&self, link: LinkId) -> Result<UnlinkProgress, StoreError> {
        let receipt = self.gateway.store.read(|tx| receipts::of_link(tx, link))?;
        Ok(receipt.map_or(UnlinkProgress::Going, UnlinkProgress::Done))
    }
}

/// For the audit trail: the end of `link` was asked for, and what is to become of what we wrote.
pub(super) fn ended_by(by: &Actor, holder: &Holder, link: &LinkRow, events: &str) -> Entry {
    let detail = json!({ "provider": link.provider.as_str(), "events": events });
    Entry::done(Action::LinkDisconnected, by).of_holder(holder.client, link.holder).with(detail)
}
