//! Codes, tokens and grants.
//!
//! Rule: a grant belongs to a user and a project (here: a client); revoking any token of it ends all of them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

/// A code that waits to be exchanged.
#[derive(Clone, Debug)]
pub(in crate::google) struct Code {
    pub(in crate::google) user: String,
    pub(in crate::google) client: String,
    pub(in crate::google) redirect_uri: String,
    pub(in crate::google) scopes: BTreeSet<String>,
    /// The PKCE challenge and whether it is a hash (`S256`).
    pub(in crate::google) challenge: Option<(String, bool)>,
    pub(in crate::google) nonce: Option<String>,
    pub(in crate::google) offline: bool,
    /// Was a new refresh token asked for, or is this the first consent?
    pub(in crate::google) fresh: bool,
    pub(in crate::google) ends: Timestamp,
}

/// A refresh token.
#[derive(Clone, Debug)]
pub(in crate::google) struct Refresh {
    pub(in crate::google) token: String,
    pub(in crate::google) user: String,
    pub(in crate::google) client: String,
    pub(in crate::google) scopes: BTreeSet<String>,
    pub(in crate::google) ends: Option<Timestamp>,
    /// When it was used last: unused for half a year it dies.
    pub(in crate::google) used: Timestamp,
}

/// An access token.
#[derive(Clone, Debug)]
pub(in crate::google) struct Access {
    pub(in crate::google) user: String,
    pub(in crate::google) client: String,
    pub(in crate::google) scopes: BTreeSet<String>,
    /// `None`: never.
    pub(in crate::google) ends: Option<Timestamp>,
}

/// How long an access token lives.
pub(in crate::google) const ACCESS: SignedDuration = SignedDuration::from_secs(3599);
/// How long a refresh token lives while the consent screen is in testing.
pub(in crate::google) const TESTING: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long a refresh token may go unused.
const UNUSED: SignedDuration = SignedDuration::from_hours(183 * 24);

impl Refresh {
    /// Is it still good?
    pub(in crate::google) fn lives(&self, now: Timestamp) -> bool {
        self.ends.is_none_or(|ends| now < ends) && now.duration_since(self.used) < UNUSED
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(in crate::google) struct Tokens {
    pub(in crate::google) codes: BTreeMap<String, Code>,
    /// Oldest first.
    pub(in crate::google) refresh: Vec<Refresh>,
    pub(in crate::google) access: BTreeMap<String, Access>,
    /// What each user has granted to each client.
    pub(in crate::google) grants: BTreeMap<(String, String), BTreeSet<String>>,
    /// How often a refresh token was used with success.
    pub(in crate::google) refreshed: u64,
    made: u64,
}

impl Tokens {
    /// A word that nobody guesses by chance; not a secret, everything here is pretence.
    pub(in crate::google) fn word(&mut self, prefix: &str, length: usize) -> String {
        self.made += 1;
        let random: String = std::iter::repeat_with(fastrand::alphanumeric).take(length).collect();
        format!("{prefix}{random}{}", self.made)
    }

    /// Keeps a refresh token, and drops the oldest of the same user and client beyond `most`.
    pub(in crate::google) fn keep(&mut self, token: Refresh, most: usize) {
        let same = |other: &Refresh| other.user == token.user && other.client == token.client;
        let mut extra = (self.refresh.iter().filter(|other| same(other)).count() + 1).saturating_sub(most);
        self.refresh.retain(|other| {
            let goes = extra > 0 && same(other);
            extra -= usize::from(goes);
            !goes
        });
        self.refresh.push(token);
    }

    /// Ends everything between a user and a client; `client` `None`: every client.
    pub(in crate::google) fn revoke(&mut self, user: &str, client: Option<&str>) {
        let ends = |whose: &str, of: &str| whose == user && client.is_none_or(|client| client == of);
        self.refresh.retain(|token| !ends(&token.user, &token.client));
        self.access.retain(|_, token| !ends(&token.user, &token.client));
        self.codes.retain(|_, code| !ends(&code.user, &code.client));
        self.grants.retain(|(whose, of), _| !ends(whose, of));
    }
}
