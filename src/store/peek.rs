//! A look at a database that is perhaps in use, or of another version: nothing is locked, migrated or written.

use std::path::Path;

use jiff::Timestamp;

use super::ReadTx;
use super::engine::Connection;
use super::sql::statements;
use super::value::values;

statements! {
    HAPPENED(Text, Text, Int) =
        "SELECT count(*) AS often FROM activity WHERE kind = ?1 AND detail LIKE ?2 AND at >= ?3";
}

/// How often something of `kind`, with these words in its detail, happened since then; none when that can't be told.
pub fn happened(database: &Path, kind: &str, words: &str, since: Timestamp) -> Option<u64> {
    let connection = Connection::looking(database).ok()?;
    let words = format!("%{words}%");
    ReadTx::on(&connection).one(&HAPPENED, values![kind, &words, since], |row| row.get("often")).ok()?
}
