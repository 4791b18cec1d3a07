//! A link becomes a row, whatever the provider.

use super::error::LinkError;
use crate::gateway::Gateway;
use crate::happened::Happened;
use crate::ids::Holder;
use crate::link::{AccountName, LinkState, Obstacle, ProviderKind, ResyncMode, Site};
use crate::store::links::{LinkRow, NewLink};
use crate::store::placements::{self, Target};
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
    pub(super) credentials: Vec<u8>,
    pub(super) calendar_url: String,
    pub(super) calendar_name: String,
    /// We made it just now.
    pub(super) calendar_is_ours: bool,
    pub(super) calendar_zone: Option<String>,
}

/// The holder's link, if it waits for its person; any other link refuses a second one.
pub(super) fn parked(gateway: &Gateway, holder: &Holder) -> Result<Option<LinkRow>, LinkError> {
    let link = gateway.store.read(|tx| links::of_key(tx, holder))?;
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

/// Stores the link, wants all held events in it, and starts a first resync where there is somebody to ask.
pub(super) fn link(gateway: &Gateway, holder: &Holder, made: Made) -> Result<(), LinkError> {
    let (key, mark, now) = (holder.clone(), gateway.mark(holder), gateway.clock.now());
    let has_source = gateway.clients.source_of(holder).is_some();
    gateway.store.write(move |tx| {
        let holder = holders::ensure(tx, &key)?;
        let link = NewLink {
            holder,
            provider: made.provider,
            site: made.site.clone(),
            account: made.account.clone(),
            username: made.username.clone(),
            credentials: made.credentials.clone(),
            calendar_url: made.calendar_url.clone(),
            calendar_name: made.calendar_name.clone(),
            calendar_is_ours: made.calendar_is_ours,
            calendar_zone: made.calendar_zone.clone(),
        };
        let id = links::insert(tx, &link, now)?
            .ok_or_else(|| already_linked("another request linked this holder first".to_owned()))?;
        placements::want_all(tx, Target { link: id, mark: &mark }, holder, now)?;
        // Whatever else was begun on the person's page is over; the flow that made this link is told apart afterwards.
        authorizations::end_those_of(tx, holder, Obstacle::AlreadyLinked.code())?;
        if has_source {
            resyncs::start(tx, (holder, id), ResyncMode::Repair, false, now)?;
        }
        let NewLink { provider, username: account, calendar_name: calendar, .. } = link;
        activity::log(tx, holder, now, &Happened::Linked { provider, account, calendar })?;
        Ok(())
    })
}

/// New credentials for a link that waits for its person: it goes on.
pub(super) fn authorise_again(gateway: &Gateway, link: &LinkRow, credentials: Vec<u8>) -> Result<(), LinkError> {
    let (id, holder, now) = (link.id, link.holder, gateway.clock.now());
    gateway.store.write(move |tx| {
        links::authorise_again(tx, id, &credentials, now)?;
        activity::log(tx, holder, now, &Happened::AuthorisedAgain)?;
        Ok(())
    })
}
