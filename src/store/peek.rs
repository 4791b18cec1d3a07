//! A look at a database that is perhaps in use, or of another version: nothing is locked, migrated or written.

use std::ops::ControlFlow;
use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;

use super::engine::Connection;
use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError};
use crate::happened::Revoked;
use crate::ids::ClientSystemId;
use crate::link::LinkState;

statements! {
    REVOKED(Int) = "SELECT detail FROM activity WHERE kind = 'needs_reauthorization' AND at >= ?1";
    TAKES_MD5(Int) = "SELECT takes_md5 FROM client_systems WHERE id = ?1";
    SEALED() = "SELECT state, credentials, sealed_for FROM links ORDER BY id";
    SEALED_BEFORE_9() = "SELECT state, credentials FROM links ORDER BY id";
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

/// Whether a client system takes keys of MD5; none when that can't be told: there is no database, or an older one.
pub fn takes_md5(database: &Path, client: ClientSystemId) -> Option<bool> {
    let connection = Connection::looking(database).ok()?;
    ReadTx::on(&connection).one(&TAKES_MD5, values![client], |row| row.get("takes_md5")).ok()?
}

/// Whether the file is damaged, and how; reads all of it.
pub fn damage(database: &Path) -> Option<String> {
    Connection::looking(database)
        .and_then(|connection| connection.fault())
        .unwrap_or_else(|error| Some(error.to_string()))
}

/// The credentials of one link, as they are stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// How the link is doing.
    pub state: LinkState,
    /// Sealed.
    pub credentials: Vec<u8>,
    /// The recipient that they are sealed for, where that is known.
    pub sealed_for: Option<String>,
}

/// Shows the credentials of every link, one after the other.
pub fn sealed(database: &Path, mut each: impl FnMut(Stored)) -> Result<(), StoreError> {
    let connection = Connection::looking(database)?;
    let tx = ReadTx::on(&connection);
    let mut seen = 0;
    let all = tx.until(&SEALED, values![], |row| {
        let (state, credentials) = (row.get("state")?, row.get("credentials")?);
        each(Stored { state, credentials, sealed_for: row.get("sealed_for")? });
        seen += 1;
        Ok(ControlFlow::Continue(()))
    });
    if all.is_ok() || seen > 0 {
        return all;
    }
    tx.until(&SEALED_BEFORE_9, values![], |row| {
        each(Stored { state: row.get("state")?, credentials: row.get("credentials")?, sealed_for: None });
        Ok(ControlFlow::Continue(()))
    })
}
