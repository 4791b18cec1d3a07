//! Making, listing, rotating and revoking keys.

use std::time::Duration;

use ipnet::IpNet;
use jiff::Timestamp;

use super::Access;
use super::token;
use crate::ids::{ApiKeyId, HolderKey, Tenant};
use crate::scope::Scopes;
use crate::secret::SecretString;
use crate::store::StoreError;
use crate::store::api_keys::{self, ApiKey, KeysAfter};

/// Keys of one client system that open something, at a time.
const MOST_LIVE: u64 = 1_000;

/// A key that somebody wants.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// The one holder that it speaks for.
    pub pinned: Option<HolderKey>,
    /// From where it may be used; empty: from anywhere.
    pub networks: Vec<IpNet>,
    /// From when on it opens no more.
    pub expires_at: Option<Timestamp>,
    /// Who makes it.
    pub created_by: String,
}

/// A key that was just made: the only time that it is shown.
#[derive(Debug)]
pub struct KeyMade {
    /// The whole key.
    pub secret: SecretString,
    /// What is kept of it.
    pub key: ApiKey,
}

/// One page of a client system's keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeysPage {
    /// The keys, in the order in which they were made.
    pub keys: Vec<ApiKey>,
    /// Where the next page begins; none: this is the last one.
    pub next: Option<ApiKeyId>,
}

/// Why no key was made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotMinted {
    /// The client system has as many as it may have.
    #[error("there are {MOST_LIVE} live keys already; revoke some that nobody uses")]
    TooMany,
    /// There is no such key of this client system.
    #[error("there is no such key")]
    NotFound,
    /// It opens nothing any more, so nothing can take its place.
    #[error("the key is over; make a new one instead")]
    Over,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Access {
    /// Makes a key for a client system.
    ///
    /// # Errors
    /// See [`NotMinted`].
    pub fn create_key(&self, tenant: Tenant, wanted: &NewApiKey) -> Result<KeyMade, NotMinted> {
        let now = self.gateway.clock.now();
        let (made, hash) = minted(tenant, wanted, now);
        let key = made.key.clone();
        self.gateway.store.write(move |tx| {
            if api_keys::count_live(tx, tenant, now)? >= MOST_LIVE {
                return Err(NotMinted::TooMany);
            }
            Ok(api_keys::insert(tx, tenant, &key, &hash)?)
        })?;
        Ok(made)
    }

    /// Some of the client system's keys, also those that open no more.
    ///
    /// # Errors
    /// When the store fails.
    pub fn list_keys(&self, tenant: Tenant, after: Option<ApiKeyId>, limit: usize) -> Result<KeysPage, StoreError> {
        let one_more = KeysAfter { after, limit: limit + 1 };
        let mut keys = self.gateway.store.read(|tx| api_keys::list(tx, tenant, &one_more))?;
        let more = keys.len() > limit;
        keys.truncate(limit);
        let next = keys.last().filter(|_| more).map(|key| key.id.clone());
        Ok(KeysPage { keys, next })
    }

    /// One of the client system's keys.
    ///
    /// # Errors
    /// When the store fails.
    pub fn find_key(&self, tenant: Tenant, id: &ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
        self.gateway.store.read(|tx| api_keys::get(tx, tenant, id))
    }

    /// Makes a key that takes the place of another, which ends after `overlap` at the latest: programs are given the new one
    /// meanwhile.
    ///
    /// # Errors
    /// See [`NotMinted`].
    pub fn rotate_key(
        &self,
        tenant: Tenant,
        id: &ApiKeyId,
        (overlap, by): (Duration, &str),
    ) -> Result<KeyMade, NotMinted> {
        let now = self.gateway.clock.now();
        let old = self.find_key(tenant, id)?.ok_or(NotMinted::NotFound)?;
        let wanted = NewApiKey {
            name: old.name,
            scopes: old.scopes,
            pinned: old.pinned,
            networks: old.networks,
            // A key with an end is followed by one of the same end: to live longer is asked for by making one.
            expires_at: old.expires_at,
            created_by: by.to_owned(),
        };
        let (made, hash) = minted(tenant, &wanted, now);
        let (key, id_of_old) = (made.key.clone(), id.clone());
        let ends = now.checked_add(overlap).unwrap_or(Timestamp::MAX);
        self.gateway.store.write(move |tx| {
            // As it is now: somebody may have revoked it since.
            let old = api_keys::get(tx, tenant, &id_of_old)?.ok_or(NotMinted::NotFound)?;
            if old.revoked_at.is_some() || old.expires_at.is_some_and(|at| at <= now) {
                return Err(NotMinted::Over);
            }
            let ends = old.expires_at.map_or(ends, |at| at.min(ends));
            api_keys::insert(tx, tenant, &key, &hash)?;
            Ok(api_keys::rotate(tx, tenant, (&id_of_old, &key.id), ends)?)
        })?;
        self.remembered.lock().forget(id);
        Ok(made)
    }

    /// Lets a key open nothing from now on. Answers it as it is then; none where there is no such key. Of one that was
    /// revoked before, nothing changes.
    ///
    /// # Errors
    /// When the store fails.
    pub fn revoke_key(&self, tenant: Tenant, id: &ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
        let (now, wanted) = (self.gateway.clock.now(), id.clone());
        let key = self.gateway.store.write(move |tx| {
            api_keys::revoke(tx, tenant, &wanted, now)?;
            api_keys::get(tx, tenant, &wanted)
        })?;
        self.remembered.lock().forget(id);
        Ok(key)
    }
}

fn minted(tenant: Tenant, wanted: &NewApiKey, now: Timestamp) -> (KeyMade, [u8; 32]) {
    let minted = token::mint();
    let key = ApiKey {
        id: ApiKeyId::new(now),
        client: tenant.client(),
        lookup: minted.presented.lookup,
        last4: minted.last4,
        name: wanted.name.clone(),
        scopes: wanted.scopes,
        pinned: wanted.pinned.clone(),
        networks: wanted.networks.clone(),
        created_by: wanted.created_by.clone(),
        created_at: now,
        expires_at: wanted.expires_at,
        revoked_at: None,
        rotated_to: None,
        last_used_at: None,
        last_used_from: None,
    };
    (KeyMade { secret: minted.secret, key }, minted.presented.hash)
}
