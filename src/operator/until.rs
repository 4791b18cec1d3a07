//! When something ends, as people say it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// A time (`2027-12-31T23:59:59Z`), or a length of time from `now` (`90d`, `720h`); none where it is neither, or not ahead.
pub(super) fn until(text: &str, now: Timestamp) -> Option<Timestamp> {
    let at = text.parse::<Timestamp>().ok().or_else(|| now.checked_add(length(text)?).ok());
    at.filter(|at| *at > now)
}

/// Days are left to calendars by the library; here each has 24 hours.
fn length(text: &str) -> Option<Duration> {
    let days = text.strip_suffix('d').and_then(|days| days.parse::<u32>().ok());
    let days = days.map(|days| Duration::from_hours(24 * u64::from(days)));
    days.or_else(|| Duration::try_from(text.parse::<SignedDuration>().ok()?).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_a_time_or_a_length_of_time_and_lies_ahead() {
        let now: Timestamp = "2026-11-28T12:00:00Z".parse().unwrap();
        let said = |text: &str| until(text, now).map(|at| at.to_string());
        assert_eq!(said("7d").as_deref(), Some("2026-12-05T12:00:00Z"));
        assert_eq!(said("90m").as_deref(), Some("2026-11-28T13:30:00Z"));
        assert_eq!(said("2027-01-01T00:00:00Z").as_deref(), Some("2027-01-01T00:00:00Z"));
        for wrong in ["", "soon", "0d", "-1h", "7", "2026-11-28T12:00:00Z", "2020-01-01T00:00:00Z", "99999999999d"] {
            assert_eq!(said(wrong), None, "{wrong}");
        }
    }
}
