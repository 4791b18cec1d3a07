//! What the product tests are made with. `benches/` uses it too.

pub(crate) mod bench_top;
pub(crate) mod engine;
pub(crate) mod faults;
pub(crate) mod gateway;
pub(crate) mod in_process;
pub(crate) mod memory;
pub(crate) mod person;
pub(crate) mod servers;
pub(crate) mod stage;
pub(crate) mod told;
pub(crate) mod wire;

use std::time::{Duration, Instant};

/// Asks again and again until there is an answer; fails after `patience` with what was waited for.
pub(crate) fn eventually<T>(what: &str, patience: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
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
pub(crate) fn deadline(patience: Duration) -> Instant {
    Instant::now() + patience
}

/// Whether a deadline is over.
pub(crate) fn is_past(deadline: Instant) -> bool {
    deadline.elapsed() > Duration::ZERO
}
