//! What one thread at a time may look at.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A value that one thread at a time may look at and change.
///
/// A thread that panicked while it held the value is no reason for the others to stop: what is kept behind a guard is
/// whole between any two statements, so whoever comes next goes on with it.
#[derive(Debug, Default)]
pub struct Guarded<T>(Mutex<T>);

impl<T> Guarded<T> {
    /// Guards `value`.
    pub const fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    /// Waits until nobody else holds it.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The value, of which nobody else knows any more.
    pub fn into_inner(self) -> T {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_panicking_thread_held_is_held_by_the_next() {
        let guarded = Guarded::new(1);
        let broken = std::thread::scope(|scope| {
            let holds_it = || {
                let mut held = guarded.lock();
                *held = 2;
                std::panic::resume_unwind(Box::new(()));
            };
            scope.spawn(holds_it).join()
        });
        assert!(broken.is_err());
        assert_eq!(*guarded.lock(), 2);
        assert_eq!(guarded.into_inner(), 2);
    }
}
