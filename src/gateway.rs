//! What the doing layer works with: settings, memory, keys, the ways out, time and bells, in one hand.
//!
//! Rule: it knows no room above it, and remembers nothing for one. What a room has to remember while the gateway runs
//! is the room's own.

mod permits;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::clients::{Clients, puentes};
use crate::clock::Clock;
use crate::config::Config;
use crate::ids::Holder;
use crate::nudge::{SettledBell, WorkBell};
use crate::outbound::{Outbound, Rules};
use crate::permit::Permits;
use crate::placement::Mark;
use crate::providers::Providers;
use crate::store::{self, Store, StoreError};
use crate::vault::{Others, Vault, VaultError};

/// What people read about a calendar of ours behind the name of the client system.
const SELF_UPDATING: &str = "se actualiza sola; lo que se cambie aquí se pierde.";

/// One gateway, as the rooms above share it.
pub struct Gateway {
    /// Settings.
    pub config: Arc<Config>,
    /// Memory.
    pub store: Store,
    /// Keys.
    pub vault: Vault,
    /// Those who use it.
    pub clients: Clients,
    /// The providers that are offered, and the ways to them.
    pub providers: Providers,
    /// Who may send requests, and which are under way.
    pub permits: Permits,
    /// Time.
    pub clock: Clock,
    /// Rung after a commit that leaves work.
    pub work: WorkBell,
    /// Rung when outcomes were recorded.
    pub settled: SettledBell,
}

/// Why a gateway can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Store(#[from] store::OpenError),
    /// The identity.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database opened, and then failed.
    #[error(transparent)]
    Failed(#[from] StoreError),
    /// Stored credentials are sealed for an identity that is not here.
    #[error("{}", shut_out(*links, recipients, identity_file))]
    ShutOut {
        /// How many links.
        links: u64,
        /// The recipients (`age1…`) of what is missing; none for one that was never told.
        recipients: Vec<Option<String>>,
        /// Where identities are read from.
        identity_file: PathBuf,
    },
}

fn shut_out(links: u64, recipients: &[Option<String>], identity_file: &Path) -> String {
    let mut text = format!(
        "the credentials of {links} {} are sealed for an age identity that is not in {}",
        if links == 1 { "link" } else { "links" },
        identity_file.display()
    );
    let named: Vec<&str> = recipients.iter().flatten().map(String::as_str).collect();
    if !named.is_empty() {
        // Writing into a text does not fail.
        let _ = write!(text, " ({})", named.join(", "));
    }
    text.push_str(
        ". Nothing was changed. Put that identity back: it may stand below another one in the same file. Is it lost for \
         good, start once with `pasarela serve --identity-lost`: these people are then asked for their credentials again",
    );
    text
}

impl Gateway {
    /// Opens database and vault.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn open(config: Config, others: Others, clock: Clock) -> Result<Self, StartError> {
        let vault = Vault::open(&config.identity_file)?.with(others);
        let store = Store::open(&config.database)?;
        Ok(Self::on(store, vault, config, clock))
    }

    /// A gateway on a store and a vault that are open already.
    pub fn on(store: Store, vault: Vault, config: Config, clock: Clock) -> Self {
        let rules = Rules::default().with_hosts_of(&config);
        Self {
            clients: Clients::configured(&config),
            providers: Providers::new(&config, Arc::new(Outbound::new(rules)), &clock),
            permits: Permits::default(),
            config: Arc::new(config),
            store,
            vault,
            clock,
            work: WorkBell::default(),
            settled: SettledBell::default(),
        }
    }

    /// How calendars that we make for a holder are called: as the file says for Puentes, and as people know it for any other client
    /// system.
    pub fn calendar_name(&self, holder: &Holder) -> String {
        self.other_name(holder).unwrap_or_else(|| self.config.calendar.name.clone())
    }

    /// What such a calendar says about itself.
    pub fn calendar_description(&self, holder: &Holder) -> String {
        let other = self.other_name(holder);
        other.map_or_else(|| self.config.calendar.description.clone(), |name| format!("{name}: {SELF_UPDATING}"))
    }

    fn other_name(&self, holder: &Holder) -> Option<String> {
        let system = self.clients.get(holder.client).filter(|system| system.id != puentes::ID)?;
        Some(system.profile.chosen.display_name.clone())
    }

    /// The mark of a holder in this installation.
    pub fn mark(&self, holder: &Holder) -> Mark {
        Mark::of(self.store.instance(), holder)
    }
}
