//! One linking per holder at a time: two that race would both make a calendar before the store refuses one.

use std::collections::HashSet;
use std::sync::Arc;

use crate::guarded::Guarded;
use crate::ids::Holder;

/// The holders that are being linked now.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns(Arc<Guarded<HashSet<Holder>>>);

/// One holder's turn; over when dropped.
#[derive(Debug)]
pub(super) struct Turn {
    turns: Turns,
    holder: Holder,
}

impl Turns {
    /// Takes the holder's turn; none while another request has it.
    pub(super) fn take(&self, holder: &Holder) -> Option<Turn> {
        let taken = self.0.lock().insert(holder.clone());
        taken.then(|| Turn { turns: self.clone(), holder: holder.clone() })
    }

    /// Whether a request has the holder's turn at this moment.
    pub(super) fn is_taken(&self, holder: &Holder) -> bool {
        self.0.lock().contains(holder)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.0.lock().remove(&self.holder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ClientSystemId;

    #[test]
    fn a_holder_is_linked_by_one_request_at_a_time() {
        let turns = Turns::default();
        let (ana, eva) = (Holder::of(ClientSystemId(1), "+1"), Holder::of(ClientSystemId(1), "+2"));
        let first = turns.take(&ana);
        assert!(first.is_some() && turns.take(&ana).is_none() && turns.take(&eva).is_some());
        assert!(turns.is_taken(&ana) && !turns.is_taken(&eva));
        drop(first);
        assert!(!turns.is_taken(&ana));
        assert!(turns.take(&ana).is_some());
    }
}
