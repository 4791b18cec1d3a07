//! Connections for reading: a few are kept, more are opened when more are asked for at once.

use std::path::{Path, PathBuf};

use super::Connection;
use crate::guarded::Guarded;
use crate::store::{ReadTx, StoreError};

/// Connections kept while nobody reads; each holds up to 512 KiB of pages.
const KEPT: usize = 4;

pub(in crate::store) struct Readers {
    path: PathBuf,
    idle: Guarded<Vec<Connection>>,
}

impl Readers {
    pub(in crate::store) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), idle: Guarded::new(Vec::new()) }
    }

    pub(in crate::store) fn run<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&ReadTx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let idle = self.idle.lock().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => Connection::reading(&self.path)?,
        };
        let result = {
            let _snapshot = connection.sqlite.unchecked_transaction().map_err(StoreError::from)?;
            work(&ReadTx::on(&connection))
        };
        let mut idle = self.idle.lock();
        if idle.len() < KEPT {
            idle.push(connection);
        }
        result
    }
}
