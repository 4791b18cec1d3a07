//! Holders: rows appear with the first event or link.

use rusqlite::params;

use super::{ReadTx, StoreError, WriteTx};
use crate::ids::{HolderId, HolderKey};

/// The only client system configured now; the schema carries more.
const PUENTES: i64 = 1;

/// The holder of this key, if one was ever stored.
pub fn find(tx: &ReadTx<'_>, key: &HolderKey) -> Result<Option<HolderId>, StoreError> {
    tx.one("SELECT id FROM holders WHERE client_system_id = ?1 AND key = ?2", params![PUENTES, key.as_str()], |row| {
        Ok(HolderId(row.get(0)?))
    })
}

/// The holder of this key, stored now if need be.
pub fn ensure(tx: &WriteTx<'_>, key: &HolderKey) -> Result<HolderId, StoreError> {
    if let Some(id) = find(tx, key)? {
        return Ok(id);
    }
    tx.execute("INSERT INTO holders (client_system_id, key) VALUES (?1, ?2)", params![PUENTES, key.as_str()])?;
    Ok(HolderId(tx.connection().last_insert_rowid()))
}

/// The key of a holder.
pub fn key(tx: &ReadTx<'_>, holder: HolderId) -> Result<Option<HolderKey>, StoreError> {
    tx.one("SELECT key FROM holders WHERE id = ?1", params![holder.0], |row| {
        Ok(HolderKey::from_canonical(row.get::<_, String>(0)?))
    })
}
