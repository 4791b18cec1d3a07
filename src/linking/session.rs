//! Opens the calendar of a link: the seal is broken here, and nowhere else.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::gateway::Gateway;
use crate::placement::Mark;
use crate::providers::{ProviderKind, RemoteCalendar, RemoteError, caldav};
use crate::secret::{ExposeSecret, SecretString};
use crate::store::holders;
use crate::store::links::LinkRow;

/// What is sealed for a CalDAV account.
#[derive(Serialize, Deserialize)]
struct Sealed {
    address: String,
    username: String,
    password: String,
}

/// The credentials of a login as they are sealed.
pub(super) fn seal(gateway: &Gateway, login: &caldav::Login) -> Vec<u8> {
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
pub fn open(gateway: &Gateway, link: &LinkRow) -> Result<Box<dyn RemoteCalendar>, RemoteError> {
    let lost = |why: String| RemoteError::CalendarLost { why };
    let kind = ProviderKind::from_word(&link.provider)
        .ok_or_else(|| lost(format!("this version does not know the provider {}", link.provider)))?;
    let holder = gateway.store.read(|tx| holders::key(tx, link.holder)).ok().flatten();
    let holder = holder.ok_or_else(|| RemoteError::Unsure { retry_after: None, why: "the store failed".to_owned() })?;
    let mark = gateway.mark(&holder);
    match kind {
        ProviderKind::Apple | ProviderKind::Caldav => {
            let login = unseal(gateway, link)?;
            let calendar = Url::parse(&link.calendar_url).map_err(|error| lost(error.to_string()))?;
            Ok(caldav_calendar(gateway, login, calendar, mark))
        }
    }
}

/// Opens a CalDAV calendar that is not stored (yet).
pub(super) fn caldav_calendar(
    gateway: &Gateway,
    login: caldav::Login,
    calendar: Url,
    mark: Mark,
) -> Box<dyn RemoteCalendar> {
    caldav::open(Arc::clone(&gateway.outbound), login, calendar, mark)
}

fn unseal(gateway: &Gateway, link: &LinkRow) -> Result<caldav::Login, RemoteError> {
    let revoked = |why: String| RemoteError::AuthRevoked { why };
    let text = gateway.vault.unseal(&link.credentials).map_err(|error| revoked(error.to_string()))?;
    let sealed: Sealed = serde_json::from_str(text.expose_secret())
        .map_err(|_| revoked("the stored credentials can't be read".to_owned()))?;
    Ok(caldav::Login { address: sealed.address, username: sealed.username, password: sealed.password.into() })
}
