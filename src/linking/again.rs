//! A link whose calendar is lost goes on with the credentials that it has.

use super::Linking;
use super::error::{LinkError, NotMade};
use super::links_of;
use super::making::{Earlier, Making, Unmade, Which};
use crate::accounts;
use crate::ids::Holder;
use crate::link::{CalendarChoice, LinkState, Obstacle, ProviderKind};

impl Linking {
    /// The person wants their calendar at `provider` back: the link goes on in it where it can be written again, else in another one of
    /// the same account, as [`Linking::link`] does it with credentials that are given. `calendar` is what they chose, once
    /// there was a choice: one of theirs by its id, or a new one. `Some` answers what they have to choose from first.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub fn link_again(
        &self,
        holder: &Holder,
        provider: ProviderKind,
        calendar: Option<Option<&str>>,
    ) -> Result<Option<Vec<CalendarChoice>>, LinkError> {
        let turn = self.turns.take(holder).ok_or_else(LinkError::busy)?;
        let link = links_of::in_slot(&self.gateway, holder, provider)?;
        let link = link.filter(|link| link.state == LinkState::CalendarLost);
        let link = link.ok_or_else(|| LinkError::not(Obstacle::AlreadyLinked, "no calendar is lost (any more)"))?;
        let providers = self.patiently(holder, provider)?;
        let making = Making {
            linking: self,
            holder,
            provider: link.provider,
            which: calendar.map_or(Which::Unsaid, |calendar| calendar.map_or(Which::New, Which::Named)),
            earlier: Earlier { made: None, remember: &|_| Ok(()) },
        };
        let open = || {
            let account = accounts::open_by(&self.gateway, &providers, &link);
            account.map_err(|error| Unmade::Not(NotMade::new(error.obstacle(), error.to_string())))
        };
        match making.link(&turn, open) {
            Ok(()) => Ok(None),
            Err(Unmade::Choose(choices)) => Ok(Some(choices)),
            Err(Unmade::Not(not)) => Err(LinkError::NotMade(not)),
            Err(Unmade::Store(error)) => Err(error.into()),
        }
    }
}
