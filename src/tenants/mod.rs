//! Client systems side by side: who there is, what each has chosen, and whether it may work.
//!
//! Rule: the store keeps them, memory ([`Clients`](crate::clients::Clients)) answers for them. Whatever changes one is
//! committed with its entry in the audit trail, and then known in memory; nothing else writes either. The client system that
//! the configuration file makes is one of them: what the file says of it, the file alone changes.

mod export;
#[cfg(test)]
mod fixture;
mod known;
mod removing;
mod secrets;
mod standing;
mod told;

pub use export::ExportPlace;
pub use removing::{Holdings, NextOfRemoval};
pub use secrets::SharedWith;
pub use standing::{NewTenant, NotDone};
pub use told::{NoTrail, TrailPage};

use std::sync::Arc;

use crate::gateway::Gateway;
use crate::guarded::Guarded;
use crate::outbound::{Outbound, Rules};
use crate::store::StoreError;

/// The room of client systems.
pub struct Tenants {
    gateway: Arc<Gateway>,
    /// To addresses that client systems named: what is private is out of reach.
    way: Outbound,
    /// Held while memory takes over what is kept, so that it never ends with something older.
    turn: Guarded<()>,
}

impl Tenants {
    /// The client systems of a gateway, which knows all of them from now on.
    ///
    /// # Errors
    /// When the store fails.
    pub fn open(gateway: Arc<Gateway>) -> Result<Self, StoreError> {
        let way = Outbound::new(Rules::default().with_hosts_of(&gateway.config));
        let tenants = Self { gateway, way, turn: Guarded::new(()) };
        tenants.know_all()?;
        Ok(tenants)
    }
}
