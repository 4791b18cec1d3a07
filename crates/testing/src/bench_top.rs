//! A gateway without doors or network, on a database in memory where there is room for one.

use std::path::PathBuf;

use jiff::Timestamp;
use pasarela::clock::Clock;
use tempfile::TempDir;

use crate::engine::Engine;
use crate::machine::folder;
use crate::settings::Settings;

/// A folder with what a gateway needs.
pub struct BenchTop {
    dir: TempDir,
}

impl Default for BenchTop {
    fn default() -> Self {
        Self::new()
    }
}

impl BenchTop {
    /// With an identity, and nothing else yet.
    pub fn new() -> Self {
        let dir = folder();
        pasarela::vault::create_identity(&dir.path().join("identity.txt"), Timestamp::UNIX_EPOCH).unwrap();
        Self { dir }
    }

    /// The database's path.
    pub fn database(&self) -> PathBuf {
        self.dir.path().join("pasarela.db")
    }

    /// A gateway whose links work over `lanes` lanes; with one, a history can be played again.
    pub fn gateway(&self, clock: Clock, lanes: usize) -> Engine {
        self.gateway_with(clock, lanes, "")
    }

    /// The same with further lines of TOML.
    pub fn gateway_with(&self, clock: Clock, lanes: usize, lines: &str) -> Engine {
        let settings = Settings::in_folder(self.dir.path()).events_url("http://127.0.0.1:9/events");
        let settings = settings.set("sync", "lanes_per_account", i64::try_from(lanes).unwrap());
        settings.lines(lines).engine(clock)
    }
}
