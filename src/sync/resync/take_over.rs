//! What the client system told becomes what is wanted, in one transaction.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::config::Sync;
use crate::happened::{Happened, Shrink};
use crate::ids::EventId;
use crate::link::ResyncMode;
use crate::placement::Mark;
use crate::store::events::{self, Content, EventRow};
use crate::store::links;
use crate::store::placements::{self, Target, known};
use crate::store::resyncs::{self, Run};
use crate::store::{StoreError, WriteTx, activity};
use crate::sync::brake;

/// What is to be taken over, and what decides about it.
pub(super) struct Answer {
    pub(super) run: Run,
    pub(super) mark: Mark,
    pub(super) heard: Vec<Content>,
    /// What was said to us from then on is newer than the answer.
    pub(super) since: Timestamp,
}

/// Why a run ends without anything changed.
pub(super) enum Refusal {
    Store(StoreError),
    Held(Shrink),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Makes the answer what is wanted, in one transaction, unless the brake holds.
pub(super) fn take_over(tx: &WriteTx<'_>, answer: &Answer, limits: &Sync, now: Timestamp) -> Result<(), Refusal> {
    let Answer { run, heard, since, .. } = answer;
    let link = links::get(tx, run.link)?;
    if link.is_none_or(|link| link.state.is_ending()) {
        return Ok(());
    }
    let held = events::all_of(tx, run.holder)?;
    let told: HashSet<&EventId> = heard.iter().map(|content| &content.event_id).collect();
    let going: Vec<&EventRow> =
        held.iter().filter(|e| !e.deleted && !told.contains(&e.event_id) && e.updated_at < *since).collect();
    let standing = held.iter().filter(|e| !e.deleted).count();
    let shrink = Shrink { standing, going: going.len() };
    if brake::holds(shrink, run.confirmed, limits) {
        return Err(Refusal::Held(shrink));
    }
    for event in going {
        events::delete(tx, event.id, now)?;
        placements::want_absent(tx, run.link, event.id, now)?;
    }
    for content in heard {
        take_over_one(tx, answer, content, now)?;
    }
    known::doubt_all(tx, run.link, now)?;
    if run.mode == ResyncMode::Rebuild {
        known::all_anew(tx, run.link)?;
    }
    let total = events::all_of(tx, run.holder)?.iter().filter(|event| !event.deleted).count() as u64;
    resyncs::told(tx, run.id, total)?;
    events::purge(tx, run.holder)?;
    activity::log(tx, run.holder, now, &Happened::ResyncStarted { events: total })?;
    Ok(())
}

fn take_over_one(tx: &WriteTx<'_>, answer: &Answer, content: &Content, now: Timestamp) -> Result<(), StoreError> {
    let (holder, target) = (answer.run.holder, Target { link: answer.run.link, mark: &answer.mark });
    let (row, revision) = match events::find(tx, holder, &content.event_id)? {
        None => {
            let revision = events::insert(tx, holder, content, now)?;
            (events::row_of(tx, holder, &content.event_id)?, revision)
        }
        // Newer than the answer.
        Some(event) if event.updated_at >= answer.since => {
            if event.deleted {
                return Ok(());
            }
            (event.id, event.revision)
        }
        Some(event) if !event.deleted && event.fingerprint == content.fingerprint => (event.id, event.revision),
        Some(event) => (event.id, events::replace(tx, &event, content, now)?),
    };
    placements::want(tx, target, (row, &content.event_id), revision, now)
}
