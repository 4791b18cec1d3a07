//! The account behind a link: its credentials are sealed here, and the calendar of a link is opened with them.
//!
//! Rule: the seal is broken here, and nowhere else; what a provider renews is sealed and kept before it is used. Opening
//! asks no provider anything: whether the credentials still work is told by the first call.
//!
//! [`seals`] looks at all of it before anybody works: a wrong identity file is the operator's matter, and nobody's lost
//! permission.
//!
//! Several links may live in one account, and in one calendar of it. Each has credentials of its own, which no other link
//! ever gets. Who picks or makes a calendar and who takes one away have [`Turns`], so that no link moves into a calendar
//! that goes, and no two make one each.

pub mod seals;
pub mod together;
mod turn;

use crate::calendar::Zone;
use crate::gateway::Gateway;
use crate::happened::Revoked;
use crate::ids::Holder;
use crate::outbound::Patience;
use crate::providers::account::{Keep, RemoteAccount, StoredAccount};
use crate::providers::{Providers, RemoteCalendar, RemoteError};
use crate::secret::{Sealed, SecretString};
use crate::store::holders;
use crate::store::links::{self, LinkRow};
use crate::vault::VaultError;

pub use turn::{Place, Turn, Turns};

/// The credentials of an account as they are stored.
pub fn seal(gateway: &Gateway, credentials: &SecretString) -> Sealed {
    gateway.vault.seal(credentials)
}

/// Opens the account of a link. Renewed credentials are kept in the link before they are used.
///
/// # Errors
/// [`RemoteError`], named as if the provider had said it: credentials that are damaged, or sealed for an identity that is
/// lost, have to be given again. [`RemoteError::SwitchedOff`] where nothing may be sent for the link.
pub fn open<'g>(gateway: &'g Gateway, link: &LinkRow) -> Result<Box<dyn RemoteAccount<'g> + 'g>, RemoteError> {
    let holder = holder_of(gateway, link)?;
    let permit = gateway.permit(&holder, link)?;
    open_by(gateway, &gateway.providers.under(&permit, &Patience::none()), link)
}

fn holder_of(gateway: &Gateway, link: &LinkRow) -> Result<Holder, RemoteError> {
    let holder = gateway.store.read(|tx| holders::get(tx, link.holder)).ok().flatten();
    holder.ok_or_else(|| RemoteError::Unsure { retry_after: None, why: "the store failed".to_owned() })
}

/// What credentials that can't be opened mean. That their identity is not here is the operator's matter, until it is
/// said to be lost: nobody else can mend it, and it mends itself once the identity is back.
fn unopened(gateway: &Gateway, link: &LinkRow, error: &VaultError) -> RemoteError {
    let is_ours = link.sealed_for.as_deref().is_some_and(|recipient| gateway.vault.opens(recipient));
    let why = error.to_string();
    match error {
        VaultError::WrongIdentity(_) if !is_ours => RemoteError::Operator { why },
        _ => RemoteError::AuthRevoked { why, cause: Revoked::Unreadable },
    }
}

/// The same by other ways to the providers, which have the permit, or none: then nothing can be sent.
///
/// # Errors
/// As [`open`].
pub fn open_by<'g>(
    gateway: &'g Gateway,
    providers: &Providers,
    link: &LinkRow,
) -> Result<Box<dyn RemoteAccount<'g> + 'g>, RemoteError> {
    let credentials = gateway.vault.unseal(&link.credentials).map_err(|error| unopened(gateway, link, &error))?;
    let id = link.id;
    let keep: Keep<'g> = Box::new(move |credentials| {
        let sealed = seal(gateway, credentials);
        let kept = gateway.store.write(move |tx| links::keep_credentials(tx, id, &sealed));
        kept.map_err(|error| error.to_string())
    });
    let stored = StoredAccount { name: &link.account, username: &link.username, credentials: &credentials };
    providers.account(link.provider, stored, keep)
}

/// Opens the calendar of a link, for somebody who has so much patience with its server.
///
/// # Errors
/// As [`open`].
pub fn calendar<'g>(
    gateway: &'g Gateway,
    link: &LinkRow,
    patience: &Patience,
) -> Result<Box<dyn RemoteCalendar + 'g>, RemoteError> {
    let holder = holder_of(gateway, link)?;
    let permit = gateway.permit(&holder, link)?;
    open_by(gateway, &gateway.providers.under(&permit, patience), link)?.open(
        &link.calendar_url,
        &zone(gateway, link),
        gateway.mark(&holder),
    )
}

/// The time zone of a link's calendar; where none is known, that of new calendars.
pub fn zone(gateway: &Gateway, link: &LinkRow) -> Zone {
    let known = link.calendar_zone.as_deref().and_then(Zone::named);
    known.unwrap_or_else(|| gateway.config.calendar.time_zone.clone())
}

/// The same for a link that has ended without a request of its own.
pub fn give_back_of_ended(gateway: &Gateway, holder: &Holder, link: &LinkRow) {
    let shared = gateway.store.read(|tx| links::account_is_shared(tx, &link.account, Some(link.id)));
    let (Ok(false), Ok(permit)) = (shared, gateway.permit_to_link(holder, None)) else { return };
    let account = open_by(gateway, &gateway.providers.under(&permit, &Patience::none()), link);
    give_back_by(link, account);
}

/// Gives the account's permission back, unless another link lives on it: a provider ends all of them at once. Best
/// effort; what was not given back ends with the credentials, which nobody has any more.
pub fn give_back(gateway: &Gateway, link: &LinkRow) {
    let shared = gateway.store.read(|tx| links::account_is_shared(tx, &link.account, Some(link.id)));
    if let Ok(false) = shared {
        give_back_by(link, open(gateway, link));
    }
}

fn give_back_by(link: &LinkRow, account: Result<Box<dyn RemoteAccount<'_> + '_>, RemoteError>) {
    let Ok(account) = account else { return };
    if let Err(why) = account.give_back() {
        tracing::info!(link = link.id.0, provider = %link.provider, "a permission could not be given back: {why}");
    }
}
