//! `Prefer` (RFC 7240): how long a caller is ready to wait for the calendar.

use std::time::Duration;

use poem::http::HeaderMap;
use poem::{FromRequest, Request, RequestBody};

/// The longest wait that is granted: proxies in between give up after about a minute.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What a request says about waiting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Prefer {
    wait: Option<Duration>,
    respond_async: bool,
}

/// How long to wait, and what to say about it in `Preference-Applied`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Patience {
    /// How long an answer may wait; zero: not at all.
    pub(super) within: Duration,
    /// The header's value, when a preference was followed.
    pub(super) applied: Option<String>,
}

impl Prefer {
    /// Reads all `Prefer` headers. What can't be read or isn't known is no preference (§2 of the RFC); of a preference
    /// that stands twice the first counts.
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let mut prefer = Self::default();
        for value in headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok()) {
            for preference in value.split(',') {
                prefer.take(preference);
            }
        }
        prefer
    }

    fn take(&mut self, preference: &str) {
        let bare = preference.split(';').next().unwrap_or_default();
        let (name, value) = bare.split_once('=').unwrap_or((bare, ""));
        let (name, value) = (name.trim(), value.trim().trim_matches('"'));
        if name.eq_ignore_ascii_case("respond-async") {
            self.respond_async = true;
        } else if name.eq_ignore_ascii_case("wait") && self.wait.is_none() {
            self.wait = value.parse().ok().map(Duration::from_secs);
        }
    }

    /// What follows, with the wait that is usual. `respond-async` alone doesn't wait at all; together with `wait` it
    /// means: as long as that, then asynchronously (§4.3).
    pub(super) fn patience(self, usual: Duration) -> Patience {
        match (self.wait, self.respond_async) {
            (Some(wait), _) => {
                let within = wait.min(LONGEST_WAIT);
                Patience { within, applied: Some(format!("wait={}", within.as_secs())) }
            }
            (None, true) => Patience { within: Duration::ZERO, applied: Some("respond-async".to_owned()) },
            (None, false) => Patience { within: usual, applied: None },
        }
    }
}

impl<'a> FromRequest<'a> for Prefer {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self::read(request.headers()))
    }
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    fn patience(values: &[&str]) -> (u64, Option<String>) {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("prefer", HeaderValue::from_str(value).unwrap());
        }
        let patience = Prefer::read(&headers).patience(Duration::from_secs(5));
        (patience.within.as_secs(), patience.applied)
    }

    #[test]
    fn the_wait_is_what_was_asked_for_within_bounds() {
        assert_eq!(patience(&[]), (5, None));
        assert_eq!(patience(&["wait=12"]), (12, Some("wait=12".to_owned())));
        assert_eq!(patience(&["wait=0"]), (0, Some("wait=0".to_owned())));
        assert_eq!(patience(&["wait=86400"]), (60, Some("wait=60".to_owned())));
        assert_eq!(patience(&["Respond-Async"]), (0, Some("respond-async".to_owned())));
        assert_eq!(patience(&["respond-async, wait=10"]), (10, Some("wait=10".to_owned())));
        assert_eq!(patience(&["respond-async", "wait=10"]), (10, Some("wait=10".to_owned())));
    }

    #[test]
    fn the_first_of_two_counts_and_nonsense_is_no_preference() {
        assert_eq!(patience(&["wait=3, wait=9"]), (3, Some("wait=3".to_owned())));
        assert_eq!(patience(&[" WAIT = \"7\" ; foo=bar , return=minimal"]), (7, Some("wait=7".to_owned())));
        for nonsense in ["wait", "wait=", "wait=-1", "wait=soon", "wait=1.5", "waiting=4", ",,;="] {
            assert_eq!(patience(&[nonsense]), (5, None), "{nonsense}");
        }
    }
}
