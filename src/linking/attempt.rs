//! What one try to link is made with, and what of it people are shown: a choice, or why it did not end well.

use jiff::Timestamp;

use super::connect::LinkRequest;
use crate::ids::AuthorizationId;
use crate::link::{CalendarChoice, Obstacle, ProviderKind};

/// Calendars to choose from.
#[derive(Clone, Debug)]
pub struct Choosing {
    /// Where they are.
    pub provider: ProviderKind,
    /// Those that can be written.
    pub calendars: Vec<CalendarChoice>,
    /// Whether a new one can be made instead.
    pub or_new: bool,
}

/// A try that did not end well, and what was typed for it. No password.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// Where.
    pub provider: ProviderKind,
    /// Why.
    pub obstacle: Obstacle,
    /// The address that was typed (CalDAV).
    pub address: String,
    /// The user name that was typed.
    pub username: String,
    /// Until when the next try has to wait.
    pub until: Option<Timestamp>,
}

impl Stopped {
    /// How long that is yet, in whole minutes and at least one.
    pub fn minutes(&self, now: Timestamp) -> Option<i64> {
        self.until.map(|until| ((until.duration_since(now).as_secs() + 59) / 60).max(1))
    }
}

/// One try to link.
#[derive(Clone, Debug)]
pub enum Try {
    /// With an account whose password was typed.
    Password(LinkRequest),
    /// With a consent that was given.
    Consent {
        /// Where.
        provider: ProviderKind,
        /// Its flow, which a browser session of the holder began.
        flow: AuthorizationId,
        /// What was chosen, once there was a choice: a calendar by its id, or a new one.
        chosen: Option<Option<String>>,
    },
    /// With what the link has, whose calendar is lost.
    Again {
        /// Where.
        provider: ProviderKind,
        /// What was chosen, once there was a choice.
        chosen: Option<Option<String>>,
    },
}

impl Try {
    pub(super) fn provider(&self) -> ProviderKind {
        match self {
            Self::Password(request) => request.provider,
            Self::Consent { provider, .. } | Self::Again { provider, .. } => *provider,
        }
    }

    /// What was typed, but the password.
    pub(super) fn stopped(&self, obstacle: Obstacle) -> Stopped {
        let (address, username) = match self {
            Self::Password(request) => (without_login(&request.address), request.username.clone()),
            Self::Consent { .. } | Self::Again { .. } => (String::new(), String::new()),
        };
        Stopped { provider: self.provider(), obstacle, address, username, until: None }
    }
}

/// An address as it may be shown again: people put passwords into it (`https://ana:secret@…`).
fn without_login(typed: &str) -> String {
    let (scheme, rest) = match typed.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), typed),
    };
    match rest.rsplit_once('@') {
        Some((login, place)) if !scheme.is_empty() || login.contains(':') => format!("{scheme}{place}"),
        _ => typed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_an_address_is_not_shown_again() {
        let table = [
            ("ana@example.org", "ana@example.org"),
            ("cloud.example.org/dav", "cloud.example.org/dav"),
            ("https://cloud.example.org:8443/dav/", "https://cloud.example.org:8443/dav/"),
            ("https://ana:secret@cloud.example.org/dav", "https://cloud.example.org/dav"),
            ("https://ana@cloud.example.org/", "https://cloud.example.org/"),
            ("ana:se/cr@t@cloud.example.org", "cloud.example.org"),
            ("http://ana:se/cret@cloud.example.org", "http://cloud.example.org"),
            ("", ""),
        ];
        for (typed, shown) in table {
            assert_eq!(without_login(typed), shown, "{typed}");
        }
    }
}
