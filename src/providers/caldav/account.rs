//! An account that is logged in to with a password: Apple's and any other.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Account, CalendarInfo, DiscoverError, Login, Scheme, Unreachable};
use super::{app_password, create_calendar, discover, leads_to_apple, list_again, opened, server_named};
use crate::calendar::Zone;
use crate::guarded::Guarded;
use crate::happened::Revoked;
use crate::link::{AccountName, Obstacle, ProviderKind, Site};
use crate::outbound::{Outbound, Patience};
use crate::permit::Permit;
use crate::placement::Mark;
use crate::providers::account::{AccountCalendar, AccountError, Keep, RemoteAccount, StoredAccount, WishedCalendar};
use crate::providers::{RemoteCalendar, RemoteError};
use crate::secret::{ExposeSecret, SecretString};

/// What is said of a text that is no app-specific password.
const NO_APP_PASSWORD: &str = "Apple takes an app-specific password here: 16 letters in four groups (xxxx-xxxx-xxxx-xxxx), \
                               made at account.apple.com under \"App-Specific Passwords\". What was given is none, and was \
                               not sent to Apple.";

/// Where accounts of one kind are logged in to.
#[derive(Clone, Debug)]
pub struct Accounts {
    kind: ProviderKind,
    outbound: Arc<Outbound>,
    /// The one address of all accounts, where nobody has to type one.
    address: Option<Url>,
}

impl Accounts {
    /// Accounts at any address.
    pub fn anywhere(kind: ProviderKind, outbound: Arc<Outbound>) -> Self {
        Self { kind, outbound, address: None }
    }

    /// Accounts that are all at `address`.
    pub fn at(address: Url, kind: ProviderKind, outbound: Arc<Outbound>) -> Self {
        Self { kind, outbound, address: Some(address) }
    }

    /// The same for what `permit` is for, and for somebody who waits where a server puts a request off.
    #[must_use]
    pub(in crate::providers) fn under(&self, permit: &Permit, patience: &Patience) -> Self {
        Self { outbound: Arc::new(self.outbound.under(permit).patient(patience)), ..self.clone() }
    }

    /// Logs in and looks at the account. To Apple goes nothing but app-specific passwords, by whatever way somebody gets
    /// there.
    ///
    /// # Errors
    /// [`AccountError::Barred`]
    pub fn log_in(&self, typed: &Login) -> Result<Box<dyn RemoteAccount<'static>>, AccountError> {
        let address = self.address.as_ref().map_or_else(|| typed.address.trim(), Url::as_str);
        let is_apple = self.kind == ProviderKind::Apple || leads_to_apple(address);
        let password = match is_apple {
            true => app_password::app_password(typed.password.expose_secret()).ok_or_else(|| AccountError::Barred {
                obstacle: Obstacle::AppleRegularPassword,
                detail: NO_APP_PASSWORD.to_owned(),
            })?,
            false => typed.password.clone(),
        };
        let username = typed.username.trim().to_owned();
        let mut login = Login { address: address.to_owned(), username, password, scheme: None };
        let found = discover(&self.outbound, &login).map_err(|error| self.barred(error))?;
        login.scheme = found.scheme;
        let keep: Keep<'static> = Box::new(|_| Ok(()));
        let found = Guarded::new(Some(found));
        Ok(Box::new(CaldavAccount { accounts: self.clone(), login, found, keep: Arc::new(keep) }))
    }

    /// The server that a password is shown first, as all who go there name it. `None`: the address can't be one's.
    pub fn server(&self, typed: &str) -> Option<String> {
        server_named(self.address.as_ref().map_or(typed, Url::as_str))
    }

    /// Opens an account that was logged in to before. How its server wants to be shown the credentials is kept with them,
    /// once it is known.
    ///
    /// # Errors
    /// [`RemoteError::AuthRevoked`] when the credentials can't be read.
    pub fn account<'k>(
        &self,
        stored: StoredAccount<'_>,
        keep: Keep<'k>,
    ) -> Result<Box<dyn RemoteAccount<'k> + 'k>, RemoteError> {
        let unreadable = |_| RemoteError::AuthRevoked {
            why: "the stored credentials can't be read".to_owned(),
            cause: Revoked::Unreadable,
        };
        let sealed: Sealed = serde_json::from_str(stored.credentials.expose_secret()).map_err(unreadable)?;
        let login = Login {
            address: sealed.address,
            username: sealed.username,
            password: sealed.password.into(),
            scheme: sealed.scheme,
        };
        Ok(Box::new(CaldavAccount { accounts: self.clone(), login, found: Guarded::default(), keep: Arc::new(keep) }))
    }

    fn barred(&self, error: DiscoverError) -> AccountError {
        let detail = error.to_string();
        let obstacle = match error {
            DiscoverError::Off(off) => return AccountError::Remote(off.into()),
            DiscoverError::AddressNotAllowed(_) => Obstacle::AddressNotAllowed,
            DiscoverError::LoginFailed(_) => Obstacle::LoginFailed,
            DiscoverError::AccountFull(_) => Obstacle::AccountFull,
            DiscoverError::BadAddress(_) => Obstacle::DiscoveryFailed,
            DiscoverError::Unreachable { why, .. } => match why {
                // An address that nobody types can't be wrong: who is not found there is down.
                Unreachable::NotFound if self.address.is_some() => Obstacle::ProviderDown,
                Unreachable::NotFound => Obstacle::DiscoveryFailed,
                Unreachable::Down => Obstacle::ProviderDown,
                Unreachable::TlsUntrusted => Obstacle::TlsUntrusted,
                Unreachable::Busy => Obstacle::RateLimited,
            },
            DiscoverError::CannotCreate(why) => return AccountError::CannotMake(why),
        };
        AccountError::Barred { obstacle, detail }
    }
}

/// How the credentials lie in a seal.
#[derive(Serialize, Deserialize)]
struct Sealed {
    address: String,
    username: String,
    password: String,
    /// None in what older versions sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scheme: Option<Scheme>,
}

impl Sealed {
    fn of(login: &Login) -> SecretString {
        let sealed = Self {
            address: login.address.clone(),
            username: login.username.clone(),
            password: login.password.expose_secret().to_owned(),
            scheme: login.scheme,
        };
        // Texts always serialise.
        SecretString::from(serde_json::to_string(&sealed).unwrap_or_default())
    }
}

/// One account.
struct CaldavAccount<'k> {
    accounts: Accounts,
    login: Login,
    /// What the last look showed.
    found: Guarded<Option<Account>>,
    keep: Arc<Keep<'k>>,
}

impl CaldavAccount<'_> {
    /// The account as it was seen last; found first where nobody looked yet.
    fn found(&self) -> Result<Account, AccountError> {
        let seen = self.found.lock().clone();
        match seen {
            Some(found) => Ok(found),
            None => self.look(|| discover(&self.accounts.outbound, &self.login)),
        }
    }

    fn look(&self, look: impl FnOnce() -> Result<Account, DiscoverError>) -> Result<Account, AccountError> {
        let found = look().map_err(|error| self.accounts.barred(error))?;
        *self.found.lock() = Some(found.clone());
        Ok(found)
    }
}

fn calendars_of(account: &Account) -> Vec<AccountCalendar> {
    account.calendars.iter().map(AccountCalendar::from).collect()
}

impl<'k> RemoteAccount<'k> for CaldavAccount<'k> {
    fn site(&self, address: &str) -> Site {
        Url::parse(address).map_or_else(|_| Site::from_text(""), |url| Site::of(&url))
    }

    fn name(&self, address: &str) -> AccountName {
        AccountName::of_login(self.accounts.kind, &RemoteAccount::site(self, address), &self.login.username)
    }

    fn username(&self) -> &str {
        &self.login.username
    }

    fn home(&self) -> Result<String, AccountError> {
        let found = self.found()?;
        Ok(found.homes.first().unwrap_or(&found.principal).to_string())
    }

    fn seen(&self) -> Option<Vec<AccountCalendar>> {
        self.found.lock().as_ref().map(calendars_of)
    }

    fn calendars(&self) -> Result<Vec<AccountCalendar>, AccountError> {
        let seen = self.found.lock().clone();
        let found = match seen {
            Some(found) => self.look(|| list_again(&self.accounts.outbound, &self.login, &found))?,
            None => self.found()?,
        };
        Ok(calendars_of(&found))
    }

    fn meant(&self) -> Option<String> {
        self.found.lock().as_ref().and_then(|found| found.meant.as_ref()).map(Url::to_string)
    }

    fn make(&self, wished: &WishedCalendar<'_>) -> Result<AccountCalendar, AccountError> {
        let made = create_calendar(&self.accounts.outbound, &self.login, &self.found()?, wished.name);
        made.map(|info| AccountCalendar::from(&info)).map_err(|error| self.accounts.barred(error))
    }

    fn open(&self, address: &str, _zone: &Zone, mark: Mark) -> Result<Box<dyn RemoteCalendar + 'k>, RemoteError> {
        let calendar = Url::parse(address).map_err(|error| RemoteError::CalendarLost { why: error.to_string() })?;
        let (keep, login) = (Arc::clone(&self.keep), self.login.clone());
        let remember = move |scheme| {
            let sealed = Sealed::of(&Login { scheme: Some(scheme), ..login.clone() });
            if let Err(why) = keep(&sealed) {
                // The next session asks again.
                tracing::warn!(%why, "how a calendar server wants to be asked could not be kept");
            }
        };
        let outbound = self.accounts.outbound.as_ref().clone();
        Ok(opened(outbound, self.login.clone(), &calendar, mark, Box::new(remember)))
    }

    fn credentials(&self) -> SecretString {
        Sealed::of(&self.login)
    }
}

impl From<&CalendarInfo> for AccountCalendar {
    fn from(info: &CalendarInfo) -> Self {
        Self { address: info.url.to_string(), name: info.name.clone(), zone: None, writable: info.writable }
    }
}
