//! What the client system says about events becomes what is wanted. Nothing here speaks to a provider.
//!
//! Rule: every change is one transaction; when it returns `Ok`, the change is on disk. Reading the iCalendar text, the
//! expensive part, happens before the transaction.

mod accept;
mod progress;

pub use accept::{Accepted, IntakeError, Verdict, accept, change, remove};
pub use progress::{Progress, progress};
