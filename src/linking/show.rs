//! A link as it is shown.

use jiff::Timestamp;

use super::{Linking, links_of};
use crate::happened::Shrink;
use crate::ids::{Holder, LinkId};
use crate::link::{LinkRole, LinkState, ProviderKind, UnlinkReceipt};
use crate::store::links::LinkRow;
use crate::store::receipts;
use crate::store::{ReadTx, StoreError, holders, placements};
use crate::sync::resync::{self, ResyncView};

/// A link as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkView {
    /// Which.
    pub id: LinkId,
    /// How it is doing.
    pub state: LinkState,
    /// What it does for its holder's events.
    pub role: LinkRole,
    /// It carries, once what carried before is clean.
    pub waits: bool,
    /// The client system's switch: off means that not one request is sent.
    pub enabled: bool,
    /// Its client system is suspended, which means the same.
    pub suspended: bool,
    /// Rounds that failed since the last good one.
    pub failures: u32,
    /// Where.
    pub provider: ProviderKind,
    /// Whose account, e.g. `ana@example.org`.
    pub account: String,
    /// The calendar's name.
    pub calendar: String,
    /// The calendar's address.
    pub calendar_url: String,
    /// Since when.
    pub linked_at: Timestamp,
    /// The last time that all was as wanted.
    pub last_sync_at: Option<Timestamp>,
    /// Events in the calendar as they should be.
    pub settled: u64,
    /// Events not yet in the calendar.
    pub pending: u64,
    /// Events that the provider refuses.
    pub failed: u64,
    /// The last trouble of the link as a whole, while it lasts.
    pub reason: Option<String>,
    /// What the brake holds, until somebody confirms that it may go.
    pub held: Option<Shrink>,
    /// While it is being cleaned up: objects removed so far.
    pub removed: u64,
    /// The newest resync, if any.
    pub last_resync: Option<ResyncView>,
}

impl Linking {
    /// `GET /link`: the holder's only link; where they have several, that which carries.
    ///
    /// # Errors
    /// When the store fails.
    pub fn view(&self, holder: &Holder) -> Result<Option<LinkView>, StoreError> {
        self.gateway.store.read(|tx| {
            let link = links_of::all(tx, holder)?.into_iter().next();
            link.map(|link| shown(tx, link)).transpose()
        })
    }

    /// All links of the holder: that which carries first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn views(&self, holder: &Holder) -> Result<Vec<LinkView>, StoreError> {
        self.gateway.store.read(|tx| links_of::all(tx, holder)?.into_iter().map(|link| shown(tx, link)).collect())
    }

    /// The link in the slot of `provider`: where a holder has one at most, that one, wherever it is.
    ///
    /// # Errors
    /// When the store fails.
    pub fn view_at(&self, holder: &Holder, provider: ProviderKind) -> Result<Option<LinkView>, StoreError> {
        let link = links_of::in_slot(&self.gateway, holder, provider)?;
        self.gateway.store.read(|tx| link.map(|link| shown(tx, link)).transpose())
    }

    /// The receipt of the holder's last unlink, if there was one.
    ///
    /// # Errors
    /// When the store fails.
    pub fn last_receipt(&self, holder: &Holder) -> Result<Option<UnlinkReceipt>, StoreError> {
        self.gateway.store.read(|tx| {
            let receipt = holders::find(tx, holder)?.map(|holder| receipts::newest(tx, holder));
            Ok(receipt.transpose()?.flatten())
        })
    }
}

fn shown(tx: &ReadTx<'_>, link: LinkRow) -> Result<LinkView, StoreError> {
    let tally = placements::tally(tx, link.id)?;
    let last_resync = resync::newest(tx, link.id)?;
    Ok(LinkView {
        id: link.id,
        state: link.state,
        role: link.role,
        waits: link.waits,
        enabled: link.enabled,
        suspended: link.suspended,
        failures: link.attempts,
        provider: link.provider,
        account: link.username,
        calendar: link.calendar_name,
        calendar_url: link.calendar_url,
        linked_at: link.linked_at,
        last_sync_at: link.last_sync_at,
        settled: tally.settled,
        pending: tally.pending,
        failed: tally.refused,
        reason: link.reason,
        held: link.held,
        removed: link.unlink_deleted,
        last_resync,
    })
}
