//! The only place that reads the time. Everything else is handed `now`.
//!
//! There are two times. The wall's ([`Clock::now`]) is what people and other systems speak of, and what is written down;
//! somebody may set it, by years and back. What is waited for in memory is measured by a [`Moment`], which only goes
//! forward. A wait that is written down has an end by the wall's clock, and none is longer than [`LONGEST_WAIT`].

use std::ops::Add;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// No wait that is written down ends later than this from when it began. What lies further ahead was written while the clock
/// was wrong, and counts as over.
pub const LONGEST_WAIT: Duration = Duration::from_secs(48 * 3600);

/// A point of the time that only goes forward, and that nobody can set. Good for nothing but the time between two of them,
/// in one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(Duration);

impl Moment {
    /// How long ago `earlier` was; nothing when it was not earlier.
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// So long after the process's beginning.
impl From<Duration> for Moment {
    fn from(since_the_beginning: Duration) -> Self {
        Self(since_the_beginning)
    }
}

impl Add<Duration> for Moment {
    type Output = Self;

    fn add(self, wait: Duration) -> Self {
        Self(self.0.saturating_add(wait))
    }
}

/// The beginning of all moments.
static BEGINNING: LazyLock<Instant> = LazyLock::new(|| {
    #[expect(clippy::disallowed_methods, reason = "the one reading of the time that only goes forward")]
    Instant::now()
});

/// How far ahead of `now` a wait may end at the latest.
pub fn furthest(now: Timestamp) -> Timestamp {
    now.checked_add(LONGEST_WAIT).unwrap_or(Timestamp::MAX)
}

/// Whether a wait until then is over: also where it would be longer than any.
pub fn is_over(until: Timestamp, now: Timestamp) -> bool {
    until <= now || until > furthest(now)
}

/// Where `now` comes from: the system, or a test that sets it.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    /// Milliseconds of the wall's clock, and of the time that only goes forward.
    Set(Arc<(AtomicI64, AtomicI64)>),
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until [`Clock::advance`] moves it; clones share it.
    pub fn standing(at: Timestamp) -> Self {
        Self(Source::Set(Arc::new((AtomicI64::new(at.as_millisecond()), AtomicI64::new(0)))))
    }

    /// The time now, in whole milliseconds (the store keeps no more).
    pub fn now(&self) -> Timestamp {
        let millis = match &self.0 {
            Source::System =>
            {
                #[expect(clippy::disallowed_methods, reason = "the one reading of the system's time")]
                Timestamp::now().as_millisecond()
            }
            Source::Set(set) => set.0.load(Ordering::SeqCst),
        };
        Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
    }

    /// This moment, for measuring how long something lasts.
    pub fn moment(&self) -> Moment {
        match &self.0 {
            Source::System => Moment(BEGINNING.elapsed()),
            Source::Set(set) => Moment(Duration::from_millis(set.1.load(Ordering::SeqCst).unsigned_abs())),
        }
    }

    /// Waits. A standing clock goes on by that much, and nobody waits.
    pub fn wait(&self, time: Duration) {
        match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "the one waiting for a time that somebody else has named")]
            Source::System => std::thread::sleep(time),
            Source::Set(_) => self.advance(time),
        }
    }

    /// Moves a standing clock forward; does nothing to the system's.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        if let Source::Set(set) = &self.0 {
            set.0.fetch_add(by, Ordering::SeqCst);
            set.1.fetch_add(by, Ordering::SeqCst);
        }
    }

    /// Somebody sets a standing clock forward, or back, and no time goes by; does nothing to the system's.
    pub fn jump(&self, by: SignedDuration) {
        if let Source::Set(set) = &self.0 {
            set.0.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_moves_no_moment() {
        let clock = Clock::standing(Timestamp::UNIX_EPOCH);
        let began = clock.moment();
        clock.jump(SignedDuration::from_hours(24 * 30));
        assert_eq!((clock.now().as_second(), clock.moment().since(began)), (30 * 86_400, Duration::ZERO));
        clock.advance(Duration::from_secs(5));
        clock.jump(SignedDuration::from_hours(-24 * 30));
        assert_eq!((clock.now().as_second(), clock.moment().since(began)), (5, Duration::from_secs(5)));
        assert_eq!(began.since(clock.moment()), Duration::ZERO);
        let (earlier, later) = (Clock::system().moment(), Clock::system().moment());
        assert!(earlier <= later && later.since(earlier) < LONGEST_WAIT);
    }

    #[test]
    fn a_wait_that_is_longer_than_any_is_over() {
        let now = Timestamp::UNIX_EPOCH;
        let ends = |after: i64| is_over(Timestamp::from_second(after).unwrap(), now);
        let longest = LONGEST_WAIT.as_secs() as i64;
        assert_eq!([-1, 0, 1, longest, longest + 1].map(ends), [true, true, false, false, true]);
    }
}
