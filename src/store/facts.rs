//! How a fact lies in two columns: its word in one, its data as JSON in the other.
//!
//! What versions before the fourth wrote down is words; the fourth put them into `{"was": "…"}`, and they are read as
//! nothing else.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::StoreError;

/// The word of a fact, and its data.
pub(super) fn columns(fact: &impl Serialize) -> Result<(String, String), StoreError> {
    #[derive(Deserialize)]
    struct Columns {
        is: String,
        #[serde(default)]
        with: Value,
    }
    let columns = serde_json::to_value(fact).and_then(serde_json::from_value::<Columns>);
    let columns = columns.map_err(|error| StoreError::broken(format!("a fact can't be written down: {error}")))?;
    Ok((columns.is, columns.with.to_string()))
}

/// A fact that lies in one column, word and data together.
pub(super) fn json(fact: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(fact).map_err(|error| StoreError::broken(format!("a fact can't be written down: {error}")))
}

/// The fact that lies in two columns; the words, if it is none of this version's and there are any.
pub(super) fn read<T: DeserializeOwned>(word: &str, data: &str) -> Result<T, Option<String>> {
    #[derive(Deserialize)]
    struct Words {
        was: String,
    }
    if let Ok(Words { was }) = serde_json::from_str(data) {
        return Err(Some(was).filter(|words| !words.is_empty()));
    }
    let data: Value = serde_json::from_str(data).map_err(|_| None)?;
    serde_json::from_value(json!({ "is": word, "with": data })).map_err(|_| None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::happened::{Happened, ResyncFailure, Revoked, Shrink};
    use crate::ids::EventId;
    use crate::link::{Obstacle, ProviderKind};

    fn text() -> String {
        "«ñ» \"quoted\"".to_owned()
    }

    fn failures() -> Vec<ResyncFailure> {
        vec![
            ResyncFailure::Held(Shrink { standing: 31, going: 30 }),
            ResyncFailure::Unavailable { why: text() },
            ResyncFailure::LoginFailed { why: text() },
            ResyncFailure::CalendarLost { why: text() },
            ResyncFailure::CalendarUnreachable { why: text() },
            ResyncFailure::EventsLeft { refused: 1, trying: 2 },
            ResyncFailure::Unlinked,
        ]
    }

    fn happenings() -> Vec<Happened> {
        let provider = ProviderKind::Google;
        let mut all = vec![
            Happened::AuthorisedAgain,
            Happened::Recovered,
            Happened::CalendarLost { why: text() },
            Happened::CalendarMadeAgain,
            Happened::Carries { provider, calendar: text() },
            Happened::SwitchedOff { provider },
            Happened::SwitchedOn { provider },
            Happened::Unlinking { calendar: text() },
            Happened::Unlinked { removed: 3, left: 0 },
            Happened::ResyncStarted { events: 3 },
            Happened::ResyncSucceeded { events: 3, skipped: 1 },
            Happened::Held(Shrink { standing: 31, going: 30 }),
            Happened::EventRefused { event: EventId::new("a@b").unwrap(), code: text(), why: text() },
        ];
        let causes = [Revoked::ByProvider, Revoked::Hinted(text()), Revoked::TestingPeriod, Revoked::Unreadable];
        all.extend(causes.map(|cause| Happened::NeedsReauthorization { why: text(), cause }));
        all.extend(Obstacle::ALL.iter().map(|obstacle| Happened::LinkNotMade { provider, obstacle: *obstacle }));
        all.extend(ProviderKind::ALL.map(|provider| Happened::Linked { provider, account: text(), calendar: text() }));
        all.extend(failures().into_iter().map(Happened::ResyncFailed));
        all
    }

    #[test]
    fn every_fact_comes_back_as_it_was_under_the_word_that_it_is_known_by() {
        for what in happenings() {
            let (word, data) = columns(&what).unwrap();
            assert_eq!(word, what.kind());
            assert_eq!(read(&word, &data), Ok(what), "{data}");
        }
        for failure in failures() {
            let (word, data) = columns(&failure).unwrap();
            assert_eq!(word, failure.code());
            assert_eq!(read(&word, &data), Ok(failure), "{data}");
        }
    }

    /// A word is spelled once more where its type is written as JSON; both have to stay the same.
    #[test]
    fn words_lie_as_they_are_said() {
        for obstacle in Obstacle::ALL {
            assert_eq!(json!(obstacle), json!(obstacle.code()));
        }
        for provider in ProviderKind::ALL {
            assert_eq!(json!(provider), json!(provider.as_str()));
        }
    }

    #[test]
    fn a_run_that_ended_before_anything_was_passed_over_passed_over_nothing() {
        let old = read("resync_succeeded", r#"{"events":31}"#);
        assert_eq!(old, Ok(Happened::ResyncSucceeded { events: 31, skipped: 0 }));
    }

    #[test]
    fn what_another_version_wrote_is_told_from_facts() {
        let read = |word: &str, data: &str| read::<Happened>(word, data);
        assert_eq!(read("held", r#"{"was":"30 of 31"}"#), Err(Some("30 of 31".to_owned())));
        assert_eq!(read("authorised_again", r#"{"was":""}"#), Err(None));
        assert_eq!(read("of tomorrow", r#"{"events":3}"#), Err(None));
        assert_eq!(read("link_not_made", r#"{"provider":"google","obstacle":"of tomorrow"}"#), Err(None));
        assert_eq!(read("held", "no JSON"), Err(None));
        let later = Happened::Other { kind: "of tomorrow".to_owned(), words: None };
        assert!(columns(&later).is_err(), "what is not understood is not written");
    }
}
