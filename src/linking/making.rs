//! The recipe for a link, one for all providers: the account, which calendar, the proof, the row.
//!
//! Rule: what differs between providers is behind [`RemoteAccount`], and how an account is opened (a password that was
//! typed, a consent that was given) is the caller's; nothing here asks which provider it is. A calendar that was made
//! for a link that does not come about is removed again. From the look at an account's calendars to the row, nobody else
//! makes one there or takes this one away.

use std::time::Duration;

use super::error::{LinkError, NotMade};
use super::establish::{self, Made};
use super::named::choices;
use super::{Linking, proof};
use crate::accounts::{self, Place, Turn};
use crate::ids::Holder;
use crate::link::{CalendarChoice, Obstacle, ProviderKind};
use crate::providers::account::{AccountCalendar, AccountError, RemoteAccount};
use crate::providers::{RemoteCalendar, RemoteError};
use crate::store::StoreError;

/// How long a link waits for another that is made in the same account, or ends there.
const OTHERS: Duration = Duration::from_secs(30);

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

/// A calendar that was proven to work. Nobody takes it away, and nobody else makes another one beside it, before this is
/// dropped.
pub(super) struct Proven<'k> {
    pub(super) made: Made,
    remote: Box<dyn RemoteCalendar + 'k>,
    _turns: [Turn<Place>; 2],
}

impl Making<'_> {
    /// Checks everything live (the account, then write, read back and delete of a probe), stores the link, wants all held
    /// events in it and starts a first resync. A link that waits for its person goes on instead.
    pub(super) fn link<'k>(
        &self,
        _turn: &Turn<Holder>,
        open: impl FnOnce() -> Result<Box<dyn RemoteAccount<'k> + 'k>, Unmade>,
    ) -> Result<(), Unmade> {
        let parked = establish::parked(&self.linking.gateway, self.holder, self.provider)?;
        let account = open()?;
        match parked {
            Some(link) => self.go_on(&link, account.as_ref())?,
            None => {
                let proven = self.proven(account.as_ref(), Vec::new())?;
                let stored = establish::link(&self.linking.gateway, self.holder, proven.made.clone());
                self.kept(&proven, stored)?;
            }
        }
        self.linking.gateway.work.ring();
        Ok(())
    }

    /// Finds or makes the calendar, and tries it for real; `lost` are those that are known to be of no use.
    pub(super) fn proven<'k>(
        &self,
        account: &dyn RemoteAccount<'k>,
        mut lost: Vec<String>,
    ) -> Result<Proven<'k>, Unmade> {
        let home = self.turn(Place::Home(account.home()?))?;
        loop {
            let (calendar, ours) = self.calendar(account, &lost)?;
            let stay = self.turn(Place::Calendar(calendar.address.clone()))?;
            match self.prove(account, &calendar, ours) {
                Ok(remote) => {
                    let made = self.made_of(account, calendar, ours);
                    return Ok(Proven { made, remote, _turns: [home, stay] });
                }
                // Found by its name alone, and gone by now, or not to be written although nobody says so: then another.
                Err(error)
                    if !ours && matches!(self.which, Which::Unsaid) && account.meant().is_none() && is_lost(&error) =>
                {
                    lost.push(calendar.address);
                }
                Err(error) => return Err(unusable(&error, &calendar, account)),
            }
        }
    }

    /// Waits until nobody else looks for a calendar there, makes one, or takes one away.
    fn turn(&self, place: Place) -> Result<Turn<Place>, Unmade> {
        // It goes well in a moment, also with the same consent.
        let busy = || NotMade::new(Obstacle::ProviderDown, "another phone is linked with this account at this moment");
        Ok(self.linking.places.wait_for(&place, OTHERS).ok_or_else(busy)?)
    }

    fn made_of(&self, account: &dyn RemoteAccount<'_>, calendar: AccountCalendar, ours: bool) -> Made {
        Made {
            provider: self.provider,
            site: account.site(&calendar.address),
            account: account.name(&calendar.address),
            username: account.username().to_owned(),
            credentials: accounts::seal(&self.linking.gateway, &account.credentials()),
            calendar_url: calendar.address,
            calendar_name: calendar.name,
            calendar_is_ours: ours,
            calendar_zone: calendar.zone.map(|zone| zone.name().to_owned()),
        }
    }

    /// What became of storing it: a calendar that was made for nothing goes again.
    pub(super) fn kept(&self, proven: &Proven<'_>, stored: Result<(), LinkError>) -> Result<(), Unmade> {
        if stored.is_err() && proven.made.calendar_is_ours {
            self.take_back(proven.remote.as_ref())?;
        }
        Ok(stored?)
    }

    /// Tries the calendar for real, and answers it open. One that we made just now, and that can't be used, goes again.
    pub(super) fn prove<'k>(
        &self,
        account: &dyn RemoteAccount<'k>,
        calendar: &AccountCalendar,
        ours: bool,
    ) -> Result<Box<dyn RemoteCalendar + 'k>, RemoteError> {
        let gateway = &self.linking.gateway;
        let zone = calendar.zone.as_ref().unwrap_or(&gateway.config.calendar.time_zone);
        let remote = account.open(&calendar.address, zone, gateway.mark(self.holder))?;
        let Err(error) = proof::probe(gateway, self.holder, remote.as_ref()) else { return Ok(remote) };
        if ours {
            self.take_back(remote.as_ref())
                .map_err(|error| RemoteError::Unsure { retry_after: None, why: error.to_string() })?;
        }
        Err(error)
    }

    /// Best effort: an empty calendar that stays behind is no harm.
    fn take_back(&self, remote: &dyn RemoteCalendar) -> Result<(), StoreError> {
        if remote.remove_if_empty() == Ok(true) { (self.earlier.remember)(None) } else { Ok(()) }
    }
}

/// Whether the calendar is gone, or can't be written.
pub(super) fn is_lost(error: &RemoteError) -> bool {
    matches!(error, RemoteError::CalendarLost { .. } | RemoteError::CalendarGone { .. })
}

pub(super) fn unusable(error: &RemoteError, calendar: &AccountCalendar, account: &dyn RemoteAccount<'_>) -> Unmade {
    let detail = format!("a test event could not be written to “{}”: {error}", calendar.name);
    let instead = account.seen().filter(|_| is_lost(error)).map(|seen| choices(&seen, Some(calendar)));
    Unmade::Not(NotMade { instead, ..NotMade::new(error.obstacle(), detail) })
}
