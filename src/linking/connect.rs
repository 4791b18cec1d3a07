//! Makes a link: find the account, choose or make the calendar, try it for real, store.

use url::Url;

use super::session;
use crate::gateway::Gateway;
use crate::ical;
use crate::ids::{EventId, HolderKey, LinkId};
use crate::linking::show::{LinkView, view};
use crate::placement::{Mark, RemoteKey};
use crate::providers::caldav::{self, Account, CalendarInfo, DiscoverError, Login};
use crate::providers::{Outgoing, ProviderKind, RemoteCalendar, RemoteError};
use crate::secret::SecretString;
use crate::store::links::{LinkRow, LinkState, NewLink};
use crate::store::placements::{self, Target};
use crate::store::resyncs::{self, Mode};
use crate::store::{StoreError, activity, holders, links};
use crate::sync::execute;
use crate::sync::plan::Step;

/// What a link needs to be made. For Apple the address is the preset's.
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
    /// 422 `login_failed`
    #[error("{0}")]
    LoginFailed(String),
    /// 422 `calendar_unreachable`
    #[error("{0}")]
    Unreachable(String),
    /// 422 `calendar_not_found`; the calendars that there are, by name.
    #[error("{detail}")]
    CalendarNotFound {
        /// What is wrong.
        detail: String,
        /// The writable calendars of the account.
        available: Vec<String>,
    },
    /// 422 `address_not_allowed`
    #[error("{0}")]
    AddressNotAllowed(String),
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
            DiscoverError::BadAddress(_) | DiscoverError::Unreachable(_) | DiscoverError::CannotCreate(_) => {
                Self::Unreachable(detail)
            }
        }
    }
}

/// `POST /link`: checks everything live (login, then write, read back and delete of a probe), stores the link, wants
/// all held events in it and starts a first resync. A link that waits for its person goes on when the same calendar
/// is given with credentials that work.
///
/// # Errors
/// See [`LinkError`].
pub fn link(gateway: &Gateway, holder: &HolderKey, request: &LinkRequest) -> Result<LinkView, LinkError> {
    let _turn = gateway
        .linking
        .take(holder)
        .ok_or_else(|| LinkError::AlreadyLinked("another request is linking this holder at this moment".to_owned()))?;
    let parked = standing(gateway, holder)?;
    let login = login(request);
    let account = caldav::discover(&gateway.outbound, &login)?;
    let chosen = match &parked {
        Some(link) => Chosen { calendar: same_calendar(link, request, &account)?, ours: link.calendar_is_ours },
        None => choose(gateway, request, &login, &account)?,
    };
    let remote = session::caldav_calendar(gateway, login.clone(), chosen.calendar.url.clone(), gateway.mark(holder));
    if let Err(error) = probe(gateway, holder, remote.as_ref()) {
        if chosen.ours && parked.is_none() {
            // Best effort: an empty calendar that stays behind is no harm.
            drop(remote.remove_if_empty());
        }
        return Err(unusable(error, &chosen.calendar, &account));
    }
    match parked {
        Some(link) => authorise_again(gateway, &link, &login)?,
        None => store(gateway, holder, request, &login, &chosen)?,
    }
    gateway.work.ring();
    view(gateway, holder)?.ok_or(LinkError::NotLinked)
}

struct Chosen {
    calendar: CalendarInfo,
    /// We made it just now.
    ours: bool,
}

/// The holder's link, if it waits for its person; any other link refuses a second one.
fn standing(gateway: &Gateway, holder: &HolderKey) -> Result<Option<LinkRow>, LinkError> {
    let link = gateway.store.read(|tx| {
        let link = holders::find(tx, holder)?.map(|holder| links::of_holder(tx, holder));
        Ok::<_, StoreError>(link.transpose()?.flatten())
    })?;
    let Some(link) = link else { return Ok(None) };
    match link.state {
        LinkState::NeedsReauthorization | LinkState::CalendarLost => Ok(Some(link)),
        LinkState::Active => Err(LinkError::AlreadyLinked(format!(
            "this holder is linked with the calendar “{}” of {}; unlink it first",
            link.calendar_name, link.username
        ))),
        LinkState::Unlinking => Err(LinkError::AlreadyLinked(format!(
            "the last link, with the calendar “{}” of {}, is still being cleaned up; try again when GET /link says \
             that nothing is linked",
            link.calendar_name, link.username
        ))),
    }
}

fn login(request: &LinkRequest) -> Login {
    let address = match request.provider {
        ProviderKind::Apple => caldav::APPLE_ADDRESS,
        ProviderKind::Caldav => request.address.trim(),
    };
    Login {
        address: address.to_owned(),
        username: request.username.trim().to_owned(),
        password: request.password.clone(),
    }
}

fn same_calendar(link: &LinkRow, request: &LinkRequest, account: &Account) -> Result<CalendarInfo, LinkError> {
    let same = link.provider == request.provider.as_str() && link.username == request.username.trim();
    let found = account.calendars.iter().find(|calendar| calendar.url.as_str() == link.calendar_url);
    match found {
        Some(calendar) if same => Ok(calendar.clone()),
        _ => Err(LinkError::AlreadyLinked(format!(
            "this holder's link with the calendar “{}” of {} waits for new credentials ({}); give those, or unlink it \
             first",
            link.calendar_name,
            link.username,
            link.state.as_str()
        ))),
    }
}

fn choose(gateway: &Gateway, request: &LinkRequest, login: &Login, account: &Account) -> Result<Chosen, LinkError> {
    if let Some(named) = request.calendar.as_deref().map(str::trim).filter(|named| !named.is_empty()) {
        return Ok(Chosen { calendar: named_calendar(named, account)?, ours: false });
    }
    let name = gateway.config.calendar_name.as_str();
    if let Some(calendar) = account.calendars.iter().find(|calendar| calendar.writable && calendar.name == name) {
        return Ok(Chosen { calendar: calendar.clone(), ours: false });
    }
    match caldav::create_calendar(&gateway.outbound, login, account, name) {
        Ok(calendar) => Ok(Chosen { calendar, ours: true }),
        Err(DiscoverError::CannotCreate(why)) => Err(LinkError::CalendarNotFound {
            detail: format!("{why}; name one of the account's calendars in caldav.calendar"),
            available: available(account),
        }),
        Err(error) => Err(error.into()),
    }
}

/// The calendar of that URL, path or name. A name that two calendars share is refused: never a guess.
fn named_calendar(named: &str, account: &Account) -> Result<CalendarInfo, LinkError> {
    let not_found = |detail: String| LinkError::CalendarNotFound { detail, available: available(account) };
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

fn available(account: &Account) -> Vec<String> {
    account.calendars.iter().filter(|calendar| calendar.writable).map(|calendar| calendar.name.clone()).collect()
}

/// Writes, reads back and deletes one event of ours: the only proof that a calendar can be used. A probe whose
/// deletion gets lost carries our mark, so the first survey removes it.
fn probe(gateway: &Gateway, holder: &HolderKey, remote: &dyn RemoteCalendar) -> Result<(), RemoteError> {
    let unsure = |why: &str| RemoteError::Unsure { retry_after: None, why: why.to_owned() };
    let mark: Mark = gateway.mark(holder);
    let event_id = EventId::new(format!("probe-{}", gateway.clock.now().as_millisecond()))
        .map_err(|error| unsure(&error.to_string()))?;
    let key = RemoteKey::derive(&mark, LinkId(0), &event_id, 0);
    let text = probe_text(gateway);
    let draft = ical::parse(&text, &ical::Limits::default()).map_err(|error| unsure(&error.to_string()))?;
    let outgoing = Outgoing { key: &key, event_id: &event_id, event: &draft.event };
    let written = execute::put(remote, outgoing, &Step::Insert);
    let read_back = written.and_then(|_| remote.fetch(&key));
    let removed = execute::remove(remote, &key);
    if read_back?.is_none() {
        return Err(unsure("a test event was accepted, but is not in the calendar"));
    }
    removed?;
    match remote.fetch(&key)? {
        None => Ok(()),
        Some(_) => Err(unsure("a test event was deleted, but is still in the calendar")),
    }
}

fn probe_text(gateway: &Gateway) -> String {
    let today = gateway.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date().strftime("%Y%m%d").to_string();
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Pasarela//probe//EN\r\nBEGIN:VEVENT\r\nUID:probe\r\n\
         DTSTAMP:{today}T000000Z\r\nDTSTART;VALUE=DATE:{today}\r\nSUMMARY:Pasarela: prueba\r\nTRANSP:TRANSPARENT\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn unusable(error: RemoteError, calendar: &CalendarInfo, account: &Account) -> LinkError {
    let detail = format!("a test event could not be written to “{}”: {error}", calendar.name);
    match error {
        RemoteError::AuthRevoked { .. } => LinkError::LoginFailed(detail),
        RemoteError::CalendarLost { .. } => LinkError::CalendarNotFound { detail, available: available(account) },
        RemoteError::Throttled { .. }
        | RemoteError::Unsure { .. }
        | RemoteError::Refused(_)
        | RemoteError::Conflict
        | RemoteError::NotFound => LinkError::Unreachable(detail),
    }
}

fn store(
    gateway: &Gateway,
    holder: &HolderKey,
    request: &LinkRequest,
    login: &Login,
    chosen: &Chosen,
) -> Result<(), LinkError> {
    let sealed = session::seal(gateway, login);
    let url = &chosen.calendar.url;
    let site = format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(443));
    let (key, mark, now) = (holder.clone(), gateway.mark(holder), gateway.clock.now());
    let provider = request.provider.as_str();
    let (username, calendar, ours) = (login.username.clone(), chosen.calendar.clone(), chosen.ours);
    let has_source = gateway.config.puentes.events_url.is_some();
    gateway.store.write(move |tx| {
        let holder = holders::ensure(tx, &key)?;
        let link = NewLink {
            holder,
            provider,
            account: format!("{provider}:{site}/{username}"),
            site,
            username,
            credentials: sealed,
            calendar_url: calendar.url.to_string(),
            calendar_name: calendar.name.clone(),
            calendar_is_ours: ours,
        };
        let id = links::insert(tx, &link, now)?
            .ok_or_else(|| LinkError::AlreadyLinked("another request linked this holder first".to_owned()))?;
        placements::want_all(tx, &Target { link: id, mark }, holder, now)?;
        if has_source {
            resyncs::start(tx, (holder, id), Mode::Repair, false, now)?;
        }
        activity::log(tx, holder, now, "linked", &format!("{provider}, {}, {}", link.username, calendar.name))?;
        Ok(())
    })
}

fn authorise_again(gateway: &Gateway, link: &LinkRow, login: &Login) -> Result<(), LinkError> {
    let sealed = session::seal(gateway, login);
    let (id, holder, now) = (link.id, link.holder, gateway.clock.now());
    gateway.store.write(move |tx| {
        links::authorise_again(tx, id, &sealed, now)?;
        activity::log(tx, holder, now, "authorised_again", "")?;
        Ok(())
    })
}
