//! What happened to a holder's link and events, for people and operators. Never holds a secret.

use jiff::Timestamp;

use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError, WriteTx, facts};
use crate::happened::{Happened, Happening};
use crate::ids::HolderId;

statements! {
    LOG(Int, Int, Text, Text) = "INSERT INTO activity (holder_id, at, kind, detail) VALUES (?1, ?2, ?3, ?4)";
    NEWEST(Int, Int) = "SELECT at, kind, detail FROM activity WHERE holder_id = ?1 ORDER BY id DESC LIMIT ?2";
}

/// Writes one entry down.
pub fn log(tx: &WriteTx<'_>, holder: HolderId, at: Timestamp, what: &Happened) -> Result<(), StoreError> {
    let (kind, detail) = facts::columns(what)?;
    tx.execute(&LOG, values![holder, at, &kind, &detail])?;
    Ok(())
}

/// The newest entries of a holder, newest first.
pub fn newest(tx: &ReadTx<'_>, holder: HolderId, most: u32) -> Result<Vec<Happening>, StoreError> {
    tx.all(&NEWEST, values![holder, most], |row| {
        let (at, kind, detail) = (row.get("at")?, row.get::<String>("kind")?, row.get::<String>("detail")?);
        let what = facts::read(&kind, &detail).unwrap_or_else(|words| Happened::Other { kind, words });
        Ok(Happening { at, what })
    })
}
