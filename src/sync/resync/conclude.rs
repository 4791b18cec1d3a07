//! A run ends once the calendar is as told.

use jiff::{SignedDuration, Timestamp};

use crate::happened::{Happened, ResyncFailure};
use crate::ids::{HolderId, LinkId};
use crate::store::resyncs::{self, RunPhase};
use crate::store::{StoreError, WriteTx, activity, placements};

/// How long a run waits for events that fail now and then, before it ends and says so. They go on being tried.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

/// Ends the link's run that is being written, once nothing of it is due any more.
pub(in crate::sync) fn conclude(
    tx: &WriteTx<'_>,
    link: LinkId,
    holder: HolderId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(run) = resyncs::going(tx, link)?.filter(|run| run.phase == RunPhase::Writing) else { return Ok(()) };
    let tally = placements::tally(tx, link)?;
    // A clock that was set back by more than that is no reason to wait until it is where it was.
    let waited = now.duration_since(run.requested_at).abs();
    let trying = tally.pending + tally.strays;
    if trying > 0 && waited < PATIENCE {
        return Ok(());
    }
    if tally.left() == 0 {
        resyncs::succeed(tx, run.id, now)?;
        let events = run.total.unwrap_or(0);
        return activity::log(tx, holder, now, &Happened::ResyncSucceeded { events, skipped: run.skipped.count });
    }
    let failure = ResyncFailure::EventsLeft { refused: tally.refused, trying };
    resyncs::fail(tx, run.id, &failure, tally.left(), now)?;
    activity::log(tx, holder, now, &Happened::ResyncFailed(failure))
}
