//! The systems that use the gateway: how each proves to speak for a holder, how its holders are named, and where it tells
//! all their events.
//!
//! Rule: whoever names a holder names the client system with it ([`Holder`]); none is assumed. What a system says is
//! believed whole or not at all, but for single events that can't be read, which are named. What only one kind of system does (its keys, its phones, the shape of its answers) stays
//! in that kind's folder, [`puentes`] being the first; the doors above ask a [`ClientSystem`].

pub mod puentes;
mod source;

pub use source::{SourceError, Telling, Told};

use std::sync::Arc;

use self::puentes::{EventsEndpoint, PhoneError, PhoneNumbers, SharedSecret};
use crate::config;
use crate::ids::{ClientSystemId, Holder};
use crate::link::{ProviderKind, Slot};
use crate::outbound::{Outbound, Rules};

/// One system that uses the gateway.
///
/// Its three parts are those of Puentes, the only kind that there is; with a second kind they become choices, here alone.
#[derive(Debug)]
pub struct ClientSystem {
    /// Its row in the store.
    pub id: ClientSystemId,
    /// As its row names it.
    pub name: &'static str,
    /// How its callers prove that they may speak for a holder.
    pub proof: SharedSecret,
    /// How its holders are named.
    naming: PhoneNumbers,
    /// Where it tells all events of a holder; without one there is no resync.
    pub source: Option<EventsEndpoint>,
}

/// Why a caller may not speak for a holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotProven {
    /// The key is not the key of this name as sent.
    WrongKey,
    /// The key fits, but this is no name of a holder.
    NoName(PhoneError),
}

impl ClientSystem {
    /// Puentes, as it is configured.
    pub fn puentes(settings: &config::Puentes) -> Self {
        let rules = Rules { allowed_hosts: settings.host_and_port().into_iter().collect(), ..Rules::default() };
        Self {
            id: puentes::ID,
            name: puentes::NAME,
            proof: SharedSecret(settings.secret.clone()),
            naming: PhoneNumbers { default_region: settings.default_region.clone() },
            source: EventsEndpoint::of(settings, Outbound::new(rules)),
        }
    }

    /// The holder whom `key` lets its bearer speak for: the key is over `name` as it was sent.
    ///
    /// # Errors
    /// See [`NotProven`].
    pub fn prove(&self, name: &str, key: &str) -> Result<Holder, NotProven> {
        if !self.proof.is_key_of(name, key) {
            return Err(NotProven::WrongKey);
        }
        self.holder(name).map_err(NotProven::NoName)
    }

    /// The holder of this name, however it is written.
    ///
    /// # Errors
    /// When it is no name of a holder.
    pub fn holder(&self, name: &str) -> Result<Holder, PhoneError> {
        Ok(Holder { client: self.id, key: self.naming.key(name)? })
    }
}

/// All client systems of a gateway; one is configured now. Clones are the same.
#[derive(Clone, Debug)]
pub struct Clients {
    /// The one that `/events`, `/link` and `/resync` are for, and the links to people's pages.
    pub puentes: Arc<ClientSystem>,
}

impl Clients {
    /// Reads the settings.
    pub fn configured(config: &config::Config) -> Self {
        Self { puentes: Arc::new(ClientSystem::puentes(&config.puentes)) }
    }

    /// The place of a link at `provider` among those of its holder: Puentes's holders have one link at most.
    pub fn slot(&self, holder: &Holder, provider: ProviderKind) -> Slot {
        if holder.client == puentes::ID { Slot::Only } else { Slot::At(provider) }
    }

    /// Where all events of a holder can be asked for; none where their system tells none, or is configured no more.
    pub fn source_of(&self, holder: &Holder) -> Option<&EventsEndpoint> {
        Some(&self.puentes).filter(|system| system.id == holder.client)?.source.as_ref()
    }
}
