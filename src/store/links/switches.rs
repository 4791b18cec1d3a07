//! The switches of links: off means that not one request is sent for them.
//!
//! What is wanted goes on being written down meanwhile, and so does when a link has work: [`due`](super::due) only does not
//! name it. On again, it goes on where it was.

use jiff::Timestamp;

use super::get;
use crate::happened::Change;
use crate::ids::{ClientSystemId, LinkId};
use crate::store::sql::statements;
use crate::store::value::values;
use crate::store::{StoreError, WriteTx, changes};

statements! {
    SWITCH(Int, Int) = "UPDATE links SET enabled = ?2 WHERE id = ?1 AND state <> 'unlinking' AND enabled <> ?2";
    SWITCH_OF_CLIENT(Int, Int) =
        "UPDATE links SET suspended = ?2
         WHERE holder_id IN (SELECT id FROM holders WHERE client_system_id = ?1) AND suspended <> ?2";
}

/// Switches a link off or on. Answers whether it was the other way before; none where there is nothing to switch, because it
/// is ending or has ended.
pub fn switch(tx: &WriteTx<'_>, link: LinkId, enabled: bool, now: Timestamp) -> Result<Option<bool>, StoreError> {
    let switched = tx.execute(&SWITCH, values![link, enabled])? > 0;
    if switched {
        changes::of_link(tx, link, if enabled { Change::LinkResumed } else { Change::LinkPaused }, now)?;
    }
    Ok(get(tx, link)?.filter(|link| !link.state.is_ending()).map(|_| switched))
}

/// A client system is suspended, or no more: all its links are. Answers how many it changes.
pub fn switch_of_client(tx: &WriteTx<'_>, client: ClientSystemId, suspended: bool) -> Result<usize, StoreError> {
    tx.execute(&SWITCH_OF_CLIENT, values![client, suspended])
}
