//! Waiting for something, and not for ever.

use std::time::{Duration, Instant};

/// Asks again and again until there is an answer; fails after `patience` with what was waited for.
pub fn eventually<T>(what: &str, patience: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = deadline(patience);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(!is_past(deadline), "waited {patience:?} in vain for {what}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

/// The moment `patience` from now, for waits that would otherwise never end.
#[expect(clippy::disallowed_methods, reason = "a test's patience is measured, the product's time is not touched")]
pub fn deadline(patience: Duration) -> Instant {
    Instant::now() + patience
}

/// Whether a deadline is over.
pub fn is_past(deadline: Instant) -> bool {
    deadline.elapsed() > Duration::ZERO
}
