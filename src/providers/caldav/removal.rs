//! Removing a calendar, but only as long as nobody writes into it.
//!
//! Between a look that shows nothing and the DELETE somebody may write: a person with their phone, another installation. So
//! the DELETE holds only for the state that was seen (docs/providers.md#caldav-calendars): the collection's ETag (`If-Match`; Radicale and Xandikos compare it),
//! or its sync token (`If`, RFC 6578, section 5, which servers that have one must compare; sabre/dav and Cyrus do). A
//! server that refuses although nothing has changed can't compare; there, and where neither is told, the look comes
//! immediately before.

use url::Url;

use super::requests;
use super::responses::{self, Member, is_strong};
use crate::placement::Version;

/// How the sync tokens of Cyrus begin. An `If-Match` on a collection ends its connection without an answer, whether it holds
/// or not (probed on 3.6); an `If` does so only where it does not hold, and nothing is deleted then.
const OF_CYRUS: &str = "data:,";

/// How often a deletion is tried: each condition once, and once more for somebody who writes and takes it back.
pub(super) const TRIES: usize = 5;

/// What an empty calendar must still be like when it is deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Unchanged {
    etag: Option<Version>,
    sync_token: Option<String>,
}

impl Unchanged {
    /// As a listing told it of the calendar itself.
    pub(super) fn of(itself: Option<&Member>) -> Self {
        let sync_token = itself.and_then(responses::sync_token);
        let is_cyrus = sync_token.as_ref().is_some_and(|token| token.starts_with(OF_CYRUS));
        Self { etag: itself.and_then(Member::version).filter(|etag| is_strong(etag) && !is_cyrus), sync_token }
    }

    /// What is asked of a server that has refused all of it although nothing had changed: less, and then nothing.
    fn with_less(&self) -> Self {
        match self {
            Self { etag: Some(etag), sync_token: Some(_) } => Self { etag: Some(etag.clone()), sync_token: None },
            Self { .. } => Self::default(),
        }
    }
}

/// How the next deletion is made conditional.
#[derive(Debug, Default)]
pub(super) struct Ladder {
    /// What was seen before the last refusal, and what was asked then.
    refused: Option<(Unchanged, Unchanged)>,
}

impl Ladder {
    /// The deletion to try now that the calendar was seen so; and whether it is the last one, which asks for nothing.
    pub(super) fn next(&mut self, url: &Url, past_trash_bin: bool, seen: Unchanged) -> (requests::Call, bool) {
        let asked = match &self.refused {
            Some((before, asked)) if *before == seen => asked.with_less(),
            _ => seen.clone(),
        };
        let call = requests::delete_calendar(url, past_trash_bin, asked.etag.as_ref(), asked.sync_token.as_deref());
        let asks_for_nothing = asked == Unchanged::default();
        self.refused = Some((seen, asked));
        (call, asks_for_nothing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conditions(ladder: &mut Ladder, etag: Option<&str>, token: Option<&str>) -> Vec<String> {
        let url = Url::parse("https://dav.example.org/c/").unwrap();
        let seen = Unchanged { etag: etag.map(|tag| Version(tag.to_owned())), sync_token: token.map(str::to_owned) };
        let (call, last) = ladder.next(&url, false, seen);
        assert_eq!(last, call.headers.is_empty());
        call.headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect()
    }

    #[test]
    fn all_that_is_known_must_hold_and_who_cannot_compare_is_asked_for_less() {
        let (both, etag) = (["if-match: \"1\"", "if: (<urn:t1>)"], ["if-match: \"1\""]);
        let mut ladder = Ladder::default();
        assert_eq!(conditions(&mut ladder, Some("\"1\""), Some("urn:t1")), both);
        assert_eq!(conditions(&mut ladder, Some("\"1\""), Some("urn:t1")), etag);
        assert!(conditions(&mut ladder, Some("\"1\""), Some("urn:t1")).is_empty());
        let mut ladder = Ladder::default();
        assert_eq!(conditions(&mut ladder, None, Some("urn:t1")), ["if: (<urn:t1>)"]);
        assert!(conditions(&mut ladder, None, Some("urn:t1")).is_empty());
        assert!(conditions(&mut Ladder::default(), None, None).is_empty());
    }

    #[test]
    fn what_has_changed_meanwhile_was_compared() {
        let mut ladder = Ladder::default();
        assert_eq!(conditions(&mut ladder, None, Some("urn:t1")), ["if: (<urn:t1>)"]);
        assert_eq!(conditions(&mut ladder, None, Some("urn:t2")), ["if: (<urn:t2>)"]);
        assert_eq!(conditions(&mut ladder, None, Some("urn:t3")), ["if: (<urn:t3>)"]);
    }
}
