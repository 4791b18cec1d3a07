//! Brings a database to the current version. Append-only: each step is tested from the one before with data in it.

use rusqlite::Connection;

mod embedded {
    refinery::embed_migrations!("src/store/migrations");
}

/// Runs what is missing.
pub(super) fn run(connection: &mut Connection) -> Result<(), String> {
    embedded::migrations::runner().run(connection).map(drop).map_err(|error| error.to_string())
}

/// Runs what is missing up to a version, for tests that begin with an older one.
#[cfg(test)]
pub(in crate::store) fn run_to(connection: &mut Connection, version: i32) {
    let target = refinery::Target::Version(version);
    embedded::migrations::runner().set_target(target).run(connection).unwrap();
}
