//! A look at a database that is perhaps in use, or of another version: nothing is locked, migrated or written.

use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;

use super::ReadTx;
use super::engine::Connection;
use super::sql::statements;
use super::value::values;
use crate::happened::Revoked;

statements! {
    REVOKED(Int) = "SELECT detail FROM activity WHERE kind = 'needs_reauthorization' AND at >= ?1";
}

/// How often credentials have ended since then for this cause; none when that can't be told.
pub fn revoked(database: &Path, cause: &Revoked, since: Timestamp) -> Option<usize> {
    #[derive(Deserialize)]
    struct Cause {
        cause: Revoked,
    }
    let connection = Connection::looking(database).ok()?;
    let details = ReadTx::on(&connection).all(&REVOKED, values![since], |row| row.get::<String>("detail")).ok()?;
    let causes = details.iter().filter_map(|detail| serde_json::from_str::<Cause>(detail).ok());
    Some(causes.filter(|told| told.cause == *cause).count())
}
