//! The keys of client systems. Of a key its hash is kept: who reads the database can't come in with it.

use ipnet::IpNet;
use jiff::Timestamp;

use super::engine::Row;
use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError, WriteTx, damaged};
use crate::ids::{ApiKeyId, ClientSystemId, HolderKey, Tenant};
use crate::scope::Scopes;

/// A key as it is kept, without anything that opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its public name.
    pub id: ApiKeyId,
    /// Whose it is.
    pub client: ClientSystemId,
    /// The part of the key by which it is found: eight characters, of which nothing else follows.
    pub lookup: String,
    /// The last four characters of the key.
    pub last4: String,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// The one holder that it speaks for; none: any of its client system.
    pub pinned: Option<HolderKey>,
    /// From where it may be used; empty: from anywhere.
    pub networks: Vec<IpNet>,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// From when on it opens no more.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// The key that takes its place.
    pub rotated_to: Option<ApiKeyId>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// The network of who last used it.
    pub last_used_from: Option<String>,
}

/// Whether a key opens anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It does.
    Active,
    /// It does until its end; another key takes its place.
    Retiring,
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
}

impl KeyState {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Retiring => "retiring",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

impl ApiKey {
    /// Whether it opens anything at `now`.
    pub fn state(&self, now: Timestamp) -> KeyState {
        match (self.revoked_at, self.expires_at, &self.rotated_to) {
            (Some(_), _, _) => KeyState::Revoked,
            (None, Some(at), _) if at <= now => KeyState::Expired,
            (None, _, Some(_)) => KeyState::Retiring,
            (None, _, None) => KeyState::Active,
        }
    }

    /// How the key begins: enough to know it again, and nothing that opens.
    pub fn prefix(&self) -> String {
        format!("pas_live_{}", self.lookup)
    }
}

/// Which part of a client system's keys is asked for: those made after `after`, at most `limit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeysAfter {
    /// The last one that was told already.
    pub after: Option<ApiKeyId>,
    /// How many at most.
    pub limit: usize,
}

statements! {
    INSERT(Int, Text, Text, Bytes, Text, Text, Text, Text, Text, Text, Int, Int) =
        "INSERT INTO api_keys (client_system_id, public_id, lookup, hash, last4, name, scopes, pinned, networks,
                               created_by, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    LOOK_UP(Text) =
        "SELECT client_system_id, public_id, lookup, hash, last4, name, scopes, pinned, networks, created_by, created_at,
                expires_at, revoked_at, rotated_to, last_used_at, last_used_from
         FROM api_keys WHERE lookup = ?1";
    GET(Int, Text) =
        "SELECT client_system_id, public_id, lookup, last4, name, scopes, pinned, networks, created_by, created_at,
                expires_at, revoked_at, rotated_to, last_used_at, last_used_from
         FROM api_keys WHERE client_system_id = ?1 AND public_id = ?2";
    LIST(Int, Text, Int) =
        "SELECT client_system_id, public_id, lookup, last4, name, scopes, pinned, networks, created_by, created_at,
                expires_at, revoked_at, rotated_to, last_used_at, last_used_from
         FROM api_keys WHERE client_system_id = ?1 AND public_id > ?2 ORDER BY public_id LIMIT ?3";
    COUNT_LIVE(Int, Int) =
        "SELECT count(*) AS keys FROM api_keys
         WHERE client_system_id = ?1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?2)";
    REVOKE(Int, Text, Int) =
        "UPDATE api_keys SET revoked_at = ?3 WHERE client_system_id = ?1 AND public_id = ?2 AND revoked_at IS NULL";
    ROTATE(Int, Text, Text, Int) =
        "UPDATE api_keys SET rotated_to = ?3, expires_at = ?4 WHERE client_system_id = ?1 AND public_id = ?2";
    USED(Int, Text, Int, Text) =
        "UPDATE api_keys SET last_used_at = ?3, last_used_from = ?4 WHERE client_system_id = ?1 AND public_id = ?2";
}

/// Stores a new key under its hash.
pub fn insert(tx: &WriteTx<'_>, tenant: Tenant, key: &ApiKey, hash: &[u8; 32]) -> Result<(), StoreError> {
    let (scopes, networks) = (key.scopes.to_string(), written(&key.networks));
    let values = values![
        tenant.client(),
        &key.id,
        &key.lookup,
        hash,
        &key.last4,
        &key.name,
        &scopes,
        key.pinned.as_ref(),
        &networks,
        &key.created_by,
        key.created_at,
        key.expires_at
    ];
    tx.execute(&INSERT, values)?;
    Ok(())
}

/// The key that is found by this, whosever it is, and the hash that the whole of it must have. Nobody has proven anything yet.
pub fn look_up(tx: &ReadTx<'_>, lookup: &str) -> Result<Option<(ApiKey, [u8; 32])>, StoreError> {
    tx.one(&LOOK_UP, values![lookup], |row| Ok((key(row)?, row.get("hash")?)))
}

/// A key of this client system.
pub fn get(tx: &ReadTx<'_>, tenant: Tenant, id: &ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
    tx.one(&GET, values![tenant.client(), id], key)
}

/// Some keys of this client system in the order in which they were made, also those that open no more.
pub fn list(tx: &ReadTx<'_>, tenant: Tenant, some: &KeysAfter) -> Result<Vec<ApiKey>, StoreError> {
    let after = some.after.as_ref().map_or("", ApiKeyId::as_str);
    tx.all(&LIST, values![tenant.client(), after, some.limit], key)
}

/// How many keys of this client system open something.
pub fn count_live(tx: &ReadTx<'_>, tenant: Tenant, now: Timestamp) -> Result<u64, StoreError> {
    Ok(tx.one(&COUNT_LIVE, values![tenant.client(), now], |row| row.get("keys"))?.unwrap_or_default())
}

/// Lets a key open nothing from now on. Answers whether it did until now, or was only over.
pub fn revoke(tx: &WriteTx<'_>, tenant: Tenant, id: &ApiKeyId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(&REVOKE, values![tenant.client(), id, now])? > 0)
}

/// Lets a key end then, and says which one takes its place.
pub fn rotate(
    tx: &WriteTx<'_>,
    tenant: Tenant,
    (id, successor): (&ApiKeyId, &ApiKeyId),
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(&ROTATE, values![tenant.client(), id, successor, expires_at])?;
    Ok(())
}

/// Notes when and from where a key was used.
pub fn used(tx: &WriteTx<'_>, tenant: Tenant, id: &ApiKeyId, (at, from): (Timestamp, &str)) -> Result<(), StoreError> {
    tx.execute(&USED, values![tenant.client(), id, at, from])?;
    Ok(())
}

fn key(row: &Row<'_>) -> Result<ApiKey, StoreError> {
    let (scopes, networks): (String, String) = (row.get("scopes")?, row.get("networks")?);
    Ok(ApiKey {
        id: row.get("public_id")?,
        client: row.get("client_system_id")?,
        lookup: row.get("lookup")?,
        last4: row.get("last4")?,
        name: row.get("name")?,
        scopes: Scopes::from_words(&scopes).map_err(|_| damaged("scopes"))?,
        pinned: row.get("pinned")?,
        networks: read(&networks).ok_or_else(|| damaged("networks"))?,
        created_by: row.get("created_by")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        revoked_at: row.get("revoked_at")?,
        rotated_to: row.get("rotated_to")?,
        last_used_at: row.get("last_used_at")?,
        last_used_from: row.get("last_used_from")?,
    })
}

fn written(networks: &[IpNet]) -> String {
    let words: Vec<String> = networks.iter().map(ToString::to_string).collect();
    words.join(" ")
}

fn read(networks: &str) -> Option<Vec<IpNet>> {
    networks.split(' ').filter(|word| !word.is_empty()).map(|word| word.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::{Store, engine};
    use super::*;

    /// The number of the migration that makes the table.
    fn version() -> i32 {
        let names = fs::read_dir("src/store/migrations").unwrap().map(|file| file.unwrap().file_name());
        let ours =
            names.filter_map(|name| name.into_string().unwrap().strip_suffix("__api_keys.sql").map(str::to_owned));
        ours.last().unwrap()[1..].parse().unwrap()
    }

    #[test]
    fn a_database_of_the_version_before_keeps_its_holders_and_has_no_key_until_one_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pasarela.db");
        let mut connection = engine::Connection::writing(&path).unwrap().into_sqlite();
        engine::run_to(&mut connection, version() - 1);
        connection
            .execute("INSERT INTO holders (id, client_system_id, key) VALUES (7, 1, '+593991234567')", [])
            .unwrap();
        drop(connection);
        let store = Store::open(&path).unwrap();
        let tenant = Tenant::proven(ClientSystemId(1));
        let all = KeysAfter { after: None, limit: 10 };
        assert_eq!(store.read(|tx| list(tx, tenant, &all)).unwrap(), []);
        let holder = tenant.holder(HolderKey::from_canonical("+593991234567"));
        assert!(store.read(|tx| super::super::holders::find(tx, &holder)).unwrap().is_some());
    }
}
