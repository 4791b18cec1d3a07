//! CalDAV (RFC 4791) and Apple's iCloud, which is CalDAV with its own habits.
//!
//! Rule: requests and answers are pure (`requests`, `responses`, `refusal`); only `session` sends. Servers
//! differ in nearly every status they answer, so after a refusal we look again and decide by what we see. We name our
//! objects ourselves, find them by name, and compare states (ETags), never bodies: most servers rewrite them.

mod account;
mod app_password;
mod auth;
mod calendars;
mod challenges;
mod characters;
mod discover;
#[cfg(test)]
mod fuzz;
mod objects;
mod presets;
mod quirks;
mod refusal;
mod removal;
mod requests;
mod responses;
mod session;
mod unreachable;
mod words;
mod xml;

use std::sync::Arc;

use url::Url;

use objects::Calendar;
use session::{Remember, Session};

pub use account::Accounts;
pub use auth::Scheme;
pub use discover::server_named;
pub use presets::{Preset, presets};
pub use unreachable::Unreachable;

use crate::outbound::Outbound;
use crate::permit::Off;
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
    /// How the server wants to be shown them, where that is known from before.
    pub scheme: Option<Scheme>,
}

/// What discovery found.
#[derive(Clone, Debug)]
pub struct Account {
    /// The account's principal.
    pub principal: Url,
    /// Where its calendars live; a new calendar is made in the first one that takes it.
    pub homes: Vec<Url>,
    /// The calendars that exist and can hold events.
    pub calendars: Vec<CalendarInfo>,
    /// The one of them whose own address was typed.
    pub meant: Option<Url>,
    /// How the server asked to be shown the credentials.
    pub scheme: Option<Scheme>,
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
    /// Whoever it is for is switched off; nothing was sent.
    #[error(transparent)]
    Off(#[from] Off),
    /// The address is not one that can be asked (bad URL, bad e-mail, neither https nor http).
    #[error("this address can't be used: {0}")]
    BadAddress(String),
    /// The address guard refused it (private, or plain HTTP); the text names the rule.
    #[error("this address is not allowed: {0}")]
    AddressNotAllowed(String),
    /// User name or password are wrong.
    #[error("the server refuses the user name or password: {0}")]
    LoginFailed(String),
    /// Nobody answers, or what answers is not a CalDAV server.
    #[error("no CalDAV account was found: {detail}")]
    Unreachable {
        /// What happened.
        detail: String,
        /// Which kind of trouble that is.
        why: Unreachable,
    },
    /// The server does not let us make a calendar.
    #[error("the server does not let us make a calendar: {0}")]
    CannotCreate(String),
    /// The account has no room for another calendar.
    #[error("{0}")]
    AccountFull(String),
}

/// Finds the account behind a login: well-known, principal, homes, calendars. Redirects are followed by hand; the
/// password is never sent to another site.
///
/// # Errors
/// See [`DiscoverError`].
pub fn discover(outbound: &Outbound, login: &Login) -> Result<Account, DiscoverError> {
    discover::account(outbound, login)
}

/// The same account with its calendars as they are now.
///
/// # Errors
/// As [`discover()`].
fn list_again(outbound: &Outbound, login: &Login, account: &Account) -> Result<Account, DiscoverError> {
    let home = account.homes.first().unwrap_or(&account.principal);
    let session = Session::of_login(outbound, login, home);
    let mut calendars = calendars::list(&session, &account.principal, &account.homes)?.calendars;
    let elsewhere = |meant: &&Url| !calendars.iter().any(|calendar| calendar.url == **meant);
    if let Some(meant) = account.meant.as_ref().filter(elsewhere) {
        calendars.extend(calendars::look(&session, meant)?);
    }
    Ok(Account { calendars, ..account.clone() })
}

/// Whether what a person typed as an address leads to Apple, where only app-specific passwords may be sent.
pub fn leads_to_apple(address: &str) -> bool {
    discover::is_apple(address)
}

/// Makes a calendar named `name` in the account and answers it as the server then lists it.
///
/// # Errors
/// [`DiscoverError::CannotCreate`] when the server refuses; else as [`discover()`].
pub fn create_calendar(
    outbound: &Outbound,
    login: &Login,
    account: &Account,
    name: &str,
) -> Result<CalendarInfo, DiscoverError> {
    calendars::create(outbound, login, account, name)
}

/// Opens one calendar for writing. `calendar` ends in `/`. No request is sent.
pub fn open(outbound: Arc<Outbound>, login: Login, calendar: Url, mark: Mark) -> Box<dyn RemoteCalendar> {
    opened(outbound.as_ref().clone(), login, &calendar, mark, Box::new(|_| ()))
}

/// The same, with what to do once the server has said how it wants to be shown the credentials.
fn opened<'k>(
    outbound: Outbound,
    login: Login,
    calendar: &Url,
    mark: Mark,
    remember: Remember<'k>,
) -> Box<dyn RemoteCalendar + 'k> {
    Box::new(Calendar::new(Session::opened(outbound, login, calendar, remember), calendar, mark))
}
