//! A calendar of ours that was deleted is made again, and filled.

use std::time::Duration;

use crate::accounts::{self, Place, Turns, together};
use crate::gateway::Gateway;
use crate::happened::Happened;
use crate::providers::RemoteError;
use crate::providers::account::{AccountError, RemoteAccount, WishedCalendar};
use crate::store::links::{self, LinkRow};
use crate::store::placements::known;
use crate::store::{StoreError, activity, holders};

/// A calendar that was made so short ago may not be known everywhere yet (docs/providers.md#google-calendars): it is not
/// made twice.
const YOUNG: Duration = Duration::from_secs(60);
/// Until who is making a calendar in the same account at this moment is asked again.
const OTHERS: Duration = Duration::from_secs(1);

/// Why a calendar was not made again.
#[derive(Debug)]
pub(super) enum NotRenewed {
    /// What the link suffers instead.
    Remote(RemoteError),
    /// The store.
    Store(StoreError),
}

impl From<RemoteError> for NotRenewed {
    fn from(error: RemoteError) -> Self {
        Self::Remote(error)
    }
}

impl From<StoreError> for NotRenewed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Makes the calendar of `link` again, if it was ours; `why` says how it is known to be gone. It is made once, by whichever
/// of the links in it finds out first: the others come along.
pub(super) fn calendar(
    gateway: &Gateway,
    places: &Turns<Place>,
    link: &LinkRow,
    why: String,
) -> Result<(), NotRenewed> {
    if !gateway.store.read(|tx| links::calendar_was_made(tx, link))? {
        return Err(RemoteError::CalendarGone { why }.into());
    }
    let now = gateway.clock.now();
    let young = link.calendar_made_at.is_some_and(|made| now.duration_since(made).unsigned_abs() < YOUNG);
    if young {
        let why = format!("{why}, but it was made just now");
        return Err(RemoteError::Unsure { retry_after: None, why }.into());
    }
    let account = accounts::open(gateway, link)?;
    let home = Place::Home(account.home().map_err(remote)?);
    let Some(_turn) = places.take(&home) else { return Err(RemoteError::OutOfBudget { wait: OTHERS }.into()) };
    let found = found_or_made(gateway, link, account.as_ref()).map_err(remote)?;
    stored(gateway, link, found)?;
    Ok(())
}

/// One of that name that somebody else has made meanwhile, or a new one; and whether we made it.
fn found_or_made(
    gateway: &Gateway,
    link: &LinkRow,
    account: &dyn RemoteAccount<'_>,
) -> Result<(String, bool), AccountError> {
    let found = account.calendars()?.into_iter().find(|calendar| {
        calendar.writable && calendar.name == link.calendar_name && calendar.address != link.calendar_url
    });
    if let Some(found) = found {
        return Ok((found.address, false));
    }
    let holder = gateway.store.read(|tx| holders::get(tx, link.holder)).ok().flatten();
    let description = holder.map_or_else(String::new, |holder| gateway.calendar_description(&holder));
    let zone = accounts::zone(gateway, link);
    let wished = WishedCalendar { name: &link.calendar_name, description: &description, zone: &zone };
    Ok((account.make(&wished)?.address, true))
}

fn remote(error: AccountError) -> RemoteError {
    match error {
        AccountError::Remote(error) => error,
        error => RemoteError::CalendarLost { why: error.to_string() },
    }
}

fn stored(gateway: &Gateway, link: &LinkRow, (calendar, is_ours): (String, bool)) -> Result<(), StoreError> {
    let (old, now) = (link.clone(), gateway.clock.now());
    tracing::info!(link = old.id.0, "a calendar that was deleted is made again");
    gateway.store.write(move |tx| {
        links::calendar_made_again(tx, old.id, (&calendar, is_ours), now)?;
        known::nothing_there(tx, old.id, now)?;
        activity::log(tx, old.holder, now, &Happened::CalendarMadeAgain)?;
        // One account is worked on by one at a time, which is us.
        together::follow(tx, &old, |_| true, now)
    })?;
    gateway.work.ring();
    Ok(())
}
