//! What the doing layer works with: memory, keys, sockets, time and bells, in one hand.

use std::sync::Arc;

use crate::clock::Clock;
use crate::config::Config;
use crate::nudge::{SettledBell, WorkBell};
use crate::outbound::Outbound;
use crate::store::Store;
use crate::vault::Vault;

/// One running gateway. Shared by all doors and workers.
pub struct Gateway {
    /// Settings.
    pub config: Config,
    /// Memory.
    pub store: Store,
    /// Keys.
    pub vault: Vault,
    /// The socket.
    pub outbound: Arc<Outbound>,
    /// Time.
    pub clock: Clock,
    /// Rung after a commit that leaves work.
    pub work: WorkBell,
    /// Rung when outcomes were recorded.
    pub settled: SettledBell,
}

/// Why a gateway can't be opened.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct OpenError(pub String);

impl Gateway {
    /// Placeholder of the constructor's signature until the engine lands.
    ///
    /// # Errors
    /// Always, for now.
    pub fn open(_config: Config, _clock: Clock) -> Result<Self, OpenError> {
        Err(OpenError("not built yet".to_owned()))
    }
}
