//! Carries a plan out: several lanes side by side, in batches where the provider has them, each attempt settled as far
//! as its [`Course`] goes.

use std::iter;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use super::course::{Aim, Course, Outcome};
use super::plan::Step;
use crate::calendar::{Event, People};
use crate::guarded::Guarded;
use crate::ical;
use crate::ids::EventId;
use crate::placement::{Due, RemoteKey, Revision, Sight, Wanted};
use crate::providers::{Answer, Call, Outgoing, Refusal, RemoteCalendar, RemoteError, Written};
use crate::reading;

/// Most outcomes handed over at once.
const BATCH: usize = 32;
/// How long a batch waits for its next outcome. One flush to disk then serves many outcomes, also where the provider is
/// slow; what is not recorded yet is only in doubt, never lost.
const GATHER: Duration = Duration::from_millis(10);

/// One placement and what is to be done about it.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The placement as it was loaded.
    pub due: Due,
    /// Its step; [`Step::Rest`], [`Step::Rename`] and [`Step::Forget`] need no provider.
    pub step: Step,
}

impl Attempt {
    /// Whether it makes room for what is to be written: a stray goes, or what stands under a name that is given up.
    pub fn makes_room(&self) -> bool {
        self.step == Step::Delete && (self.due.event_id.is_none() || matches!(self.due.wanted, Wanted::Anew(_)))
    }
}

/// Carries out all attempts, with people written as `people` says, over `lanes` lanes, each of which takes as many at a time as go into one request. `record`
/// is handed outcomes as they come, in batches, and answers whether to go on; after a "no", attempts in flight are
/// finished and recorded, and no new one begins.
pub fn run(
    remote: &dyn RemoteCalendar,
    attempts: Vec<Attempt>,
    lanes: usize,
    people: People,
    mut record: impl FnMut(Vec<(Attempt, Outcome)>) -> bool,
) -> Vec<Attempt> {
    let size = remote.batch_size().max(1);
    let mut waiting = attempts.into_iter();
    if lanes <= 1 {
        while let Some(chunk) = some(waiting.by_ref().take(size).collect()) {
            if !record(perform(remote, people, chunk)) {
                break;
            }
        }
        return waiting.collect();
    }
    let queue = Guarded::new(waiting);
    let stop = AtomicBool::new(false);
    let (sender, outcomes) = mpsc::channel();
    std::thread::scope(|scope| {
        let mut at_work = Vec::with_capacity(lanes);
        for _ in 0..lanes {
            let sender = sender.clone();
            let (queue, stop) = (&queue, &stop);
            at_work.push(scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let next = queue.lock().by_ref().take(size).collect();
                    let Some(chunk) = some(next) else { return };
                    if sender.send(perform(remote, people, chunk)).is_err() {
                        return;
                    }
                }
            }));
        }
        drop(sender);
        while let Ok(mut batch) = outcomes.recv() {
            while batch.len() < BATCH {
                let Ok(more) = outcomes.recv_timeout(GATHER) else { break };
                batch.extend(more);
            }
            if !record(batch) {
                stop.store(true, Ordering::Relaxed);
            }
        }
        join(at_work);
    });
    queue.into_inner().collect()
}

fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}

/// Waits for lanes to end; the panic of one goes on as it is.
fn join(lanes: Vec<std::thread::ScopedJoinHandle<'_, ()>>) {
    for lane in lanes {
        if let Err(panic) = lane.join() {
            std::panic::resume_unwind(panic);
        }
    }
}

/// Carries out some attempts, as many calls to a request as the provider takes.
fn perform(remote: &dyn RemoteCalendar, people: People, attempts: Vec<Attempt>) -> Vec<(Attempt, Outcome)> {
    let read: Vec<Result<Reading<'_>, RemoteError>> = attempts.iter().map(|attempt| read(&attempt.due)).collect();
    let mut courses: Vec<Course<'_>> = Vec::with_capacity(attempts.len());
    for (Attempt { due, step }, reading) in attempts.iter().zip(&read) {
        if let Ok(reading) = reading
            && !reading.is_settled(due)
        {
            courses.push(Course::new(aim(due, reading, people), step, due.known.last_sight()));
        }
    }
    settle(remote, &mut courses);
    let mut outcomes = courses.into_iter().map(Course::outcome).collect::<Vec<_>>().into_iter();
    let unsettled = || Outcome::Failed(no_answer());
    let ends: Vec<Outcome> = read
        .into_iter()
        .zip(&attempts)
        .map(|(reading, attempt)| match reading {
            Ok(reading) if reading.is_settled(&attempt.due) => with_notes(Outcome::Removed, reading),
            Ok(reading) => with_notes(outcomes.next().unwrap_or_else(unsettled), reading),
            Err(error) => Outcome::Failed(error),
        })
        .collect();
    attempts.into_iter().zip(ends).collect()
}

/// What is said of an event with nothing to show.
const NOTHING_LEFT: &str = "every occurrence of the series is excluded or called off: nothing is shown";

/// What is to be written, read again from the client's text.
struct Reading<'a> {
    content: Content<'a>,
    notes: Vec<String>,
}

/// What a calendar shall show.
enum Content<'a> {
    /// The event is not wanted.
    Unwanted,
    /// The event.
    Shown(&'a EventId, Box<Event>, Revision),
    /// Nothing, as nothing is left of the event.
    Nothing(Revision),
}

impl Reading<'_> {
    /// Whether there is nothing to do: nothing is to be shown, and nothing is there.
    fn is_settled(&self, due: &Due) -> bool {
        due.known.is_nothing() && matches!(self.content, Content::Nothing(_))
    }
}

/// What is held was read before it was accepted; a reading that fails now is a refusal of our own.
fn read(due: &Due) -> Result<Reading<'_>, RemoteError> {
    let (Wanted::Present(revision), Some(event_id)) = (due.wanted, &due.event_id) else {
        return Ok(Reading { content: Content::Unwanted, notes: Vec::new() });
    };
    let Some(text) = &due.text else { return Err(unreadable("its text is missing".to_owned())) };
    match reading::read(text.form, &text.body) {
        Ok(mut draft) if !ical::happens(&draft.event) => {
            draft.notes.push(NOTHING_LEFT.to_owned());
            Ok(Reading { content: Content::Nothing(revision), notes: draft.notes })
        }
        Ok(draft) => {
            Ok(Reading { content: Content::Shown(event_id, Box::new(draft.event), revision), notes: draft.notes })
        }
        Err(error) => Err(unreadable(error.to_string())),
    }
}

fn unreadable(why: String) -> RemoteError {
    RemoteError::Refused(Refusal { code: "invalid-ical".to_owned(), why, name_taken: false })
}

fn aim<'a>(due: &'a Due, reading: &'a Reading<'_>, people: People) -> Aim<'a> {
    match &reading.content {
        Content::Shown(event_id, event, revision) => {
            Aim::Present(Outgoing { key: &due.key, event_id, event, people }, *revision)
        }
        Content::Unwanted | Content::Nothing(_) => Aim::Absent(&due.key),
    }
}

/// What reading had to repair or leave out is missing from the calendar as much as what writing can't hold.
fn with_notes(outcome: Outcome, reading: Reading<'_>) -> Outcome {
    match (outcome, reading.content) {
        (Outcome::Written { revision, mut written, created }, _) => {
            written.degradations.splice(0..0, reading.notes);
            Outcome::Written { revision, written, created }
        }
        (Outcome::Removed, Content::Nothing(revision)) => Outcome::Nothing { revision, degradations: reading.notes },
        (other, _) => other,
    }
}

/// Goes on with all courses, side by side, until each has ended.
fn settle(remote: &dyn RemoteCalendar, courses: &mut [Course<'_>]) {
    loop {
        let calls: Vec<Call<'_>> = courses.iter().filter_map(Course::call).collect();
        if calls.is_empty() {
            return;
        }
        let answers: Vec<Result<Answer, RemoteError>> = remote.carry_out(&calls);
        // A provider that owes an answer leaves a doubt, never a course that goes on for ever.
        let answers = answers.into_iter().chain(iter::repeat_with(|| Err(no_answer())));
        for (course, answer) in courses.iter_mut().filter(|course| course.call().is_some()).zip(answers) {
            course.hear(answer);
        }
    }
}

fn no_answer() -> RemoteError {
    RemoteError::Unsure { retry_after: None, why: "the provider answered nothing for this event".to_owned() }
}

/// Removes one object that was last seen as `last`.
///
/// # Errors
/// What the provider says, or what kept it from being asked.
pub fn remove(remote: &dyn RemoteCalendar, key: &RemoteKey, last: Option<&Sight>) -> Result<(), RemoteError> {
    let mut course = [Course::new(Aim::Absent(key), &Step::Delete, last)];
    settle(remote, &mut course);
    let [course] = course;
    match course.outcome() {
        Outcome::Removed | Outcome::Nothing { .. } | Outcome::Written { .. } => Ok(()),
        Outcome::Failed(error) => Err(error),
        Outcome::Waits { wait, .. } => Err(RemoteError::OutOfBudget { wait }),
    }
}

/// Creates one object and answers it as it then stands.
///
/// # Errors
/// What the provider says, or what kept it from being asked.
pub fn create(remote: &dyn RemoteCalendar, outgoing: Outgoing<'_>) -> Result<Written, RemoteError> {
    let mut course = [Course::new(Aim::Present(outgoing, Revision(1)), &Step::Insert, None)];
    settle(remote, &mut course);
    let [course] = course;
    match course.outcome() {
        Outcome::Written { written, .. } => Ok(written),
        Outcome::Failed(error) => Err(error),
        Outcome::Waits { wait, .. } => Err(RemoteError::OutOfBudget { wait }),
        Outcome::Removed | Outcome::Nothing { .. } => Err(no_answer()),
    }
}
