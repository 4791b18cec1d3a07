//! Files with secrets that more people may read than have to.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::State;
use crate::config::Config;

/// What SQLite keeps beside a database; the database itself first.
const BESIDE: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// One finding for each file that somebody should look at.
pub(super) fn look(config: &Config) -> Vec<State> {
    let secrets = config.exposed_files.iter().map(|path| {
        State::Doubtful(format!("everybody on this machine may read {0}; mend it with: chmod 600 {0}", path.display()))
    });
    let database =
        BESIDE.iter().map(|ending| beside(&config.database, ending)).filter(|path| is_open(path)).map(|path| {
            State::Doubtful(format!(
                "others may open {}; the next start takes it away from them (mode 0600)",
                path.display()
            ))
        });
    secrets.chain(database).collect()
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn is_open(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o077 != 0)
}
