//! Where a person goes who wants a consent to lead to their calendar: on with the one that is still good, or to the
//! provider for a new one.

use url::Url;

use super::{Begun, Ending, Next, Standing};
use crate::ids::Holder;
use crate::link::{LinkState, Obstacle, ProviderKind};
use crate::linking::attempt::Try;
use crate::linking::browser::BrowserSession;
use crate::linking::{LinkError, Linking};
use crate::secret::SecretString;
use crate::store::StoreError;

/// What follows on a person's own page.
#[derive(Clone, Debug)]
pub enum Onward {
    /// This goes on behind the answer.
    GoOn(Try),
    /// The person goes to the provider.
    Away(Url),
    /// Nothing: their page tells how it stands.
    Told,
}

/// What follows on a guest's page.
#[derive(Clone, Debug)]
pub enum Again {
    /// The flow stands so now.
    Here(Standing),
    /// The person goes to the provider.
    Away(Url),
}

impl Linking {
    /// Who is on their own page wants to link with `provider`: on with a consent that was given and not finished, else
    /// away to the provider. What stands in the way is kept for their page.
    ///
    /// # Errors
    /// When the store fails.
    pub fn resume_or_begin(&self, session: &BrowserSession, provider: ProviderKind) -> Result<Onward, StoreError> {
        if self.is_trying(&session.holder) {
            return Ok(Onward::Told);
        }
        if let Some(flow) = self.unfinished_consent(session, provider)? {
            return Ok(Onward::GoOn(Try::Consent { provider, flow, chosen: None }));
        }
        self.dismiss(&session.holder);
        match self.begin_consent_here(session, provider) {
            Ok(Begun { authorization_url, .. }) => Ok(Onward::Away(authorization_url)),
            Err(LinkError::Store(error)) => Err(error),
            Err(LinkError::NotMade(not)) => {
                // Another tab may have been first; a link that is well needs no word about it.
                if not.obstacle != Obstacle::AlreadyLinked || !self.is_well(&session.holder)? {
                    self.try_refused(&session.holder, provider, not.obstacle);
                }
                Ok(Onward::Told)
            }
        }
    }

    fn is_well(&self, holder: &Holder) -> Result<bool, StoreError> {
        Ok(self.view(holder)?.is_some_and(|link| link.state == LinkState::Active))
    }

    /// A guest wants their flow to go on: with the consent that was given while that is still good, else with a new one.
    /// `None`: there is no such flow (any more).
    ///
    /// # Errors
    /// When the store fails.
    pub fn consent_again(&self, ticket: &SecretString) -> Result<Option<Again>, StoreError> {
        let Some(standing) = self.consent_of(ticket)? else { return Ok(None) };
        if standing.next == Next::Confirm {
            let now = self.confirm_consent(ticket)?;
            // A code whose exchange got lost was perhaps used up by it.
            let is_used_up = |now: &Standing| now.next == Next::Over(Ending::Not(Obstacle::LinkExpired));
            if !now.as_ref().is_some_and(is_used_up) {
                return Ok(now.map(Again::Here));
            }
        }
        let obstacle = match self.begin_consent(&standing.holder, standing.provider) {
            Ok(Begun { authorization_url, .. }) => return Ok(Some(Again::Away(authorization_url))),
            Err(LinkError::Store(error)) => return Err(error),
            Err(LinkError::NotMade(not)) => not.obstacle,
        };
        let standing = self.consent_of(ticket)?;
        Ok(standing.map(|standing| Again::Here(Standing { next: Next::Over(Ending::Not(obstacle)), ..standing })))
    }
}
