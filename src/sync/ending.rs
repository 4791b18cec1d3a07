//! The end of a link: everything of ours is removed by placement **and** by scan, the calendar is looked through once
//! more, the secrets are erased, and a receipt says what happened.

use std::time::Duration;

use jiff::Timestamp;

use super::halt::Halt;
use crate::accounts::{self, Place, Turns};
use crate::gateway::Gateway;
use crate::happened::Happened;
use crate::link::UnlinkReceipt;
use crate::outbound::Patience;
use crate::providers::{Concern, RemoteCalendar, RemoteError};
use crate::store::links::LinkRow;
use crate::store::placements::Sighting;
use crate::store::receipts;
use crate::store::{StoreError, WriteTx, activity, events, links, placements};

/// Until who is moving into the calendar at this moment is asked again.
const OTHERS: Duration = Duration::from_secs(1);
/// How long the last round waits in all.
const PATIENCE: Duration = Duration::from_secs(10);
/// Tries of a request whose answer is lost.
const TRIES: u32 = 3;

/// Failures in a row without which a calendar was not tried for long, whatever the clock says: they take minutes.
const LONG_TRIED: u32 = 10;

/// What the last round waits where a server puts requests off now and then: a look, a list, a list of everything and the
/// deletion of the calendar have to come after each other.
pub(super) fn patience(gateway: &Gateway) -> Patience {
    Patience::of(&gateway.clock, PATIENCE)
}

/// Looks through the calendar once more. When nothing of ours is left, the link ends; a calendar that we made, that is
/// empty, and that no other link is in goes with it. Nobody moves into it meanwhile.
///
/// # Errors
/// The provider's, or [`RemoteError::Unsure`] when something is left: the next round surveys again;
/// [`RemoteError::OutOfBudget`] while somebody moves in.
pub(super) fn verify(
    gateway: &Gateway,
    places: &Turns<Place>,
    link: &LinkRow,
    remote: &dyn RemoteCalendar,
) -> Result<(), Halt> {
    let id = link.id;
    let due = gateway.store.read(|tx| placements::all_of(tx, id))?;
    if !due.is_empty() {
        // Put off by a failure of their own: they come back by their own time.
        return Err(unsure("some events could not be removed yet").into());
    }
    let others = gateway.store.read(|tx| placements::keys_beside(tx, link.holder, id))?;
    if remote.list_ours()?.iter().any(|object| !others.contains(&object.key)) {
        gateway.store.write(move |tx| links::ask_for_survey(tx, id))?;
        return Err(unsure("objects of ours are still listed").into());
    }
    let calendar = Place::Calendar(link.calendar_url.clone());
    let Some(_turn) = places.take(&calendar) else { return Err(RemoteError::OutOfBudget { wait: OTHERS }.into()) };
    // What the row in hand says may be old: the calendar passes from link to link.
    if gateway.store.write(move |tx| links::calendar_goes(tx, id))? {
        remove_calendar(remote)?;
    }
    end(gateway, link, 0, None)?;
    Ok(())
}

/// Removes the calendar that we made, unless it holds the person's own events. Who has to wait comes back; a server that
/// does not remove calendars at all leaves an empty one, which is no harm.
fn remove_calendar(remote: &dyn RemoteCalendar) -> Result<(), RemoteError> {
    for _ in 0..TRIES {
        match remote.remove_if_empty() {
            Err(RemoteError::Unsure { .. }) => {}
            Err(error @ (RemoteError::OutOfBudget { .. } | RemoteError::Throttled { .. })) => return Err(error),
            Ok(_) | Err(_) => break,
        }
    }
    Ok(())
}

fn unsure(why: &str) -> RemoteError {
    RemoteError::Unsure { retry_after: None, why: why.to_owned() }
}

/// Ends the link although the calendar can't be cleaned: when the provider shuts us out for good, when the calendar
/// is gone (then nothing is left in it), or when it could not be reached for too long. Answers whether it ended.
pub(super) fn gives_up(
    gateway: &Gateway,
    link: &LinkRow,
    remote: Option<&dyn RemoteCalendar>,
    error: &RemoteError,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let requested_at = link.unlink_requested_at.unwrap_or(now);
    let patience = gateway.config.sync.unlink_gives_up_after;
    let waited = Duration::try_from(now.duration_since(requested_at)).unwrap_or_default();
    let give_up = match error {
        RemoteError::AuthRevoked { .. } => true,
        RemoteError::OutOfBudget { .. } | RemoteError::SwitchedOff(_) => false,
        // Who is set forward by a month has not waited for a month.
        _ => error.concerns() == Concern::Calendar || waited >= patience && link.attempts >= LONG_TRIED,
    };
    if give_up {
        // With its calendar all that we had written is gone.
        let left = if is_gone(remote, error) { 0 } else { left(gateway, link)? };
        end(gateway, link, left, Some(error.to_string()))?;
    }
    Ok(give_up)
}

/// Whether the calendar is gone for sure; a lost one may as well be shut or read-only, with all that is in it.
fn is_gone(remote: Option<&dyn RemoteCalendar>, error: &RemoteError) -> bool {
    match error {
        RemoteError::CalendarGone { .. } => true,
        RemoteError::CalendarLost { .. } => {
            let ask = |remote: &dyn RemoteCalendar| (0..TRIES).find_map(|_| remote.is_gone().ok());
            remote.and_then(ask).unwrap_or(false)
        }
        _ => false,
    }
}

/// Objects of ours that may stand there still.
fn left(gateway: &Gateway, link: &LinkRow) -> Result<u64, StoreError> {
    let known = gateway.store.read(|tx| placements::all_of(tx, link.id))?;
    let may_stand = |one: &&Sighting| one.known.may_stand();
    Ok(known.iter().filter(may_stand).count() as u64)
}

fn end(gateway: &Gateway, link: &LinkRow, left: u64, reason: Option<String>) -> Result<(), StoreError> {
    accounts::give_back(gateway, link);
    let now = gateway.clock.now();
    let (id, holder) = (link.id, link.holder);
    gateway.store.write(move |tx: &WriteTx<'_>| {
        let Some(link) = links::get(tx, id)? else { return Ok(()) };
        let receipt = UnlinkReceipt {
            requested_at: link.unlink_requested_at.unwrap_or(now),
            finished_at: now,
            deleted: link.unlink_deleted,
            left,
            reason: reason.clone(),
        };
        receipts::insert(tx, holder, id, &receipt)?;
        activity::log(tx, holder, now, &Happened::Unlinked { removed: receipt.deleted, left })?;
        links::calendar_goes(tx, id)?;
        links::erase(tx, id, now)?;
        links::goes_ahead(tx, holder, now)?;
        events::purge(tx, holder)
    })?;
    gateway.work.ring();
    gateway.settled.ring(link.id);
    Ok(())
}
