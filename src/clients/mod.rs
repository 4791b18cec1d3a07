//! The systems that use the gateway: how each proves to speak for a holder, how its holders are named, and where it tells
//! all their events.
//!
//! Rule: whoever names a holder names the client system with it ([`Holder`]); none is assumed. What a system says is
//! believed whole or not at all, but for single events that can't be read, which are named. What only one kind of system does (its keys, its phones, the shape of its answers) stays
//! in that kind's folder, [`puentes`] being the first; the doors above ask a [`ClientSystem`].

pub mod puentes;
mod registry;
mod source;

pub use registry::Clients;
pub use source::{SourceError, Telling, Told};

use std::sync::Arc;

use jiff::Timestamp;

use self::puentes::{EventsEndpoint, PhoneError, PhoneNumbers, Proof};
use crate::config::{self, Config};
use crate::ids::{ClientSystemId, Holder, HolderKey};
use crate::outbound::{Outbound, Rules};
use crate::profile::{Naming, Profile};

/// One system that uses the gateway.
#[derive(Debug)]
pub struct ClientSystem {
    /// Its row in the store.
    pub id: ClientSystemId,
    /// What is kept of it.
    pub profile: Profile,
    /// How its callers prove that they may speak for a holder, where they have no key of their own.
    pub proof: Proof,
    /// How phones are read, where its holders are named by them.
    phones: PhoneNumbers,
    /// Where it tells all events of a holder; without one there is no resync.
    pub source: Option<Arc<EventsEndpoint>>,
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
    /// Puentes, as the file alone says it.
    pub fn puentes(settings: &config::Puentes) -> Self {
        Self::of_file(settings, puentes::profile(), Vec::new())
    }

    /// The same, with what is kept of whether it takes keys of MD5.
    #[must_use]
    pub fn taking_md5(self, settings: &config::Puentes, takes_md5: bool) -> Self {
        let mut profile = self.profile;
        profile.chosen.takes_md5 = takes_md5;
        Self::of_file(settings, profile, Vec::new())
    }

    /// A client system as it is kept, with the secrets that it shares with us; `way` leads to its source of
    /// events. What the configuration file says of Puentes wins.
    pub fn kept(profile: Profile, secrets: Vec<puentes::Live>, config: &Config, way: &Outbound) -> Self {
        if profile.id == puentes::ID {
            return Self::of_file(&config.puentes, profile, secrets);
        }
        let proof = Proof::new(None, secrets, profile.chosen.takes_md5);
        let region = profile.chosen.default_region.clone();
        let phones = PhoneNumbers::of(region.unwrap_or_else(|| config.puentes.default_region.clone()));
        let url = profile.chosen.events_url.clone();
        let source = url.map(|url| EventsEndpoint::at(url, proof.clone(), way.clone()));
        Self { id: profile.id, proof, phones, source: source.map(Arc::new), profile }
    }

    fn of_file(settings: &config::Puentes, mut profile: Profile, secrets: Vec<puentes::Live>) -> Self {
        profile.chosen.default_region = Some(settings.default_region.clone());
        profile.chosen.events_url = settings.events_url.clone();
        let proof = Proof::new(Some(settings.secret.clone()), secrets, profile.chosen.takes_md5);
        let rules = Rules { allowed_hosts: settings.host_and_port().into_iter().collect(), ..Rules::default() };
        let source = settings.events_url.clone();
        let source = source.map(|url| EventsEndpoint::at(url, proof.clone(), Outbound::new(rules)));
        let phones = PhoneNumbers::of(&settings.default_region);
        Self { id: profile.id, proof, phones, source: source.map(Arc::new), profile }
    }

    /// The holder whom `key` lets its bearer speak for: the key is over `name` as it was sent.
    ///
    /// # Errors
    /// See [`NotProven`].
    pub fn prove(&self, name: &str, key: &str, now: Timestamp) -> Result<Holder, NotProven> {
        if !self.proof.is_key_of(name, key, now) {
            return Err(NotProven::WrongKey);
        }
        self.holder(name).map_err(NotProven::NoName)
    }

    /// The holder of this name: a phone however it is written, or an id byte for byte.
    ///
    /// # Errors
    /// When phones name its holders and this is none.
    pub fn holder(&self, name: &str) -> Result<Holder, PhoneError> {
        let key = match self.profile.naming {
            Naming::Phone => self.phones.key(name)?,
            Naming::Id => HolderKey::from_canonical(name),
        };
        Ok(Holder { client: self.id, key })
    }
}
