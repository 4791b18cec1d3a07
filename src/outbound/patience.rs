//! Waiting for a server that says "not now".
//!
//! 429 (RFC 6585, section 4), and 503 with a `Retry-After` (RFC 9110, section 10.2.3), say that a request was not carried
//! out and may come again: repeating it is safe whatever it was. The reconciler doesn't wait: its rounds come back by
//! themselves. Who makes a link, or ends one, needs several answers in a row, and a server that puts off every few requests
//! would never give them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::retry_after::retry_after;
use crate::clock::Clock;
use crate::guarded::Guarded;

/// The longest single wait: who is asked for more has no patience.
const LONGEST: Duration = Duration::from_secs(10);
/// How often one request is repeated: a server that puts it off as often does not only do so now and then.
const REPEATS: u32 = 3;
/// The first wait where the server does not say how long; each next one is twice as long.
const UNSAID: Duration = Duration::from_secs(1);

/// How long somebody waits in all for servers that put requests off, and until when all their calls together end. Clones
/// share what is left of it.
#[derive(Clone, Debug)]
pub struct Patience {
    waiting: Option<Arc<Waiting>>,
    end: Option<Instant>,
}

#[derive(Debug)]
struct Waiting {
    clock: Clock,
    left: Guarded<Duration>,
}

impl Patience {
    /// None: an answer is an answer.
    pub fn none() -> Self {
        Self { waiting: None, end: None }
    }

    /// Waits by `clock`, for `all` in all.
    pub fn of(clock: &Clock, all: Duration) -> Self {
        let waiting = Waiting { clock: clock.clone(), left: Guarded::new(all) };
        Self { waiting: Some(Arc::new(waiting)), end: None }
    }

    /// The same for calls that all together take no longer than `whole` from now: a server that answers each of them just in
    /// time, and leads on to the next, would otherwise keep who calls for as long as it likes.
    #[must_use]
    pub fn ending_within(self, whole: Duration) -> Self {
        #[expect(clippy::disallowed_methods, reason = "measures how long calls take together")]
        let now = Instant::now();
        Self { end: now.checked_add(whole), ..self }
    }

    /// What is left of the time for all calls; none where that has no end.
    pub(super) fn left(&self) -> Option<Duration> {
        #[expect(clippy::disallowed_methods, reason = "measures how long calls take together")]
        self.end.map(|end| end.saturating_duration_since(Instant::now()))
    }

    /// Waits before a request is sent again that was `repeated` so often already: as long as the server asks, and where it
    /// does not say, a little longer each time. `false`: there is not so much patience (left), and nothing was waited for.
    pub(crate) fn waits(&self, retry_after: Option<Duration>, repeated: u32) -> bool {
        let Some(waiting) = &self.waiting else { return false };
        let wait = retry_after.unwrap_or(UNSAID.saturating_mul(2_u32.saturating_pow(repeated)));
        if repeated >= REPEATS || wait > LONGEST || self.left().is_some_and(|left| left <= wait) {
            return false;
        }
        {
            let mut left = waiting.left.lock();
            let Some(rest) = left.checked_sub(wait) else { return false };
            *left = rest;
        }
        waiting.clock.wait(wait);
        true
    }
}

/// Whether the server put the request off, and how long it asks to wait.
#[expect(clippy::option_option, reason = "put off or not, and with a time or without one")]
pub(super) fn put_off<B>(answer: &http::Response<B>) -> Option<Option<Duration>> {
    let retry_after = retry_after(answer.headers());
    match answer.status().as_u16() {
        429 => Some(retry_after),
        503 if retry_after.is_some() => Some(retry_after),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn seconds(seconds: u64) -> Option<Duration> {
        Some(Duration::from_secs(seconds))
    }

    fn waited(clock: &Clock) -> i64 {
        clock.now().as_second()
    }

    #[test]
    fn a_request_waits_as_long_as_it_is_asked_to_and_no_longer_than_there_is_patience() {
        let clock = Clock::standing(Timestamp::UNIX_EPOCH);
        let patience = Patience::of(&clock, Duration::from_secs(20));
        assert!(!patience.waits(seconds(11), 0), "far too long");
        assert!(patience.waits(seconds(7), 0));
        assert_eq!(waited(&clock), 7);
        assert!(patience.waits(None, 0) && patience.waits(None, 1) && patience.waits(None, 2));
        assert_eq!(waited(&clock), 7 + 1 + 2 + 4);
        assert!(!patience.waits(None, REPEATS), "the same request again and again");
        assert!(!patience.clone().waits(seconds(7), 0), "6 seconds are left");
        assert!(patience.waits(seconds(6), 0) && patience.waits(seconds(0), 1));
        assert!(!patience.waits(seconds(1), 0), "nothing is left");
        assert_eq!(waited(&clock), 20);
        assert!(!Patience::none().waits(seconds(0), 0));
    }

    #[test]
    fn only_what_was_surely_not_carried_out_is_put_off() {
        let told = |status: u16, retry_after: Option<&str>| {
            let answer = http::Response::builder().status(status);
            let answer =
                retry_after.map_or(answer, |time| http::Response::builder().status(status).header("Retry-After", time));
            put_off(&answer.body(()).unwrap())
        };
        assert_eq!(told(429, None), Some(None));
        assert_eq!(told(429, Some("3")), Some(seconds(3)));
        assert_eq!(told(503, Some("0")), Some(seconds(0)));
        for (status, retry_after) in [(503, None), (500, Some("3")), (200, Some("3")), (403, Some("3")), (301, None)] {
            assert_eq!(told(status, retry_after), None, "{status}");
        }
    }
}
