//! The link of a holder that carried, until another was to: it leaves by ordinary rounds, in which nothing is wanted, and then
//! lets the other go ahead.

use crate::gateway::Gateway;
use crate::link::LinkRole;
use crate::store::links::LinkRow;
use crate::store::{StoreError, links, placements};

/// After a round: a link that has left rests, and what carries goes ahead.
pub(super) fn finish(gateway: &Gateway, link: &LinkRow) -> Result<(), StoreError> {
    if link.role != LinkRole::Leaves || link.state.is_ending() {
        return Ok(());
    }
    let (id, holder, now) = (link.id, link.holder, gateway.clock.now());
    let ahead = gateway
        .store
        .write(move |tx| Ok::<_, StoreError>(links::has_left(tx, id)? && links::goes_ahead(tx, holder, now)?))?;
    if ahead {
        gateway.work.ring();
    }
    Ok(())
}

/// The calendar of a link that leaves is gone for sure, and with it all that we wrote: it has left.
pub(super) fn gone(gateway: &Gateway, link: &LinkRow) -> Result<(), StoreError> {
    if link.role != LinkRole::Leaves {
        return Ok(());
    }
    let (id, holder, now) = (link.id, link.holder, gateway.clock.now());
    gateway.store.write(move |tx| {
        placements::known::nothing_left(tx, id, holder)?;
        links::surveyed(tx, id, None, now)
    })?;
    finish(gateway, link)
}

/// A link that rests has no work, whoever woke it.
pub(super) fn rests(gateway: &Gateway, link: &LinkRow) -> Result<(), StoreError> {
    let id = link.id;
    if link.survey { gateway.store.write(move |tx| links::looks_for_nothing(tx, id)) } else { Ok(()) }
}
