//! What a person came back with from the provider.

use super::secrets::Secrets;
use super::ticket::standing;
use super::{Arrival, Back, Ending, end, ending_of};
use crate::gateway::Gateway;
use crate::ids::AuthorizationId;
use crate::link::{Obstacle, ProviderKind};
use crate::linking::attempt::Try;
use crate::linking::browser::BrowserSession;
use crate::linking::{Linking, token};
use crate::secret::ExposeSecret;
use crate::store::StoreError;
use crate::store::authorizations::{self, Authorization, FlowPhase};

impl Linking {
    /// A person comes back from the provider, perhaps in a browser session. `None`: nobody was sent there with that `state`,
    /// or it is too long ago.
    ///
    /// # Errors
    /// When the store fails.
    pub fn came_back(&self, back: &Back, session: Option<&BrowserSession>) -> Result<Option<Arrival>, StoreError> {
        let gateway = &*self.gateway;
        let now = gateway.clock.now();
        let hash = token::hash(&back.state);
        let Some(row) = gateway.store.read(|tx| authorizations::by_state(tx, &hash, now))? else { return Ok(None) };
        if row.session.is_some() && row.session != session.map(|session| session.hash) {
            return Ok(Some(Arrival::Elsewhere));
        }
        if row.phase == FlowPhase::Sent {
            take_in(gateway, &row, back)?;
        } else if row.phase == FlowPhase::Returned && !is_the_same_code(gateway, &row, back) {
            // One flow carries one code: what came second is not let in, and what came first not any more.
            end(gateway, &row, Ending::Not(Obstacle::Cancelled))?;
        }
        let Some(row) = gateway.store.read(|tx| authorizations::by_state(tx, &hash, now))? else { return Ok(None) };
        let Some(session) = session.filter(|_| row.session.is_some()) else {
            return Ok(standing(self, &row, None)?.map(Arrival::Guest));
        };
        let goes_on = (row.phase != FlowPhase::Ended).then(|| Try::Consent {
            provider: row.provider,
            flow: row.id,
            chosen: None,
        });
        // Their page tells why it is over; that all went well, it shows.
        if let (None, Ending::Not(obstacle)) = (&goes_on, ending_of(&row)) {
            self.try_refused(&session.holder, row.provider, obstacle);
        }
        Ok(Some(Arrival::Own { holder: session.holder.clone(), goes_on }))
    }

    /// Where a browser session has a flow that has not ended: its person is at that provider, or came away without a word.
    ///
    /// # Errors
    /// When the store fails.
    pub(in crate::linking) fn consent_going_on(
        &self,
        session: &BrowserSession,
    ) -> Result<Option<ProviderKind>, StoreError> {
        let gateway = &*self.gateway;
        let now = gateway.clock.now();
        Ok(gateway.store.read(|tx| authorizations::of_session(tx, &session.hash, now))?.map(|row| row.provider))
    }

    /// The flow whose person came back, and whose rest, which is ours to do, was broken off.
    ///
    /// # Errors
    /// When the store fails.
    pub(in crate::linking) fn unfinished_consent(
        &self,
        session: &BrowserSession,
        provider: ProviderKind,
    ) -> Result<Option<AuthorizationId>, StoreError> {
        let gateway = &*self.gateway;
        let now = gateway.clock.now();
        let row = gateway.store.read(|tx| authorizations::of_session(tx, &session.hash, now))?;
        let waits = |row: &Authorization| {
            matches!(row.phase, FlowPhase::Returned | FlowPhase::Granted) && row.provider == provider
        };
        Ok(row.filter(waits).map(|row| row.id))
    }

    /// The person of a browser session wants to begin anew: its flows are over, and what comes back from one of them comes
    /// too late.
    ///
    /// # Errors
    /// When the store fails.
    pub fn give_up_consent(&self, session: &BrowserSession) -> Result<(), StoreError> {
        let gateway = &*self.gateway;
        let (now, hash) = (gateway.clock.now(), session.hash);
        if self.consent_going_on(session)?.is_none() {
            return Ok(());
        }
        gateway.store.write(move |tx| {
            while let Some(row) = authorizations::of_session(tx, &hash, now)? {
                authorizations::end(tx, row.id, Obstacle::LinkExpired.code())?;
            }
            Ok(())
        })
    }
}

fn is_the_same_code(gateway: &Gateway, row: &Authorization, back: &Back) -> bool {
    let known = Secrets::unseal(gateway, &row.secrets).and_then(|secrets| secrets.code);
    match (known, &back.code) {
        (Some(known), Some(code)) => known.expose_secret() == code.expose_secret(),
        _ => false,
    }
}

/// Takes the code in, or the reason why there is none.
fn take_in(gateway: &Gateway, row: &Authorization, back: &Back) -> Result<(), StoreError> {
    let code = match (&back.error, &back.code) {
        (None, Some(code)) => code.clone(),
        (Some(error), _) => {
            let consent = gateway.providers.consent(row.provider);
            let obstacle = consent.map_or(Obstacle::Operator, |consent| consent.refusal(error));
            return end(gateway, row, Ending::Not(obstacle));
        }
        (None, None) => return end(gateway, row, Ending::Not(Obstacle::Cancelled)),
    };
    let Some(secrets) = Secrets::unseal(gateway, &row.secrets) else {
        return end(gateway, row, Ending::Not(Obstacle::Interrupted));
    };
    let (id, secrets) = (row.id, Secrets { code: Some(code), ..secrets }.seal(gateway));
    gateway.store.write(move |tx| authorizations::advance(tx, id, FlowPhase::Returned, &secrets))
}
