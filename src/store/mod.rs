//! All SQL, and the only memory that survives a crash.
//!
//! Rule: a caller gets a transaction, never a connection. [`ReadTx`] and [`WriteTx`] are different types, so a write
//! can't slip into a read; every function that touches a table is handed one of them. Writes run on one thread that
//! commits waiting transactions together (one flush to disk serves them all, `synchronous=FULL`); reads have
//! connections of their own and are never kept open over the network. Callers outside this folder speak in words of
//! the product; inside it, all rooms but the engine speak one SQL text ([`sql`]) through values and rows of our own, so
//! that another engine (PostgreSQL) can stand beside SQLite without touching either.
//!
//! Every function that is handed a transaction fails only when the store fails; only what [`Store`] itself may answer
//! besides is said where it stands.

#![expect(clippy::missing_errors_doc, reason = "the front page says when: every function fails for the same reason")]

pub mod activity;
pub mod api_keys;
pub mod audit;
pub mod authorizations;
pub mod browser_sessions;
pub mod changes;
pub mod client_secrets;
pub mod clients;
mod columns;
mod engine;
pub mod erase;
mod error;
pub mod events;
pub mod export;
mod facts;
pub mod feeds;
pub mod holders;
pub mod idempotency;
pub mod links;
pub mod peek;
mod place;
pub mod placements;
pub mod receipts;
pub mod resyncs;
mod sql;
pub mod sweep;
pub mod token_keys;
mod tx;
mod value;

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use engine::{Connection, Readers, Rehearsal, Room, Writer};
use place::Place;
use sql::statements;
use value::values;

pub use error::{OpenError, StoreError};
pub use tx::{ReadTx, WriteTx};

/// What lies in `column` can't be read by this version: the file is damaged or newer.
fn damaged(column: &str) -> StoreError {
    StoreError::broken(format!("what lies in {column} can't be read: the file is damaged or newer"))
}

/// One SQLite file.
pub struct Store {
    writer: Writer,
    readers: Readers,
    room: Arc<Room>,
    instance: String,
    _lock: File,
}

impl Store {
    /// Opens the file (making it if there is none), brings it to the current version and takes it for this process.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Self::begin(path, Rehearsal::Never)
    }

    /// The same for tests: whatever is written is written twice, the first time in vain, so that a transaction which
    /// can't be run again is found.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open_rehearsing(path: &Path) -> Result<Self, OpenError> {
        Self::begin(path, Rehearsal::Always)
    }

    fn begin(path: &Path, rehearsal: Rehearsal) -> Result<Self, OpenError> {
        let unusable = |why: String| OpenError::Unusable { path: path.display().to_string(), why };
        let Place { path: own, lock } = place::take(path)?;
        let connection = Connection::open(&own)?;
        let instance = ReadTx::on(&connection).one(&INSTANCE, values![], |row| row.get("instance"));
        let instance = instance.map_err(|error| unusable(error.to_string()))?;
        let instance = instance.ok_or_else(|| unusable("it holds no installation".to_owned()))?;
        let room = Arc::new(Room::beside(&own));
        let writer = Writer::start(connection, rehearsal, Arc::clone(&room));
        Ok(Self { writer, readers: Readers::new(&own), room, instance, _lock: lock })
    }

    /// This installation's random name, part of every mark.
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// Runs `work` in one transaction; `Ok` means that it is on disk, `Err` that nothing of it is.
    ///
    /// An engine may have to run it again, having taken back what it did before: it does nothing outside of its
    /// transaction, and what it needs it borrows from what it was given.
    ///
    /// # Errors
    /// What `work` answers, or the store's own failure.
    pub fn write<T, E>(&self, work: impl Fn(&WriteTx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.writer.run(work)
    }

    /// Whether the database takes writes: writes a row as it is, which a read-only file refuses. A full disk takes it,
    /// since it fits: where the disk refused a transaction, this asks first for the room that a large one needs.
    ///
    /// # Errors
    /// When it does not.
    pub fn probe(&self) -> Result<(), StoreError> {
        self.room.look()?;
        self.write(|tx| tx.execute(&TOUCH, values![]).map(drop))
    }

    /// Runs `work` on one consistent state.
    ///
    /// # Errors
    /// What `work` answers, or the store's own failure.
    pub fn read<T, E: From<StoreError>>(&self, work: impl FnOnce(&ReadTx<'_>) -> Result<T, E>) -> Result<T, E> {
        self.readers.run(work)
    }
}

statements! {
    INSTANCE() = "SELECT instance FROM installation";
    TOUCH() = "UPDATE installation SET instance = instance";
}

#[cfg(test)]
mod migrate_changes_tests;
#[cfg(test)]
mod migrate_feeds_tests;
#[cfg(test)]
mod migrate_links_tests;
#[cfg(test)]
mod migrate_tests;
#[cfg(test)]
mod migrate_times_tests;
#[cfg(test)]
mod sql_tests;
#[cfg(test)]
mod tests;
