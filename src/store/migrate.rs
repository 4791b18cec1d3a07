//! Brings a database to the current version. Append-only: each step is tested from the one before with data in it.

use rusqlite::Connection;

mod embedded {
    refinery::embed_migrations!("src/store/migrations");
}

/// Runs what is missing.
pub(super) fn run(connection: &mut Connection) -> Result<(), String> {
    embedded::migrations::runner().run(connection).map(drop).map_err(|error| error.to_string())
}
