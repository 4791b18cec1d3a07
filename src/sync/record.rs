//! Writes outcomes back: one short transaction for a whole batch.

use jiff::Timestamp;

use super::backoff;
use crate::calendar::People;
use crate::delivery::Outcome;
use crate::delivery::execute::Attempt;
use crate::delivery::plan::{self, Step};
use crate::gateway::Gateway;
use crate::happened::Happened;
use crate::ids::{HolderId, LinkId};
use crate::link::ResyncCounts;
use crate::placement::{Due, Known, Mark, Seen, Sight, Wanted};
use crate::providers::{Concern, Refusal, RemoteError};
use crate::store::placements::Target;
use crate::store::placements::known::{self, PutOff};
use crate::store::resyncs;
use crate::store::{StoreError, WriteTx, activity, changes, events, links};

/// The most names that are tried in a row before an event counts as refused.
const MOST_NAMES: u32 = 5;

/// Whose outcomes these are.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    pub(super) link: LinkId,
    pub(super) holder: HolderId,
    pub(super) mark: Mark,
    /// How people are written in this calendar.
    pub(super) people: People,
}

/// What stops the whole round, if anything in the batch does: these are troubles of the account or the calendar, not
/// of one event.
pub(super) fn round_stopper(batch: &[(Attempt, Outcome)]) -> Option<RemoteError> {
    batch.iter().find_map(|(_, outcome)| match outcome {
        Outcome::Failed(error) if error.concerns() != Concern::Object => Some(error.clone()),
        Outcome::Waits { wait, .. } => Some(RemoteError::OutOfBudget { wait: *wait }),
        _ => None,
    })
}

/// Takes claims back: these creations were never begun.
pub(super) fn release(gateway: &Gateway, attempts: Vec<Attempt>) -> Result<(), StoreError> {
    if !attempts.iter().any(|attempt| attempt.step == Step::Insert) {
        return Ok(());
    }
    gateway.store.write(move |tx| {
        attempts.iter().filter(|attempt| attempt.step == Step::Insert).try_for_each(|one| known::release(tx, &one.due))
    })
}

/// Records a batch and rings for those who wait.
pub(super) fn record(gateway: &Gateway, owner: &Owner, batch: Vec<(Attempt, Outcome)>) -> Result<(), StoreError> {
    let now = gateway.clock.now();
    let (link, owner) = (owner.link, owner.clone());
    gateway.store.write(move |tx| {
        let mut counts = ResyncCounts::default();
        for (attempt, outcome) in &batch {
            record_one(tx, &owner, (attempt, outcome), &mut counts, now)?;
        }
        if batch.iter().any(|(_, outcome)| *outcome == Outcome::Removed) {
            events::purge(tx, owner.holder)?;
        }
        if batch.iter().any(|(_, outcome)| outcome.is_progress()) {
            links::progressed(tx, link)?;
        }
        links::count_removed(tx, link, counts.deleted)?;
        resyncs::count(tx, link, counts)
    })?;
    gateway.settled.ring(link);
    Ok(())
}

fn record_one(
    tx: &WriteTx<'_>,
    owner: &Owner,
    (attempt, outcome): (&Attempt, &Outcome),
    counts: &mut ResyncCounts,
    now: Timestamp,
) -> Result<(), StoreError> {
    let due = &attempt.due;
    match outcome {
        Outcome::Written { revision, written, created } => {
            if *created {
                counts.created += 1;
            } else {
                counts.changed += 1;
            }
            let seen = Seen { sight: written.sight.clone(), revision: *revision };
            known::written(tx, due.id, &seen, &written.degradations, now)
        }
        Outcome::Nothing { revision, degradations } => {
            counts.deleted += u64::from(due.known.may_stand());
            let seen = Seen { sight: Sight::nothing(), revision: *revision };
            known::written(tx, due.id, &seen, degradations, now)
        }
        Outcome::Removed => {
            counts.deleted += u64::from(due.known.may_stand());
            known::removed(tx, due.id, now)
        }
        Outcome::Waits { seen: None, .. } if attempt.step == Step::Insert => known::release(tx, due),
        Outcome::Waits { seen: None, .. } => Ok(()),
        Outcome::Waits { seen: Some(standing), .. } => {
            let known = plan::sighted(&due.known, standing.as_ref());
            known::sighted(tx, due.id, &known, now)
        }
        // Nothing is known of this event; the round as a whole waits, and the event with it.
        Outcome::Failed(error) if error.concerns() != Concern::Object => Ok(()),
        Outcome::Failed(RemoteError::Refused(refusal)) => refused(tx, owner, attempt, refusal, now),
        Outcome::Failed(error) => {
            let retry_after = if let RemoteError::Unsure { retry_after, .. } = error { *retry_after } else { None };
            put_off(tx, attempt, retry_after, &error.to_string(), now)
        }
    }
}

fn put_off(
    tx: &WriteTx<'_>,
    attempt: &Attempt,
    retry_after: Option<std::time::Duration>,
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let due = &attempt.due;
    let again = backoff::next(due.attempts + 1, retry_after, now, fastrand::f64());
    known::put_off(tx, due.id, PutOff { planned: due.wanted, again, reason }, now)
}

fn refused(
    tx: &WriteTx<'_>,
    owner: &Owner,
    attempt: &Attempt,
    refusal: &Refusal,
    now: Timestamp,
) -> Result<(), StoreError> {
    let due = &attempt.due;
    let reason = format!("{}: {}", refusal.code, refusal.why);
    let (revision, event) = match (due.wanted, &due.event_id) {
        (Wanted::Present(revision), Some(event)) => (revision, event.clone()),
        (Wanted::Anew(_), _) => return known::not_anew(tx, due.id, &reason, now),
        // A removal can't be given up: it is tried again, ever more rarely.
        (Wanted::Absent | Wanted::Present(_), _) => return put_off(tx, attempt, None, &reason, now),
    };
    // In a row: whatever else happened since leaves the placement in doubt, and rebuilds give names of their own.
    let tried = if due.known == Known::Nothing { due.attempts } else { 0 };
    if refusal.name_taken && tried < MOST_NAMES {
        return rename(tx, owner, due, tried + 1, now);
    }
    let (code, why) = (refusal.code.clone(), refusal.why.clone());
    changes::refused(tx, owner.holder, &event, now)?;
    activity::log(tx, owner.holder, now, &Happened::EventRefused { event, code, why })?;
    known::refused(tx, due.id, revision, &reason, now)
}

/// From now on the event goes by its next name, the `tries`th because the one before was taken. (A stray has none.)
pub(super) fn rename(tx: &WriteTx<'_>, owner: &Owner, due: &Due, tries: u32, now: Timestamp) -> Result<(), StoreError> {
    let Some(event) = &due.event_id else { return Ok(()) };
    let target = Target { link: owner.link, mark: &owner.mark };
    known::renamed(tx, target, (due.id, event, due.generation + 1), tries, now)
}
