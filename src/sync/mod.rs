//! The reconciler: makes what is known of a calendar equal to what is wanted in it.
//!
//! Rule: a reconcile takes no input but the link. Whatever happened — an event, a change, a deletion, a resync, an
//! unlink, a crash — is an edit of what is wanted or known, so there is one path for the happy case and for recovery.
//! No transaction is open while a provider is asked; every attempt is claim, act, record.
//!
//! [`driver`] decides when, [`reconcile`] reads top to bottom, [`brake`] and [`backoff`] are pure; what one object and its
//! provider have to do with each other is [`crate::delivery`].

pub mod backoff;
pub mod brake;
pub mod driver;
mod ending;
mod halt;
mod lanes;
pub mod reconcile;
mod record;
mod renew;
pub mod resync;
mod survey;
mod trouble;
