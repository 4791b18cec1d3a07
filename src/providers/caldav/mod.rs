//! CalDAV (RFC 4791) and Apple's iCloud, which is CalDAV with its own habits.

use std::sync::Arc;

use url::Url;

use crate::outbound::Outbound;
use crate::placement::Mark;
use crate::providers::RemoteCalendar;
use crate::secret::SecretString;

/// What a person types to reach their account.
#[derive(Clone, Debug)]
pub struct Login {
    /// A URL of the server (any depth), or an e-mail address whose domain is asked.
    pub address: String,
    /// The user name.
    pub username: String,
    /// The password, or an app-specific one.
    pub password: SecretString,
}

/// What discovery found.
#[derive(Clone, Debug)]
pub struct Account {
    /// The account's principal.
    pub principal: Url,
    /// Where its calendars live; the first one is where a new calendar is made.
    pub homes: Vec<Url>,
    /// The calendars that exist and can hold events.
    pub calendars: Vec<CalendarInfo>,
}

/// One calendar of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarInfo {
    /// Its collection, ending in `/`.
    pub url: Url,
    /// Its display name; the last path segment where it has none.
    pub name: String,
    /// Whether our user may write in it (servers that don't say are taken to allow it; the probe finds out).
    pub writable: bool,
}

/// Why an account or a calendar could not be reached, named for what the person does next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscoverError {
    /// The address is not one that can be asked (bad URL, bad e-mail, plain HTTP).
    #[error("this address can't be used: {0}")]
    BadAddress(String),
    /// The address guard refused it; the text names the rule.
    #[error("this address is not allowed: {0}")]
    AddressNotAllowed(String),
    /// User name or password are wrong.
    #[error("the server refuses the user name or password: {0}")]
    LoginFailed(String),
    /// Nobody answers, or what answers is not a CalDAV server.
    #[error("no CalDAV account was found: {0}")]
    Unreachable(String),
    /// The server does not let us make a calendar.
    #[error("the server does not let us make a calendar: {0}")]
    CannotCreate(String),
}

/// Finds the account behind a login: well-known, principal, homes, calendars. Redirects are followed by hand; the
/// password is never sent to another site.
///
/// # Errors
/// See [`DiscoverError`].
pub fn discover(_outbound: &Outbound, _login: &Login) -> Result<Account, DiscoverError> {
    Err(DiscoverError::Unreachable("not built yet".to_owned()))
}

/// Makes a calendar named `name` in the account and answers it as the server then lists it.
///
/// # Errors
/// [`DiscoverError::CannotCreate`] when the server refuses; else as [`discover`].
pub fn create_calendar(
    _outbound: &Outbound,
    _login: &Login,
    _account: &Account,
    _name: &str,
) -> Result<CalendarInfo, DiscoverError> {
    Err(DiscoverError::CannotCreate("not built yet".to_owned()))
}

/// Opens one calendar for writing. `calendar` ends in `/`. No request is sent.
pub fn open(_outbound: Arc<Outbound>, _login: Login, _calendar: Url, _mark: Mark) -> Box<dyn RemoteCalendar> {
    unimplemented!("built with the provider")
}
