//! What is sent about links.

use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};
use serde::Deserialize;

use crate::http::{Code, Problem};

/// What of a link is to be otherwise.
#[derive(Clone, Debug, Default, Deserialize, Object)]
#[oai(rename = "LinkChange", example)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkChange {
    /// Which link: `google`, `apple` or `caldav`. May be left out where there is only one.
    pub(super) provider: Option<String>,
    /// Whether requests may be sent for it.
    pub(super) enabled: Option<bool>,
    /// `true`: what is exported goes into this calendar from now on.
    carries: Option<bool>,
}

impl LinkChange {
    /// Whether it is to carry.
    ///
    /// # Errors
    /// Where it is not to: some link always carries, so another one has to be named.
    pub(super) fn carries(&self) -> Result<bool, Problem> {
        if self.carries == Some(false) {
            let detail = "carries can't be false: one link always carries. Say carries: true of another one.";
            return Err(Problem::new(Code::InvalidField, detail).with("field", "carries"));
        }
        Ok(self.carries == Some(true))
    }
}

impl Example for LinkChange {
    fn example() -> Self {
        Self { provider: Some("caldav".to_owned()), enabled: Some(false), carries: None }
    }
}

/// What is to become of the events that were written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum, Deserialize)]
#[oai(rename = "DisconnectEvents", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub(super) enum EventsWord {
    /// They are removed from the calendar first.
    #[default]
    Remove,
    /// They stay where they are.
    Keep,
}

/// How to disconnect.
#[derive(Clone, Debug, Default, Deserialize, Object)]
#[oai(rename = "Disconnect", example)]
#[serde(deny_unknown_fields)]
pub(super) struct Disconnect {
    /// `remove` (what is usual): everything that came from here is removed from the calendar, and nothing else. `keep`: it stays there,
    /// and the link ends at once.
    events: Option<EventsWord>,
}

impl Disconnect {
    /// Whether what was written stays.
    pub(super) fn keeps(&self) -> bool {
        self.events.unwrap_or_default() == EventsWord::Keep
    }
}

impl Example for Disconnect {
    fn example() -> Self {
        Self { events: Some(EventsWord::Remove) }
    }
}

/// How to synchronise.
#[derive(Clone, Debug, Default, Deserialize, Object)]
#[oai(rename = "CalendarSync", example)]
#[serde(deny_unknown_fields)]
pub(super) struct WishedSync {
    /// Lets a resync remove many events at once, after `confirmation_needed`.
    confirm: Option<bool>,
}

impl WishedSync {
    pub(super) fn confirms(&self) -> bool {
        self.confirm.unwrap_or_default()
    }
}

impl Example for WishedSync {
    fn example() -> Self {
        Self { confirm: Some(false) }
    }
}

/// Which consent.
#[derive(Clone, Debug, Deserialize, Object)]
#[oai(rename = "ConsentState", example)]
#[serde(deny_unknown_fields)]
pub(super) struct ConsentState {
    /// The `state` of the address that `auth-url` answered.
    pub(super) state: String,
}

impl Example for ConsentState {
    fn example() -> Self {
        Self { state: "M2Y0OTc2MjctYjQxNi00NmI4LWJhNjYtZDM0OTM3ZDk".to_owned() }
    }
}
