//! The gates before every operation: no key, no entry.
//!
//! Rule: nothing of a request is acted on before it is known who asks, for whom, and that they may. Puentes's family has one gate
//! ([`phone`]), the family of client systems another ([`keyed`]); what is behind a gate is handed who was let in, and can't find
//! out otherwise. No operation can be forgotten: the first gate is a type around a whole API, and behind the second nothing is
//! reached that does not stand in a table with its scope.

mod bearer;
mod cors;
mod for_whom;
mod keyed;
mod operation;
mod phone;
mod wrong;

pub(super) use self::for_whom::{ForHolder, ForTenant};
pub(super) use self::keyed::{KeyGate, Scoped};
pub(super) use self::operation::{About, Operation, OperationTable, find};
pub(super) use self::phone::{Caller, Gate, Gated};
