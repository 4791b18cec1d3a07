//! Carries a plan out: several lanes side by side, each step settled as far as it can be by looking again.
//!
//! Rule: a write without a sure answer is never repeated blindly. The object is looked up by its name, and the next
//! write is conditional on what was seen, so that a lost answer ends neither in a copy nor in an overwritten state
//! that nobody saw.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use super::plan::Step;
use crate::ical;
use crate::placement::{RemoteKey, Revision, Wanted};
use crate::providers::{Outgoing, Refusal, RemoteCalendar, RemoteError, Written};
use crate::store::placements::Due;

/// One placement and what is to be done about it.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The placement as it was loaded.
    pub due: Due,
    /// Its step; neither [`Step::Rest`] nor [`Step::Forget`] needs a provider.
    pub step: Step,
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is in the calendar with this content.
    Written {
        /// Which content.
        revision: Revision,
        /// The provider's answer.
        written: Written,
        /// It was not there before.
        created: bool,
    },
    /// It is not in the calendar (any more).
    Removed,
    /// Neither.
    Failed(RemoteError),
}

/// Most outcomes handed over at once.
const BATCH: usize = 32;
/// How long a batch waits for its next outcome. One flush to disk then serves many outcomes, also where the provider is
/// slow; what is not recorded yet is only in doubt, never lost.
const GATHER: Duration = Duration::from_millis(10);

/// Carries out all attempts over `lanes` lanes. `record` is handed outcomes as they come, in batches, and answers
/// whether to go on; after a "no", attempts in flight are finished and recorded, and no new one begins.
pub fn run(
    remote: &dyn RemoteCalendar,
    attempts: Vec<Attempt>,
    lanes: usize,
    mut record: impl FnMut(Vec<(Attempt, Outcome)>) -> bool,
) {
    if lanes <= 1 || attempts.len() <= 1 {
        for attempt in attempts {
            let outcome = perform(remote, &attempt);
            if !record(vec![(attempt, outcome)]) {
                return;
            }
        }
        return;
    }
    let lanes = lanes.min(attempts.len());
    let queue = Mutex::new(attempts.into_iter());
    let stop = AtomicBool::new(false);
    let (sender, outcomes) = mpsc::channel();
    std::thread::scope(|scope| {
        let mut at_work = Vec::with_capacity(lanes);
        for _ in 0..lanes {
            let sender = sender.clone();
            let (queue, stop) = (&queue, &stop);
            at_work.push(scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some(attempt) = next else { return };
                    let outcome = perform(remote, &attempt);
                    if sender.send((attempt, outcome)).is_err() {
                        return;
                    }
                }
            }));
        }
        drop(sender);
        while let Ok(first) = outcomes.recv() {
            let next = || outcomes.recv_timeout(GATHER).ok();
            let batch = std::iter::once(first).chain(std::iter::from_fn(next)).take(BATCH).collect();
            if !record(batch) {
                stop.store(true, Ordering::Relaxed);
            }
        }
        join(at_work);
    });
}

/// Waits for lanes to end; the panic of one goes on as it is.
fn join(lanes: Vec<std::thread::ScopedJoinHandle<'_, ()>>) {
    for lane in lanes {
        if let Err(panic) = lane.join() {
            std::panic::resume_unwind(panic);
        }
    }
}

/// Carries out one attempt.
fn perform(remote: &dyn RemoteCalendar, attempt: &Attempt) -> Outcome {
    let Attempt { due, step } = attempt;
    match due.wanted {
        Wanted::Absent => match remove(remote, &due.key) {
            Ok(()) => Outcome::Removed,
            Err(error) => Outcome::Failed(error),
        },
        Wanted::Present(revision) => match put_text(remote, due, step) {
            Ok((written, created)) => Outcome::Written { revision, written, created },
            Err(error) => Outcome::Failed(error),
        },
    }
}

/// Removing is safe to repeat: what stands under our key is ours.
pub(crate) fn remove(remote: &dyn RemoteCalendar, key: &RemoteKey) -> Result<(), RemoteError> {
    match remote.delete(key) {
        Err(RemoteError::Unsure { .. } | RemoteError::Conflict) => remote.delete(key),
        Err(RemoteError::NotFound) => Ok(()),
        answer => answer,
    }
}

/// Removes objects by name over `lanes` lanes; stops at the first failure and answers it.
pub(super) fn remove_all(remote: &dyn RemoteCalendar, keys: &[RemoteKey], lanes: usize) -> Option<RemoteError> {
    let queue = Mutex::new(keys.iter());
    let failed = Mutex::new(None);
    let lane = || {
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(key) = next else { return };
            if let Err(error) = remove(remote, key) {
                *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                // Emptied, so that the other lanes end too.
                *queue.lock().unwrap_or_else(PoisonError::into_inner) = [].iter();
            }
        }
    };
    if lanes <= 1 || keys.len() <= 1 {
        lane();
    } else {
        std::thread::scope(|scope| {
            join((0..lanes.min(keys.len())).map(|_| scope.spawn(lane)).collect());
        });
    }
    failed.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn put_text(remote: &dyn RemoteCalendar, due: &Due, step: &Step) -> Result<(Written, bool), RemoteError> {
    // What is held was read before it was accepted; a reading that fails now is a refusal of our own.
    let text = due.ical.as_deref().unwrap_or_default();
    let draft = ical::parse(text, &ical::Limits::default()).map_err(|error| {
        RemoteError::Refused(Refusal { code: "invalid-ical".to_owned(), why: error.to_string(), name_taken: false })
    })?;
    let outgoing = Outgoing { key: &due.key, event_id: &due.event_id, event: &draft.event };
    let (mut written, created) = put(remote, outgoing, step)?;
    // What reading had to repair or leave out is missing from the calendar as much as what writing can't hold.
    written.degradations.splice(0..0, draft.notes);
    Ok((written, created))
}

/// Tries of one write before it is left to a later round.
const TRIES: u32 = 3;

/// Brings one event into the calendar. Answers whether it was created.
pub(crate) fn put(
    remote: &dyn RemoteCalendar,
    outgoing: Outgoing<'_>,
    step: &Step,
) -> Result<(Written, bool), RemoteError> {
    let mut standing = match step {
        Step::Update(version) => Some(version.clone()),
        Step::Look => remote.fetch(outgoing.key)?,
        Step::Insert | Step::Rest | Step::Delete | Step::Forget => None,
    };
    let created = standing.is_none();
    let mut last = RemoteError::Conflict;
    for _ in 0..TRIES {
        let answer = match &standing {
            None => remote.insert(outgoing),
            Some(version) => remote.update(outgoing, version),
        };
        match answer {
            Ok(written) => return Ok((written, created)),
            Err(error @ (RemoteError::Conflict | RemoteError::NotFound | RemoteError::Unsure { .. })) => {
                standing = remote.fetch(outgoing.key)?;
                last = error;
            }
            Err(error) => return Err(error),
        }
    }
    Err(match last {
        RemoteError::Conflict | RemoteError::NotFound => {
            RemoteError::Unsure { retry_after: None, why: "the object changes under our hands".to_owned() }
        }
        error => error,
    })
}
