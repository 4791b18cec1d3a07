//! Holders: rows appear with the first event or link.

use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError, WriteTx};
use crate::ids::{Holder, HolderId};

statements! {
    FIND(Int, Text) = "SELECT id FROM holders WHERE client_system_id = ?1 AND key = ?2";
    INSERT(Int, Text) =
        "INSERT INTO holders (client_system_id, key) VALUES (?1, ?2)
         ON CONFLICT (client_system_id, key) DO UPDATE SET key = excluded.key
         RETURNING id";
    GET(Int) = "SELECT client_system_id, key FROM holders WHERE id = ?1";
}

/// The row of this holder, if one was ever stored.
pub fn find(tx: &ReadTx<'_>, holder: &Holder) -> Result<Option<HolderId>, StoreError> {
    tx.one(&FIND, values![holder.client, &holder.key], |row| row.get("id"))
}

/// The row of this holder, stored now if need be.
pub fn ensure(tx: &WriteTx<'_>, holder: &Holder) -> Result<HolderId, StoreError> {
    match find(tx, holder)? {
        Some(id) => Ok(id),
        // Where others write at the same time, one of them may have been faster: then it is theirs.
        None => tx.inserted(&INSERT, values![holder.client, &holder.key]),
    }
}

/// The holder of this row.
pub fn get(tx: &ReadTx<'_>, holder: HolderId) -> Result<Option<Holder>, StoreError> {
    tx.one(&GET, values![holder], |row| Ok(Holder { client: row.get("client_system_id")?, key: row.get("key")? }))
}
