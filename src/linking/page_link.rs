//! The link into a person's page that a client system asks for and hands on.
//!
//! Rule: opening it shows whose page it leads to and asks for a tap; only the tap begins a session. So mail scanners and previews
//! may open it as often as they like, and nothing is used up by that.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use url::Url;

use super::{Linking, token};
use crate::ids::Holder;
use crate::secret::{ExposeSecret, SecretString};
use crate::store::browser_sessions::{self, Purpose};
use crate::store::{StoreError, audit, holders};
use crate::trail::{Action, Actor, Entry};

/// How long the link is good. A person gets it by message, and opens it when they find the time.
const LIFE: SignedDuration = SignedDuration::from_hours(24);

/// A link into a person's page.
#[derive(Clone, Debug)]
pub struct PageLink {
    /// The address. Whoever has it can come in.
    pub url: Url,
    /// Until when.
    pub expires_at: Timestamp,
}

impl Linking {
    /// A new link into the page of `holder`. Those from before stay good until they end.
    ///
    /// # Errors
    /// When the store fails.
    pub fn page_link(&self, holder: &Holder, by: &Actor) -> Result<PageLink, StoreError> {
        let (token, now) = (token::random(), self.gateway.clock.now());
        let expires_at = now.checked_add(LIFE).unwrap_or(now);
        let (key, hash, by) = (holder.clone(), token::hash(&token), by.clone());
        self.gateway.store.write(move |tx| {
            let holder = holders::ensure(tx, &key)?;
            browser_sessions::insert(tx, &hash, (holder, Purpose::Page), expires_at, now)?;
            let entry = Entry::done(Action::PageLinkMade, &by).of_holder(key.client, holder);
            audit::note(tx, now, &entry.with(json!({ "expires_at": expires_at.to_string() })))
        })?;
        let mut url = self.gateway.config.server.public_url.clone();
        url.set_path(&format!("c/{}", token.expose_secret()));
        Ok(PageLink { url, expires_at })
    }

    /// How calendars that we make for a holder are called, and so their client system on pages.
    pub fn calendar_name(&self, holder: &Holder) -> String {
        self.gateway.calendar_name(holder)
    }

    /// Whose page a link leads to; none where there is no such link (any more).
    ///
    /// # Errors
    /// When the store fails.
    pub fn page_of(&self, token: &SecretString) -> Result<Option<Holder>, StoreError> {
        super::browser::holder_of(&self.gateway, token, Purpose::Page)
    }
}
