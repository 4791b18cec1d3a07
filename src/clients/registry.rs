//! All client systems of a gateway, in memory: whoever asks for one asks no database.

use std::collections::HashMap;
use std::sync::Arc;

use super::ClientSystem;
use super::puentes::{self, EventsEndpoint};
use crate::calendar::People;
use crate::config::{self, Config};
use crate::guarded::Guarded;
use crate::ids::{ClientSystemId, Holder, PublicClientId, Slug};
use crate::link::{ProviderKind, Slot};

/// All client systems of a gateway. Clones are the same.
#[derive(Clone, Debug)]
pub struct Clients(Arc<Guarded<Known>>);

#[derive(Debug)]
struct Known {
    /// The one that `/events`, `/link` and `/resync` are for, and the links to people's pages.
    puentes: Arc<ClientSystem>,
    others: HashMap<ClientSystemId, Arc<ClientSystem>>,
}

impl Clients {
    /// Reads the settings, which know of Puentes alone. What is kept of others comes by [`Clients::put`].
    pub fn configured(config: &Config) -> Self {
        Self::of(&config.puentes)
    }

    /// Puentes, and nobody else yet.
    pub(crate) fn of(settings: &config::Puentes) -> Self {
        let puentes = Arc::new(ClientSystem::puentes(settings));
        Self(Arc::new(Guarded::new(Known { puentes, others: HashMap::new() })))
    }

    /// Puentes.
    pub fn puentes(&self) -> Arc<ClientSystem> {
        Arc::clone(&self.0.lock().puentes)
    }

    /// The one of this row.
    pub fn get(&self, id: ClientSystemId) -> Option<Arc<ClientSystem>> {
        let known = self.0.lock();
        if id == puentes::ID { Some(Arc::clone(&known.puentes)) } else { known.others.get(&id).cloned() }
    }

    /// The one that the operator calls so.
    pub fn of_slug(&self, slug: &Slug) -> Option<Arc<ClientSystem>> {
        self.find(|system| system.profile.slug == *slug)
    }

    /// The one that is called so in answers.
    pub fn of_public_id(&self, id: &PublicClientId) -> Option<Arc<ClientSystem>> {
        self.find(|system| system.profile.public_id == *id)
    }

    /// Whether pages of this origin may call for one of them.
    pub fn allow_origin(&self, origin: &str) -> bool {
        self.find(|system| system.profile.chosen.allowed_origins.iter().any(|allowed| allowed == origin)).is_some()
    }

    fn find(&self, is_it: impl Fn(&ClientSystem) -> bool) -> Option<Arc<ClientSystem>> {
        let known = self.0.lock();
        known.others.values().chain([&known.puentes]).find(|system| is_it(system)).cloned()
    }

    /// All of them, by their short names.
    pub fn all(&self) -> Vec<Arc<ClientSystem>> {
        let mut all: Vec<_> = {
            let known = self.0.lock();
            known.others.values().chain([&known.puentes]).cloned().collect()
        };
        all.sort_by(|one, other| one.profile.slug.cmp(&other.profile.slug));
        all
    }

    /// Knows a client system from now on as it is now.
    pub fn put(&self, system: ClientSystem) {
        let (id, system) = (system.id, Arc::new(system));
        let mut known = self.0.lock();
        if id == puentes::ID {
            known.puentes = system;
        } else {
            known.others.insert(id, system);
        }
    }

    /// Knows a client system no more. Puentes stays: the configuration file makes it.
    pub fn forget(&self, id: ClientSystemId) {
        self.0.lock().others.remove(&id);
    }

    /// The place of a link at `provider` among those of its holder: Puentes's holders have one link at most.
    pub fn slot(&self, holder: &Holder, provider: ProviderKind) -> Slot {
        if holder.client == puentes::ID { Slot::Only } else { Slot::At(provider) }
    }

    /// How the people of a holder's events are written in their calendar.
    pub fn people(&self, holder: &Holder) -> People {
        let wanted = self.get(holder.client).is_some_and(|system| system.profile.chosen.guests_as_attendees);
        if wanted { People::AsGuests } else { People::AsText }
    }

    /// Where all events of a holder can be asked for; none where their system tells none, or is there no more.
    pub fn source_of(&self, holder: &Holder) -> Option<Arc<EventsEndpoint>> {
        self.get(holder.client)?.source.clone()
    }
}
