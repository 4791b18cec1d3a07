//! Brings a database to the current version. Append-only: each step is tested from the one before with data in it.

use std::fmt::Display;

use rusqlite::{Connection, OptionalExtension};

mod embedded {
    refinery::embed_migrations!("src/store/migrations");
}

/// Why it could not be brought there.
pub(super) enum Unmigrated {
    /// A newer version has written it; nothing was changed.
    Newer { found: i64, known: i64 },
    /// A step failed, and was taken back.
    Failed(String),
}

/// Runs what is missing.
///
/// A step that makes a table anew drops the old one, and with foreign keys on that would take along all that refers to it.
/// They can't be switched inside a transaction, so they are off around all steps, and afterwards everything is looked at that
/// refers to something.
pub(super) fn run(connection: &mut Connection) -> Result<(), Unmigrated> {
    let runner = embedded::migrations::runner();
    let known = runner.get_migrations().iter().map(|step| i64::from(step.version())).max().unwrap_or(0);
    let found = version(connection).map_err(|error| Unmigrated::Failed(error.to_string()))?;
    if found > known {
        return Err(Unmigrated::Newer { found, known });
    }
    let failed = |error: &dyn Display| Unmigrated::Failed(error.to_string());
    connection.pragma_update(None, "foreign_keys", "OFF").map_err(|error| failed(&error))?;
    let report = runner.run(connection);
    connection.pragma_update(None, "foreign_keys", "ON").map_err(|error| failed(&error))?;
    let report = report.map_err(|error| failed(&error))?;
    match report.applied_migrations().is_empty() {
        true => Ok(()),
        false => whole(connection).map_err(|error| failed(&error)),
    }
}

/// Whether everything that a row refers to is there.
fn whole(connection: &Connection) -> Result<(), Broken> {
    let mut lost = connection.prepare("SELECT \"table\", parent FROM pragma_foreign_key_check LIMIT 1")?;
    let lost = lost.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    lost.map_or(Ok(()), |(table, parent)| Err(Broken::Lost { table, parent }))
}

/// Why a database is not whole.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("a row of {table} refers to one of {parent} that is not there")]
    Lost { table: String, parent: String },
    #[error(transparent)]
    Failed(#[from] rusqlite::Error),
}

/// The version that the file is of; zero when it is new.
fn version(connection: &Connection) -> rusqlite::Result<i64> {
    if !connection.table_exists(None, "refinery_schema_history")? {
        return Ok(0);
    }
    let newest = "SELECT coalesce(max(version), 0) FROM refinery_schema_history";
    connection.query_row(newest, [], |row| row.get(0))
}

/// Runs what is missing up to a version, for tests that begin with an older one.
#[cfg(test)]
pub(in crate::store) fn run_to(connection: &mut Connection, version: i32) {
    let target = refinery::Target::Version(version);
    connection.pragma_update(None, "foreign_keys", "OFF").unwrap();
    embedded::migrations::runner().set_target(target).run(connection).unwrap();
    connection.pragma_update(None, "foreign_keys", "ON").unwrap();
}
