//! Brings a database to the current version. Append-only: each step is tested from the one before with data in it.

use rusqlite::Connection;

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
pub(super) fn run(connection: &mut Connection) -> Result<(), Unmigrated> {
    let runner = embedded::migrations::runner();
    let known = runner.get_migrations().iter().map(|step| i64::from(step.version())).max().unwrap_or(0);
    let found = version(connection).map_err(|error| Unmigrated::Failed(error.to_string()))?;
    if found > known {
        return Err(Unmigrated::Newer { found, known });
    }
    runner.run(connection).map(drop).map_err(|error| Unmigrated::Failed(error.to_string()))
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
    embedded::migrations::runner().set_target(target).run(connection).unwrap();
}
