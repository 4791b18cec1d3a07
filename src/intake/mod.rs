//! What the client system says about events becomes what is wanted. Nothing here speaks to a provider.
//!
//! Rule: every change is one transaction; when it returns `Ok`, the change is on disk. Reading the iCalendar text, the
//! expensive part, happens before the transaction.

mod accept;
mod progress;

use std::sync::Arc;

use crate::gateway::Gateway;

pub use accept::{Accepted, IntakeError, Verdict};
pub use progress::Progress;

/// Takes in what client systems say.
pub struct Intake {
    gateway: Arc<Gateway>,
}

impl Intake {
    /// That of one gateway.
    pub fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway }
    }
}
