//! Why the store failed, by what whoever asked can do about it.

use std::io::ErrorKind;
use std::time::Duration;

/// Why the store failed. Nothing of what was asked counts as stored; the text is for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The disk has no room for it. It passes once there is room again.
    #[error("the store failed: {0}")]
    Full(String),
    /// The disk refuses, or another process holds the file: a read or write that failed, a file system that turned
    /// read-only. It passes when that does.
    #[error("the store failed: {0}")]
    Unavailable(String),
    /// The file is damaged or newer, or we asked for something that can't be: it does not pass by waiting.
    #[error("the store failed: {0}")]
    Broken(String),
}

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process holds it.
    #[error("another process is using the database {0}; one gateway per database")]
    InUse(String),
    /// The file or its folder can't be read or written.
    #[error("the database {path} can't be opened: {why}")]
    Unusable {
        /// Which.
        path: String,
        /// The system's words.
        why: String,
    },
    /// A newer version has written it.
    #[error(
        "the database {path} was written by a newer version of Pasarela: its tables are of version {found}, and this one knows \
         them up to {known}. Run the newer version again, or restore the backup that was made before it first ran"
    )]
    Newer {
        /// Which.
        path: String,
        /// The version of its tables.
        found: i64,
        /// The newest that is known here.
        known: i64,
    },
    /// A migration failed.
    #[error("the database {path} can't be brought to this version: {why}")]
    Migration {
        /// Which.
        path: String,
        /// What went wrong.
        why: String,
    },
}

impl StoreError {
    /// When to ask again where the disk is at fault: somebody has to make room first.
    pub const RETRY_AFTER: Duration = Duration::from_secs(30);

    /// Something that does not pass by waiting.
    pub(super) fn broken(why: impl Into<String>) -> Self {
        Self::Broken(why.into())
    }

    /// Whether the disk is at fault, and not what was asked: it meets everybody who asks, and passes.
    pub fn is_of_the_disk(&self) -> bool {
        matches!(self, Self::Full(_) | Self::Unavailable(_))
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                Self::Full(error.to_string())
            }
            _ => Self::Unavailable(error.to_string()),
        }
    }
}
