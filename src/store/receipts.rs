//! What unlinks did.

use super::engine::Row;
use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError, WriteTx};
use crate::ids::{HolderId, LinkId};
use crate::link::UnlinkReceipt;

/// What [`UnlinkReceipt`] is read from.
macro_rules! row {
    () => {
        "SELECT requested_at, finished_at, deleted, remaining, reason FROM unlink_receipts"
    };
}

statements! {
    INSERT(Int, Int, Int, Int, Int, Int, Text) =
        "INSERT INTO unlink_receipts (holder_id, link_id, requested_at, finished_at, deleted, remaining, reason)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    OF_LINK(Int) = concat!(row!(), " WHERE link_id = ?1");
    NEWEST(Int) = concat!(row!(), " WHERE holder_id = ?1 ORDER BY id DESC LIMIT 1");
}

/// Writes a receipt down.
pub fn insert(tx: &WriteTx<'_>, holder: HolderId, link: LinkId, receipt: &UnlinkReceipt) -> Result<(), StoreError> {
    let UnlinkReceipt { requested_at, finished_at, deleted, left, reason } = receipt;
    tx.execute(&INSERT, values![holder, link, *requested_at, *finished_at, *deleted, *left, reason.as_deref()])?;
    Ok(())
}

/// The receipt of one link's end.
pub fn of_link(tx: &ReadTx<'_>, link: LinkId) -> Result<Option<UnlinkReceipt>, StoreError> {
    tx.one(&OF_LINK, values![link], read)
}

/// The holder's newest receipt.
pub fn newest(tx: &ReadTx<'_>, holder: HolderId) -> Result<Option<UnlinkReceipt>, StoreError> {
    tx.one(&NEWEST, values![holder], read)
}

fn read(row: &Row<'_>) -> Result<UnlinkReceipt, StoreError> {
    Ok(UnlinkReceipt {
        requested_at: row.get("requested_at")?,
        finished_at: row.get("finished_at")?,
        deleted: row.get("deleted")?,
        left: row.get("remaining")?,
        reason: row.get("reason")?,
    })
}
