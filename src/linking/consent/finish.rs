//! From the confirmation to the link.

use super::begin::redirect_uri;
use super::secrets::{Granted, Secrets};
use super::ticket::row_of;
use super::{Ending, Next, Standing, end, ending_of};
use crate::accounts::Turn;
use crate::guarded::Guarded;
use crate::ids::{AuthorizationId, Holder};
use crate::link::Obstacle;
use crate::linking::making::{Earlier, Making, Unmade, Which};
use crate::linking::{Linking, NotMade};
use crate::providers::account::StoredAccount;
use crate::providers::consent::{Consent, ConsentCode};
use crate::secret::SecretString;
use crate::store::authorizations::{self, Authorization, FlowPhase};
use crate::store::{StoreError, holders};

impl Linking {
    /// The person confirms the phone: the code is exchanged, and the calendar linked or, where people may, chosen.
    /// `None`: there is no such flow (any more).
    ///
    /// # Errors
    /// When the store fails.
    pub fn confirm_consent(&self, ticket: &SecretString) -> Result<Option<Standing>, StoreError> {
        go_on(self, ticket, Which::Unsaid)
    }

    /// The person chose: one of their calendars, by its id, or a new one.
    ///
    /// # Errors
    /// When the store fails.
    pub fn choose_for_consent(
        &self,
        ticket: &SecretString,
        calendar: Option<&str>,
    ) -> Result<Option<Standing>, StoreError> {
        go_on(self, ticket, calendar.map_or(Which::New, Which::Named))
    }

    /// The same for a flow that a browser session of `holder` began and came back to: confirmed, and chosen if
    /// `chosen` says so (none of their calendars means a new one). `None`: there is no such flow (any more).
    ///
    /// # Errors
    /// When the store fails.
    pub(in crate::linking) fn finish_consent(
        &self,
        holder: &Holder,
        flow: AuthorizationId,
        chosen: Option<Option<&str>>,
    ) -> Result<Option<Next>, StoreError> {
        let which = chosen.map_or(Which::Unsaid, |calendar| calendar.map_or(Which::New, Which::Named));
        take_on(self, holder, flow, which)
    }
}

fn go_on(linking: &Linking, ticket: &SecretString, which: Which<'_>) -> Result<Option<Standing>, StoreError> {
    let Some(row) = row_of(&linking.gateway, ticket)? else { return Ok(None) };
    let Some(holder) = linking.gateway.store.read(|tx| holders::get(tx, row.holder))? else { return Ok(None) };
    let next = take_on(linking, &holder, row.id, which)?;
    // The page keeps its ticket: the answer to a second tap may be the only one that its browser shows.
    Ok(next.map(|next| Standing { holder, provider: row.provider, ticket: ticket.clone(), next }))
}

fn take_on(
    linking: &Linking,
    holder: &Holder,
    flow: AuthorizationId,
    which: Which<'_>,
) -> Result<Option<Next>, StoreError> {
    let Some(turn) = linking.turns.take(holder) else { return Ok(Some(Next::Over(Ending::Not(Obstacle::Busy)))) };
    // Who had the turn before may have ended the flow.
    let row = match linking.gateway.store.read(|tx| authorizations::get(tx, flow))? {
        Some(row) if matches!(row.phase, FlowPhase::Returned | FlowPhase::Granted) => row,
        Some(row) => return Ok(Some(Next::Over(ending_of(&row)))),
        None => return Ok(None),
    };
    let next = match attempt(linking, &row, (holder, &turn), which) {
        Ok(()) => Next::Over(Ending::Linked),
        Err(Unmade::Not(not)) => Next::Over(Ending::Not(not.obstacle)),
        Err(Unmade::Choose(choices)) => Next::Choose(choices),
        Err(Unmade::Store(error)) => return Err(error),
    };
    match next {
        // What the provider failed at may work in a moment, with the same consent.
        Next::Over(Ending::Not(Obstacle::ProviderDown)) | Next::Choose(_) | Next::Confirm => {}
        Next::Over(ending) => {
            end(&linking.gateway, &row, ending)?;
            linking.gateway.work.ring();
        }
    }
    Ok(Some(next))
}

fn attempt(
    linking: &Linking,
    row: &Authorization,
    (holder, turn): (&Holder, &Turn<Holder>),
    which: Which<'_>,
) -> Result<(), Unmade> {
    let provider = row.provider;
    let broken = |obstacle| Unmade::Not(NotMade::new(obstacle, "the consent can't be gone on with"));
    let providers = linking.patiently(holder, provider)?;
    let consent = providers.consent(provider).ok_or_else(|| broken(Obstacle::Operator))?;
    let secrets = Secrets::unseal(&linking.gateway, &row.secrets).ok_or_else(|| broken(Obstacle::Interrupted))?;
    let made = secrets.grant.as_ref().and_then(|granted| granted.calendar.clone());
    let flow = Flow { linking, row, granted: Guarded::new(secrets.grant.clone()) };
    let earlier = Earlier { made, remember: &|calendar| flow.remember(calendar) };
    let making = Making { linking, holder, provider, which, earlier };
    let outcome = making.link(turn, || {
        let granted = match secrets.grant.clone() {
            Some(granted) => granted,
            None => flow.exchanged(consent, &secrets)?,
        };
        let name = granted.account(provider);
        let stored = StoredAccount { name: &name, username: &granted.email, credentials: &granted.credentials };
        let keep = |credentials: &SecretString| flow.renewed(credentials).map_err(|error| error.to_string());
        consent.account(stored, Box::new(keep)).map_err(|error| broken(error.obstacle()))
    });
    outcome.map_err(of_a_consent)
}

/// What a calendar means to who consented, and typed nothing: a permission that is refused was not given, and the rest is
/// the provider's, to be tried again with the same consent.
fn of_a_consent(unmade: Unmade) -> Unmade {
    let Unmade::Not(mut not) = unmade else { return unmade };
    not.obstacle = match not.obstacle {
        Obstacle::LoginFailed => Obstacle::MissingScope,
        Obstacle::RateLimited => Obstacle::ProviderDown,
        obstacle => obstacle,
    };
    // No account stands in it: people who consent are known to the provider by a number.
    tracing::warn!(obstacle = not.obstacle.code(), "a consent did not lead to a link: {}", not.detail);
    Unmade::Not(not)
}

/// A flow that is gone on with: what it was granted, as it is now.
struct Flow<'a> {
    linking: &'a Linking,
    row: &'a Authorization,
    granted: Guarded<Option<Granted>>,
}

impl Flow<'_> {
    /// What the code is exchanged for, kept before it is used.
    fn exchanged(&self, consent: &dyn Consent, secrets: &Secrets) -> Result<Granted, Unmade> {
        let failed = |obstacle| Unmade::Not(NotMade::new(obstacle, "the code of the consent was not exchanged"));
        let (Some(code), Some(verifier)) = (&secrets.code, &secrets.verifier) else {
            return Err(failed(Obstacle::Interrupted));
        };
        let redirect_uri = redirect_uri(&self.linking.gateway.config, self.row.provider);
        let code = ConsentCode { code, verifier, redirect_uri: &redirect_uri };
        let consented = consent.exchange(code, self.linking.gateway.clock.now()).map_err(failed)?;
        let (credentials, subject, email) = (consented.credentials, consented.subject, consented.email);
        let granted = Granted { credentials, subject, email, calendar: None };
        self.keep(|kept| *kept = Some(granted.clone()))?;
        Ok(granted)
    }

    /// Keeps which calendar was made for the flow.
    fn remember(&self, calendar: Option<&str>) -> Result<(), StoreError> {
        self.keep(|kept| {
            if let Some(granted) = kept {
                granted.calendar = calendar.map(str::to_owned);
            }
        })
    }

    /// Keeps what the provider renewed.
    fn renewed(&self, credentials: &SecretString) -> Result<(), StoreError> {
        self.keep(|kept| {
            if let Some(granted) = kept {
                granted.credentials = credentials.clone();
            }
        })
    }

    fn keep(&self, change: impl FnOnce(&mut Option<Granted>)) -> Result<(), StoreError> {
        let mut granted = self.granted.lock();
        change(&mut granted);
        let secrets = Secrets { grant: granted.clone(), ..Secrets::default() }.seal(&self.linking.gateway);
        let id = self.row.id;
        self.linking.gateway.store.write(move |tx| authorizations::advance(tx, id, FlowPhase::Granted, &secrets))
    }
}
