//! What the doing layer works with: memory, keys, sockets, time and bells, in one hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Semaphore;

use crate::agenda::Shelf;
use crate::clients::Clients;
use crate::clock::Clock;
use crate::config::Config;
use crate::ids::Holder;
use crate::linking::Turns;
use crate::linking::tries::Tries;
use crate::nudge::{SettledBell, WorkBell};
use crate::outbound::{Outbound, Rules};
use crate::placement::Mark;
use crate::providers::google;
use crate::store::{self, Store};
use crate::vault::{Vault, VaultError};

/// One running gateway. Shared by all doors and workers.
pub struct Gateway {
    /// Settings.
    pub config: Config,
    /// Memory.
    pub store: Store,
    /// Keys.
    pub vault: Vault,
    /// The way to calendars.
    pub outbound: Arc<Outbound>,
    /// Those who use it.
    pub clients: Clients,
    /// Google, when it is switched on.
    pub google: Option<google::Client>,
    /// Time.
    pub clock: Clock,
    /// Rung after a commit that leaves work.
    pub work: WorkBell,
    /// Rung when outcomes were recorded.
    pub settled: SettledBell,
    /// Lanes that a link with much to do may borrow beside its own.
    pub spare_lanes: Arc<Semaphore>,
    /// Holders that are being linked now.
    pub linking: Turns,
    /// Tries to link that people began on their page.
    pub tries: Tries,
    /// What held texts say, for pages that ask again and again.
    pub shelf: Shelf,
    stopping: AtomicBool,
}

/// Why a gateway can't start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database.
    #[error(transparent)]
    Store(#[from] store::OpenError),
    /// The identity.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Gateway {
    /// Opens database and vault.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(config: Config, clock: Clock) -> Result<Self, OpenError> {
        let vault = Vault::open(&config.identity_file)?;
        let store = Store::open(&config.database)?;
        Ok(Self::on(store, vault, config, clock))
    }

    /// A gateway on a store and a vault that are open already.
    pub fn on(store: Store, vault: Vault, config: Config, clock: Clock) -> Self {
        let rules = Rules { allowed_hosts: config.allowed_hosts.clone(), ..Rules::default() };
        Self {
            spare_lanes: Arc::new(Semaphore::new(config.sync.lanes)),
            outbound: Arc::new(Outbound::new(rules)),
            clients: Clients::configured(&config),
            google: config.google.clone().map(|settings| google::Client::new(settings, clock.clone())),
            config,
            store,
            vault,
            clock,
            work: WorkBell::default(),
            settled: SettledBell::default(),
            linking: Turns::default(),
            tries: Tries::default(),
            shelf: Shelf::default(),
            stopping: AtomicBool::new(false),
        }
    }

    /// The mark of a holder in this installation.
    pub fn mark(&self, holder: &Holder) -> Mark {
        Mark::of(self.store.instance(), holder)
    }

    /// Asks the workers to finish what is in flight and begin nothing new.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    /// Whether nothing new is to be begun.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }
}
