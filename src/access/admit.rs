//! Whether a key opens, for whom, and what.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use subtle::ConstantTimeEq;

use super::Access;
use super::token::Presented;
use super::tokens::{Token, TokenFault};
use crate::ids::{ApiKeyId, ClientSystemId, HolderKey, PublicClientId, Slug, Tenant};
use crate::profile::ClientState;
use crate::scope::Scopes;
use crate::store::StoreError;
use crate::store::api_keys::{self, ApiKey};
use crate::trail::Actor;

/// What somebody brings, as far as it can be told without asking the store.
#[derive(Clone, Debug)]
pub struct Bearer(Brought);

#[derive(Clone, Debug)]
enum Brought {
    Key(Presented),
    Token(Token),
}

/// Who was let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// Whom they may speak for.
    pub tenant: Tenant,
    /// Who speaks in its name.
    pub actor: Actor,
    /// What they may do.
    pub scopes: Scopes,
    /// The one holder that they may speak for; none: any of the client system.
    pub pinned: Option<HolderKey>,
}

/// Why somebody was not let in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAdmitted {
    /// No key looks like that, there is none like it, or its secret is another.
    #[error("the key is not valid")]
    Unknown,
    /// The right key, which is over.
    #[error("the key expired at {0}")]
    Expired(Timestamp),
    /// The right key, which was revoked.
    #[error("the key was revoked at {0}")]
    Revoked(Timestamp),
    /// The right key, from an address that it may not be used from.
    #[error("the key may not be used from {0}")]
    ElsewhereUsed(IpAddr),
    /// A token that is signed as it should be, and is not good all the same.
    #[error(transparent)]
    Token(TokenFault),
    /// The right key, of a client system that may not work now.
    #[error("the client system is suspended")]
    Suspended,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Bearer {
    /// Reads what was brought.
    ///
    /// # Errors
    /// When no key looks like that.
    pub fn read(text: &str) -> Result<Self, NotAdmitted> {
        let key = Presented::read(text).map(Brought::Key);
        key.or_else(|| Token::read(text).map(Brought::Token)).map(Self).ok_or(NotAdmitted::Unknown)
    }

    /// The token, where it is one.
    pub fn token(&self) -> Option<&Token> {
        if let Brought::Token(token) = &self.0 { Some(token) } else { None }
    }

    fn key_hash(&self) -> Option<&[u8; 32]> {
        if let Brought::Key(presented) = &self.0 { Some(&presented.hash) } else { None }
    }
}

impl Access {
    /// Lets in who was let in lately; none where the store has to be asked ([`Access::admit`]).
    ///
    /// # Errors
    /// See [`NotAdmitted`].
    pub fn admit_again(&self, bearer: &Bearer, from: IpAddr) -> Option<Result<Admitted, NotAdmitted>> {
        let judged = match &bearer.0 {
            Brought::Token(token) => self.signed_again(token)?,
            Brought::Key(presented) => {
                let now = self.gateway.clock.now();
                judged(self.remembered.lock().get(&presented.hash)?, from, now)
            }
        };
        Some(judged.and_then(|admitted| self.of_a_system_that_works(admitted)))
    }

    /// Lets somebody in, or not. Blocks: it asks the store.
    ///
    /// # Errors
    /// See [`NotAdmitted`].
    pub fn admit(&self, bearer: &Bearer, from: IpAddr) -> Result<Admitted, NotAdmitted> {
        let admitted = match &bearer.0 {
            Brought::Key(presented) => self.looked_up(presented, from)?,
            Brought::Token(token) => {
                let client = self.issuer(token).ok_or(NotAdmitted::Unknown)?;
                self.know_token_keys(client)?;
                self.signed_again(token).unwrap_or(Err(NotAdmitted::Unknown))?
            }
        };
        self.of_a_system_that_works(admitted)
    }

    fn looked_up(&self, presented: &Presented, from: IpAddr) -> Result<Admitted, NotAdmitted> {
        let now = self.gateway.clock.now();
        let mark = self.remembered.lock().mark();
        let found = self.gateway.store.read(|tx| api_keys::look_up(tx, &presented.lookup))?;
        // What is compared with where there is no such key: the same work, and never equal to a hash.
        let (key, hash) = found.map_or((None, [0; 32]), |(key, hash)| (Some(key), hash));
        let is_right: bool = hash.ct_eq(&presented.hash).into();
        let key = key.filter(|_| is_right).ok_or(NotAdmitted::Unknown)?;
        let admitted = judged(&key, from, now);
        self.remembered.lock().keep(hash, key, mark);
        admitted
    }

    /// What a token opens, by keys that are remembered; none where the store has to be asked.
    fn signed_again(&self, token: &Token) -> Option<Result<Admitted, NotAdmitted>> {
        let Some(client) = self.issuer(token) else { return Some(Err(NotAdmitted::Unknown)) };
        let signed = match self.token_again(client, token)? {
            None => return Some(Err(NotAdmitted::Unknown)),
            Some(Err(fault)) => return Some(Err(NotAdmitted::Token(fault))),
            Some(Ok(signed)) => signed,
        };
        let tenant = Tenant::proven(client);
        let admitted = self.holder(tenant, &signed.subject).map_err(|_| NotAdmitted::Token(TokenFault::Claims));
        Some(admitted.map(|holder| Admitted {
            tenant,
            actor: Actor::token(&signed.key),
            scopes: signed.scopes,
            pinned: Some(holder.key),
        }))
    }

    /// The client system that is said to have signed a token.
    pub fn issuer(&self, token: &Token) -> Option<ClientSystemId> {
        let clients = &self.gateway.clients;
        let by_slug = Slug::new(token.issuer()).ok().and_then(|slug| clients.of_slug(&slug));
        let system = by_slug.or_else(|| clients.of_public_id(&PublicClientId::from_text(token.issuer())?));
        system.map(|system| system.id)
    }

    /// What client systems may do is asked each time: a key that is remembered is no longer taken once they may not.
    fn of_a_system_that_works(&self, admitted: Admitted) -> Result<Admitted, NotAdmitted> {
        match self.gateway.clients.get(admitted.tenant.client()).map(|system| system.profile.state) {
            Some(state) if state.may_call() => Ok(admitted),
            Some(ClientState::Suspended) => Err(NotAdmitted::Suspended),
            // What goes, or went, is nobody's any more.
            _ => Err(NotAdmitted::Unknown),
        }
    }

    /// The key whose use is to be written down ([`Access::note_use`]): the first of each minute is.
    pub fn first_use(&self, bearer: &Bearer) -> Option<ApiKeyId> {
        self.remembered.lock().first_use(bearer.key_hash()?, self.gateway.clock.now())
    }

    /// Writes down that a key was used, and from which network. What fails here fails nobody's request: it is logged.
    pub fn note_use(&self, tenant: Tenant, key: &ApiKeyId, from: IpAddr) {
        let (id, at, network) = (key.clone(), self.gateway.clock.now(), network_of(from));
        let noted = self.gateway.store.write(move |tx| api_keys::used(tx, tenant, &id, (at, &network)));
        if let Err(error) = noted {
            let error: StoreError = error;
            tracing::warn!(%error, %key, "the use of a key could not be noted");
        }
    }
}

/// Whether a key that was seen to be right opens now, from there.
fn judged(key: &ApiKey, from: IpAddr, now: Timestamp) -> Result<Admitted, NotAdmitted> {
    if let Some(revoked_at) = key.revoked_at {
        return Err(NotAdmitted::Revoked(revoked_at));
    }
    if let Some(expires_at) = key.expires_at.filter(|at| *at <= now) {
        return Err(NotAdmitted::Expired(expires_at));
    }
    if !key.networks.is_empty() && !key.networks.iter().any(|network| network.contains(&from.to_canonical())) {
        return Err(NotAdmitted::ElsewhereUsed(from));
    }
    Ok(Admitted {
        tenant: Tenant::proven(key.client),
        actor: Actor::key(&key.id),
        scopes: key.scopes,
        pinned: key.pinned.clone(),
    })
}

/// The network of an address, without the part that names a person's own machine: /24, or /48.
fn network_of(address: IpAddr) -> String {
    let address = address.to_canonical();
    let length = if address.is_ipv4() { 24 } else { 48 };
    IpNet::new(address, length).map_or_else(|_| String::new(), |network| network.trunc().to_string())
}
