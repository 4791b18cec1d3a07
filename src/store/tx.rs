//! Transactions: the only hands that touch a table.

use std::cell::Cell;
use std::ops::{ControlFlow, Deref};

use super::StoreError;
use super::engine::{Connection, Row};
use super::sql::Statement;
use super::value::{Stored, Value};

/// A transaction that reads one consistent state.
pub struct ReadTx<'c> {
    connection: &'c Connection,
}

impl<'c> ReadTx<'c> {
    pub(super) fn on(connection: &'c Connection) -> Self {
        Self { connection }
    }

    /// The one row of a statement, if there is one.
    pub(super) fn one<T, const N: usize>(
        &self,
        statement: &Statement<N>,
        values: [Value<'_>; N],
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut found = None;
        self.connection.rows(statement.text, &statement.types, &values, &mut |row| {
            found = Some(read(row)?);
            Ok(ControlFlow::Break(()))
        })?;
        Ok(found)
    }

    /// All rows of a statement.
    pub(super) fn all<T, const N: usize>(
        &self,
        statement: &Statement<N>,
        values: [Value<'_>; N],
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        self.until(statement, values, |row| {
            found.push(read(row)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(found)
    }

    /// The rows of a statement one by one, for as long as `each` goes on.
    pub(super) fn until<const N: usize>(
        &self,
        statement: &Statement<N>,
        values: [Value<'_>; N],
        mut each: impl FnMut(&Row<'_>) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError> {
        self.connection.rows(statement.text, &statement.types, &values, &mut each)
    }
}

/// A transaction that may write. It is on disk when [`Store::write`](super::Store::write) returns `Ok`.
pub struct WriteTx<'c> {
    read: ReadTx<'c>,
    erases: Cell<bool>,
}

impl<'c> WriteTx<'c> {
    pub(super) fn on(connection: &'c Connection) -> Self {
        Self { read: ReadTx::on(connection), erases: Cell::new(false) }
    }

    /// Runs a statement; answers how many rows it touched.
    pub(super) fn execute<const N: usize>(
        &self,
        statement: &Statement<N>,
        values: [Value<'_>; N],
    ) -> Result<usize, StoreError> {
        self.read.connection.execute(statement.text, &statement.types, &values)
    }

    /// Runs a statement to its end; answers what it returns of the row that it touched, if it touched one.
    pub(super) fn returned<T, const N: usize>(
        &self,
        statement: &Statement<N>,
        values: [Value<'_>; N],
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut found = None;
        self.read.until(statement, values, |row| {
            found = Some(read(row)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(found)
    }

    /// Runs a statement that makes a row; answers its id.
    pub(super) fn inserted<T: Stored, const N: usize>(
        &self,
        statement: &Statement<N>,
        values: [Value<'_>; N],
    ) -> Result<T, StoreError> {
        let id = self.returned(statement, values, |row| row.get("id"))?;
        id.ok_or_else(|| StoreError::broken(format!("no row was made by {}", statement.text)))
    }

    /// Says that secrets go with this transaction: they are gone from every file of the database before
    /// [`Store::write`](super::Store::write) answers.
    pub(super) fn erases_secrets(&self) {
        self.erases.set(true);
    }

    /// Whether it said so.
    pub(super) fn erased_secrets(&self) -> bool {
        self.erases.get()
    }
}

impl<'c> Deref for WriteTx<'c> {
    type Target = ReadTx<'c>;

    fn deref(&self) -> &Self::Target {
        &self.read
    }
}
