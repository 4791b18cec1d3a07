//! The engine: SQLite, and the only files that name it.
//!
//! Rule: what the rest of the store says and hears ([`Statement`](super::sql::Statement), [`Value`](super::value::Value),
//! [`Row`]) holds no type of an engine, so that another one can stand beside this. What is SQLite's own way stays in
//! here: the file and its log, one thread that writes, connections that read, savepoints, migrations.

mod connection;
mod fault;
mod migrate;
mod readers;
mod room;
mod writer;

pub(super) use connection::{Connection, Row};
pub(super) use readers::Readers;
pub(super) use room::Room;
pub(super) use writer::{Rehearsal, Writer};

#[cfg(test)]
pub(super) use migrate::run_to;
