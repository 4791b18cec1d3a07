//! The recipe for a link, one for all providers: the account, which calendar, the proof, the row.
//!
//! Rule: what differs between providers is behind [`RemoteAccount`], and how an account is opened (a password that was
//! typed, a consent that was given) is the caller's; nothing here asks which provider it is. A calendar that was made
//! for a link that does not come about is removed again.

use super::error::{LinkError, NotMade};
use super::establish::{self, Made};
use super::turn::Turn;
use super::{Linking, proof};
use crate::accounts;
use crate::ids::Holder;
use crate::link::{CalendarChoice, Obstacle, ProviderKind};
use crate::providers::RemoteError;
use crate::providers::account::{AccountCalendar, AccountError, RemoteAccount, WishedCalendar};
use crate::store::StoreError;
use crate::store::links::LinkRow;

/// Which calendar the person wants.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which<'a> {
    /// They said nothing about it.
    Unsaid,
    /// A new one.
    New,
    /// One of theirs, by its address or its name.
    Named(&'a str),
}

/// How making a link can end without one.
#[derive(Debug)]
pub(super) enum Unmade {
    /// It does not work.
    Not(NotMade),
    /// The person has to say which calendar first.
    Choose(Vec<CalendarChoice>),
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for Unmade {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<NotMade> for Unmade {
    fn from(not: NotMade) -> Self {
        Self::Not(not)
    }
}

impl From<LinkError> for Unmade {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::NotMade(not) => Self::Not(not),
            LinkError::Store(error) => Self::Store(error),
        }
    }
}

impl From<AccountError> for Unmade {
    fn from(error: AccountError) -> Self {
        let detail = error.to_string();
        Self::Not(match error {
            AccountError::Barred { obstacle, detail } => NotMade::new(obstacle, detail),
            AccountError::CannotMake(_) => NotMade::new(Obstacle::NoWritableCalendar, detail),
            AccountError::Remote(error) => NotMade::new(error.obstacle(), detail),
        })
    }
}

/// Whether a calendar was made for this link before, by a try that did not end; and where that is kept in mind, because
/// at some providers nothing else would ever find it again.
pub(super) struct Earlier<'a> {
    pub(super) made: Option<String>,
    pub(super) remember: &'a dyn Fn(Option<&str>) -> Result<(), StoreError>,
}

/// A link to be made.
pub(super) struct Making<'a> {
    pub(super) linking: &'a Linking,
    pub(super) holder: &'a Holder,
    pub(super) provider: ProviderKind,
    pub(super) which: Which<'a>,
    pub(super) earlier: Earlier<'a>,
}

impl Making<'_> {
    /// Checks everything live (the account, then write, read back and delete of a probe), stores the link, wants all held
    /// events in it and starts a first resync. A link that waits for its person goes on instead, when the account is the
    /// same.
    pub(super) fn link<'k>(
        &self,
        _turn: &Turn,
        open: impl FnOnce() -> Result<Box<dyn RemoteAccount<'k> + 'k>, Unmade>,
    ) -> Result<(), Unmade> {
        let parked = establish::parked(&self.linking.gateway, self.holder)?;
        let account = open()?;
        match parked {
            Some(link) => self.go_on(&link, account.as_ref())?,
            None => self.begin(account.as_ref())?,
        }
        self.linking.gateway.work.ring();
        Ok(())
    }

    fn go_on(&self, link: &LinkRow, account: &dyn RemoteAccount<'_>) -> Result<(), Unmade> {
        let waits = |obstacle| {
            let detail = format!(
                "this holder's link with the calendar “{}” of {} waits for new credentials ({}); give those, or unlink \
                 it first",
                link.calendar_name,
                link.username,
                link.state.as_str()
            );
            NotMade::new(obstacle, detail)
        };
        if account.name(&link.calendar_url) != link.account {
            return Err(waits(Obstacle::OtherAccount).into());
        }
        // Where nobody looked yet, the first survey tells how the calendar is.
        if let Some(seen) = account.seen() {
            let calendar = seen.iter().find(|calendar| calendar.address == link.calendar_url);
            self.prove(account, calendar.ok_or_else(|| waits(Obstacle::AlreadyLinked))?, false)?;
        }
        let credentials = accounts::seal(&self.linking.gateway, &account.credentials());
        Ok(establish::authorise_again(&self.linking.gateway, link, credentials)?)
    }

    fn begin(&self, account: &dyn RemoteAccount<'_>) -> Result<(), Unmade> {
        let (calendar, ours) = self.calendar(account)?;
        self.prove(account, &calendar, ours)?;
        let made = Made {
            provider: self.provider,
            site: account.site(&calendar.address),
            account: account.name(&calendar.address),
            username: account.username().to_owned(),
            credentials: accounts::seal(&self.linking.gateway, &account.credentials()),
            calendar_url: calendar.address,
            calendar_name: calendar.name,
            calendar_is_ours: ours,
            calendar_zone: calendar.zone.map(|zone| zone.name().to_owned()),
        };
        Ok(establish::link(&self.linking.gateway, self.holder, made)?)
    }

    /// The calendar to be linked, and whether we made it.
    fn calendar(&self, account: &dyn RemoteAccount<'_>) -> Result<(AccountCalendar, bool), Unmade> {
        match self.which {
            Which::Named(named) => Ok((named_calendar(named, &account.calendars()?)?, false)),
            Which::Unsaid if account.asks_which() => Err(Unmade::Choose(choices(&account.calendars()?, None))),
            Which::Unsaid => {
                let name = self.linking.gateway.config.calendar.name.as_str();
                let mut calendars = account.calendars()?.into_iter();
                match calendars.find(|calendar| calendar.writable && calendar.name == name) {
                    Some(found) => Ok((found, false)),
                    None => Ok((self.made(account)?, true)),
                }
            }
            Which::New => Ok((self.made(account)?, true)),
        }
    }

    fn made(&self, account: &dyn RemoteAccount<'_>) -> Result<AccountCalendar, Unmade> {
        let zone = self.linking.agenda.zone_of_events(self.holder)?;
        let wished = &self.linking.gateway.config.calendar;
        let wished = WishedCalendar { name: &wished.name, description: &wished.description, zone: &zone };
        if let Some(address) = self.earlier.made.clone() {
            return Ok(AccountCalendar { address, name: wished.name.to_owned(), zone: Some(zone), writable: true });
        }
        match account.make(&wished) {
            Ok(made) => {
                (self.earlier.remember)(Some(&made.address))?;
                Ok(made)
            }
            Err(AccountError::CannotMake(why)) => Err(Unmade::Not(NotMade {
                obstacle: Obstacle::NoWritableCalendar,
                detail: format!("{why}; name one of the account's calendars in caldav.calendar"),
                instead: Some(choices(&account.calendars()?, None)),
            })),
            Err(error) => Err(error.into()),
        }
    }

    /// Tries the calendar for real. One that we made just now, and that can't be used, goes again.
    fn prove(&self, account: &dyn RemoteAccount<'_>, calendar: &AccountCalendar, ours: bool) -> Result<(), Unmade> {
        let mark = self.linking.gateway.mark(self.holder);
        let zone = calendar.zone.as_ref().unwrap_or(&self.linking.gateway.config.calendar.time_zone);
        let remote =
            account.open(&calendar.address, zone, mark).map_err(|error| unusable(&error, calendar, account))?;
        let Err(error) = proof::probe(&self.linking.gateway, self.holder, remote.as_ref()) else { return Ok(()) };
        // Best effort: an empty calendar that stays behind is no harm.
        if ours && remote.remove_if_empty() == Ok(true) {
            (self.earlier.remember)(None)?;
        }
        Err(unusable(&error, calendar, account))
    }
}

fn unusable(error: &RemoteError, calendar: &AccountCalendar, account: &dyn RemoteAccount<'_>) -> Unmade {
    let lost = matches!(error, RemoteError::CalendarLost { .. } | RemoteError::CalendarGone { .. });
    Unmade::Not(NotMade {
        obstacle: error.obstacle(),
        detail: format!("a test event could not be written to “{}”: {error}", calendar.name),
        instead: account.seen().filter(|_| lost).map(|seen| choices(seen, Some(calendar))),
    })
}

/// The calendar of that address, path or name. A name that two calendars share is refused: never a guess.
fn named_calendar(named: &str, calendars: &[AccountCalendar]) -> Result<AccountCalendar, NotMade> {
    let not_found = |detail: String| NotMade {
        obstacle: Obstacle::NoWritableCalendar,
        detail,
        instead: Some(choices(calendars, None)),
    };
    let by_address = calendars.iter().find(|calendar| is_address_of(named, &calendar.address));
    let mut by_name = calendars.iter().filter(|calendar| calendar.name == named);
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

fn is_address_of(named: &str, address: &str) -> bool {
    let plain = |text: &str| text.trim_end_matches('/').to_owned();
    let path = url::Url::parse(address).map(|url| plain(url.path())).unwrap_or_default();
    let named = plain(named);
    !named.is_empty() && (named == plain(address) || named == path)
}

/// What can be chosen instead of `tried`.
fn choices(calendars: &[AccountCalendar], tried: Option<&AccountCalendar>) -> Vec<CalendarChoice> {
    let others = calendars.iter().filter(|calendar| calendar.writable && Some(*calendar) != tried);
    others.map(|calendar| CalendarChoice { id: calendar.address.clone(), name: calendar.name.clone() }).collect()
}
