//! How long a server asks us to wait.

use std::time::Duration;

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};
use jiff::Timestamp;

/// The longest that a server is waited for on its word: limits on use last for hours, and what asks for more is a slip.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// How long the server asks to wait, a day at most. A date is measured from the answer's own `Date`, so that neither our clock nor
/// the server's has to be right.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let date = headers.get(DATE).and_then(|date| date.to_str().ok()).and_then(http_date);
    Some(delay(headers.get(RETRY_AFTER)?.to_str().ok()?.trim(), date)?.min(LONGEST))
}

/// `Retry-After`: seconds, or a date seen from `now` (RFC 9110, section 10.2.3).
fn delay(text: &str, now: Option<Timestamp>) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let wait = http_date(text)?.duration_since(now?);
    Some(Duration::try_from(wait).unwrap_or_default())
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date_seen_from_the_servers_own() {
        let wait = |retry: &str, date: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, retry.parse().unwrap());
            date.map(|date| headers.insert(DATE, date.parse().unwrap()));
            retry_after(&headers)
        };
        let date = Some("Sun, 22 Nov 2026 10:00:00 GMT");
        assert_eq!(wait("120", None), Some(Duration::from_secs(120)));
        for long in ["86401", "25920060", "18446744073709551615"] {
            assert_eq!(wait(long, None), Some(LONGEST), "{long}");
        }
        assert_eq!(wait("Sun, 22 Nov 2099 10:00:00 GMT", date), Some(LONGEST));
        assert_eq!(wait("18446744073709551616", None), None, "no number of seconds");
        assert_eq!(wait("0", date), Some(Duration::ZERO));
        assert_eq!(wait("Sun, 22 Nov 2026 10:01:30 GMT", date), Some(Duration::from_secs(90)));
        assert_eq!(wait("Sun, 22 Nov 2026 09:00:00 GMT", date), Some(Duration::ZERO));
        assert_eq!(wait("Sun, 22 Nov 2026 10:01:30 GMT", None), None);
        for nonsense in ["soon", "-1", "1.5", ""] {
            assert_eq!(wait(nonsense, date), None, "{nonsense}");
        }
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }
}
