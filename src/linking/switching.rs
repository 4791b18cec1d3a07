//! The switch of a link. Off means that not one request is sent for it: none begins once that is written down.

use std::time::Duration;

use serde_json::json;

use super::{Linking, links_of};
use crate::happened::Happened;
use crate::ids::{Holder, LinkId};
use crate::link::ProviderKind;
use crate::permit::Switch;
use crate::store::{StoreError, activity, audit, links};
use crate::trail::{Action, Actor, Entry};

/// A link that was switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switched {
    /// Which.
    pub link: LinkId,
    /// Whether it was the other way before.
    pub changed: bool,
}

/// Why a link stays as it was.
#[derive(Debug)]
enum NotSwitched {
    /// It is ending, which takes requests.
    Ending,
    Store(StoreError),
}

impl From<StoreError> for NotSwitched {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Linking {
    /// Switches the holder's link at `provider` on or off. Off: its credentials are kept, what is wanted goes on being written
    /// down, and requests that are under way end by themselves ([`Linking::is_quiet`]). `None`: nothing is linked there.
    ///
    /// One that is ending stays on.
    ///
    /// # Errors
    /// When the store fails; then it is as before.
    pub fn switch(
        &self,
        holder: &Holder,
        provider: ProviderKind,
        on: bool,
        by: &Actor,
    ) -> Result<Option<Switched>, StoreError> {
        let Some(link) = links_of::in_slot(&self.gateway, holder, provider)? else { return Ok(None) };
        let (id, now) = (link.id, self.gateway.clock.now());
        let provider = link.provider;
        let (client, by) = (holder.client, by.clone());
        let action = if on { Action::LinkResumed } else { Action::LinkPaused };
        let what = if on { Happened::SwitchedOn { provider } } else { Happened::SwitchedOff { provider } };
        let commit = || {
            self.gateway.store.write(move |tx| {
                let changed = links::switch(tx, id, on, now)?.ok_or(NotSwitched::Ending)?;
                if changed {
                    let detail = json!({ "provider": provider.as_str() });
                    audit::note(tx, now, &Entry::done(action, &by).of_holder(client, link.holder).with(detail))?;
                    activity::log(tx, link.holder, now, &what)?;
                }
                Ok(changed)
            })
        };
        let (permits, switch) = (&self.gateway.permits, Switch::Link(id));
        let switched = if on { permits.turn_on(switch, commit) } else { permits.turn_off(switch, commit) };
        let changed = match switched {
            Ok(changed) => changed,
            Err(NotSwitched::Ending) => false,
            Err(NotSwitched::Store(error)) => return Err(error),
        };
        self.gateway.work.ring();
        Ok(Some(Switched { link: id, changed }))
    }

    /// Waits until no request for `link` is under way, so long at most. Answers whether that is so.
    pub fn is_quiet(&self, link: LinkId, patience: Duration) -> bool {
        self.gateway.permits.ended(Switch::Link(link), patience)
    }
}
