//! Holders: rows appear with the first event or link.

use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError, WriteTx};
use crate::ids::{HolderId, HolderKey};

/// The only client system configured now; the schema carries more.
const PUENTES: i64 = 1;

statements! {
    FIND(Int, Text) = "SELECT id FROM holders WHERE client_system_id = ?1 AND key = ?2";
    INSERT(Int, Text) =
        "INSERT INTO holders (client_system_id, key) VALUES (?1, ?2)
         ON CONFLICT (client_system_id, key) DO UPDATE SET key = excluded.key
         RETURNING id";
    KEY(Int) = "SELECT key FROM holders WHERE id = ?1";
}

/// The holder of this key, if one was ever stored.
pub fn find(tx: &ReadTx<'_>, key: &HolderKey) -> Result<Option<HolderId>, StoreError> {
    tx.one(&FIND, values![PUENTES, key], |row| row.get("id"))
}

/// The holder of this key, stored now if need be.
pub fn ensure(tx: &WriteTx<'_>, key: &HolderKey) -> Result<HolderId, StoreError> {
    match find(tx, key)? {
        Some(id) => Ok(id),
        // Where others write at the same time, one of them may have been faster: then it is theirs.
        None => tx.inserted(&INSERT, values![PUENTES, key]),
    }
}

/// The key of a holder.
pub fn key(tx: &ReadTx<'_>, holder: HolderId) -> Result<Option<HolderKey>, StoreError> {
    tx.one(&KEY, values![holder], |row| row.get("key"))
}
