//! Secrets that a client system shares with us, beside the one of the configuration file. Each is sealed, and gone from the
//! file once it is revoked.

use jiff::Timestamp;

use super::engine::Row;
use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError, WriteTx};
use crate::ids::{ClientSystemId, PublicSecretId, SecretRowId, Tenant};
use crate::secret::Sealed;

/// What [`KeptSecret`] is read from.
macro_rules! row {
    () => {
        "SELECT id, client_system_id, public_id, label, sealed, sealed_for, created_at, expires_at FROM client_system_secrets"
    };
}

statements! {
    ADD(Int, Text, Text, Bytes, Text, Int, Int) =
        "INSERT INTO client_system_secrets (client_system_id, public_id, label, sealed, sealed_for, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id";
    ALL() = concat!(row!(), " ORDER BY id");
    OF_CLIENT(Int) = concat!(row!(), " WHERE client_system_id = ?1 ORDER BY id");
    EXPIRES(Int, Text, Int) =
        "UPDATE client_system_secrets SET expires_at = ?3 WHERE client_system_id = ?1 AND public_id = ?2";
    REVOKE(Int, Text) = "DELETE FROM client_system_secrets WHERE client_system_id = ?1 AND public_id = ?2";
    EXPIRE(Int) = "DELETE FROM client_system_secrets WHERE expires_at <= ?1";
}

/// A secret, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSecret {
    /// Its row.
    pub id: SecretRowId,
    /// Whose.
    pub client: ClientSystemId,
    /// How it is called.
    pub public_id: PublicSecretId,
    /// The operator's words for it.
    pub label: String,
    /// The secret.
    pub sealed: Sealed,
    /// Since when it is taken.
    pub created_at: Timestamp,
    /// Until when; none: until it is revoked.
    pub expires_at: Option<Timestamp>,
}

/// A secret that is to be kept.
#[derive(Clone, Debug)]
pub struct NewSecret {
    /// How it is called.
    pub public_id: PublicSecretId,
    /// The operator's words for it.
    pub label: String,
    /// The secret.
    pub sealed: Sealed,
    /// Until when it is taken; none: until it is revoked.
    pub expires_at: Option<Timestamp>,
}

/// Keeps one.
pub fn add(tx: &WriteTx<'_>, tenant: Tenant, new: &NewSecret, now: Timestamp) -> Result<SecretRowId, StoreError> {
    let NewSecret { public_id, label, sealed, expires_at } = new;
    tx.inserted(&ADD, values![tenant, public_id, label, &sealed.bytes, &sealed.recipient, now, *expires_at])
}

/// Those of all client systems, for the start.
pub fn all(tx: &ReadTx<'_>) -> Result<Vec<KeptSecret>, StoreError> {
    tx.all(&ALL, values![], read)
}

/// Those of one client system, the oldest first.
pub fn of(tx: &ReadTx<'_>, tenant: Tenant) -> Result<Vec<KeptSecret>, StoreError> {
    tx.all(&OF_CLIENT, values![tenant], read)
}

/// Lets one end at a time. Answers whether it is there.
pub fn ends(tx: &WriteTx<'_>, tenant: Tenant, secret: &PublicSecretId, at: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(&EXPIRES, values![tenant, secret, at])? > 0)
}

/// Forgets one. Answers whether it was there.
pub fn revoke(tx: &WriteTx<'_>, tenant: Tenant, secret: &PublicSecretId) -> Result<bool, StoreError> {
    let revoked = tx.execute(&REVOKE, values![tenant, secret])? > 0;
    if revoked {
        tx.erases_secrets();
    }
    Ok(revoked)
}

/// Forgets those that have ended. Answers how many.
pub fn expire(tx: &WriteTx<'_>, now: Timestamp) -> Result<usize, StoreError> {
    let ended = tx.execute(&EXPIRE, values![now])?;
    if ended > 0 {
        tx.erases_secrets();
    }
    Ok(ended)
}

fn read(row: &Row<'_>) -> Result<KeptSecret, StoreError> {
    Ok(KeptSecret {
        id: row.get("id")?,
        client: row.get("client_system_id")?,
        public_id: row.get("public_id")?,
        label: row.get("label")?,
        sealed: Sealed { bytes: row.get("sealed")?, recipient: row.get("sealed_for")? },
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
    })
}
