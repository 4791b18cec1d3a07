//! Makes a link: find the account, choose or make the calendar, try it for real, store.

use url::Url;

use super::establish::{self, Made};
use super::{CalendarChoice, Linking, app_password, proof};
use crate::accounts;
use crate::gateway::Gateway;
use crate::ids::Holder;
use crate::link::{AccountName, ProviderKind, Site};
use crate::linking::show::LinkView;
use crate::providers::RemoteError;
use crate::providers::caldav::{self, Account, CalendarInfo, DiscoverError, Login, Unreachable};
use crate::secret::{ExposeSecret, SecretString};
use crate::store::StoreError;
use crate::store::links::LinkRow;

/// What a link needs to be made. For Apple the address is the configured one.
#[derive(Clone, Debug)]
pub struct LinkRequest {
    /// The provider.
    pub provider: ProviderKind,
    /// URL or e-mail address (CalDAV).
    pub address: String,
    /// The user name.
    pub username: String,
    /// The password.
    pub password: SecretString,
    /// The calendar to use, by URL, path or name; our own is made when none is named.
    pub calendar: Option<String>,
}

/// Why a link was not made. Nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// 409: the holder has a link, or the last one is still being cleaned up.
    #[error("{0}")]
    AlreadyLinked(String),
    /// 409: the holder's link waits for the account that it was made with, and this is another.
    #[error("{0}")]
    OtherAccount(String),
    /// 422 `login_failed`
    #[error("{0}")]
    LoginFailed(String),
    /// 422 `login_failed`: what was given for Apple is no app-specific password. Nothing was sent.
    #[error(
        "Apple takes an app-specific password here: 16 letters in four groups (xxxx-xxxx-xxxx-xxxx), made at \
         account.apple.com under \"App-Specific Passwords\". What was given is none, and was not sent to Apple"
    )]
    AppleRegularPassword,
    /// 422 `calendar_unreachable`
    #[error("{detail}")]
    Unreachable {
        /// What happened.
        detail: String,
        /// Which kind of trouble that is.
        why: Unreachable,
    },
    /// 422 `calendar_not_found`
    #[error("{detail}")]
    CalendarNotFound {
        /// What is wrong.
        detail: String,
        /// The other calendars of the account, as far as they can be written.
        available: Vec<CalendarChoice>,
    },
    /// 422 `address_not_allowed`
    #[error("{0}")]
    AddressNotAllowed(String),
    /// 422 `provider_not_available`: switched off here.
    #[error("this gateway does not offer {0}")]
    NotOffered(ProviderKind),
    /// 404 `not_linked` (unlink)
    #[error("no calendar is linked")]
    NotLinked,
    /// 500
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DiscoverError> for LinkError {
    fn from(error: DiscoverError) -> Self {
        let detail = error.to_string();
        match error {
            DiscoverError::AddressNotAllowed(_) => Self::AddressNotAllowed(detail),
            DiscoverError::LoginFailed(_) => Self::LoginFailed(detail),
            DiscoverError::BadAddress(_) => Self::Unreachable { detail, why: Unreachable::NotFound },
            DiscoverError::Unreachable { why, .. } => Self::Unreachable { detail, why },
            DiscoverError::CannotCreate(_) => Self::CalendarNotFound { detail, available: Vec::new() },
        }
    }
}

/// `POST /link`: checks everything live (login, then write, read back and delete of a probe), stores the link, wants
/// all held events in it and starts a first resync. A link that waits for its person goes on when the same calendar
/// is given with credentials that work.
///
/// # Errors
/// See [`LinkError`].
pub fn link(linking: &Linking, holder: &Holder, request: &LinkRequest) -> Result<LinkView, LinkError> {
    let gateway = &*linking.gateway;
    let _turn = linking
        .turns
        .take(holder)
        .ok_or_else(|| LinkError::AlreadyLinked("another request is linking this holder at this moment".to_owned()))?;
    let parked = establish::parked(gateway, holder)?;
    let login = login(gateway, request)?;
    let account = caldav::discover(&gateway.outbound, &login).map_err(|error| of_provider(request.provider, error))?;
    let chosen = match &parked {
        Some(link) => Chosen { calendar: same_calendar(link, request, &account)?, ours: link.calendar_is_ours },
        None => choose(gateway, request, &login, &account)?,
    };
    let remote = accounts::caldav_calendar(gateway, login.clone(), chosen.calendar.url.clone(), gateway.mark(holder));
    if let Err(error) = proof::probe(gateway, holder, remote.as_ref()) {
        if chosen.ours && parked.is_none() {
            // Best effort: an empty calendar that stays behind is no harm.
            drop(remote.remove_if_empty());
        }
        return Err(unusable(error, &chosen.calendar, &account));
    }
    match parked {
        Some(link) => establish::authorise_again(gateway, &link, accounts::seal(gateway, &login))?,
        None => store(gateway, holder, request, &login, &chosen)?,
    }
    gateway.work.ring();
    linking.view(holder)?.ok_or(LinkError::NotLinked)
}

/// Nobody types Apple's address, so it can't be wrong: who is not found there is down.
fn of_provider(provider: ProviderKind, error: DiscoverError) -> LinkError {
    match error.into() {
        LinkError::Unreachable { detail, why: Unreachable::NotFound } if provider == ProviderKind::Apple => {
            LinkError::Unreachable { detail, why: Unreachable::Down }
        }
        other => other,
    }
}

struct Chosen {
    calendar: CalendarInfo,
    /// We made it just now.
    ours: bool,
}

/// For providers that are logged in to with a password. To Apple goes nothing but app-specific passwords, by whatever
/// way somebody gets there.
fn login(gateway: &Gateway, request: &LinkRequest) -> Result<Login, LinkError> {
    let (address, is_apple) = match request.provider {
        ProviderKind::Apple => (gateway.config.apple_url.as_str(), true),
        ProviderKind::Caldav => (request.address.trim(), caldav::leads_to_apple(&request.address)),
        ProviderKind::Google => return Err(LinkError::NotOffered(request.provider)),
    };
    let password = match is_apple {
        true => app_password(request.password.expose_secret()).ok_or(LinkError::AppleRegularPassword)?,
        false => request.password.clone(),
    };
    Ok(Login { address: address.to_owned(), username: request.username.trim().to_owned(), password })
}

fn same_calendar(link: &LinkRow, request: &LinkRequest, account: &Account) -> Result<CalendarInfo, LinkError> {
    let same = link.provider == request.provider && link.username == request.username.trim();
    let found = account.calendars.iter().find(|calendar| calendar.url.as_str() == link.calendar_url);
    match found {
        Some(calendar) if same => Ok(calendar.clone()),
        _ => {
            let detail = format!(
                "this holder's link with the calendar “{}” of {} waits for new credentials ({}); give those, or unlink \
                 it first",
                link.calendar_name,
                link.username,
                link.state.as_str()
            );
            Err(if same { LinkError::AlreadyLinked(detail) } else { LinkError::OtherAccount(detail) })
        }
    }
}

fn choose(gateway: &Gateway, request: &LinkRequest, login: &Login, account: &Account) -> Result<Chosen, LinkError> {
    if let Some(named) = request.calendar.as_deref().map(str::trim).filter(|named| !named.is_empty()) {
        return Ok(Chosen { calendar: named_calendar(named, account)?, ours: false });
    }
    let name = gateway.config.calendar.name.as_str();
    if let Some(calendar) = account.calendars.iter().find(|calendar| calendar.writable && calendar.name == name) {
        return Ok(Chosen { calendar: calendar.clone(), ours: false });
    }
    match caldav::create_calendar(&gateway.outbound, login, account, name) {
        Ok(calendar) => Ok(Chosen { calendar, ours: true }),
        Err(DiscoverError::CannotCreate(why)) => Err(LinkError::CalendarNotFound {
            detail: format!("{why}; name one of the account's calendars in caldav.calendar"),
            available: choices(account, None),
        }),
        Err(error) => Err(error.into()),
    }
}

/// The calendar of that URL, path or name. A name that two calendars share is refused: never a guess.
fn named_calendar(named: &str, account: &Account) -> Result<CalendarInfo, LinkError> {
    let not_found = |detail: String| LinkError::CalendarNotFound { detail, available: choices(account, None) };
    let by_address = account.calendars.iter().find(|calendar| is_address_of(named, &calendar.url));
    let mut by_name = account.calendars.iter().filter(|calendar| calendar.name == named);
    let found = match (by_address, by_name.next(), by_name.next()) {
        (Some(calendar), ..) | (None, Some(calendar), None) => calendar,
        (None, Some(_), Some(_)) => {
            return Err(not_found(format!("two calendars are named “{named}”; give the URL of one")));
        }
        (None, None, _) => return Err(not_found(format!("the account has no calendar “{named}”"))),
    };
    if !found.writable {
        return Err(not_found(format!("the calendar “{}” is read-only", found.name)));
    }
    Ok(found.clone())
}

fn is_address_of(named: &str, url: &Url) -> bool {
    let plain = |text: &str| text.trim_end_matches('/').to_owned();
    let named = plain(named);
    !named.is_empty() && (named == plain(url.as_str()) || named == plain(url.path()))
}

/// What can be chosen instead of `tried`.
fn choices(account: &Account, tried: Option<&CalendarInfo>) -> Vec<CalendarChoice> {
    let others = account.calendars.iter().filter(|calendar| calendar.writable && Some(*calendar) != tried);
    others.map(|calendar| CalendarChoice { id: calendar.url.to_string(), name: calendar.name.clone() }).collect()
}

fn unusable(error: RemoteError, calendar: &CalendarInfo, account: &Account) -> LinkError {
    let detail = format!("a test event could not be written to “{}”: {error}", calendar.name);
    match error {
        RemoteError::AuthRevoked { .. } => LinkError::LoginFailed(detail),
        RemoteError::CalendarLost { .. } | RemoteError::CalendarGone { .. } => {
            LinkError::CalendarNotFound { detail, available: choices(account, Some(calendar)) }
        }
        RemoteError::Throttled { .. } | RemoteError::UsageLimit { .. } | RemoteError::OutOfBudget { .. } => {
            LinkError::Unreachable { detail, why: Unreachable::Busy }
        }
        RemoteError::Refused(_) => LinkError::Unreachable { detail, why: Unreachable::Refuses },
        RemoteError::Operator { .. } | RemoteError::Unsure { .. } | RemoteError::Conflict | RemoteError::NotFound => {
            LinkError::Unreachable { detail, why: Unreachable::Down }
        }
    }
}

fn store(
    gateway: &Gateway,
    holder: &Holder,
    request: &LinkRequest,
    login: &Login,
    chosen: &Chosen,
) -> Result<(), LinkError> {
    let url = &chosen.calendar.url;
    let site = Site::of(url);
    let made = Made {
        provider: request.provider,
        account: AccountName::of_login(request.provider, &site, &login.username),
        site,
        username: login.username.clone(),
        credentials: accounts::seal(gateway, login),
        calendar_url: url.to_string(),
        calendar_name: chosen.calendar.name.clone(),
        calendar_is_ours: chosen.ours,
        calendar_zone: None,
    };
    establish::link(gateway, holder, made)
}
