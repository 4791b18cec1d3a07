//! What the audit trail tells.

use super::Tenants;
use crate::ids::{ClientSystemId, Tenant};
use crate::store::{StoreError, audit};
use crate::trail::Noted;

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

    /// The entries of one client system before `before`, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn trail_of(&self, tenant: Tenant, before: Option<i64>, most: u32) -> Result<Vec<Noted>, StoreError> {
        self.gateway.store.read(|tx| audit::newest_of(tx, tenant, before.unwrap_or(i64::MAX), most))
    }

    /// How the operator calls a client system; one that went by its number.
    pub fn called(&self, client: ClientSystemId) -> String {
        let system = self.gateway.clients.get(client);
        system.map_or_else(|| format!("#{client}"), |system| system.profile.slug.to_string())
    }
}
