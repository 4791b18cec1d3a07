//! What is kept of an account.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::secret::{ExposeSecret, SecretString};

/// The tokens of one consent.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// Opens the API, for about an hour.
    pub(super) access: SecretString,
    /// Gets the next access token. Google issues it once per consent and does not rotate it.
    pub(super) refresh: SecretString,
    /// When `access` ends.
    pub(super) expires_at: Timestamp,
    /// When the person consented.
    pub(super) authorised_at: Timestamp,
}

/// An access token is renewed this long before it ends.
const EARLY: Duration = Duration::from_secs(300);
/// How long a refresh token lives while the consent screen is in "Testing" (docs/providers.md#google-tokens).
const TESTING_LIFE: Duration = Duration::from_secs(7 * 86_400);
/// How far from that an observed death may be: the refusal is seen at the next use, which may be an hour late, and
/// clocks differ.
const AROUND: Duration = Duration::from_secs(12 * 3600);

/// How they lie in a seal.
#[derive(Serialize, Deserialize)]
struct Sealed {
    access: String,
    refresh: String,
    expires_at: Timestamp,
    authorised_at: Timestamp,
}

impl Tokens {
    /// The text to be sealed.
    pub fn to_text(&self) -> SecretString {
        let sealed = Sealed {
            access: self.access.expose_secret().to_owned(),
            refresh: self.refresh.expose_secret().to_owned(),
            expires_at: self.expires_at,
            authorised_at: self.authorised_at,
        };
        // Texts and times always serialise.
        SecretString::from(serde_json::to_string(&sealed).unwrap_or_default())
    }

    /// From a text that was sealed.
    pub fn from_text(text: &SecretString) -> Option<Self> {
        let sealed: Sealed = serde_json::from_str(text.expose_secret()).ok()?;
        Some(Self {
            access: sealed.access.into(),
            refresh: sealed.refresh.into(),
            expires_at: sealed.expires_at,
            authorised_at: sealed.authorised_at,
        })
    }

    /// Whether the access token has to be renewed before its next use.
    pub(super) fn is_stale(&self, now: Timestamp) -> bool {
        self.expires_at.checked_sub(EARLY).map_or(true, |due| due <= now)
    }

    /// Whether a refresh token that is refused at `now` lived for about seven days: the mark of a consent screen that
    /// is still in "Testing".
    pub(super) fn died_of_testing(&self, now: Timestamp) -> bool {
        let lived = now.duration_since(self.authorised_at).unsigned_abs();
        now >= self.authorised_at && lived.abs_diff(TESTING_LIFE) <= AROUND
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(authorised: &str, expires: &str) -> Tokens {
        Tokens {
            access: SecretString::from("a"),
            refresh: SecretString::from("r"),
            expires_at: expires.parse().unwrap(),
            authorised_at: authorised.parse().unwrap(),
        }
    }

    #[test]
    fn tokens_survive_the_seal() {
        let text = tokens("2026-11-01T00:00:00Z", "2026-11-01T01:00:00Z").to_text();
        let back = Tokens::from_text(&text).unwrap();
        assert_eq!(back.to_text().expose_secret(), text.expose_secret());
        assert!(Tokens::from_text(&SecretString::from("{}")).is_none());
    }

    #[test]
    fn an_access_token_is_renewed_five_minutes_early() {
        let tokens = tokens("2026-11-01T00:00:00Z", "2026-11-01T01:00:00Z");
        assert!(!tokens.is_stale("2026-11-01T00:54:59Z".parse().unwrap()));
        assert!(tokens.is_stale("2026-11-01T00:55:00Z".parse().unwrap()));
    }

    #[test]
    fn a_death_after_seven_days_is_recognised() {
        let tokens = tokens("2026-11-01T00:00:00Z", "2026-11-01T01:00:00Z");
        let died = |at: &str| tokens.died_of_testing(at.parse().unwrap());
        assert!(died("2026-11-08T00:03:00Z") && died("2026-11-08T10:00:00Z"));
        assert!(!died("2026-11-06T00:00:00Z") && !died("2026-11-10T00:00:00Z") && !died("2026-10-25T00:00:00Z"));
    }
}
