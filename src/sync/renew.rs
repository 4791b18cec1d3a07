//! A calendar of ours that was deleted is made again, and filled.

use std::time::Duration;

use crate::accounts;
use crate::gateway::Gateway;
use crate::happened::Happened;
use crate::providers::RemoteError;
use crate::providers::account::{AccountError, WishedCalendar};
use crate::store::links::{self, LinkRow};
use crate::store::placements::known;
use crate::store::{StoreError, activity};

/// A calendar that was made so short ago may not be known everywhere yet (docs/providers.md#google-calendars): it is not
/// made twice.
const YOUNG: Duration = Duration::from_secs(60);

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

/// Makes the calendar of `link` again, if it was ours; `why` says how it is known to be gone.
pub(super) fn calendar(gateway: &Gateway, link: &LinkRow, why: String) -> Result<(), NotRenewed> {
    if !link.calendar_is_ours {
        return Err(RemoteError::CalendarGone { why }.into());
    }
    let now = gateway.clock.now();
    let young = link.calendar_made_at.is_some_and(|made| now.duration_since(made).unsigned_abs() < YOUNG);
    if young {
        let why = format!("{why}, but it was made just now");
        return Err(RemoteError::Unsure { retry_after: None, why }.into());
    }
    let calendar = make(gateway, link)?;
    stored(gateway, link, calendar)?;
    Ok(())
}

fn make(gateway: &Gateway, link: &LinkRow) -> Result<String, RemoteError> {
    let (zone, description) = (accounts::zone(gateway, link), &gateway.config.calendar.description);
    let wished = WishedCalendar { name: &link.calendar_name, description, zone: &zone };
    match accounts::open(gateway, link)?.make(&wished) {
        Ok(made) => Ok(made.address),
        Err(AccountError::Remote(error)) => Err(error),
        Err(error) => Err(RemoteError::CalendarLost { why: error.to_string() }),
    }
}

fn stored(gateway: &Gateway, link: &LinkRow, calendar: String) -> Result<(), StoreError> {
    let (id, holder, now) = (link.id, link.holder, gateway.clock.now());
    tracing::info!(link = id.0, "a calendar that was deleted is made again");
    gateway.store.write(move |tx| {
        links::calendar_made_again(tx, id, &calendar, now)?;
        known::nothing_there(tx, id, now)?;
        activity::log(tx, holder, now, &Happened::CalendarMadeAgain)
    })?;
    gateway.work.ring();
    Ok(())
}
