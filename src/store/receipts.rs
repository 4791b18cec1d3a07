//! What unlinks did.

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::columns::{millis, time};
use super::{ReadTx, StoreError, WriteTx};
use crate::ids::{HolderId, LinkId};

/// What one unlink did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it ended.
    pub finished_at: Timestamp,
    /// Objects removed.
    pub deleted: u64,
    /// Objects of ours that could not be removed.
    pub left: u64,
    /// Why some were left.
    pub reason: Option<String>,
}

/// Writes a receipt down.
pub fn insert(tx: &WriteTx<'_>, holder: HolderId, link: LinkId, receipt: &Receipt) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO unlink_receipts (holder_id, link_id, requested_at, finished_at, deleted, remaining, reason)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            holder.0,
            link.0,
            millis(receipt.requested_at),
            millis(receipt.finished_at),
            receipt.deleted,
            receipt.left,
            receipt.reason
        ],
    )?;
    Ok(())
}

/// The receipt of one link's end.
pub fn of_link(tx: &ReadTx<'_>, link: LinkId) -> Result<Option<Receipt>, StoreError> {
    tx.one("SELECT * FROM unlink_receipts WHERE link_id = ?1", params![link.0], read)
}

/// The holder's newest receipt.
pub fn newest(tx: &ReadTx<'_>, holder: HolderId) -> Result<Option<Receipt>, StoreError> {
    tx.one("SELECT * FROM unlink_receipts WHERE holder_id = ?1 ORDER BY id DESC LIMIT 1", params![holder.0], read)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Receipt> {
    Ok(Receipt {
        requested_at: time(row, "requested_at")?,
        finished_at: time(row, "finished_at")?,
        deleted: row.get("deleted")?,
        left: row.get("remaining")?,
        reason: row.get("reason")?,
    })
}
