//! One connection: statements go in, rows come out.

use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, OpenFlags};

use super::migrate::{self, Unmigrated};
use crate::store::sql::Type;
use crate::store::value::{Stored, Value};
use crate::store::{OpenError, StoreError, damaged};

/// How long one waits for another process that holds the file for a moment (a backup).
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection to the one file.
pub(in crate::store) struct Connection {
    pub(super) sqlite: rusqlite::Connection,
    /// What the last statement failed for that failed.
    failed: RefCell<Option<StoreError>>,
}

impl Connection {
    /// Opens the file for writing, makes it if there is none, and brings it to the current version.
    pub(in crate::store) fn open(path: &Path) -> Result<Self, OpenError> {
        let named = || path.display().to_string();
        let mut writing =
            Self::writing(path).map_err(|error| OpenError::Unusable { path: named(), why: error.to_string() })?;
        migrate::run(&mut writing.sqlite).map_err(|not| match not {
            Unmigrated::Newer { found, known } => OpenError::Newer { path: named(), found, known },
            Unmigrated::Failed(why) => OpenError::Migration { path: named(), why },
        })?;
        Ok(writing)
    }

    /// Opens the file for writing.
    pub(in crate::store) fn writing(path: &Path) -> Result<Self, StoreError> {
        #[expect(clippy::disallowed_methods, reason = "this is store/")]
        let sqlite = rusqlite::Connection::open(path)?;
        sqlite.pragma_update(None, "journal_mode", "WAL")?;
        sqlite.pragma_update(None, "synchronous", "FULL")?;
        sqlite.pragma_update(None, "foreign_keys", "ON")?;
        // What is deleted is overwritten: erased credentials must not stay in free pages.
        sqlite.pragma_update(None, "secure_delete", "ON")?;
        sqlite.pragma_update(None, "cache_size", -4096)?;
        sqlite.pragma_update(None, "journal_size_limit", 16 << 20)?;
        sqlite.busy_timeout(PATIENCE)?;
        sqlite.set_prepared_statement_cache_capacity(64);
        Ok(Self::over(sqlite))
    }

    /// Opens the file of a running gateway for reading.
    pub(super) fn reading(path: &Path) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let sqlite = rusqlite::Connection::open_with_flags(path, flags)?;
        sqlite.pragma_update(None, "query_only", "ON")?;
        sqlite.pragma_update(None, "cache_size", -512)?;
        sqlite.busy_timeout(PATIENCE)?;
        Ok(Self::over(sqlite))
    }

    /// Opens a file that is perhaps in use or of another version, for a look: nothing is locked, migrated or written.
    pub(in crate::store) fn looking(path: &Path) -> Result<Self, StoreError> {
        Ok(Self::over(rusqlite::Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?))
    }

    fn over(sqlite: rusqlite::Connection) -> Self {
        Self { sqlite, failed: RefCell::new(None) }
    }

    /// What the last statement failed for that failed since [`Connection::begin_afresh`].
    pub(super) fn failure(&self) -> Option<StoreError> {
        self.failed.borrow().clone()
    }

    /// Forgets which statements failed.
    pub(super) fn begin_afresh(&self) {
        self.failed.replace(None);
    }

    /// Keeps a failure for who ends the transaction: whoever made the statement may have gone on without it.
    fn kept<T>(&self, result: rusqlite::Result<T>) -> Result<T, StoreError> {
        result.map_err(|error| {
            let error = StoreError::from(error);
            self.failed.replace(Some(error.clone()));
            error
        })
    }

    /// The first fault of the file itself, in the engine's words; none where its pages make one sound whole.
    pub(in crate::store) fn fault(&self) -> Result<Option<String>, StoreError> {
        let found: String = self.sqlite.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        Ok((found != "ok").then_some(found))
    }

    /// The engine's own, for tests that look under the floor.
    #[cfg(test)]
    pub(in crate::store) fn into_sqlite(self) -> rusqlite::Connection {
        self.sqlite
    }

    /// Runs a statement and hands its rows to `each`, for as long as that goes on.
    pub(in crate::store) fn rows(
        &self,
        text: &'static str,
        types: &[Type],
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.bound(text, types, values)?;
        let mut rows = statement.raw_query();
        while let Some(row) = self.kept(rows.next())? {
            if each(&Row { row, next: Cell::new(0) })?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Runs a statement that answers no rows; answers how many it touched.
    pub(in crate::store) fn execute(
        &self,
        text: &'static str,
        types: &[Type],
        values: &[Value<'_>],
    ) -> Result<usize, StoreError> {
        let mut statement = self.bound(text, types, values)?;
        self.kept(statement.raw_execute())
    }

    /// The statement, prepared once per connection, with its values in their places.
    fn bound(
        &self,
        text: &'static str,
        types: &[Type],
        values: &[Value<'_>],
    ) -> Result<CachedStatement<'_>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(text)?;
        for ((value, kind), place) in values.iter().zip(types).zip(1usize..) {
            if !kind.takes(value) {
                return Err(StoreError::broken(format!(
                    "parameter ?{place} is {kind:?}, and {value:?} is not: {text}"
                )));
            }
            statement.raw_bind_parameter(place, Bound(*value))?;
        }
        Ok(statement)
    }
}

/// A value as SQLite takes it.
struct Bound<'v>(Value<'v>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(number),
            Value::Text(words) => ValueRef::Text(words.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// One row of an answer.
pub(in crate::store) struct Row<'r> {
    row: &'r rusqlite::Row<'r>,
    next: Cell<usize>,
}

impl Row<'_> {
    /// The column of that name. Who reads them in the order in which the statement names them finds each at once.
    pub(in crate::store) fn get<T: Stored>(&self, name: &str) -> Result<T, StoreError> {
        let column = self.column(name).ok_or_else(|| StoreError::broken(format!("no statement asked for {name}")))?;
        self.next.set(column + 1);
        let value = match self.row.get_ref(column)? {
            ValueRef::Null => Some(Value::Null),
            ValueRef::Integer(number) => Some(Value::Int(number)),
            ValueRef::Text(words) => std::str::from_utf8(words).ok().map(Value::Text),
            ValueRef::Blob(bytes) => Some(Value::Bytes(bytes)),
            ValueRef::Real(_) => None,
        };
        value.and_then(T::of).ok_or_else(|| damaged(name))
    }

    fn column(&self, name: &str) -> Option<usize> {
        let statement = self.row.as_ref();
        let is = |column: &usize| statement.column_name(*column).is_ok_and(|found| found == name);
        let next = self.next.get();
        (next..statement.column_count()).chain(0..next).find(is)
    }
}
