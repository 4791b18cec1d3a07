//! A link that waits for its person goes on: in its calendar where that can be written (again), else in another one, as if
//! it were new.
//!
//! Whether the calendar can be written is tried, never read out of a list: a list may be short. Where it can, the link
//! stays in it, since what stands there could not be cleaned up from elsewhere: who wants another calendar unlinks first.

use super::error::NotMade;
use super::making::{Making, Unmade, Which, is_lost, unusable};
use super::named::is_address_of;
use super::{establish, proof};
use crate::accounts;
use crate::link::{LinkState, Obstacle};
use crate::outbound::Patience;
use crate::providers::account::{AccountCalendar, RemoteAccount};
use crate::store::links::LinkRow;

impl Making<'_> {
    /// Goes on with `link` in `account`, which is open with the credentials that were given.
    pub(super) fn go_on(&self, link: &LinkRow, account: &dyn RemoteAccount<'_>) -> Result<(), Unmade> {
        let gateway = &self.linking.gateway;
        let is_its_own = account.name(&link.calendar_url) == link.account;
        let is_well = match (is_its_own, link.state) {
            (true, _) => self.is_well(link, account)?,
            (false, LinkState::CalendarLost) => self.is_well_by_its_own(link),
            (false, _) => return Err(waits(link).into()),
        };
        if !is_well {
            let proven = self.proven(account, vec![link.calendar_url.clone()])?;
            let stored = establish::move_on(gateway, link, self.holder, proven.made.clone());
            return self.kept(&proven, stored);
        }
        if !is_its_own || self.names_another(link) {
            return Err(stays(link).into());
        }
        let credentials = accounts::seal(gateway, &account.credentials());
        Ok(establish::authorise_again(gateway, link, credentials)?)
    }

    /// Whether the calendar of `link` can be written with what was given.
    fn is_well(&self, link: &LinkRow, account: &dyn RemoteAccount<'_>) -> Result<bool, Unmade> {
        // Where nobody looked yet, the first survey tells how the calendar is.
        if account.seen().is_none() && link.state == LinkState::NeedsReauthorization {
            return Ok(true);
        }
        let calendar = AccountCalendar {
            address: link.calendar_url.clone(),
            name: link.calendar_name.clone(),
            zone: Some(accounts::zone(&self.linking.gateway, link)),
            writable: true,
        };
        match self.prove(account, &calendar, false) {
            Ok(_) => Ok(true),
            Err(error) if is_lost(&error) => Ok(false),
            Err(error) => Err(unusable(&error, &calendar, account)),
        }
    }

    /// The same with the link's own credentials, where those that were given are another account's.
    fn is_well_by_its_own(&self, link: &LinkRow) -> bool {
        let gateway = &self.linking.gateway;
        let calendar = accounts::calendar(gateway, link, &Patience::none());
        calendar.is_ok_and(|remote| proof::probe(gateway, self.holder, remote.as_ref()).is_ok())
    }

    fn names_another(&self, link: &LinkRow) -> bool {
        match self.which {
            Which::Named(named) => named != link.calendar_name && !is_address_of(named, &link.calendar_url),
            Which::Unsaid | Which::New => false,
        }
    }
}

fn waits(link: &LinkRow) -> NotMade {
    let detail = format!(
        "this holder's link with the calendar “{}” of {} waits for new credentials ({}); give those, or unlink it first",
        link.calendar_name,
        link.username,
        link.state.as_str()
    );
    NotMade::new(Obstacle::OtherAccount, detail)
}

fn stays(link: &LinkRow) -> NotMade {
    let detail = format!(
        "the calendar “{}” of {} that this holder is linked with can be written (again): link without naming another one to \
         go on there, or unlink it first",
        link.calendar_name, link.username
    );
    NotMade::new(Obstacle::AlreadyLinked, detail)
}
