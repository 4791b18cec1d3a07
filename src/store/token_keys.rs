//! With what client systems sign for their own users.

use jiff::Timestamp;

use super::engine::Row;
use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError, WriteTx, damaged};
use crate::ids::{ClientSystemId, Tenant};
use crate::scope::Scopes;
use crate::secret::Sealed;

/// A key that tokens are signed with, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenKey {
    /// What its client system calls it.
    pub name: String,
    /// The one algorithm that is taken with it.
    pub alg: TokenAlg,
    /// What a token must name; none: nothing.
    pub kid: Option<String>,
    /// What signatures are checked with.
    pub material: Material,
    /// What a token that is signed with it may do.
    pub scopes: Scopes,
    /// Who registered it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
}

/// How tokens are signed (RFC 7518 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenAlg {
    /// HMAC with a shared secret.
    Hs256,
    /// RSA.
    Rs256,
    /// The curve P-256.
    Es256,
}

/// What signatures are checked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Material {
    /// A secret, under its seal.
    Secret(Sealed),
    /// A public key (PEM), or a JWKS document.
    Public(String),
}

impl TokenAlg {
    /// The word in a token's head.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }

    /// Reads the word back.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Hs256, Self::Rs256, Self::Es256].into_iter().find(|alg| alg.as_str() == word)
    }
}

statements! {
    OF_CLIENT(Int) =
        "SELECT name, alg, kid, sealed, sealed_for, public, scopes, created_by, created_at
         FROM token_keys WHERE client_system_id = ?1 ORDER BY name";
    PUT(Int, Text, Text, Text, Bytes, Text, Text, Text, Text, Int) =
        "INSERT INTO token_keys (client_system_id, name, alg, kid, sealed, sealed_for, public, scopes, created_by, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (client_system_id, name) DO UPDATE SET alg = excluded.alg, kid = excluded.kid,
            sealed = excluded.sealed, sealed_for = excluded.sealed_for, public = excluded.public,
            scopes = excluded.scopes, created_by = excluded.created_by, created_at = excluded.created_at";
    REMOVE(Int, Text) = "DELETE FROM token_keys WHERE client_system_id = ?1 AND name = ?2";
}

/// Those of a client system, by name.
pub fn of(tx: &ReadTx<'_>, client: ClientSystemId) -> Result<Vec<TokenKey>, StoreError> {
    tx.all(&OF_CLIENT, values![client], read)
}

/// Keeps one in the place of what had its name.
pub fn put(tx: &WriteTx<'_>, tenant: Tenant, key: &TokenKey) -> Result<(), StoreError> {
    let scopes = key.scopes.to_string();
    let (sealed, public) = match &key.material {
        Material::Secret(sealed) => (Some(sealed), None),
        Material::Public(text) => (None, Some(text)),
    };
    let values = values![
        tenant,
        &key.name,
        key.alg.as_str(),
        key.kid.as_deref(),
        sealed.map(|sealed| &sealed.bytes),
        sealed.map(|sealed| &sealed.recipient),
        public,
        &scopes,
        &key.created_by,
        key.created_at
    ];
    tx.execute(&PUT, values)?;
    tx.erases_secrets();
    Ok(())
}

/// Keeps one no more. Answers whether it was there.
pub fn remove(tx: &WriteTx<'_>, tenant: Tenant, name: &str) -> Result<bool, StoreError> {
    let gone = tx.execute(&REMOVE, values![tenant, name])? > 0;
    tx.erases_secrets();
    Ok(gone)
}

fn read(row: &Row<'_>) -> Result<TokenKey, StoreError> {
    let (alg, scopes): (String, String) = (row.get("alg")?, row.get("scopes")?);
    let material = match (row.get("sealed")?, row.get("sealed_for")?, row.get("public")?) {
        (Some(bytes), Some(recipient), None) => Material::Secret(Sealed { bytes, recipient }),
        (None, None, Some(text)) => Material::Public(text),
        _ => return Err(damaged("sealed")),
    };
    Ok(TokenKey {
        name: row.get("name")?,
        alg: TokenAlg::from_word(&alg).ok_or_else(|| damaged("alg"))?,
        kid: row.get("kid")?,
        material,
        scopes: Scopes::from_words(&scopes).map_err(|_| damaged("scopes"))?,
        created_by: row.get("created_by")?,
        created_at: row.get("created_at")?,
    })
}
