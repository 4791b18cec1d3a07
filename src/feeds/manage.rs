//! Making feeds, giving them other addresses, and ending them.

use jiff::Timestamp;
use serde_json::json;

use super::{Feeds, SAYS_SO, secret};
use crate::ids::{FeedId, Holder, Tenant};
use crate::secret::{ExposeSecret, SecretString};
use crate::store::feeds::{self, Feed, Privacy};
use crate::store::{StoreError, audit, holders};
use crate::trail::{Action, Actor, Entry};

/// Feeds that one holder may have at a time.
const MOST: u64 = 20;

/// A feed that somebody wants.
#[derive(Clone, Debug)]
pub struct NewFeed {
    /// What calendars show; none: what the client system is known as.
    pub name: Option<String>,
    /// How much it tells.
    pub privacy: Privacy,
    /// Confidential events, too.
    pub with_confidential: bool,
}

/// A feed and its secret: the only time that this is shown.
#[derive(Debug)]
pub struct FeedMade {
    /// The feed.
    pub feed: Feed,
    /// What stands in its address.
    pub secret: SecretString,
}

/// Why there is no such feed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoFeed {
    /// The holder has as many as they may have.
    #[error("there are {MOST} feeds of this holder already; end some that nobody reads")]
    TooMany,
    /// The holder has no such feed.
    #[error("there is no such feed")]
    NotFound,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Feeds {
    /// Makes a feed of a holder.
    ///
    /// # Errors
    /// See [`NoFeed`].
    pub fn create(&self, tenant: Tenant, holder: &Holder, wanted: NewFeed, by: &Actor) -> Result<FeedMade, NoFeed> {
        let now = self.gateway.clock.now();
        let usual = || {
            let client = self.gateway.clients.get(holder.client);
            client.map_or_else(String::new, |client| client.profile.chosen.display_name.clone())
        };
        let NewFeed { name, privacy, with_confidential } = wanted;
        let name = name.unwrap_or_else(usual);
        let feed = Feed { id: FeedId::new(now), name, privacy, with_confidential, created_at: now, changed_at: now };
        let secret = secret::new();
        let (key, hash, made) = (holder.clone(), secret::hash(secret.expose_secret()), feed.clone());
        let detail = json!({ "privacy": privacy.as_str(), "include_private": with_confidential });
        let entry = Entry::done(Action::FeedCreated, by).of(tenant).to(&feed.id).with(detail);
        self.gateway.store.write(move |tx| {
            let holder = holders::ensure(tx, &key)?;
            if feeds::count(tx, holder)? >= MOST {
                return Err(NoFeed::TooMany);
            }
            feeds::insert(tx, holder, &made, &hash)?;
            Ok(audit::note(tx, now, &Entry { holder: Some(holder), ..entry.clone() })?)
        })?;
        Ok(FeedMade { feed, secret })
    }

    /// The feeds of a holder, in the order in which they were made.
    ///
    /// # Errors
    /// When the store fails.
    pub fn list(&self, holder: &Holder) -> Result<Vec<Feed>, StoreError> {
        self.gateway.store.read(|tx| match holders::find(tx, holder)? {
            Some(holder) => feeds::all_of(tx, holder),
            None => Ok(Vec::new()),
        })
    }

    /// Gives a feed another address. The one before says for [`SAYS_SO`] that it was given up.
    ///
    /// # Errors
    /// See [`NoFeed`].
    pub fn rotate(&self, tenant: Tenant, holder: &Holder, id: &FeedId, by: &Actor) -> Result<FeedMade, NoFeed> {
        let now = self.gateway.clock.now();
        let secret = secret::new();
        let (key, hash, id) = (holder.clone(), secret::hash(secret.expose_secret()), id.clone());
        let entry = Entry::done(Action::FeedRotated, by).of(tenant).to(&id);
        let feed = self.gateway.store.write(move |tx| {
            let holder = holders::find(tx, &key)?.ok_or(NoFeed::NotFound)?;
            let feed = feeds::rotate(tx, (holder, &id), &hash, (now, until(now)))?.ok_or(NoFeed::NotFound)?;
            audit::note(tx, now, &Entry { holder: Some(holder), ..entry.clone() })?;
            Ok::<_, NoFeed>(feed)
        })?;
        Ok(FeedMade { feed, secret })
    }

    /// Ends a feed. Its address says for [`SAYS_SO`] that it was given up.
    ///
    /// # Errors
    /// See [`NoFeed`].
    pub fn remove(&self, tenant: Tenant, holder: &Holder, id: &FeedId, by: &Actor) -> Result<(), NoFeed> {
        let now = self.gateway.clock.now();
        let (key, id) = (holder.clone(), id.clone());
        let entry = Entry::done(Action::FeedRemoved, by).of(tenant).to(&id);
        self.gateway.store.write(move |tx| {
            let holder = holders::find(tx, &key)?.ok_or(NoFeed::NotFound)?;
            if !feeds::remove(tx, holder, &id, until(now))? {
                return Err(NoFeed::NotFound);
            }
            Ok(audit::note(tx, now, &Entry { holder: Some(holder), ..entry.clone() })?)
        })
    }
}

fn until(now: Timestamp) -> Timestamp {
    now.checked_add(SAYS_SO).unwrap_or(Timestamp::MAX)
}
