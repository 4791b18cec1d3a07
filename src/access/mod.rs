//! Who comes in with what: the keys of client systems, and how much each of them may ask at a time.
//!
//! Rule: a [`Tenant`] is made here, from a key that was seen to be right, and nowhere else but by the operator's own commands. A key
//! is compared by its hash and in constant time; one that is unknown and one whose secret is wrong take the same way and get the
//! same answer. What was judged once is remembered by the hash of the whole key, so that only who brings the right one is
//! answered from memory; whatever changes a key forgets that.

mod admit;
mod holder;
mod memory;
mod pace;
mod records;
mod token;
mod tokens;

use std::sync::Arc;
use std::time::Duration;

use crate::gateway::Gateway;
use crate::guarded::Guarded;
use crate::ids::{Holder, Tenant};
use crate::trail::{Actor, ActorKind};

pub use admit::{Admitted, Bearer, NotAdmitted};
pub use holder::NotAHolder;
pub use records::{KeyMade, KeysPage, NewApiKey, NotMinted};

pub use crate::store::api_keys::{ApiKey, KeyState};

pub use crate::store::token_keys::TokenAlg;
pub use tokens::{BadTokenKey, Token, TokenFault, TokenKeyCard, TokenKeyWish, WantedTokenKey};

use memory::Remembered;
use pace::Paces;
use tokens::Registered;

/// The room of keys, with what it remembers.
pub struct Access {
    gateway: Arc<Gateway>,
    remembered: Guarded<Remembered>,
    paces: Guarded<Paces>,
    registered: Guarded<Registered>,
}

impl Access {
    /// The keys of a gateway.
    pub fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway, remembered: Guarded::default(), paces: Guarded::default(), registered: Guarded::default() }
    }

    /// Counts a request of `actor`, and of the holder whom it is about; or answers how long to wait.
    ///
    /// # Errors
    /// How long it is until a request would be let through. Then nothing was counted for the holder.
    pub fn pace(&self, tenant: Tenant, actor: &Actor, holder: Option<&Holder>) -> Result<(), Duration> {
        let chosen = self.gateway.clients.get(tenant.client()).map(|system| system.profile.chosen.limits);
        let (chosen, usual) = (chosen.unwrap_or_default(), self.gateway.config.limits);
        let now = self.gateway.clock.moment();
        let mut paces = self.paces.lock();
        // With one key for tokens sign all users of a page; each of them has a pace.
        let user = holder.filter(|_| actor.kind == ActorKind::Token);
        paces.ask((tenant, &actor.id, user), chosen.per_key.unwrap_or(usual.per_key), now)?;
        let Some(holder) = holder else { return Ok(()) };
        paces.ask(holder, chosen.per_holder.unwrap_or(usual.per_holder), now)
    }
}
