//! A gateway without doors or network, on a database in memory-backed storage where there is one.

use jiff::Timestamp;
use pasarela::clock::Clock;
use pasarela::config::Config;
use pasarela::gateway::Gateway;
use pasarela::store::Store;
use pasarela::vault::Vault;
use tempfile::TempDir;

use super::engine::Engine;

/// A folder with what a gateway needs.
pub(crate) struct BenchTop {
    dir: TempDir,
}

impl BenchTop {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        pasarela::vault::create_identity(&dir.path().join("identity.txt"), Timestamp::UNIX_EPOCH).unwrap();
        Self { dir }
    }

    /// The database's path.
    pub(crate) fn database(&self) -> std::path::PathBuf {
        self.dir.path().join("pasarela.db")
    }

    /// A gateway whose links work over `lanes` lanes; with one, a history can be played again. Whatever it writes is
    /// written twice, the first time in vain: a transaction that can't be run again is found.
    pub(crate) fn gateway(&self, clock: Clock, lanes: usize) -> Engine {
        let dir = self.dir.path().display();
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\npublic_url = \"http://127.0.0.1:8080\"\n\
             [database]\npath = \"{dir}/pasarela.db\"\n[vault]\nidentity_file = \"{dir}/identity.txt\"\n\
             [puentes]\nsecret = \"a-test-secret\"\nevents_url = \"http://127.0.0.1:9/events\"\n\
             [sync]\nlanes_per_account = {lanes}\n"
        );
        let config = Config::from_toml(&text).unwrap();
        let store = Store::open_rehearsing(&config.database).unwrap();
        let vault = Vault::open(&config.identity_file).unwrap();
        Engine::over(Gateway::on(store, vault, config, clock))
    }
}
