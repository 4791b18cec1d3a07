//! What the client system says about events becomes what is wanted. Nothing here speaks to a provider.
//!
//! Rule: every change is one transaction; when it returns `Ok`, the change is on disk. Reading the text, the expensive
//! part, happens before the transaction.

mod accept;
mod accepted;
mod condition;
mod hold;
mod named;
mod progress;
mod revise;

use std::sync::Arc;

use crate::gateway::Gateway;

pub use accepted::{Accepted, IntakeError, Verdict};
pub use condition::{Condition, States, Unmet};
pub use named::{Created, Once, Proposal, REQUESTS_KEPT};
pub use progress::Progress;
pub use revise::Edit;

/// Takes in what client systems say.
pub struct Intake {
    gateway: Arc<Gateway>,
}

impl Intake {
    /// That of one gateway.
    pub fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway }
    }

    /// Wakes who carries a change on, where there is something to carry.
    fn ring(&self, accepted: &Accepted) {
        if accepted.link.is_some() && accepted.verdict != Verdict::Same {
            self.gateway.work.ring();
        }
    }
}
