//! One at a time: whoever waits for a turn acts on what the one before has left, not on what there was before.
//!
//! Kept in memory: one process works on a database, and what a crash breaks off is found by the next start.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Arc, Condvar, PoisonError};
use std::time::Duration;

use crate::guarded::Guarded;

/// What two links can get in each other's way at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// The calendars of an account, by the account's home: who looks for one there, and makes it where there is none.
    Home(String),
    /// One calendar, by its address: who moves in, and who takes it along when they leave.
    Calendar(String),
}

/// Whose turn it is, for each of many things.
pub struct Turns<T>(Arc<Shared<T>>);

struct Shared<T> {
    taken: Guarded<HashSet<T>>,
    freed: Condvar,
}

/// One turn; over when dropped.
pub struct Turn<T: Eq + Hash> {
    turns: Turns<T>,
    of: T,
}

impl<T> Default for Turns<T> {
    fn default() -> Self {
        Self(Arc::new(Shared { taken: Guarded::new(HashSet::new()), freed: Condvar::new() }))
    }
}

/// The clone counts the same turns.
impl<T> Clone for Turns<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Clone + Eq + Hash> Turns<T> {
    /// Takes the turn; none while another has it.
    pub fn take(&self, of: &T) -> Option<Turn<T>> {
        self.wait_for(of, Duration::ZERO)
    }

    /// Waits for the turn and takes it; none when another still has it after that time.
    pub fn wait_for(&self, of: &T, patience: Duration) -> Option<Turn<T>> {
        let Shared { taken, freed } = self.0.as_ref();
        let waited = freed.wait_timeout_while(taken.lock(), patience, |taken| taken.contains(of));
        let (mut taken, _) = waited.unwrap_or_else(PoisonError::into_inner);
        taken.insert(of.clone()).then(|| Turn { turns: self.clone(), of: of.clone() })
    }

    /// Whether somebody has the turn at this moment.
    pub fn is_taken(&self, of: &T) -> bool {
        self.0.taken.lock().contains(of)
    }
}

impl<T: Eq + Hash> Drop for Turn<T> {
    fn drop(&mut self) {
        let Shared { taken, freed } = self.turns.0.as_ref();
        taken.lock().remove(&self.of);
        freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_their_turn_and_one_at_a_time() {
        let turns = Turns::default();
        let first = turns.take(&"ana");
        assert!(first.is_some() && turns.take(&"ana").is_none() && turns.take(&"eva").is_some());
        assert!(turns.is_taken(&"ana") && !turns.is_taken(&"eva"));
        drop(first);
        assert!(!turns.is_taken(&"ana"));
        assert!(turns.take(&"ana").is_some());
    }

    #[test]
    fn who_waits_comes_after_who_was_first() {
        let turns = Turns::default();
        let order = Guarded::new(Vec::new());
        let first = turns.take(&"ana");
        std::thread::scope(|scope| {
            let second = scope.spawn(|| {
                let turn = turns.wait_for(&"ana", Duration::from_secs(60));
                order.lock().push("second");
                turn.is_some()
            });
            order.lock().push("first");
            drop(first);
            assert!(second.join().unwrap());
        });
        assert_eq!(order.into_inner(), ["first", "second"]);
        let _held = turns.take(&"ana");
        assert!(turns.wait_for(&"ana", Duration::from_millis(5)).is_none(), "and not for ever");
    }
}
