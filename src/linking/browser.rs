//! A person's session in one browser: begun by the link that the client system made, bound to its holder.
//!
//! Rule: what the browser holds is a random token that only this store knows (as a hash); coming in again replaces it,
//! and going out forgets it, so that a token that got away is worth nothing for long. A hop carries a person from an
//! app's own browser, where providers refuse to ask for a consent, into the real one, and from one person's session into
//! another's, once they have said so: once, within minutes.

use data_encoding::BASE64URL_NOPAD;
use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Linking, token};
use crate::gateway::Gateway;
use crate::ids::Holder;
use crate::secret::{ExposeSecret, SecretString};
use crate::store::browser_sessions::{self, Purpose};
use crate::store::{StoreError, authorizations, holders};

/// How long a session lasts. Whoever comes later opens their link again.
pub const LIFE: SignedDuration = SignedDuration::from_hours(2);
/// How long a hop can be made.
const HOP_LIFE: SignedDuration = SignedDuration::from_mins(15);

/// A session that is good now.
#[derive(Clone, Debug)]
pub struct BrowserSession {
    /// Whose.
    pub holder: Holder,
    /// Names it where its token must not be.
    pub hash: [u8; 32],
    /// What its forms send along, which no other site can know.
    pub csrf: SecretString,
}

impl BrowserSession {
    fn of(holder: Holder, token: &SecretString) -> Self {
        let csrf = Sha256::new().chain_update(b"csrf ").chain_update(token.expose_secret()).finalize();
        Self { holder, hash: token::hash(token), csrf: BASE64URL_NOPAD.encode(&csrf).into() }
    }

    /// Whether a form sent along what this session's forms do.
    pub fn sent(&self, csrf: &SecretString) -> bool {
        self.csrf.expose_secret().as_bytes().ct_eq(csrf.expose_secret().as_bytes()).into()
    }
}

impl Linking {
    /// Begins a session for who proved to be `holder`, in the place of the one that their browser had. Answers its token.
    ///
    /// # Errors
    /// When the store fails.
    pub fn enter(&self, holder: &Holder, old: Option<&SecretString>) -> Result<SecretString, StoreError> {
        let (token, now) = (token::random(), self.gateway.clock.now());
        let (key, new, old) = (holder.clone(), token::hash(&token), old.map(token::hash));
        let expires_at = now.checked_add(LIFE).unwrap_or(now);
        self.gateway.store.write(move |tx| {
            let holder = holders::ensure(tx, &key)?;
            if let Some(old) = old {
                browser_sessions::erase(tx, &old)?;
                authorizations::follow(tx, &old, &new, holder)?;
            }
            browser_sessions::insert(tx, &new, (holder, Purpose::Session), expires_at, now)
        })?;
        Ok(token)
    }

    /// The session of a token. `None`: there is none (any more).
    ///
    /// # Errors
    /// When the store fails.
    pub fn session(&self, token: &SecretString) -> Result<Option<BrowserSession>, StoreError> {
        let holder = holder_of(&self.gateway, token, Purpose::Session)?;
        Ok(holder.map(|holder| BrowserSession::of(holder, token)))
    }

    /// Ends a session, and with it all hops of its holder: an address that still stands in some history leads nobody in.
    ///
    /// # Errors
    /// When the store fails.
    pub fn leave(&self, session: &BrowserSession) -> Result<(), StoreError> {
        let (hash, key) = (session.hash, session.holder.clone());
        self.gateway.store.write(move |tx| {
            browser_sessions::erase(tx, &hash)?;
            match holders::find(tx, &key)? {
                Some(holder) => browser_sessions::erase_all(tx, holder, Purpose::Hop),
                None => Ok(()),
            }
        })
    }

    /// What carries `holder` into another browser.
    ///
    /// # Errors
    /// When the store fails.
    pub fn hop(&self, holder: &Holder) -> Result<SecretString, StoreError> {
        let (token, now) = (token::random(), self.gateway.clock.now());
        let (key, hash) = (holder.clone(), token::hash(&token));
        let expires_at = now.checked_add(HOP_LIFE).unwrap_or(now);
        self.gateway.store.write(move |tx| {
            let holder = holders::ensure(tx, &key)?;
            browser_sessions::insert(tx, &hash, (holder, Purpose::Hop), expires_at, now)
        })?;
        Ok(token)
    }

    /// Whom a hop would carry, without making it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn may_hop(&self, hop: &SecretString) -> Result<Option<Holder>, StoreError> {
        holder_of(&self.gateway, hop, Purpose::Hop)
    }

    /// Makes a hop, which uses it up: a session as [`Linking::enter`] begins it. `None`: it was made, or waited too long.
    ///
    /// # Errors
    /// When the store fails.
    pub fn land(&self, hop: &SecretString, old: Option<&SecretString>) -> Result<Option<SecretString>, StoreError> {
        let Some(holder) = self.may_hop(hop)? else { return Ok(None) };
        let hash = token::hash(hop);
        // Of two that land at once, one finds it gone.
        if self.gateway.store.write(move |tx| browser_sessions::erase(tx, &hash))? {
            self.enter(&holder, old).map(Some)
        } else {
            Ok(None)
        }
    }
}

pub(super) fn holder_of(
    gateway: &Gateway,
    token: &SecretString,
    purpose: Purpose,
) -> Result<Option<Holder>, StoreError> {
    let (hash, now) = (token::hash(token), gateway.clock.now());
    gateway.store.read(|tx| match browser_sessions::find(tx, &hash, purpose, now)? {
        Some(holder) => holders::get(tx, holder),
        None => Ok(None),
    })
}
