//! A look at a database that is perhaps in use, or of another version: nothing is locked, migrated or written.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, params};

use super::columns::millis;

/// How often something of `kind`, with these words in its detail, happened since then; none when that can't be told.
pub fn happened(database: &Path, kind: &str, words: &str, since: Timestamp) -> Option<u64> {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
    connection
        .query_row(
            "SELECT count(*) FROM activity WHERE kind = ?1 AND instr(detail, ?2) > 0 AND at >= ?3",
            params![kind, words, millis(since)],
            |row| row.get(0),
        )
        .ok()
}
