//! An account at a provider, opened: what linking needs of it before there is a calendar.

use crate::calendar::Zone;
use crate::link::{AccountName, Obstacle, Site};
use crate::placement::Mark;
use crate::providers::{RemoteCalendar, RemoteError};
use crate::secret::SecretString;

/// Writes renewed credentials down; they are used only when that has worked. The text says why it has not.
pub type Keep<'k> = Box<dyn Fn(&SecretString) -> Result<(), String> + Send + Sync + 'k>;

/// An account as it was written down.
#[derive(Clone, Copy, Debug)]
pub struct StoredAccount<'a> {
    /// Its unique name.
    pub name: &'a AccountName,
    /// The account as its person knows it.
    pub username: &'a str,
    /// What [`RemoteAccount::credentials`] answered.
    pub credentials: &'a SecretString,
}

/// One calendar of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountCalendar {
    /// Its address at the provider: a URL that ends in `/`, or an id.
    pub address: String,
    /// Its name, as people see it.
    pub name: String,
    /// Its time zone, where the provider keeps one.
    pub zone: Option<Zone>,
    /// Whether we may write in it, as far as the provider says.
    pub writable: bool,
}

/// The calendar that we make where a person names none.
#[derive(Clone, Copy, Debug)]
pub struct WishedCalendar<'a> {
    /// Its name.
    pub name: &'a str,
    /// What people read about it.
    pub description: &'a str,
    /// Its time zone, where the provider wants one.
    pub zone: &'a Zone,
}

/// Why an account does not do what linking asks of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// The account was not reached, or does not let us in.
    #[error("{detail}")]
    Barred {
        /// What its person meets.
        obstacle: Obstacle,
        /// What happened. Holds no secret.
        detail: String,
    },
    /// The provider makes no calendars for us: one of those that there are has to do.
    #[error("{0}")]
    CannotMake(String),
    /// As any call can fail.
    #[error(transparent)]
    Remote(#[from] RemoteError),
}

/// An account, opened with its credentials; `'k` is how long renewed ones can be kept. Opening asks nobody anything but
/// where a password was typed just now.
pub trait RemoteAccount<'k> {
    /// Where the calendar with this address is kept.
    fn site(&self, address: &str) -> Site;

    /// Its unique name, as it is where the calendar with this address is kept.
    fn name(&self, address: &str) -> AccountName;

    /// The account as its person knows it.
    fn username(&self) -> &str;

    /// What names the place where its calendars are, however its person is called in it.
    ///
    /// # Errors
    /// See [`AccountError`]: some accounts have to be asked for it.
    fn home(&self) -> Result<String, AccountError>;

    /// The calendars that were seen last; none where nobody looked yet.
    fn seen(&self) -> Option<Vec<AccountCalendar>>;

    /// The calendars that can be linked, as far as our permission shows them, as they are now.
    ///
    /// # Errors
    /// See [`AccountError`].
    fn calendars(&self) -> Result<Vec<AccountCalendar>, AccountError>;

    /// The calendar whose own address the person gave as that of their account: they mean that one.
    fn meant(&self) -> Option<String> {
        None
    }

    /// Whether people are asked which calendar where they named none.
    fn asks_which(&self) -> bool {
        false
    }

    /// Makes a calendar. Nothing that was perhaps carried out repeats itself: what is not known to be made may have been.
    ///
    /// # Errors
    /// See [`AccountError`].
    fn make(&self, wished: &WishedCalendar<'_>) -> Result<AccountCalendar, AccountError>;

    /// Opens one of its calendars for writing, by its address. `zone` is the one that floating times are written in, where
    /// the provider needs one. Sends nothing.
    ///
    /// # Errors
    /// [`RemoteError::CalendarLost`] for an address that can't be one.
    fn open(&self, address: &str, zone: &Zone, mark: Mark) -> Result<Box<dyn RemoteCalendar + 'k>, RemoteError>;

    /// What opens the account again, as it is now. To be sealed.
    fn credentials(&self) -> SecretString;

    /// Gives our permission back, for all links of the account at once, where a provider can take it.
    ///
    /// # Errors
    /// Why that was not done, in words for the log.
    fn give_back(&self) -> Result<(), String> {
        Ok(())
    }
}
