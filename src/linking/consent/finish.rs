//! From the confirmation to the link.

use std::sync::{Mutex, PoisonError};

use super::flow::{Granted, Secrets};
use super::{Ending, Next, Standing, end, ending_of, redirect_uri, row_of};
use crate::agenda::Agenda;
use crate::gateway::Gateway;
use crate::ids::{AuthorizationId, Holder};
use crate::link::{AccountName, ProviderKind, Site};
use crate::linking::establish::{self, Made};
use crate::linking::{LinkError, Linking, proof};
use crate::providers::RemoteError;
use crate::providers::google::{self, Client, Grant, TokenError, Tokens};
use crate::secret::SecretString;
use crate::store::authorizations::{self, Authorization, Phase};
use crate::store::links::LinkRow;
use crate::store::{StoreError, holders};

/// Why a flow does not go on.
enum Stop {
    /// It ends so.
    End(Ending),
    /// The person has to choose first.
    Choose(Vec<google::Choice>),
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<LinkError> for Stop {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Store(error) => Self::Store(error),
            LinkError::AlreadyLinked(_) => Self::End(Ending::AlreadyLinked),
            _ => Self::End(Ending::ProviderDown),
        }
    }
}

/// What the person chose: nothing yet, a new calendar, or one of theirs by its id.
#[derive(Clone, Copy)]
enum Chosen<'a> {
    NotYet,
    New,
    Existing(&'a str),
}

/// The person confirms the phone: the code is exchanged, and the calendar linked or, where people may, chosen.
/// `None`: there is no such flow (any more).
///
/// # Errors
/// When the store fails.
pub fn confirm(linking: &Linking, ticket: &SecretString) -> Result<Option<Standing>, StoreError> {
    go_on(linking, ticket, Chosen::NotYet)
}

/// The person chose: one of their calendars, by its id, or a new one.
///
/// # Errors
/// When the store fails.
pub fn choose(
    linking: &Linking,
    ticket: &SecretString,
    calendar: Option<&str>,
) -> Result<Option<Standing>, StoreError> {
    go_on(linking, ticket, calendar.map_or(Chosen::New, Chosen::Existing))
}

/// The same for a flow that a browser session of `holder` began and came back to: confirmed, and chosen if
/// `chosen` says so (none of their calendars means a new one). `None`: there is no such flow (any more).
///
/// # Errors
/// When the store fails.
pub fn finish(
    linking: &Linking,
    holder: &Holder,
    flow: AuthorizationId,
    chosen: Option<Option<&str>>,
) -> Result<Option<Next>, StoreError> {
    let chosen = chosen.map_or(Chosen::NotYet, |calendar| calendar.map_or(Chosen::New, Chosen::Existing));
    take_on(linking, holder, flow, chosen)
}

fn go_on(linking: &Linking, ticket: &SecretString, chosen: Chosen<'_>) -> Result<Option<Standing>, StoreError> {
    let gateway = &*linking.gateway;
    let Some(row) = row_of(gateway, ticket)? else { return Ok(None) };
    let Some(holder) = gateway.store.read(|tx| holders::get(tx, row.holder))? else { return Ok(None) };
    let next = take_on(linking, &holder, row.id, chosen)?;
    // The page keeps its ticket: the answer to a second tap may be the only one that its browser shows.
    Ok(next.map(|next| Standing { holder, ticket: ticket.clone(), next }))
}

fn take_on(
    linking: &Linking,
    holder: &Holder,
    flow: AuthorizationId,
    chosen: Chosen<'_>,
) -> Result<Option<Next>, StoreError> {
    let gateway = &*linking.gateway;
    let Some(_turn) = linking.turns.take(holder) else { return Ok(Some(Next::Over(Ending::Busy))) };
    // Who had the turn before may have ended the flow.
    let row = match gateway.store.read(|tx| authorizations::get(tx, flow))? {
        Some(row) if matches!(row.phase, Phase::Returned | Phase::Granted) => row,
        Some(row) => return Ok(Some(Next::Over(ending_of(&row)))),
        None => return Ok(None),
    };
    let next = match attempt(linking, &row, holder, chosen) {
        Ok(()) => Next::Over(Ending::Linked),
        Err(Stop::End(ending)) => Next::Over(ending),
        Err(Stop::Choose(choices)) => Next::Choose(choices),
        Err(Stop::Store(error)) => return Err(error),
    };
    match next {
        // What the provider failed at may work in a moment, with the same consent.
        Next::Over(Ending::ProviderDown) | Next::Choose(_) | Next::Confirm => {}
        Next::Over(ending) => {
            end(gateway, &row, ending)?;
            gateway.work.ring();
        }
    }
    Ok(Some(next))
}

fn attempt(linking: &Linking, row: &Authorization, holder: &Holder, chosen: Chosen<'_>) -> Result<(), Stop> {
    let gateway = &*linking.gateway;
    let client = gateway.google.as_ref().ok_or(Stop::End(Ending::Operator))?;
    let parked = establish::parked(gateway, holder)?;
    let granted = exchanged(gateway, client, row)?;
    let account = AccountName::of_subject(ProviderKind::Google, &granted.subject);
    match parked {
        Some(link) if link.account == account => resume(gateway, &link, &granted),
        Some(_) => Err(Stop::End(Ending::OtherAccount)),
        None => {
            let made = Mutex::new(granted.calendar.clone());
            Attempt { gateway, agenda: &linking.agenda, client, row, holder, granted, account, made }.link(chosen)
        }
    }
}

/// The tokens of the flow: those that there are, or those that its code is exchanged for now.
fn exchanged(gateway: &Gateway, client: &Client, row: &Authorization) -> Result<Granted, Stop> {
    let secrets = Secrets::unseal(gateway, &row.secrets).ok_or(Stop::End(Ending::Interrupted))?;
    if let Some(granted) = secrets.grant {
        return Ok(granted);
    }
    let (Some(code), Some(verifier)) = (secrets.code, secrets.verifier) else {
        return Err(Stop::End(Ending::Interrupted));
    };
    let (redirect_uri, now) = (redirect_uri(gateway), gateway.clock.now());
    let grant = google::exchange(&client.outbound, &client.settings, (&code, &verifier), &redirect_uri, now);
    let grant = grant.map_err(|error| Stop::End(not_exchanged(&error)))?;
    let enough =
        grant.scopes.own_calendar() && (!client.settings.existing_calendars || grant.scopes.existing_calendars());
    if !enough {
        return Err(Stop::End(Ending::MissingScope));
    }
    let Grant { tokens, subject, email, .. } = grant;
    let granted = Granted { tokens, subject, email, calendar: None };
    keep(gateway, row, &granted)?;
    Ok(granted)
}

fn not_exchanged(error: &TokenError) -> Ending {
    match error {
        TokenError::Refused(why) => {
            tracing::info!("Google refused the code of a consent: {why}");
            Ending::Expired
        }
        TokenError::Operator(why) => {
            tracing::error!("Google refuses our client: {why}");
            Ending::Operator
        }
        TokenError::Unsure { why, .. } => {
            tracing::warn!("Google did not exchange the code of a consent: {why}");
            Ending::ProviderDown
        }
    }
}

fn keep(gateway: &Gateway, row: &Authorization, granted: &Granted) -> Result<(), StoreError> {
    let secrets = Secrets { grant: Some(granted.clone()), ..Secrets::default() }.seal(gateway);
    let id = row.id;
    gateway.store.write(move |tx| authorizations::advance(tx, id, Phase::Granted, &secrets))
}

/// A link that waited for its person goes on with the new tokens.
fn resume(gateway: &Gateway, link: &LinkRow, granted: &Granted) -> Result<(), Stop> {
    establish::authorise_again(gateway, link, gateway.vault.seal(&granted.tokens.to_text()))?;
    Ok(())
}

/// A link that is being made.
struct Attempt<'a> {
    gateway: &'a Gateway,
    agenda: &'a Agenda,
    client: &'a Client,
    row: &'a Authorization,
    holder: &'a Holder,
    granted: Granted,
    account: AccountName,
    /// The calendar that was made for this flow.
    made: Mutex<Option<String>>,
}

/// The calendar to be linked.
struct Target {
    id: String,
    name: String,
    zone: crate::calendar::Zone,
    ours: bool,
}

impl Attempt<'_> {
    fn link(&self, chosen: Chosen<'_>) -> Result<(), Stop> {
        let target = self.target(chosen)?;
        let mark = self.gateway.mark(self.holder);
        let remote = google::open(self.session(), &target.id, target.zone.clone(), mark);
        if let Err(error) = proof::probe(self.gateway, self.holder, remote.as_ref()) {
            if target.ours && remote.remove_if_empty() == Ok(true) {
                self.remember(None)?;
            }
            return Err(failed(error));
        }
        drop(remote);
        establish::link(self.gateway, self.holder, self.made(target)?)?;
        Ok(())
    }

    /// The account, opened. What is renewed meanwhile is kept in the flow.
    fn session(&self) -> google::Session<'_> {
        let keep = |tokens: &Tokens| {
            keep(self.gateway, self.row, &self.granted_now(tokens.clone())).map_err(|error| error.to_string())
        };
        google::Session::new(self.client.clone(), self.account.clone(), self.granted.tokens.clone(), Box::new(keep))
    }

    fn target(&self, chosen: Chosen<'_>) -> Result<Target, Stop> {
        if self.client.settings.existing_calendars && !matches!(chosen, Chosen::New) {
            let choices = google::list_calendars(&self.session()).map_err(failed)?;
            let Chosen::Existing(id) = chosen else { return Err(Stop::Choose(choices)) };
            let choice = choices.into_iter().find(|choice| choice.id == id);
            let choice = choice.ok_or(Stop::End(Ending::NoWritableCalendar))?;
            let zone = crate::calendar::Zone::named(&choice.zone);
            let zone = zone.unwrap_or_else(|| self.gateway.config.calendar.time_zone.clone());
            return Ok(Target { id: choice.id, name: choice.name, zone, ours: false });
        }
        let wished = &self.gateway.config.calendar;
        let zone = self.agenda.zone_of_events(self.holder)?;
        let id = match self.granted.calendar.clone() {
            Some(made) => made,
            None => {
                let made = google::create_calendar(&self.session(), &wished.name, &wished.description, zone.name());
                let made = made.map_err(failed)?;
                self.remember(Some(&made))?;
                made
            }
        };
        Ok(Target { id, name: wished.name.clone(), zone, ours: true })
    }

    /// Keeps in the flow which calendar was made for it.
    fn remember(&self, calendar: Option<&str>) -> Result<(), StoreError> {
        *self.made.lock().unwrap_or_else(PoisonError::into_inner) = calendar.map(str::to_owned);
        keep(self.gateway, self.row, &self.granted_now(self.tokens()?))
    }

    /// All that is known of the grant, with these tokens.
    fn granted_now(&self, tokens: Tokens) -> Granted {
        let calendar = self.made.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Granted { tokens, calendar, ..self.granted.clone() }
    }

    /// The tokens as they are now: they may have been renewed since they were granted.
    fn tokens(&self) -> Result<Tokens, StoreError> {
        let id = self.row.id;
        let row = self.gateway.store.read(|tx| authorizations::get(tx, id))?;
        let kept = row.and_then(|row| Secrets::unseal(self.gateway, &row.secrets)).and_then(|secrets| secrets.grant);
        Ok(kept.map_or_else(|| self.granted.tokens.clone(), |granted| granted.tokens))
    }

    fn made(&self, target: Target) -> Result<Made, Stop> {
        Ok(Made {
            provider: ProviderKind::Google,
            site: Site::of(&self.client.settings.api_url),
            account: self.account.clone(),
            username: self.granted.email.clone(),
            credentials: self.gateway.vault.seal(&self.tokens()?.to_text()),
            calendar_url: target.id,
            calendar_name: target.name,
            calendar_is_ours: target.ours,
            calendar_zone: Some(target.zone.name().to_owned()),
        })
    }
}

fn failed(error: RemoteError) -> Stop {
    tracing::warn!("a calendar at Google could not be linked: {error}");
    Stop::End(match error {
        RemoteError::AuthRevoked { .. } => Ending::MissingScope,
        RemoteError::Operator { .. } => Ending::Operator,
        RemoteError::CalendarLost { .. } | RemoteError::CalendarGone { .. } => Ending::NoWritableCalendar,
        RemoteError::Throttled { .. }
        | RemoteError::Unsure { .. }
        | RemoteError::UsageLimit { .. }
        | RemoteError::OutOfBudget { .. }
        | RemoteError::Refused(_)
        | RemoteError::Conflict
        | RemoteError::NotFound => Ending::ProviderDown,
    })
}
