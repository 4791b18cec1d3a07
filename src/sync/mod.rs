//! The reconciler: makes what is known of a calendar equal to what is wanted in it.
//!
//! Rule: a reconcile takes no input but the link. Whatever happened — an event, a change, a deletion, a resync, an
//! unlink, a crash — is an edit of what is wanted or known, so there is one path for the happy case and for recovery.
//! No transaction is open while a provider is asked; every attempt is claim, act, record.
//!
//! [`driver`] decides when, [`reconcile`] reads top to bottom, [`plan`] and [`brake`] and [`backoff`] are pure.

pub mod backoff;
pub mod brake;
mod course;
pub mod driver;
pub mod execute;
pub mod plan;
pub mod reconcile;
mod record;
pub mod resync;
mod survey;
mod trouble;
