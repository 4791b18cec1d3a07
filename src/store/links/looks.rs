//! When a link that waits for its person is looked at again.

use jiff::Timestamp;

use crate::clock;
use crate::ids::LinkId;
use crate::store::sql::statements;
use crate::store::value::values;
use crate::store::{ReadTx, StoreError, WriteTx};

statements! {
    LOOK_AGAIN(Int, Int, Int) = "UPDATE links SET attempts = ?2, wake_at = ?3
         WHERE id = ?1 AND state IN ('needs_reauthorization', 'calendar_lost')";
    LEAVE(Int) = "UPDATE links SET wake_at = NULL
         WHERE id = ?1 AND state IN ('needs_reauthorization', 'calendar_lost')";
    IS_TO_BE_LOOKED_AT(Int, Int, Int) = "SELECT 1 FROM links WHERE id = ?1 AND (wake_at <= ?2 OR wake_at > ?3)";
}

/// A link that waits for its person, and was looked at so often in vain, is looked at again then.
pub fn look_again(tx: &WriteTx<'_>, link: LinkId, looks: u32, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(&LOOK_AGAIN, values![link, looks, at])?;
    Ok(())
}

/// It was looked at often enough.
pub fn leave_to_its_person(tx: &WriteTx<'_>, link: LinkId) -> Result<(), StoreError> {
    tx.execute(&LEAVE, values![link])?;
    Ok(())
}

/// Whether the time has come.
pub fn is_to_be_looked_at(tx: &ReadTx<'_>, link: LinkId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.one(&IS_TO_BE_LOOKED_AT, values![link, now, clock::furthest(now)], |_| Ok(()))?.is_some())
}
