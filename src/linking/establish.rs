//! A link becomes a row, whatever the provider.

use super::error::LinkError;
use super::links_of;
use crate::accounts::{self, together};
use crate::gateway::Gateway;
use crate::happened::Happened;
use crate::ids::{Holder, HolderId};
use crate::link::{AccountName, LinkRole, LinkState, Obstacle, ProviderKind, ResyncMode, Site, Slot};
use crate::secret::Sealed;
use crate::store::links::{LinkRow, NewLink};
use crate::store::placements::{self, Target, known};
use crate::store::resyncs;
use crate::store::{activity, authorizations, holders, links};

/// A link that was proven to work.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) provider: ProviderKind,
    /// The server of the calendar.
    pub(super) site: Site,
    /// The unique name of the account.
    pub(super) account: AccountName,
    /// The account as its person knows it.
    pub(super) username: String,
    /// Sealed.
    pub(super) credentials: Sealed,
    pub(super) calendar_url: String,
    pub(super) calendar_name: String,
    /// We made it just now.
    pub(super) calendar_is_ours: bool,
    pub(super) calendar_zone: Option<String>,
}

impl Made {
    fn of(self, holder: HolderId, slot: Slot) -> NewLink {
        NewLink {
            holder,
            slot,
            provider: self.provider,
            site: self.site,
            account: self.account,
            username: self.username,
            credentials: self.credentials,
            calendar_url: self.calendar_url,
            calendar_name: self.calendar_name,
            calendar_is_ours: self.calendar_is_ours,
            calendar_zone: self.calendar_zone,
        }
    }
}

/// The holder's link in the slot of that provider, if it waits for its person; any other link there refuses a second one.
pub(super) fn parked(gateway: &Gateway, holder: &Holder, provider: ProviderKind) -> Result<Option<LinkRow>, LinkError> {
    let link = links_of::in_slot(gateway, holder, provider)?;
    let Some(link) = link else { return Ok(None) };
    match link.state {
        LinkState::NeedsReauthorization | LinkState::CalendarLost => Ok(Some(link)),
        LinkState::Active => Err(already_linked(format!(
            "this holder is linked with the calendar “{}” of {}; unlink it first",
            link.calendar_name, link.username
        ))),
        LinkState::Unlinking => Err(already_linked(format!(
            "the last link, with the calendar “{}” of {}, is still being cleaned up; try again when GET /link says \
             that nothing is linked",
            link.calendar_name, link.username
        ))),
    }
}

fn already_linked(detail: String) -> LinkError {
    LinkError::not(Obstacle::AlreadyLinked, detail)
}

/// Stores the link. Where it is the one that carries, all held events are wanted in it, and a first resync is started where
/// there is somebody to ask.
pub(super) fn link(gateway: &Gateway, holder: &Holder, made: Made) -> Result<(), LinkError> {
    let (key, mark, now) = (holder.clone(), gateway.mark(holder), gateway.clock.now());
    let has_source = gateway.clients.source_of(holder).is_some();
    let slot = gateway.clients.slot(holder, made.provider);
    gateway.store.write(move |tx| {
        let holder = holders::ensure(tx, &key)?;
        let link = made.clone().of(holder, slot);
        let id = links::insert(tx, &link, now)?
            .ok_or_else(|| already_linked("another request linked this holder first".to_owned()))?;
        let carries = links::carrier_id(tx, holder)? == Some(id);
        if carries {
            placements::want_all(tx, Target { link: id, mark: &mark }, holder, now)?;
        }
        // Whatever else was begun on the person's page is over; the flow that made this link is told apart afterwards.
        authorizations::end_those_of(tx, holder, Obstacle::AlreadyLinked.code())?;
        if carries && has_source {
            resyncs::start(tx, (holder, id), ResyncMode::Repair, false, now)?;
        }
        let NewLink { provider, username: account, calendar_name: calendar, .. } = link;
        activity::log(tx, holder, now, &Happened::Linked { provider, account, calendar })?;
        Ok(())
    })
}

/// A link whose calendar is lost goes on in another one, with everything that is wanted. Links of the same account that were
/// in the lost one come along where the new one was made by us.
pub(super) fn move_on(gateway: &Gateway, link: &LinkRow, holder: &Holder, made: Made) -> Result<(), LinkError> {
    if made.account != link.account {
        accounts::give_back(gateway, link);
    }
    let (old, now) = (link.clone(), gateway.clock.now());
    let has_source = gateway.clients.source_of(holder).is_some();
    gateway.store.write(move |tx| {
        let new = made.clone().of(old.holder, old.slot);
        if !links::moves(tx, &old, &new, now)? {
            return Err(LinkError::not(Obstacle::Interrupted, "the link was ended, or mended, meanwhile"));
        }
        known::nothing_there(tx, old.id, now)?;
        if new.calendar_is_ours && new.account == old.account {
            // Whoever waits for their person is not worked on.
            together::follow(tx, &old, |link| link.state.waits_for_person(), now)?;
        }
        authorizations::end_those_of(tx, old.holder, Obstacle::AlreadyLinked.code())?;
        if has_source && old.role == LinkRole::Carries && resyncs::going(tx, old.id)?.is_none() {
            resyncs::start(tx, (old.holder, old.id), ResyncMode::Repair, false, now)?;
        }
        let NewLink { provider, username: account, calendar_name: calendar, .. } = new;
        activity::log(tx, old.holder, now, &Happened::Linked { provider, account, calendar })?;
        Ok(())
    })
}

/// New credentials for a link that waits for its person: it goes on.
pub(super) fn authorise_again(gateway: &Gateway, link: &LinkRow, credentials: Sealed) -> Result<(), LinkError> {
    let (id, holder, now) = (link.id, link.holder, gateway.clock.now());
    gateway.store.write(move |tx| {
        links::authorise_again(tx, id, &credentials, now)?;
        activity::log(tx, holder, now, &Happened::AuthorisedAgain)?;
        Ok(())
    })
}
