//! All SQL.

/// The store failed: disk full, damaged file. The caller can only give up and say so.
#[derive(Debug, thiserror::Error)]
#[error("the store failed: {0}")]
pub struct StoreError(pub String);

/// One SQLite file.
pub struct Store {}
