//! Sending a person to the provider.

use std::time::Duration;

use super::Begun;
use super::secrets::Secrets;
use crate::config::Config;
use crate::ids::Holder;
use crate::link::{LinkState, Obstacle, ProviderKind};
use crate::linking::browser::BrowserSession;
use crate::linking::{LinkError, Linking, establish, token};
use crate::providers::consent::Ask;
use crate::store::authorizations::{self, NewAuthorization};
use crate::store::holders;
use crate::store::links::LinkRow;

/// How long an address to consent at is good. A person may get it by message and open it later.
const LIFE: Duration = Duration::from_secs(3600);

impl Linking {
    /// `POST /link` with a provider where people consent: the address for it.
    ///
    /// # Errors
    /// Where there is a link already, where the provider is not offered, or the store's.
    pub fn begin_consent(&self, holder: &Holder, provider: ProviderKind) -> Result<Begun, LinkError> {
        begin_in(self, holder, provider, None)
    }

    /// The same for a person who is on our page: their browser session alone can finish it, and is asked nothing more.
    ///
    /// # Errors
    /// As [`Linking::begin_consent`].
    pub(in crate::linking) fn begin_consent_here(
        &self,
        session: &BrowserSession,
        provider: ProviderKind,
    ) -> Result<Begun, LinkError> {
        begin_in(self, &session.holder, provider, Some(session.hash))
    }
}

fn begin_in(
    linking: &Linking,
    holder: &Holder,
    kind: ProviderKind,
    session: Option<[u8; 32]>,
) -> Result<Begun, LinkError> {
    let gateway = &*linking.gateway;
    let consent = gateway.providers.consent(kind).ok_or_else(|| LinkError::not_offered(kind))?;
    let parked = establish::parked(gateway, holder, kind)?;
    let waits = |link: &&LinkRow| link.provider != kind && link.state == LinkState::NeedsReauthorization;
    if let Some(link) = parked.as_ref().filter(waits) {
        let detail = format!(
            "this holder's link with the calendar “{}” of {} waits for new credentials; give those, or unlink it first",
            link.calendar_name, link.username
        );
        return Err(LinkError::not(Obstacle::AlreadyLinked, detail));
    }
    let (state, verifier) = (token::random(), token::random());
    let login_hint = parked.filter(|link| link.state == LinkState::NeedsReauthorization).map(|link| link.username);
    let redirect_uri = redirect_uri(&gateway.config, kind);
    let authorization_url = consent.address(&Ask {
        redirect_uri: &redirect_uri,
        state: &state,
        verifier: &verifier,
        login_hint: login_hint.as_deref(),
    });
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

/// Where a provider sends people back to.
pub fn redirect_uri(config: &Config, provider: ProviderKind) -> String {
    format!("{}oauth/{provider}/callback", config.server.public_url)
}
