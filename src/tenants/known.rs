//! What memory knows of client systems, from the store.

use std::collections::HashMap;

use super::Tenants;
use crate::clients::ClientSystem;
use crate::clients::puentes::Live;
use crate::ids::{ClientSystemId, Tenant};
use crate::profile::Profile;
use crate::store::client_secrets::{self, KeptSecret};
use crate::store::{StoreError, clients};

impl Tenants {
    /// Knows every client system as it is kept.
    pub(super) fn know_all(&self) -> Result<(), StoreError> {
        let (all, secrets) =
            self.gateway.store.read(|tx| Ok::<_, StoreError>((clients::all(tx)?, client_secrets::all(tx)?)))?;
        let mut of_each: HashMap<ClientSystemId, Vec<KeptSecret>> = HashMap::new();
        for secret in secrets {
            of_each.entry(secret.client).or_default().push(secret);
        }
        for profile in all {
            let secrets = of_each.remove(&profile.id).unwrap_or_default();
            self.put(profile, &secrets);
        }
        Ok(())
    }

    /// Knows one as it is kept now, or no more.
    pub(super) fn know(&self, tenant: Tenant) -> Result<(), StoreError> {
        let client = tenant.client();
        let _turn = self.turn.lock();
        let kept = self
            .gateway
            .store
            .read(|tx| Ok::<_, StoreError>((clients::get(tx, client)?, client_secrets::of(tx, tenant)?)))?;
        match kept {
            (Some(profile), secrets) => self.put(profile, &secrets),
            (None, _) => self.gateway.clients.forget(client),
        }
        Ok(())
    }

    fn put(&self, profile: Profile, secrets: &[KeptSecret]) {
        let live = secrets.iter().filter_map(|secret| self.opened(secret)).collect();
        let system = ClientSystem::kept(profile, live, &self.gateway.config, &self.way);
        self.gateway.clients.put(system);
    }

    /// A secret that can't be opened is not taken, and hinders no other.
    fn opened(&self, kept: &KeptSecret) -> Option<Live> {
        match self.gateway.vault.unseal(&kept.sealed.bytes) {
            Ok(secret) => Some(Live { secret, until: kept.expires_at }),
            Err(error) => {
                tracing::error!(secret = %kept.public_id, %error, "a secret of a client system is not taken");
                None
            }
        }
    }
}
