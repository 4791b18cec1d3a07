//! Which link of a holder carries what is exported, and how that passes on.
//!
//! Rule: what stands in the old calendar goes before anything is written in the new one. That is the reconciler's; here it is
//! only said what is wanted, in one transaction.

use jiff::Timestamp;
use serde_json::json;

use super::{Linking, links_of};
use crate::gateway::Gateway;
use crate::happened::{Happened, ResyncFailure};
use crate::ids::{Holder, HolderId};
use crate::link::{LinkRole, LinkState, ProviderKind, ResyncMode};
use crate::placement::Mark;
use crate::store::links::LinkRow;
use crate::store::placements::{self, Target};
use crate::store::{StoreError, WriteTx, activity, audit, links, resyncs};
use crate::trail::{Action, Actor, Entry};

/// What is needed to let another link of a holder carry.
#[derive(Clone, Debug)]
pub(super) struct Passing {
    mark: Mark,
    /// Whether all events can be asked for again.
    has_source: bool,
}

/// Why another link does not carry from now on; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum NotCarried {
    /// 404
    #[error("no calendar is linked there")]
    NotLinked,
    /// 409: one of the two can't be written now.
    #[error("{0}")]
    NotWell(String),
    /// 500
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Passing {
    pub(super) fn of(gateway: &Gateway, holder: &Holder) -> Self {
        Self { mark: gateway.mark(holder), has_source: gateway.clients.source_of(holder).is_some() }
    }

    /// The link that carried is ending: another one of the holder carries, if there is one.
    pub(super) fn to_heir(&self, tx: &WriteTx<'_>, holder: HolderId, now: Timestamp) -> Result<(), StoreError> {
        links::heir(tx, holder)?.map_or(Ok(()), |heir| self.to(tx, &heir, now))
    }

    /// `link` carries from now on. No other one does any more.
    fn to(&self, tx: &WriteTx<'_>, link: &LinkRow, now: Timestamp) -> Result<(), StoreError> {
        let (id, holder) = (link.id, link.holder);
        links::carries(tx, id, now)?;
        placements::want_all(tx, Target { link: id, mark: &self.mark }, holder, now)?;
        if self.has_source {
            resyncs::start(tx, (holder, id), ResyncMode::Repair, false, now)?;
        }
        let LinkRow { provider, calendar_name: calendar, .. } = link.clone();
        activity::log(tx, holder, now, &Happened::Carries { provider, calendar })
    }

    /// The link that carried leaves.
    fn from(link: &LinkRow, tx: &WriteTx<'_>, now: Timestamp) -> Result<(), StoreError> {
        resyncs::fail_going(tx, link.id, ResyncFailure::Unlinked, now)?;
        links::leaves(tx, link.id, now)?;
        placements::want_nothing(tx, link.id, now)
    }
}

impl Linking {
    /// The holder's link at `provider` carries what is exported from now on; the one that did is cleaned first.
    ///
    /// # Errors
    /// See [`NotCarried`].
    pub fn carry(&self, holder: &Holder, provider: ProviderKind, by: &Actor) -> Result<(), NotCarried> {
        let (key, now, by) = (holder.clone(), self.gateway.clock.now(), by.clone());
        let (slot, passing) = (self.gateway.clients.slot(holder, provider), Passing::of(&self.gateway, holder));
        self.gateway.store.write(move |tx| {
            let all = links_of::all(tx, &key)?;
            let next = all.iter().find(|link| link.slot == slot).ok_or(NotCarried::NotLinked)?;
            if next.role == LinkRole::Carries {
                return Ok(());
            }
            let former = all.iter().find(|link| link.role == LinkRole::Carries);
            for link in former.into_iter().chain([next]) {
                is_well(link)?;
            }
            if next.role == LinkRole::Leaves {
                return Err(NotCarried::NotWell(still_leaves(next)));
            }
            let detail = json!({ "provider": provider.as_str() });
            let entry = Entry::done(Action::LinkCarries, &by).of_holder(key.client, next.holder).with(detail);
            audit::note(tx, now, &entry)?;
            former.map_or(Ok(()), |former| Passing::from(former, tx, now))?;
            Ok(passing.to(tx, next, now)?)
        })?;
        self.gateway.work.ring();
        Ok(())
    }
}

/// Whether the calendar of a link can be written or cleaned now.
fn is_well(link: &LinkRow) -> Result<(), NotCarried> {
    let LinkRow { provider, calendar_name, .. } = link;
    let why = match link.state {
        LinkState::Active if link.is_on() => return Ok(()),
        LinkState::Active => "is switched off: switch it on first",
        LinkState::NeedsReauthorization | LinkState::CalendarLost => {
            "waits for its person: connect it again, or disconnect it"
        }
        LinkState::Unlinking => "is being disconnected",
    };
    Err(NotCarried::NotWell(format!("the link with the calendar “{calendar_name}” ({provider}) {why}")))
}

fn still_leaves(link: &LinkRow) -> String {
    let LinkRow { provider, calendar_name, .. } = link;
    format!(
        "the calendar “{calendar_name}” ({provider}) is being cleaned since another one carries; try again in a moment"
    )
}
