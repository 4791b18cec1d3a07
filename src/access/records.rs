//! Making, listing, rotating and revoking keys.

use std::time::Duration;

use ipnet::IpNet;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Access;
use super::token;
use crate::ids::{ApiKeyId, HolderKey, Tenant};
use crate::scope::{Scope, Scopes};
use crate::secret::SecretString;
use crate::store::StoreError;
use crate::store::api_keys::{self, ApiKey, KeysAfter};
use crate::store::audit;
use crate::trail::{Action, Actor, Entry};

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
}

impl NewApiKey {
    /// The longest name, in characters.
    pub const LONGEST_NAME: usize = 100;
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
    /// It may do more than whoever asks for a new one in its place.
    #[error("a key can't give what it lacks: {0}. Rotate it with a key that has that scope")]
    MayMore(Scope),
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
    pub fn create_key(&self, tenant: Tenant, wanted: &NewApiKey, by: &Actor) -> Result<KeyMade, NotMinted> {
        let now = self.gateway.clock.now();
        let (made, hash) = minted(tenant, (wanted, by), now);
        let key = made.key.clone();
        let created = Entry::done(Action::KeyCreated, by).of(tenant).to(&key.id);
        self.gateway.store.write(move |tx| {
            if api_keys::count_live(tx, tenant, now)? >= MOST_LIVE {
                return Err(NotMinted::TooMany);
            }
            api_keys::insert(tx, tenant, &key, &hash)?;
            Ok(audit::note(tx, now, &Entry { detail: told(&key), ..created.clone() })?)
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
    /// meanwhile. Whoever asks may do all that `mandate` says, and the key no more.
    ///
    /// # Errors
    /// See [`NotMinted`].
    pub fn rotate_key(
        &self,
        tenant: Tenant,
        id: &ApiKeyId,
        (overlap, mandate): (Duration, Scopes),
        by: &Actor,
    ) -> Result<KeyMade, NotMinted> {
        let now = self.gateway.clock.now();
        let old = self.find_key(tenant, id)?.ok_or(NotMinted::NotFound)?;
        if let Some(more) = old.scopes.without(mandate).iter().next() {
            return Err(NotMinted::MayMore(more));
        }
        let wanted = NewApiKey {
            name: old.name,
            scopes: old.scopes,
            pinned: old.pinned,
            networks: old.networks,
            // A key with an end is followed by one of the same end: to live longer is asked for by making one.
            expires_at: old.expires_at,
        };
        let (made, hash) = minted(tenant, (&wanted, by), now);
        let (key, id_of_old) = (made.key.clone(), id.clone());
        let rotated = Entry::done(Action::KeyRotated, by).of(tenant).to(id);
        let ends = now.checked_add(overlap).unwrap_or(Timestamp::MAX);
        self.gateway.store.write(move |tx| {
            // As it is now: somebody may have revoked it since.
            let old = api_keys::get(tx, tenant, &id_of_old)?.ok_or(NotMinted::NotFound)?;
            if old.revoked_at.is_some() || old.expires_at.is_some_and(|at| at <= now) {
                return Err(NotMinted::Over);
            }
            let ends = old.expires_at.map_or(ends, |at| at.min(ends));
            api_keys::insert(tx, tenant, &key, &hash)?;
            api_keys::rotate(tx, tenant, (&id_of_old, &key.id), ends)?;
            let detail = json!({"rotated_to": key.id.as_str(), "expires_at": ends.to_string()});
            Ok(audit::note(tx, now, &rotated.clone().with(detail))?)
        })?;
        self.remembered.lock().forget(id);
        Ok(made)
    }

    /// Lets a key open nothing from now on. Answers it as it is then; none where there is no such key. Of one that was
    /// revoked before, nothing changes.
    ///
    /// # Errors
    /// When the store fails.
    pub fn revoke_key(&self, tenant: Tenant, id: &ApiKeyId, by: &Actor) -> Result<Option<ApiKey>, StoreError> {
        let (now, wanted) = (self.gateway.clock.now(), id.clone());
        let revoked = Entry::done(Action::KeyRevoked, by).of(tenant).to(id);
        let key = self.gateway.store.write(move |tx| {
            if api_keys::revoke(tx, tenant, &wanted, now)? {
                audit::note(tx, now, &revoked)?;
            }
            api_keys::get(tx, tenant, &wanted)
        })?;
        self.remembered.lock().forget(id);
        Ok(key)
    }
}

/// What a new key may do, for the audit trail.
fn told(key: &ApiKey) -> Value {
    let networks: Vec<String> = key.networks.iter().map(ToString::to_string).collect();
    json!({
        "name": key.name,
        "scopes": key.scopes.to_string(),
        "pinned": key.pinned.is_some(),
        "networks": networks,
        "expires_at": key.expires_at.map(|at| at.to_string()),
    })
}

fn minted(tenant: Tenant, (wanted, by): (&NewApiKey, &Actor), now: Timestamp) -> (KeyMade, [u8; 32]) {
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
        created_by: by.name().to_owned(),
        created_at: now,
        expires_at: wanted.expires_at,
        revoked_at: None,
        rotated_to: None,
        last_used_at: None,
        last_used_from: None,
    };
    (KeyMade { secret: minted.secret, key }, minted.presented.hash)
}
