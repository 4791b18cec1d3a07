//! A link that waits for its person is looked at again by itself, now and then.
//!
//! Refusals pass: a server whose directory is down refuses every password, and one that is being moved shows a page of its
//! own in the place of every calendar. Nobody has to sign in again for that.
//!
//! Rule: a look is an ordinary round. The link goes on only when all of it went well; otherwise nothing is told to anybody,
//! and it waits on. What can't pass (a seal that can't be broken, a permission that ended with the week) is not looked at.

use jiff::Timestamp;

use super::halt::Halt;
use super::{Reconciler, backoff};
use crate::accounts;
use crate::happened::{Happened, Revoked};
use crate::outbound::Patience;
use crate::providers::RemoteError;
use crate::store::links::{self, LinkRow};
use crate::store::{StoreError, WriteTx, activity};

/// Looks at one link until it is left to its person: about a month, as they come an hour apart at first, and a day at last.
const MOST_LOOKS: u32 = 30;

/// A link was parked for this: when it is looked at for the first time, if ever.
pub(super) fn plan(
    tx: &WriteTx<'_>,
    link: &LinkRow,
    error: &RemoteError,
    now: Timestamp,
    chance: f64,
) -> Result<(), StoreError> {
    match error {
        RemoteError::AuthRevoked { cause: Revoked::Unreadable | Revoked::TestingPeriod, .. } => Ok(()),
        _ => {
            links::ask_for_survey(tx, link.id)?;
            links::look_again(tx, link.id, 0, backoff::after_usage_limit(0, now, chance))
        }
    }
}

/// Looks at a link that waits for its person, if it is time for that.
///
/// # Errors
/// Only when the store fails.
pub(super) fn take(reconciler: &Reconciler, link: &LinkRow) -> Result<(), StoreError> {
    let gateway = &*reconciler.gateway;
    let (id, holder) = (link.id, link.holder);
    let now = gateway.clock.now();
    if !gateway.store.read(|tx| links::is_to_be_looked_at(tx, id, now))? {
        return Ok(());
    }
    let remote = accounts::calendar(gateway, link, &Patience::none());
    let looked = remote.map_err(Halt::Remote).and_then(|remote| reconciler.work(link, remote.as_ref()));
    let (now, chance) = (gateway.clock.now(), fastrand::f64());
    match looked {
        Err(Halt::Store(error)) => return Err(error),
        Err(Halt::Stopping) => return Ok(()),
        Err(Halt::Remote(error)) => {
            tracing::debug!(link = id.0, %error, "it still waits for its person");
            let looks = link.attempts + 1;
            let next = backoff::after_usage_limit(looks, now, chance);
            gateway.store.write(move |tx| match looks {
                ..MOST_LOOKS => links::look_again(tx, id, looks, next),
                _ => links::leave_to_its_person(tx, id),
            })?;
        }
        Ok(()) => {
            tracing::info!(link = id.0, "what it waited for has passed: the link goes on");
            gateway.store.write(move |tx| {
                // It may have been mended, or its end asked for, meanwhile.
                let waits = links::get(tx, id)?.is_some_and(|link| link.state.waits_for_person());
                if !waits {
                    return Ok(());
                }
                links::try_again(tx, id, now)?;
                activity::log(tx, holder, now, &Happened::Recovered)
            })?;
            gateway.work.ring();
        }
    }
    gateway.settled.ring(id);
    Ok(())
}
