//! Linking by a person's consent at the provider (OAuth): from the address that they open to the link.
//!
//! Rule: the address may have been sent on, so who comes back is not known. Nothing is linked before the page that named
//! the phone was confirmed. `state` names one flow and carries one code; code and tokens lie sealed, and each is stored
//! before it is used, so that a page that is loaded again, or a gateway that starts again, goes on where it was. A
//! consent that was not given is a normal end, not an error.

mod finish;
mod flow;
mod words;

use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use crate::gateway::Gateway;
use crate::ids::{AuthorizationId, Holder};
use crate::link::{LinkState, ProviderKind};
use crate::linking::browser::BrowserSession;
use crate::linking::{LinkError, Linking, establish, token};
use crate::providers::google;
use crate::secret::{ExposeSecret, SecretString};
use crate::store::activity::Happened;
use crate::store::authorizations::{self, Authorization, NewAuthorization, Phase};
use crate::store::{StoreError, activity, holders};
use flow::Secrets;

pub use crate::providers::google::Choice;
pub use finish::{choose, confirm, finish};
pub use words::Ending;

/// How long an address to consent at is good. A person may get it by message and open it later.
const LIFE: Duration = Duration::from_secs(3600);

/// A consent that was asked for.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Where the person consents.
    pub authorization_url: Url,
    /// Until when that is good.
    pub expires_at: Timestamp,
}

/// What the provider sent a person back with.
#[derive(Clone, Debug)]
pub struct Back {
    /// Names the flow.
    pub state: SecretString,
    /// What is exchanged for tokens.
    pub code: Option<SecretString>,
    /// Why there is none.
    pub error: Option<String>,
}

/// Where a flow stands, as its page shows it.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Whose calendar it is about.
    pub holder: Holder,
    /// What the next form of the page sends along: it proves that it is this page.
    pub ticket: SecretString,
    /// What is to be done.
    pub next: Next,
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// The person confirms that it is their phone.
    Confirm,
    /// The person says which calendar; none of these means a new one.
    Choose(Vec<Choice>),
    /// Nothing: it is over. A flow that did not end well can be begun again.
    Over(Ending),
}

/// `POST /link` with a provider where people consent: the address for it.
///
/// # Errors
/// [`LinkError::NotOffered`], [`LinkError::AlreadyLinked`], or the store's.
pub fn begin(linking: &Linking, holder: &Holder) -> Result<Begun, LinkError> {
    let gateway = &*linking.gateway;
    begin_in(gateway, holder, None)
}

/// The same for a person who is on our page: their browser session alone can finish it, and is asked nothing more.
///
/// # Errors
/// As [`begin`].
pub fn begin_here(linking: &Linking, session: &BrowserSession) -> Result<Begun, LinkError> {
    let gateway = &*linking.gateway;
    begin_in(gateway, &session.holder, Some(session.hash))
}

fn begin_in(gateway: &Gateway, holder: &Holder, session: Option<[u8; 32]>) -> Result<Begun, LinkError> {
    let kind = ProviderKind::Google;
    let client = gateway.google.as_ref().ok_or(LinkError::NotOffered(kind))?;
    let parked = establish::parked(gateway, holder)?;
    if let Some(link) = parked.as_ref().filter(|link| link.provider != kind) {
        return Err(LinkError::AlreadyLinked(format!(
            "this holder's link with the calendar “{}” of {} waits for new credentials; give those, or unlink it first",
            link.calendar_name, link.username
        )));
    }
    let (state, verifier) = (token::random(), token::random());
    let login_hint = parked.filter(|link| link.state == LinkState::NeedsReauthorization).map(|link| link.username);
    let redirect_uri = redirect_uri(gateway);
    let ask = google::Ask {
        redirect_uri: &redirect_uri,
        state: &state,
        verifier: &verifier,
        login_hint: login_hint.as_deref(),
    };
    let authorization_url = google::authorization_url(&client.settings, &ask);
    let now = gateway.clock.now();
    let expires_at = now.checked_add(LIFE).unwrap_or(now);
    let secrets = Secrets { verifier: Some(verifier), ..Secrets::default() }.seal(gateway);
    let (key, state_hash) = (holder.clone(), token::hash(&state));
    gateway.store.write(move |tx| {
        let holder = holders::ensure(tx, &key)?;
        let secrets = secrets.clone();
        let new = NewAuthorization { holder, provider: kind, state_hash, secrets, session, expires_at };
        authorizations::begin(tx, &new, now)
    })?;
    Ok(Begun { authorization_url, expires_at })
}

/// Where the provider sends people back to.
pub fn redirect_uri(gateway: &Gateway) -> String {
    format!("{}oauth/google/callback", gateway.config.server.public_url)
}

/// Who came back from the provider.
#[derive(Clone, Debug)]
pub enum Arrival {
    /// Somebody whose flow began over the API: who they are is not known, so they are asked.
    Guest(Standing),
    /// The browser session that the flow began in. It needs no ticket: the session says whose flow it is.
    Own {
        /// Which, for [`finish()`].
        flow: AuthorizationId,
        /// How it ended, if it did.
        ended: Option<Ending>,
    },
    /// Another browser than the one that the flow began in. Nothing was taken in from it.
    Elsewhere,
}

/// A person comes back from the provider, perhaps in a browser session. `None`: nobody was sent there with that `state`,
/// or it is too long ago.
///
/// # Errors
/// When the store fails.
pub fn returned(
    linking: &Linking,
    back: &Back,
    session: Option<&BrowserSession>,
) -> Result<Option<Arrival>, StoreError> {
    let gateway = &*linking.gateway;
    let now = gateway.clock.now();
    let hash = token::hash(&back.state);
    let Some(row) = gateway.store.read(|tx| authorizations::by_state(tx, &hash, now))? else { return Ok(None) };
    if row.session.is_some() && row.session != session.map(|session| session.hash) {
        return Ok(Some(Arrival::Elsewhere));
    }
    if row.phase == Phase::Sent {
        take_in(gateway, &row, back)?;
    } else if row.phase == Phase::Returned && !is_the_same_code(gateway, &row, back) {
        // One flow carries one code: what came second is not let in, and what came first not any more.
        end(gateway, &row, Ending::Cancelled)?;
    }
    let Some(row) = gateway.store.read(|tx| authorizations::by_state(tx, &hash, now))? else { return Ok(None) };
    if row.session.is_some() {
        let ended = (row.phase == Phase::Ended).then(|| ending_of(&row));
        return Ok(Some(Arrival::Own { flow: row.id, ended }));
    }
    Ok(standing(linking, &row, None)?.map(Arrival::Guest))
}

/// Whether a browser session has a flow that has not ended: its person is at the provider, or came away without a word.
///
/// # Errors
/// When the store fails.
pub fn goes_on(linking: &Linking, session: &BrowserSession) -> Result<bool, StoreError> {
    let gateway = &*linking.gateway;
    let now = gateway.clock.now();
    Ok(gateway.store.read(|tx| authorizations::of_session(tx, &session.hash, now))?.is_some())
}

/// The flow whose person came back, and whose rest, which is ours to do, was broken off.
///
/// # Errors
/// When the store fails.
pub fn unfinished(linking: &Linking, session: &BrowserSession) -> Result<Option<AuthorizationId>, StoreError> {
    let gateway = &*linking.gateway;
    let now = gateway.clock.now();
    let row = gateway.store.read(|tx| authorizations::of_session(tx, &session.hash, now))?;
    Ok(row.filter(|row| matches!(row.phase, Phase::Returned | Phase::Granted)).map(|row| row.id))
}

/// The person of a browser session wants to begin anew: its flows are over, and what comes back from one of them comes
/// too late.
///
/// # Errors
/// When the store fails.
pub fn give_up(linking: &Linking, session: &BrowserSession) -> Result<(), StoreError> {
    let gateway = &*linking.gateway;
    let (now, hash) = (gateway.clock.now(), session.hash);
    if !goes_on(linking, session)? {
        return Ok(());
    }
    gateway.store.write(move |tx| {
        while let Some(row) = authorizations::of_session(tx, &hash, now)? {
            authorizations::end(tx, row.id, Ending::Expired.code())?;
        }
        Ok(())
    })
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
        (Some(error), _) => return end(gateway, row, Ending::of_redirect(error)),
        (None, None) => return end(gateway, row, Ending::Cancelled),
    };
    let Some(secrets) = Secrets::unseal(gateway, &row.secrets) else {
        return end(gateway, row, Ending::Interrupted);
    };
    let (id, secrets) = (row.id, Secrets { code: Some(code), ..secrets }.seal(gateway));
    gateway.store.write(move |tx| authorizations::advance(tx, id, Phase::Returned, &secrets))
}

/// The flow of a ticket, for a page that is loaded again. `None`: there is none (any more).
///
/// # Errors
/// When the store fails.
pub fn of_ticket(linking: &Linking, ticket: &SecretString) -> Result<Option<Standing>, StoreError> {
    let gateway = &*linking.gateway;
    match row_of(gateway, ticket)? {
        Some(row) => standing(linking, &row, Some(ticket)),
        None => Ok(None),
    }
}

/// Begins the flow of a ticket again, after it ended.
///
/// # Errors
/// As [`begin`]; [`LinkError::NotLinked`] when there is no such flow (any more).
pub fn again(linking: &Linking, ticket: &SecretString) -> Result<Begun, LinkError> {
    let gateway = &*linking.gateway;
    let row = row_of(gateway, ticket)?.ok_or(LinkError::NotLinked)?;
    let holder = gateway.store.read(|tx| holders::get(tx, row.holder))?.ok_or(LinkError::NotLinked)?;
    begin(linking, &holder)
}

fn row_of(gateway: &Gateway, ticket: &SecretString) -> Result<Option<Authorization>, StoreError> {
    let (hash, now) = (token::hash(ticket), gateway.clock.now());
    gateway.store.read(|tx| authorizations::by_ticket(tx, &hash, now))
}

/// How a flow stands. A page that showed a ticket keeps it; one that had none gets a new one.
fn standing(
    linking: &Linking,
    row: &Authorization,
    ticket: Option<&SecretString>,
) -> Result<Option<Standing>, StoreError> {
    let gateway = &*linking.gateway;
    let Some(holder) = gateway.store.read(|tx| holders::get(tx, row.holder))? else { return Ok(None) };
    let next = match row.phase {
        Phase::Ended => Next::Over(ending_of(row)),
        _ if linking.turns.is_taken(&holder) => Next::Over(Ending::Busy),
        Phase::Sent | Phase::Returned | Phase::Granted => Next::Confirm,
    };
    let ticket = match ticket {
        Some(ticket) => ticket.clone(),
        None => new_ticket(gateway, row)?,
    };
    Ok(Some(Standing { holder, ticket, next }))
}

/// How an ended flow ended.
fn ending_of(row: &Authorization) -> Ending {
    row.ending.as_deref().and_then(Ending::from_code).unwrap_or(Ending::Interrupted)
}

/// The ticket of a page that is shown now; one shown before is worth nothing any more.
fn new_ticket(gateway: &Gateway, row: &Authorization) -> Result<SecretString, StoreError> {
    let ticket = token::random();
    let (id, hash) = (row.id, token::hash(&ticket));
    gateway.store.write(move |tx| authorizations::hand_ticket(tx, id, &hash))?;
    Ok(ticket)
}

fn end(gateway: &Gateway, row: &Authorization, ending: Ending) -> Result<(), StoreError> {
    let (id, holder, now) = (row.id, row.holder, gateway.clock.now());
    gateway.store.write(move |tx| {
        authorizations::end(tx, id, ending.code())?;
        if ending == Ending::Linked {
            return Ok(());
        }
        activity::log(tx, holder, now, Happened::LinkNotMade, ending.code())
    })
}
