//! A gateway on a folder of its own, for the tests of this room.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use tempfile::TempDir;

use super::Tenants;
use crate::clock::Clock;
use crate::config::Config;
use crate::gateway::Gateway;
use crate::store::Store;
use crate::trail::Actor;
use crate::vault::{self, Vault};

/// What outlives a restart.
pub(super) struct Fixture {
    folder: TempDir,
    /// Its time.
    pub(super) clock: Clock,
}

impl Fixture {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::standing(Timestamp::from_second(1_800_000_000).unwrap());
        vault::create_identity(&identity(folder.path()), clock.now()).unwrap();
        Self { folder, clock }
    }

    /// The room, as it is after a start.
    pub(super) fn open(&self) -> Tenants {
        let config = Config::from_toml("[puentes]\nsecret = \"an invented secret\"").unwrap();
        let store = Store::open_rehearsing(&self.folder.path().join("pasarela.db")).unwrap();
        let vault = Vault::open(&identity(self.folder.path())).unwrap();
        Tenants::open(Arc::new(Gateway::on(store, vault, config, self.clock.clone()))).unwrap()
    }
}

fn identity(folder: &Path) -> std::path::PathBuf {
    folder.join("identity.txt")
}

pub(super) fn operator() -> Actor {
    Actor::operator(Some("ana".to_owned()))
}
