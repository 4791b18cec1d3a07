//! The only place that reads the time. Everything else is handed `now`.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// Where `now` comes from: the system, or a test that sets it.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until [`Clock::advance`] moves it; clones share it.
    pub fn standing(at: Timestamp) -> Self {
        Self(Source::Set(Arc::new(AtomicI64::new(at.as_millisecond()))))
    }

    /// The time now, in whole milliseconds (the store keeps no more).
    pub fn now(&self) -> Timestamp {
        let millis = match &self.0 {
            Source::System =>
            {
                #[expect(clippy::disallowed_methods, reason = "the one reading of the system's time")]
                Timestamp::now().as_millisecond()
            }
            Source::Set(at) => at.load(Ordering::SeqCst),
        };
        Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
    }

    /// Waits. A standing clock goes on by that much, and nobody waits.
    pub fn wait(&self, time: std::time::Duration) {
        match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "the one waiting for a time that somebody else has named")]
            Source::System => std::thread::sleep(time),
            Source::Set(_) => self.advance(time),
        }
    }

    /// Moves a standing clock forward; does nothing to the system's.
    pub fn advance(&self, by: std::time::Duration) {
        if let Source::Set(at) = &self.0 {
            at.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}
