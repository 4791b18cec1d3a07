//! What is asked of a person, and whether they granted it.
//!
//! Rule: the least that does the job (docs/providers.md#google-scopes). A calendar of our own needs
//! `calendar.app.created` and nothing else; `openid email` tells whose account it is. People can untick single
//! permissions, so what was granted is compared with what is needed.

use std::collections::BTreeSet;

const PREFIX: &str = "https://www.googleapis.com/auth/";
/// Make calendars, and write in those that we made.
const APP_CREATED: &str = "calendar.app.created";
/// Write in calendars that the person owns.
const EVENTS_OWNED: &str = "calendar.events.owned";
/// See the names of the person's calendars.
const CALENDAR_LIST: &str = "calendar.calendarlist.readonly";

/// The scopes to ask for, as the parameter `scope` takes them.
pub(super) fn asked(existing_calendars: bool) -> String {
    let mut scopes = vec!["openid".to_owned(), "email".to_owned()];
    scopes.extend(needed(existing_calendars).map(|scope| format!("{PREFIX}{scope}")));
    scopes.join(" ")
}

fn needed(existing_calendars: bool) -> impl Iterator<Item = &'static str> {
    let all: &[&str] = if existing_calendars { &[APP_CREATED, EVENTS_OWNED, CALENDAR_LIST] } else { &[APP_CREATED] };
    all.iter().copied()
}

/// What a person granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Granted(BTreeSet<String>);

impl Granted {
    /// Reads the member `scope` of a token answer. Google answers some scopes under a longer name than it was asked
    /// for (`email` as `…/userinfo.email`), so they are compared by their last part.
    pub(super) fn read(scope: &str) -> Self {
        let short = |scope: &str| scope.strip_prefix(PREFIX).unwrap_or(scope).to_owned();
        Self(scope.split_ascii_whitespace().map(short).collect())
    }

    /// Whether we may make a calendar and write in it.
    pub(super) fn own_calendar(&self) -> bool {
        self.0.contains(APP_CREATED)
    }

    /// Whether we may list the person's calendars and write in one of them.
    pub(super) fn existing_calendars(&self) -> bool {
        self.0.contains(EVENTS_OWNED) && self.0.contains(CALENDAR_LIST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_our_own_calendar_is_asked_for() {
        assert_eq!(asked(false), "openid email https://www.googleapis.com/auth/calendar.app.created");
        assert_eq!(
            asked(true),
            "openid email https://www.googleapis.com/auth/calendar.app.created \
             https://www.googleapis.com/auth/calendar.events.owned \
             https://www.googleapis.com/auth/calendar.calendarlist.readonly"
        );
    }

    #[test]
    fn an_unticked_permission_is_seen() {
        let all = Granted::read(&asked(true));
        assert!(all.own_calendar() && all.existing_calendars());
        let none = Granted::read("openid https://www.googleapis.com/auth/userinfo.email");
        assert!(!none.own_calendar() && !none.existing_calendars());
        let half = Granted::read("openid https://www.googleapis.com/auth/calendar.events.owned");
        assert!(!half.existing_calendars());
    }
}
