//! What happened to a holder's link and events, for people and operators. Never holds a secret.

use jiff::Timestamp;
use rusqlite::params;

use super::columns::{millis, time};
use super::{ReadTx, StoreError, WriteTx};
use crate::ids::HolderId;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// A stable word.
    pub kind: String,
    /// More, in a sentence.
    pub detail: String,
}

/// Writes one entry down.
///
/// # Errors
/// When the store fails.
pub fn log(
    tx: &WriteTx<'_>,
    holder: HolderId,
    at: Timestamp,
    kind: &'static str,
    detail: &str,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO activity (holder_id, at, kind, detail) VALUES (?1, ?2, ?3, ?4)",
        params![holder.0, millis(at), kind, detail],
    )?;
    Ok(())
}

/// The newest entries of a holder, newest first.
///
/// # Errors
/// When the store fails.
pub fn newest(tx: &ReadTx<'_>, holder: HolderId, most: u32) -> Result<Vec<Entry>, StoreError> {
    tx.all(
        "SELECT at, kind, detail FROM activity WHERE holder_id = ?1 ORDER BY id DESC LIMIT ?2",
        params![holder.0, most],
        |row| Ok(Entry { at: time(row, "at")?, kind: row.get("kind")?, detail: row.get("detail")? }),
    )
}
