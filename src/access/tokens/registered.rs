//! The keys that client systems registered, kept and remembered.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;

use super::check::{Signed, Token, TokenFault, Verifier};
use super::wanted::{BadTokenKey, WantedTokenKey, public_keys, secret_key};
use crate::access::Access;
use crate::ids::{ClientSystemId, Tenant};
use crate::scope::Scopes;
use crate::secret::{ExposeSecret, SecretString};
use crate::store::token_keys::{self, Material, TokenAlg, TokenKey};
use crate::store::{StoreError, audit};
use crate::trail::{Action, Actor, Entry};

/// Keys for tokens that a client system registers at a time.
const MOST_OF_A_CLIENT: usize = 10;
/// Client systems whose keys are kept in memory; beyond, some are read again.
const MOST_KEPT: usize = 1_000;

/// Keys that were read lately, by client system.
#[derive(Default)]
pub(in crate::access) struct Registered {
    of_each: HashMap<ClientSystemId, Arc<Vec<Verifier>>>,
    /// Counts what was forgotten on purpose: what was read before that is not remembered after it.
    forgettings: u64,
}

/// A registered key, without what signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenKeyCard {
    /// What its client system calls it.
    pub name: String,
    /// The one algorithm.
    pub alg: TokenAlg,
    /// What a token must name.
    pub kid: Option<String>,
    /// What a token that is signed with it may do.
    pub scopes: Scopes,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// What is to become of the key of a name: another, or none.
pub type TokenKeyWish = (String, Option<WantedTokenKey>);

impl Access {
    /// What a token says, by keys that are remembered; none where the store has to be asked.
    pub(in crate::access) fn token_again(
        &self,
        client: ClientSystemId,
        token: &Token,
    ) -> Option<Option<Result<Signed, TokenFault>>> {
        let keys = self.registered.lock().of_each.get(&client).cloned()?;
        Some(token.checked(&keys, self.gateway.config.server.public_url.as_str(), self.gateway.clock.now()))
    }

    /// Reads the keys of a client system, and remembers them.
    ///
    /// # Errors
    /// When the store fails.
    pub(in crate::access) fn know_token_keys(&self, client: ClientSystemId) -> Result<(), StoreError> {
        let mark = self.registered.lock().forgettings;
        let kept = self.gateway.store.read(|tx| token_keys::of(tx, client))?;
        let verifiers = kept.iter().flat_map(|key| self.verifiers(client, key)).collect();
        let mut registered = self.registered.lock();
        if registered.forgettings != mark {
            return Ok(());
        }
        if registered.of_each.len() >= MOST_KEPT
            && let Some(one) = registered.of_each.keys().next().copied()
        {
            registered.of_each.remove(&one);
        }
        registered.of_each.insert(client, Arc::new(verifiers));
        Ok(())
    }

    /// A key that can't be opened takes no token, and hinders no other.
    fn verifiers(&self, client: ClientSystemId, key: &TokenKey) -> Vec<Verifier> {
        let kid = key.kid.as_deref();
        match &key.material {
            Material::Public(text) => public_keys(&key.name, key.alg, kid, text, key.scopes).unwrap_or_default(),
            Material::Secret(sealed) => {
                let opened = self.gateway.vault.unseal(&sealed.bytes);
                let opened = opened.inspect_err(|error| {
                    tracing::error!(%client, key = key.name, %error, "a key for tokens is not taken");
                });
                let secret = opened.ok().and_then(|plain| of_its_own(client, &key.name, &plain));
                secret.and_then(|secret| secret_key(&key.name, kid, &secret, key.scopes)).into_iter().collect()
            }
        }
    }

    /// The keys for tokens of a client system.
    ///
    /// # Errors
    /// When the store fails.
    pub fn token_keys(&self, tenant: Tenant) -> Result<Vec<TokenKeyCard>, StoreError> {
        let kept = self.gateway.store.read(|tx| token_keys::of(tx, tenant.client()))?;
        let card =
            |TokenKey { name, alg, kid, scopes, created_at, .. }| TokenKeyCard { name, alg, kid, scopes, created_at };
        Ok(kept.into_iter().map(card).collect())
    }

    /// Looks at what is wanted of keys for tokens, so that nothing is changed where one can't be.
    ///
    /// # Errors
    /// The name of the first that can't be, and why.
    pub fn look_at_token_keys<'w>(&self, wishes: &'w [TokenKeyWish]) -> Result<(), (&'w str, BadTokenKey)> {
        let wanted = wishes.iter().filter_map(|(name, wanted)| Some((name, wanted.as_ref()?)));
        wanted.into_iter().try_for_each(|(name, wanted)| wanted.looked_at(name).map_err(|why| (name.as_str(), why)))
    }

    /// Registers keys for tokens, and takes others away: all of it, or nothing. What they are was looked at.
    /// Answers whether there is room for them.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_token_keys(&self, tenant: Tenant, wishes: &[TokenKeyWish], by: &Actor) -> Result<bool, StoreError> {
        let (now, client) = (self.gateway.clock.now(), tenant.client());
        let kept: Vec<(String, Option<TokenKey>)> = wishes
            .iter()
            .map(|(name, wanted)| (name.clone(), wanted.as_ref().map(|it| self.kept(client, name, it, by, now))))
            .collect();
        let by = by.clone();
        let fits = self.gateway.store.write(move |tx| {
            let mut names: Vec<String> = token_keys::of(tx, client)?.into_iter().map(|key| key.name).collect();
            for (name, key) in &kept {
                names.retain(|there| there != name);
                names.extend(key.as_ref().map(|key| key.name.clone()));
            }
            if names.len() > MOST_OF_A_CLIENT {
                return Ok::<_, StoreError>(false);
            }
            for (name, key) in &kept {
                write_one(tx, tenant, (name, key.as_ref()), &by, now)?;
            }
            Ok(true)
        })?;
        let mut registered = self.registered.lock();
        registered.forgettings += 1;
        registered.of_each.remove(&client);
        Ok(fits)
    }

    fn kept(
        &self,
        client: ClientSystemId,
        name: &str,
        wanted: &WantedTokenKey,
        by: &Actor,
        now: Timestamp,
    ) -> TokenKey {
        let sealed = wanted.secret.as_ref().map(|secret| self.gateway.vault.seal(&belonging(client, name, secret)));
        let public = wanted.public.clone().unwrap_or_default();
        TokenKey {
            name: name.to_owned(),
            alg: wanted.alg,
            kid: wanted.kid.clone(),
            material: sealed.map_or(Material::Public(public), Material::Secret),
            scopes: wanted.scopes,
            created_by: by.name().to_owned(),
            created_at: now,
        }
    }
}

fn write_one(
    tx: &crate::store::WriteTx<'_>,
    tenant: Tenant,
    (name, key): (&str, Option<&TokenKey>),
    by: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let action = match key {
        Some(key) => {
            token_keys::put(tx, tenant, key)?;
            Action::TokenKeySet
        }
        None if token_keys::remove(tx, tenant, name)? => Action::TokenKeyRemoved,
        None => return Ok(()),
    };
    let detail = key.map_or(json!({}), |key| json!({"alg": key.alg.as_str(), "scopes": key.scopes.to_string()}));
    audit::note(tx, now, &Entry::done(action, by).of(tenant).to(name).with(detail))
}

/// What lies under a seal says whose it is, since a seal itself can be copied from row to row.
fn belonging(client: ClientSystemId, name: &str, secret: &SecretString) -> SecretString {
    format!("token key of {client}: {name}\n{}", secret.expose_secret()).into()
}

fn of_its_own(client: ClientSystemId, name: &str, plain: &SecretString) -> Option<SecretString> {
    let owner = format!("token key of {client}: {name}\n");
    plain.expose_secret().strip_prefix(&owner).map(|secret| secret.to_owned().into())
}
