//! The account behind a link: its credentials are sealed here, and the calendar of a link is opened with them.
//!
//! Rule: the seal is broken here, and nowhere else; what a provider renews is sealed and kept before it is used. Opening
//! asks no provider anything: whether the credentials still work is told by the first call.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::calendar::Zone;
use crate::gateway::Gateway;
use crate::link::ProviderKind;
use crate::placement::Mark;
use crate::providers::google::{self, Tokens};
use crate::providers::{RemoteCalendar, RemoteError, caldav};
use crate::secret::{ExposeSecret, SecretString};
use crate::store::holders;
use crate::store::links::{self, LinkRow};

/// What is sealed for a CalDAV account.
#[derive(Serialize, Deserialize)]
struct Sealed {
    address: String,
    username: String,
    password: String,
}

/// The credentials of a login as they are sealed.
pub fn seal(gateway: &Gateway, login: &caldav::Login) -> Vec<u8> {
    let sealed = Sealed {
        address: login.address.clone(),
        username: login.username.clone(),
        password: login.password.expose_secret().to_owned(),
    };
    // Three strings always serialise.
    let text = SecretString::from(serde_json::to_string(&sealed).unwrap_or_default());
    gateway.vault.seal(&text)
}

/// Opens the calendar of a link. The only place where the kinds of providers part.
///
/// # Errors
/// [`RemoteError`], named as if the provider had said it: credentials that this vault can't open have to be given
/// again.
pub fn open<'g>(gateway: &'g Gateway, link: &LinkRow) -> Result<Box<dyn RemoteCalendar + 'g>, RemoteError> {
    let lost = |why: String| RemoteError::CalendarLost { why };
    let holder = gateway.store.read(|tx| holders::get(tx, link.holder)).ok().flatten();
    let holder = holder.ok_or_else(|| RemoteError::Unsure { retry_after: None, why: "the store failed".to_owned() })?;
    let mark = gateway.mark(&holder);
    match link.provider {
        ProviderKind::Apple | ProviderKind::Caldav => {
            let login = unseal(gateway, link)?;
            let calendar = Url::parse(&link.calendar_url).map_err(|error| lost(error.to_string()))?;
            Ok(caldav_calendar(gateway, login, calendar, mark))
        }
        ProviderKind::Google => {
            let zone = link.calendar_zone.as_deref().and_then(Zone::named);
            let zone = zone.unwrap_or_else(|| gateway.config.calendar.time_zone.clone());
            Ok(google::open(google_session(gateway, link)?, &link.calendar_url, zone, mark))
        }
    }
}

/// Opens a CalDAV calendar that is not stored (yet).
pub fn caldav_calendar(gateway: &Gateway, login: caldav::Login, calendar: Url, mark: Mark) -> Box<dyn RemoteCalendar> {
    caldav::open(Arc::clone(&gateway.outbound), login, calendar, mark)
}

fn unseal(gateway: &Gateway, link: &LinkRow) -> Result<caldav::Login, RemoteError> {
    let sealed: Sealed = serde_json::from_str(opened(gateway, link)?.expose_secret()).map_err(|_| unreadable())?;
    Ok(caldav::Login { address: sealed.address, username: sealed.username, password: sealed.password.into() })
}

/// The credentials of a link, as they were sealed.
fn opened(gateway: &Gateway, link: &LinkRow) -> Result<SecretString, RemoteError> {
    gateway.vault.unseal(&link.credentials).map_err(|error| RemoteError::AuthRevoked { why: error.to_string() })
}

fn unreadable() -> RemoteError {
    RemoteError::AuthRevoked { why: "the stored credentials can't be read".to_owned() }
}

/// Opens the Google account of a link. Renewed tokens are kept in the link before they are used.
pub fn google_session<'g>(gateway: &'g Gateway, link: &LinkRow) -> Result<google::Session<'g>, RemoteError> {
    let off =
        || RemoteError::Operator { why: "Google is switched off here: there is no [google] client_id".to_owned() };
    let client = gateway.google.clone().ok_or_else(off)?;
    let tokens = google_tokens(gateway, link)?;
    let id = link.id;
    let keep = move |tokens: &Tokens| {
        let sealed = gateway.vault.seal(&tokens.to_text());
        let kept = gateway.store.write(move |tx| links::keep_credentials(tx, id, &sealed));
        kept.map_err(|error| error.to_string())
    };
    Ok(google::Session::new(client, link.account.clone(), tokens, Box::new(keep)))
}

fn google_tokens(gateway: &Gateway, link: &LinkRow) -> Result<Tokens, RemoteError> {
    Tokens::from_text(&opened(gateway, link)?).ok_or_else(unreadable)
}

/// Gives the account's permission back, unless another link lives on it: Google ends all of them at once. Best effort;
/// what was not given back ends with the tokens, which nobody has any more.
pub fn give_back(gateway: &Gateway, link: &LinkRow) {
    if link.provider != ProviderKind::Google {
        return;
    }
    let shared = gateway.store.read(|tx| links::account_is_shared(tx, &link.account, Some(link.id)));
    let (Some(client), Ok(false), Ok(tokens)) = (&gateway.google, shared, google_tokens(gateway, link)) else { return };
    if let Err(error) = google::revoke(&client.outbound, &client.settings, &tokens) {
        tracing::info!(link = link.id.0, "a permission could not be given back to Google: {error}");
    }
}
