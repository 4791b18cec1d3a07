//! Where a holder is, as far as that is said anywhere.

use super::Ranges;
use crate::calendar::Zone;
use crate::gateway::Gateway;
use crate::ids::{Holder, HolderId};
use crate::store::{ReadTx, StoreError, holders, links};

impl Ranges {
    /// The zone in which a holder's whole days and floating times are: that of the calendar which carries their events, else
    /// that of their client system, else the configured one. Their events have no say in it, so that the same question
    /// has the same answer tomorrow.
    ///
    /// # Errors
    /// When the store fails.
    pub fn zone(&self, holder: &Holder) -> Result<Zone, StoreError> {
        self.gateway.store.read(|tx| of(tx, &self.gateway, holder, holders::find(tx, holder)?))
    }

    /// The zone of times that name none: that of the calendar which carries the holder's events, else the one that their
    /// client system has chosen; none where neither is so.
    ///
    /// # Errors
    /// When the store fails.
    pub fn chosen_zone(&self, holder: &Holder) -> Result<Option<Zone>, StoreError> {
        self.gateway.store.read(|tx| chosen(tx, &self.gateway, holder, holders::find(tx, holder)?))
    }
}

/// The same inside of a transaction.
pub(crate) fn of(
    tx: &ReadTx<'_>,
    gateway: &Gateway,
    holder: &Holder,
    row: Option<HolderId>,
) -> Result<Zone, StoreError> {
    let chosen = chosen(tx, gateway, holder, row)?;
    Ok(chosen.unwrap_or_else(|| gateway.config.calendar.time_zone.clone()))
}

fn chosen(
    tx: &ReadTx<'_>,
    gateway: &Gateway,
    holder: &Holder,
    row: Option<HolderId>,
) -> Result<Option<Zone>, StoreError> {
    let carrier = row.map(|row| links::carrier(tx, row)).transpose()?.flatten();
    let of_calendar = carrier.and_then(|link| Zone::named(link.calendar_zone.as_deref()?));
    let of_client = || gateway.clients.get(holder.client)?.profile.chosen.time_zone.clone();
    Ok(of_calendar.or_else(of_client))
}
