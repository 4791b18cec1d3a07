//! When to try again. Pure: time and chance are arguments.
//!
//! Full jitter (a uniform share of a window that doubles), so that links that failed together don't come back
//! together. `Retry-After` is a floor, never a ceiling: some providers name too short a time (`lessons`: iCloud).

use std::time::Duration;

use jiff::Timestamp;

use crate::clock::LONGEST_WAIT;

/// The first window.
const BASE: Duration = Duration::from_secs(1);
/// The window doubles up to this, and stays there for the first ten failures (some minutes).
const SOON: Duration = Duration::from_secs(64);
/// Failures after which it doubles on, up to [`LONGEST`]: nobody waits much longer than the trouble lasted already.
const PATIENT_AFTER: u32 = 10;
/// The last window: a provider that is down for days is asked about once an hour.
const LONGEST: Duration = Duration::from_secs(3600);
/// What a limit on use may last.
const A_DAY: Duration = Duration::from_secs(86_400);

/// The time of the next try after `attempts` failures in a row (the one just seen included). `chance` is uniform in
/// 0 to 1.
pub fn next(attempts: u32, retry_after: Option<Duration>, now: Timestamp, chance: f64) -> Timestamp {
    let doubled = |from: Duration, times: u32| from.saturating_mul(2_u32.saturating_pow(times.min(16)));
    let window = if attempts <= PATIENT_AFTER {
        doubled(BASE, attempts).min(SOON)
    } else {
        doubled(SOON, attempts - PATIENT_AFTER).min(LONGEST)
    };
    // Half the window at least: a window that chance makes zero would be no pause at all.
    let jittered = window.mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0);
    later(now, retry_after.unwrap_or_default().saturating_add(jittered))
}

/// Then, and no later than anybody waits.
pub(super) fn later(now: Timestamp, wait: Duration) -> Timestamp {
    now.checked_add(wait.min(LONGEST_WAIT)).unwrap_or(now)
}

/// The time of the next try after a limit on use (not on rate) was hit: an hour at least, more each time, up to a day
/// (providers: "read-only for hours, possibly longer").
pub fn after_usage_limit(attempts: u32, now: Timestamp, chance: f64) -> Timestamp {
    let window = LONGEST.saturating_mul(2_u32.saturating_pow(attempts.min(16))).min(A_DAY);
    later(now, window + (window / 2).mul_f64(chance.clamp(0.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(attempts: u32, retry_after: Option<u64>, chance: f64) -> f64 {
        let now = Timestamp::UNIX_EPOCH;
        let next = next(attempts, retry_after.map(Duration::from_secs), now, chance);
        next.duration_since(now).as_secs_f64()
    }

    #[test]
    fn the_window_doubles_to_a_minute_and_later_to_an_hour() {
        assert_eq!([1, 2, 3, 6, 10].map(|n| wait(n, None, 1.0)), [2.0, 4.0, 8.0, 64.0, 64.0]);
        assert_eq!([11, 12, 13, 15, 16, 40].map(|n| wait(n, None, 1.0)), [128.0, 256.0, 512.0, 2048.0, 3600.0, 3600.0]);
    }

    #[test]
    fn no_wait_is_so_long_that_it_would_be_taken_for_a_wrong_clock_s() {
        let longest = LONGEST_WAIT.as_secs_f64();
        assert_eq!(wait(3, Some(u64::MAX), 1.0), longest);
        assert_eq!(wait(99, Some(86_400), 1.0), 86_400.0 + 3600.0);
        assert!(86_400.0 + 3600.0 < longest && 1.5 * A_DAY.as_secs_f64() < longest);
    }

    #[test]
    fn chance_spreads_the_tries_over_half_the_window() {
        assert_eq!(wait(3, None, 0.0), 4.0);
        assert_eq!(wait(3, None, 0.5), 6.0);
    }

    #[test]
    fn a_usage_limit_waits_for_an_hour_and_then_longer_up_to_a_day() {
        let hours = |attempts, chance| {
            let until = after_usage_limit(attempts, Timestamp::UNIX_EPOCH, chance);
            until.duration_since(Timestamp::UNIX_EPOCH).as_secs_f64() / 3600.0
        };
        assert_eq!([0, 1, 2, 4, 5, 40].map(|attempts| hours(attempts, 0.0)), [1.0, 2.0, 4.0, 16.0, 24.0, 24.0]);
        assert_eq!(hours(0, 1.0), 1.5);
    }

    #[test]
    fn retry_after_is_a_floor() {
        assert!(wait(1, Some(30), 0.0) >= 30.0);
        assert!(wait(15, Some(1), 0.0) > 1000.0);
    }
}
