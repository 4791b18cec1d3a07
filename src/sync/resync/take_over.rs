//! What the client system told becomes what is wanted, in one transaction.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::config::Sync;
use crate::happened::{Happened, Shrink, Skipped};
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
    pub(super) heard: Heard,
    /// What was said to us from then on is newer than the answer.
    pub(super) since: Timestamp,
}

/// What the client system told, as far as it was understood.
pub(super) struct Heard {
    pub(super) contents: Vec<Content>,
    pub(super) skipped: Vec<Skipped>,
}

impl Heard {
    /// Those of the held events that the client system tells no more. An event without a name may be any of them: then none
    /// is known to be gone.
    fn going<'h>(&self, held: &'h [EventRow], since: Timestamp) -> Vec<&'h EventRow> {
        if self.skipped.iter().any(|skipped| skipped.event.is_none()) {
            return Vec::new();
        }
        let skipped = self.skipped.iter().filter_map(|skipped| skipped.event.as_ref());
        let told: HashSet<&EventId> = self.contents.iter().map(|content| &content.event_id).chain(skipped).collect();
        held.iter().filter(|e| !e.deleted && !told.contains(&e.event_id) && e.updated_at < since).collect()
    }
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
    let going = heard.going(&held, *since);
    let standing = held.iter().filter(|e| !e.deleted).count();
    let shrink = Shrink { standing, going: going.len() };
    if brake::holds(shrink, run.confirmed, limits) {
        return Err(Refusal::Held(shrink));
    }
    for event in going {
        events::delete(tx, event, now)?;
        placements::want_absent(tx, run.link, event.id, now)?;
    }
    for content in &heard.contents {
        take_over_one(tx, answer, content, now)?;
    }
    for skipped in &heard.skipped {
        pass_over(tx, answer, skipped)?;
    }
    known::doubt_all(tx, run.link, now)?;
    if run.mode == ResyncMode::Rebuild {
        known::all_anew(tx, run.link)?;
    }
    let total = events::all_of(tx, run.holder)?.iter().filter(|event| !event.deleted).count() as u64;
    resyncs::told(tx, run.id, total, &heard.skipped)?;
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
        Some(event) if !event.deleted && event.fingerprint == content.fingerprint => {
            events::readable(tx, &event)?;
            (event.id, event.revision)
        }
        Some(event) => (event.id, events::replace(tx, &event, content, now)?),
    };
    placements::want(tx, target, (row, &content.event_id), revision, now)
}

/// Keeps what is held of an event whose newest content can't be read, and says so; what was said since is newer.
fn pass_over(tx: &WriteTx<'_>, answer: &Answer, skipped: &Skipped) -> Result<(), StoreError> {
    let Some(event_id) = &skipped.event else { return Ok(()) };
    match events::find(tx, answer.run.holder, event_id)? {
        Some(event) if !event.deleted && event.updated_at < answer.since => events::unread(tx, event.id, &skipped.why),
        Some(_) | None => Ok(()),
    }
}
