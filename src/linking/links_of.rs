//! The links of a holder who is known by their key.

use crate::gateway::Gateway;
use crate::ids::Holder;
use crate::link::ProviderKind;
use crate::store::links::LinkRow;
use crate::store::{ReadTx, StoreError, holders, links};

/// All of them: that which carries first. None also where nobody is known by that key.
pub(super) fn all(tx: &ReadTx<'_>, holder: &Holder) -> Result<Vec<LinkRow>, StoreError> {
    holders::find(tx, holder)?.map_or(Ok(Vec::new()), |holder| links::all_of(tx, holder))
}

/// That in the slot of `provider`: where a holder has one link at most, that one, wherever it is.
pub(super) fn in_slot(
    gateway: &Gateway,
    holder: &Holder,
    provider: ProviderKind,
) -> Result<Option<LinkRow>, StoreError> {
    let slot = gateway.clients.slot(holder, provider);
    gateway.store.read(|tx| {
        let holder = holders::find(tx, holder)?;
        Ok(holder.map(|holder| links::in_slot(tx, holder, slot)).transpose()?.flatten())
    })
}
