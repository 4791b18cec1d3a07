//! Reads everything from the client system again, forgets what is known, and lets the reconciler do the rest.
//!
//! Rule: nothing changes unless the whole answer was read and understood, and one transaction takes it over. What the
//! client system said to us **after** the resync was asked for counts as newer than its answer, and stays: its endpoint
//! may lag behind its own calls.

use std::collections::HashSet;

use jiff::Timestamp;

use super::brake::{self, Verdict};
use super::reconcile::is_asking;
use crate::gateway::Gateway;
use crate::ical;
use crate::ids::{EventId, HolderId, HolderKey, LinkId, ResyncId};
use crate::puentes::{self, PuentesError, Told};
use crate::store::activity::Happened;
use crate::store::events::{self, Content, EventRow};
use crate::store::links::{self, LinkRow, LinkState};
use crate::store::placements::{self, Target};
use crate::store::resyncs::{self, Phase, Run};
use crate::store::{ReadTx, StoreError, WriteTx, activity, holders};

pub use super::brake::Shrink;
pub use crate::store::resyncs::{Counts, Mode};

/// The code of a run that the brake held.
pub(super) const HELD: &str = "confirmation_needed";

/// Where a run stands, as people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// «Resincronización en proceso»
    InProgress,
    /// «Resincronización exitosa»
    Succeeded,
    /// «Error durante la resincronización»
    Failed,
}

/// One resync run as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResyncView {
    /// Its public name.
    pub id: ResyncId,
    /// Its link, for listening.
    pub link: LinkId,
    /// How.
    pub mode: Mode,
    /// Where it stands.
    pub state: RunState,
    /// Events to be in the calendar at the end; none until the client system answered.
    pub total: Option<u64>,
    /// Of those, how many are sure to be there now.
    pub done: u64,
    /// Objects created, changed, deleted so far; left undone at the end.
    pub counts: Counts,
    /// Why it failed: a stable code (`puentes_unavailable`, `confirmation_needed`, `login_failed`, …) and words.
    pub error: Option<(String, String)>,
    /// What the brake held, when that is why it failed.
    pub held: Option<Shrink>,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// Why a resync was not started.
#[derive(Debug, thiserror::Error)]
pub enum ResyncError {
    /// 409 `not_linked`
    #[error("no calendar is linked")]
    NotLinked,
    /// 502 `puentes_unavailable`: there is no endpoint to ask.
    #[error("{0}")]
    NoSource(String),
    /// 500
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// `POST /resync`: starts a run, or answers the one that is going on. `confirm` lets a sudden shrink through.
///
/// # Errors
/// See [`ResyncError`].
pub fn request(gateway: &Gateway, holder: &HolderKey, mode: Mode, confirm: bool) -> Result<ResyncId, ResyncError> {
    let (key, now) = (holder.clone(), gateway.clock.now());
    let has_source = gateway.config.puentes.events_url.is_some();
    let id = gateway.store.write(move |tx| {
        let link = holders::find(tx, &key)?.map(|holder| links::of_holder(tx, holder)).transpose()?.flatten();
        let link = link.filter(|link| link.state != LinkState::Unlinking).ok_or(ResyncError::NotLinked)?;
        if !has_source {
            let why = "puentes.events_url is not configured: there is nobody to ask";
            return Err(ResyncError::NoSource(why.to_owned()));
        }
        match resyncs::going(tx, link.id)? {
            Some(run) => Ok(run.public_id),
            None => Ok::<_, ResyncError>(resyncs::start(tx, (link.holder, link.id), mode, confirm, now)?),
        }
    })?;
    gateway.work.ring();
    Ok(id)
}

/// One run of this holder; none when there is no such run or it is another holder's.
///
/// # Errors
/// When the store fails.
pub fn view(gateway: &Gateway, holder: &HolderKey, id: &ResyncId) -> Result<Option<ResyncView>, StoreError> {
    gateway.store.read(|tx| {
        let Some(holder) = holders::find(tx, holder)? else { return Ok(None) };
        resyncs::find(tx, holder, id)?.map(|run| shown(tx, run)).transpose()
    })
}

/// The newest run of a link, as it is shown.
pub(crate) fn newest(tx: &ReadTx<'_>, link: LinkId) -> Result<Option<ResyncView>, StoreError> {
    resyncs::newest(tx, link)?.map(|run| shown(tx, run)).transpose()
}

fn shown(tx: &ReadTx<'_>, run: Run) -> Result<ResyncView, StoreError> {
    Ok(ResyncView {
        done: resyncs::done(tx, &run)?,
        state: match run.phase {
            Phase::Asking | Phase::Writing => RunState::InProgress,
            Phase::Succeeded => RunState::Succeeded,
            Phase::Failed => RunState::Failed,
        },
        id: run.public_id,
        link: run.link,
        mode: run.mode,
        total: run.total,
        counts: run.counts,
        held: run.error.as_ref().filter(|(code, _)| code == HELD).and_then(|(_, words)| Shrink::of_words(words)),
        error: run.error,
        requested_at: run.requested_at,
        finished_at: run.finished_at,
    })
}

/// The link, when it is to be worked on now; before that, a run that waits for it asks the client system.
pub(super) fn ask_if_wanted(gateway: &Gateway, link: LinkId) -> Result<Option<LinkRow>, StoreError> {
    if gateway.store.read(|tx| is_asking(tx, link))? {
        ask(gateway, link)?;
        gateway.settled.ring(link);
    }
    let row = gateway.store.read(|tx| links::get(tx, link))?;
    Ok(row.filter(|row| matches!(row.state, LinkState::Active | LinkState::Unlinking)))
}

/// What is to be taken over, and what decides about it.
struct Answer {
    run: Run,
    target: Target,
    heard: Vec<Content>,
    /// What was said to us from then on is newer than the answer.
    since: Timestamp,
}

/// Why a run ends without anything changed.
enum Refusal {
    Store(StoreError),
    Held(String),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn ask(gateway: &Gateway, link: LinkId) -> Result<(), StoreError> {
    let asked_at = gateway.clock.now();
    let key = gateway.store.read(|tx| match links::get(tx, link)? {
        Some(link) => holders::key(tx, link.holder),
        None => Ok(None),
    })?;
    let Some(key) = key else { return Ok(()) };
    let told = puentes::all_events(&gateway.to_puentes, &gateway.config.puentes, &key);
    answered(gateway, link, told, asked_at)
}

/// What the client system answered to a question of `asked_at`: taken over whole, or the run fails and nothing changes.
///
/// # Errors
/// Only when the store fails.
pub fn answered(
    gateway: &Gateway,
    link: LinkId,
    told: Result<Vec<Told>, PuentesError>,
    asked_at: Timestamp,
) -> Result<(), StoreError> {
    let now = gateway.clock.now();
    let going = gateway.store.read(|tx| {
        let Some(run) = resyncs::going(tx, link)? else { return Ok(None) };
        Ok::<_, StoreError>(holders::key(tx, run.holder)?.map(|key| (run, key)))
    })?;
    let Some((run, key)) = going else { return Ok(()) };
    let row = run.id;
    let failed = match told.map_err(|error| error.to_string()).and_then(understood) {
        Err(why) => Some(("puentes_unavailable", why)),
        Ok(heard) => {
            let target = Target { link, mark: gateway.mark(&key) };
            let since = run.requested_at.min(asked_at);
            let answer = Answer { run, target, heard, since };
            let limits = gateway.config.sync.clone();
            match gateway.store.write(move |tx| take_over(tx, &answer, &limits, now)) {
                Ok(()) => None,
                Err(Refusal::Store(error)) => return Err(error),
                Err(Refusal::Held(why)) => Some((HELD, why)),
            }
        }
    };
    let Some((code, why)) = failed else { return Ok(()) };
    tracing::warn!(link = link.0, code, "a resync ended without a change: {why}");
    gateway.store.write(move |tx| {
        let Some(link) = links::get(tx, link)? else { return Ok(()) };
        resyncs::fail(tx, row, (code, &why), 0, now)?;
        events::purge(tx, link.holder)?;
        activity::log(tx, link.holder, now, Happened::ResyncFailed, &why)
    })
}

/// Everything that was told, understood, or the reason why not.
fn understood(told: Vec<Told>) -> Result<Vec<Content>, String> {
    let mut heard = Vec::with_capacity(told.len());
    let mut ids = HashSet::new();
    for told in told {
        let event_id = EventId::new(told.event_id).map_err(|error| format!("an event of the answer: {error}"))?;
        let draft = ical::parse(&told.event_data, &ical::Limits::default())
            .map_err(|error| format!("event {event_id} of the answer can't be read: {error}"))?;
        if !ids.insert(event_id.clone()) {
            return Err(format!("the answer tells event {event_id} twice"));
        }
        heard.push(Content { event_id, ical: told.event_data, fingerprint: draft.fingerprint });
    }
    Ok(heard)
}

/// Makes the answer what is wanted, in one transaction, unless the brake holds.
fn take_over(tx: &WriteTx<'_>, answer: &Answer, limits: &crate::config::Sync, now: Timestamp) -> Result<(), Refusal> {
    let Answer { run, target, heard, since } = answer;
    let link = links::get(tx, run.link)?;
    if link.is_none_or(|link| link.state == LinkState::Unlinking) {
        return Ok(());
    }
    let held = events::all_of(tx, run.holder)?;
    let told: HashSet<&EventId> = heard.iter().map(|content| &content.event_id).collect();
    let going: Vec<&EventRow> =
        held.iter().filter(|e| !e.deleted && !told.contains(&e.event_id) && e.updated_at < *since).collect();
    let standing = held.iter().filter(|e| !e.deleted).count();
    if let Verdict::Hold(why) = brake::check(Shrink { standing, going: going.len() }, run.confirmed, limits) {
        return Err(Refusal::Held(why));
    }
    for event in going {
        events::delete(tx, event.id, now)?;
        placements::want_absent(tx, run.link, event.id, now)?;
    }
    for content in heard {
        take_over_one(tx, answer, content, now)?;
    }
    resyncs::doubt_all(tx, run.link, now)?;
    if run.mode == Mode::Rebuild {
        resyncs::rename_all(tx, target)?;
    }
    let total = events::all_of(tx, run.holder)?.iter().filter(|event| !event.deleted).count();
    resyncs::told(tx, run.id, total as u64)?;
    events::purge(tx, run.holder)?;
    activity::log(tx, run.holder, now, Happened::ResyncStarted, &format!("{total} events"))?;
    Ok(())
}

fn take_over_one(tx: &WriteTx<'_>, answer: &Answer, content: &Content, now: Timestamp) -> Result<(), StoreError> {
    let (holder, target) = (answer.run.holder, &answer.target);
    let (row, revision) = match events::find(tx, holder, &content.event_id)? {
        None => events::insert(tx, holder, content, now)?,
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

/// Ends the link's run that is being written, once nothing of it is due any more.
pub(super) fn conclude(tx: &WriteTx<'_>, link: LinkId, holder: HolderId, now: Timestamp) -> Result<(), StoreError> {
    let Some(run) = resyncs::going(tx, link)?.filter(|run| run.phase == Phase::Writing) else { return Ok(()) };
    let tally = placements::tally(tx, link)?;
    let waited = now.duration_since(run.requested_at);
    if tally.pending > 0 && waited < PATIENCE {
        return Ok(());
    }
    if tally.pending == 0 && tally.refused == 0 {
        resyncs::succeed(tx, run.id, now)?;
        return activity::log(
            tx,
            holder,
            now,
            Happened::ResyncSucceeded,
            &format!("{} events", run.total.unwrap_or(0)),
        );
    }
    let why = format!(
        "{} events are not in the calendar: {} refused by the provider, {} still being tried",
        tally.refused + tally.pending,
        tally.refused,
        tally.pending
    );
    resyncs::fail(tx, run.id, ("events_left", &why), tally.refused + tally.pending, now)?;
    activity::log(tx, holder, now, Happened::ResyncFailed, &why)
}

/// How long a run waits for events that fail now and then, before it ends and says so. They go on being tried.
const PATIENCE: jiff::SignedDuration = jiff::SignedDuration::from_mins(10);

/// Ends the run that is going on, if there is one.
pub(crate) fn fail_going(
    tx: &WriteTx<'_>,
    link: LinkId,
    error: (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(run) = resyncs::going(tx, link)? else { return Ok(()) };
    let tally = placements::tally(tx, link)?;
    resyncs::fail(tx, run.id, error, tally.pending + tally.refused, now)?;
    activity::log(tx, run.holder, now, Happened::ResyncFailed, error.1)
}
