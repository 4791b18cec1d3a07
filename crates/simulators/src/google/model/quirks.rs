//! What the server does differently on request, as data.

use serde::{Deserialize, Serialize};

/// Switches and limits. The defaults are what the documentation says, as strict as it can be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quirks {
    /// The consent screen is in the state "Testing": refresh tokens end seven days after consent, and say so.
    pub testing: bool,
    /// Refreshing fails with `invalid_grant` and this `error_subtype` (`invalid_rapt`: the administrator's session policy).
    pub grant_error_subtype: Option<String>,
    /// Instead of a consent page the browser is sent back at once with this error (`access_denied`, `admin_policy_enforced`, …).
    pub consent_error: Option<String>,
    /// How many refresh tokens live per user and client; with one more the oldest goes, silently.
    pub refresh_tokens: usize,
    /// Writing an exception changes the ETag of its series too.
    pub exception_bumps_master: bool,
    /// Each so-many-th part of a batch fails alone with 409 `conflict`; 0: none.
    pub batch_conflict_every: u64,
    /// The parts of a batch are carried out from last to first (the documentation: in any order).
    pub batch_reversed: bool,
    /// How many parts a batch may have.
    pub batch_limit: usize,
    /// Quota units of one user in a minute; none: no limit.
    pub user_units_per_minute: Option<u32>,
    /// Quota units of the project in a minute; none: no limit.
    pub project_units_per_minute: Option<u32>,
    /// New calendars of one user in an hour; more: 403 `quotaExceeded`.
    pub calendars_per_hour: usize,
    /// A listing of events begins with an empty page that names the next one ("or none at all, even if there are more").
    pub empty_first_page: bool,
    /// Every write is refused with 403 `quotaExceeded` (Calendar usage limits exceeded).
    pub usage_exceeded: bool,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            testing: false,
            grant_error_subtype: None,
            consent_error: None,
            refresh_tokens: 100,
            exception_bumps_master: false,
            batch_conflict_every: 0,
            batch_reversed: false,
            batch_limit: 50,
            user_units_per_minute: None,
            project_units_per_minute: None,
            calendars_per_hour: 60,
            empty_first_page: false,
            usage_exceeded: false,
        }
    }
}
