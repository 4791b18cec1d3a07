//! All SQL.

/// The store failed: disk full, damaged file. The caller can only give up and say so.
#[derive(Debug, thiserror::Error)]
#[error("the store failed: {0}")]
pub struct StoreError(pub String);

/// One SQLite file.
pub struct Store {}

impl Store {
    /// Whether the database takes writes: begins and rolls back a write transaction.
    ///
    /// # Errors
    /// When it does not.
    pub fn probe(&self) -> Result<(), StoreError> {
        Err(StoreError("not built yet".to_owned()))
    }
}
