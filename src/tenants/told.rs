//! What the audit trail tells.

use super::Tenants;
use crate::ids::{ClientSystemId, HolderKey, Tenant};
use crate::page_token::PageToken;
use crate::store::{StoreError, audit};
use crate::trail::Noted;

/// A page of the audit trail of one client system.
#[derive(Clone, Debug, PartialEq)]
pub struct TrailPage {
    /// The entries, the newest first.
    pub entries: Vec<Noted>,
    /// Where the next page begins; none: this is the last one.
    pub next: Option<String>,
}

/// Why there is no page.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoTrail {
    /// It begins nowhere.
    #[error("this page_token is none that a list of this audit trail gave; begin again without it")]
    PageToken,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Tenants {
    /// Entries of all client systems, the oldest first: those behind `after`, or the newest.
    ///
    /// # Errors
    /// When the store fails.
    pub fn trail(&self, after: Option<i64>, most: u32) -> Result<Vec<Noted>, StoreError> {
        self.gateway.store.read(|tx| match after {
            Some(after) => audit::after(tx, after, most),
            None => audit::newest(tx, most),
        })
    }

    /// A page of the entries of one client system, the newest first. Where it ends is told by a token, since the numbers of
    /// entries count those of others, too.
    ///
    /// # Errors
    /// See [`NoTrail`].
    pub fn trail_page(&self, tenant: Tenant, token: Option<&str>, limit: usize) -> Result<TrailPage, NoTrail> {
        let (store, whose) = (&self.gateway.store, tenant.holder(HolderKey::from_canonical("\u{0}audit")));
        let before = match token {
            Some(token) => PageToken::read(token, store.instance(), &whose).ok_or(NoTrail::PageToken)?,
            None => i64::MAX,
        };
        let most = u32::try_from(limit + 1).unwrap_or(u32::MAX);
        let mut entries = store.read(|tx| audit::newest_of(tx, tenant, before, most))?;
        let more = entries.len() > limit;
        entries.truncate(limit);
        let last = entries.last().filter(|_| more).map(|last| last.id);
        let next = last.map(|last| PageToken::of(last, store.instance(), &whose).as_str().to_owned());
        Ok(TrailPage { entries, next })
    }

    /// How the operator calls a client system; one that went by its number.
    pub fn called(&self, client: ClientSystemId) -> String {
        let system = self.gateway.clients.get(client);
        system.map_or_else(|| format!("#{client}"), |system| system.profile.slug.to_string())
    }
}
