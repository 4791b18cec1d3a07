//! One thread that owns the writing connection and commits waiting transactions together.
//!
//! Each job runs inside a savepoint of a shared transaction: a job that fails takes back only its own changes, and
//! nobody hears `Ok` before the shared commit is on disk. A burst of N callers costs one flush, a single caller waits
//! for nobody.
//!
//! A job can be run again: an engine with several writers has to, when two of them were in each other's way. Here none
//! is, so [`Rehearsal`] does it in tests: each job runs twice in its savepoint, and what it did the first time is taken
//! back before the second. A job that does something outside its transaction, or uses up what it holds, does it twice.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

use super::{Connection, Room};
use crate::guarded::Guarded;
use crate::store::{StoreError, WriteTx};

/// The most jobs in one commit: bounds how long the first of them waits for the last.
const GROUP: usize = 256;

/// Runs a job in a transaction; answers whether what it did is to stay.
type Run = Box<dyn Fn(&WriteTx<'_>) -> bool + Send>;

/// Whether every job is run once in vain before it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Rehearsal {
    /// As it is shipped.
    Never,
    /// For tests.
    Always,
}

struct Job {
    run: Run,
    done: SyncSender<Result<(), StoreError>>,
}

/// The handle to the thread; dropping it finishes what is queued.
pub(in crate::store) struct Writer {
    queue: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts it. What the disk refuses it tells `room`.
    pub(in crate::store) fn start(connection: Connection, rehearsal: Rehearsal, room: Arc<Room>) -> Self {
        let (queue, jobs) = channel();
        let thread = std::thread::Builder::new().name("store-writer".to_owned());
        let thread = thread.spawn(move || serve(&connection, &jobs, rehearsal, &room));
        Self { queue: Some(queue), thread: thread.ok() }
    }

    pub(in crate::store) fn run<T, E>(
        &self,
        work: impl Fn(&WriteTx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let slot = Arc::new(Guarded::new(None));
        let filled = Arc::clone(&slot);
        let run: Run = Box::new(move |tx| {
            // What an earlier run answered counts no more, also when this one panics.
            *filled.lock() = None;
            let result = work(tx);
            let keep = result.is_ok();
            *filled.lock() = Some(result);
            keep
        });
        let (done, committed) = sync_channel(1);
        let closed = || StoreError::broken("the writer has stopped");
        let queue = self.queue.as_ref().ok_or_else(closed)?;
        queue.send(Job { run, done }).map_err(|_| closed())?;
        committed.recv().map_err(|_| closed())??;
        let result = slot.lock().take();
        result.unwrap_or_else(|| Err(StoreError::broken("the transaction panicked").into()))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn serve(connection: &Connection, jobs: &Receiver<Job>, rehearsal: Rehearsal, room: &Room) {
    // An earlier run may have been killed before it emptied the log.
    let mut secrets_in_log = !empty_log(connection);
    while let Ok(first) = jobs.recv() {
        let waiting = std::iter::once(first).chain(std::iter::from_fn(|| jobs.try_recv().ok())).take(GROUP);
        let (answers, committed) = run_together(connection, waiting, rehearsal);
        secrets_in_log |= answers.iter().any(|(_, ran)| matches!(ran, Ok(Erased(true))));
        // Before the answers: who hears that secrets are erased may look. A reader in the way puts it off to the next commit.
        secrets_in_log = secrets_in_log && !empty_log(connection);
        // Before the answers as well: who was refused may ask whether the database takes writes.
        let failure = committed.as_ref().err().cloned().or_else(|| connection.failure());
        if let Some(failure) = failure.filter(StoreError::is_of_the_disk) {
            room.was_refused(failure);
        }
        for (done, ran) in answers {
            // A caller that is gone does not change what is on disk.
            drop(done.send(ran.and_then(|_| committed.clone())));
        }
    }
    // Readers may still be there; the next start continues from the log if this is refused.
    drop(connection.sqlite.pragma_update(None, "wal_checkpoint", "PASSIVE"));
}

/// Whether a job erased secrets.
struct Erased(bool);

/// Who waits for a job, and how it ran.
type Answer = (SyncSender<Result<(), StoreError>>, Result<Erased, StoreError>);

/// Runs all waiting jobs in one transaction; answers how each ran, and how the transaction ended.
fn run_together(
    connection: &Connection,
    waiting: impl Iterator<Item = Job>,
    rehearsal: Rehearsal,
) -> (Vec<Answer>, Result<(), StoreError>) {
    connection.begin_afresh();
    let mut going = execute(connection, "BEGIN IMMEDIATE");
    let mut answers = Vec::new();
    for job in waiting {
        let ran = going.clone().and_then(|()| run_in_savepoint(connection, &job.run, rehearsal));
        drop(job.run);
        // Where the disk refuses, all that was done is taken back: what came now would stand alone.
        if going.is_ok() && connection.sqlite.is_autocommit() {
            going = Err(taken_back(connection));
        }
        answers.push((job.done, ran));
    }
    let committed = going.and_then(|()| execute(connection, "COMMIT"));
    if committed.is_err() && !connection.sqlite.is_autocommit() {
        drop(execute(connection, "ROLLBACK"));
    }
    (answers, committed)
}

/// Why the engine took the whole transaction back by itself.
fn taken_back(connection: &Connection) -> StoreError {
    connection.failure().unwrap_or_else(|| StoreError::broken("the transaction was taken back"))
}

/// Moves the write-ahead log into the file and cuts it to nothing, old pages included. Answers whether that was done.
fn empty_log(connection: &Connection) -> bool {
    let busy = connection.sqlite.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
    busy == Ok(0)
}

/// Runs one job; answers whether it erased secrets.
fn run_in_savepoint(connection: &Connection, run: &Run, rehearsal: Rehearsal) -> Result<Erased, StoreError> {
    execute(connection, "SAVEPOINT job")?;
    let rehearsed = match rehearsal {
        Rehearsal::Never => None,
        Rehearsal::Always => {
            let (kept, _) = attempt(connection, run)?;
            execute(connection, "ROLLBACK TO job")?;
            Some(kept)
        }
    };
    let (keep, erased) = attempt(connection, run)?;
    let otherwise = rehearsed.is_some_and(|kept| kept != keep);
    if !keep || otherwise {
        execute(connection, "ROLLBACK TO job")?;
    }
    execute(connection, "RELEASE job")?;
    if otherwise {
        return Err(StoreError::broken("a transaction that was run again ended otherwise than the first time"));
    }
    Ok(Erased(keep && erased))
}

/// Runs a job once; answers whether what it did is to stay, and whether it erased secrets.
///
/// # Errors
/// When the engine took back the whole transaction meanwhile, which a full disk makes it do.
fn attempt(connection: &Connection, run: &Run) -> Result<(bool, bool), StoreError> {
    let tx = WriteTx::on(connection);
    let keep = catch_unwind(AssertUnwindSafe(|| run(&tx))).unwrap_or(false);
    if connection.sqlite.is_autocommit() {
        return Err(taken_back(connection));
    }
    Ok((keep, tx.erased_secrets()))
}

fn execute(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection.sqlite.prepare_cached(sql)?.execute([])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::form::Text;
    use crate::ids::{ClientSystemId, EventId, Holder, PublicEventId};
    use crate::store::events::{self, Content};
    use crate::store::holders;

    /// A job that keeps an event of so many bytes; nobody waits for it.
    fn keeps(name: &str, bytes: usize) -> Job {
        let event_id = EventId::new(name).unwrap();
        let content = Content {
            event_id,
            public_id: PublicEventId::new(Timestamp::UNIX_EPOCH),
            text: Text::ical("x".repeat(bytes)),
            fingerprint: [0; 32],
            traits: None,
        };
        let run: Run = Box::new(move |tx| {
            let holder = holders::ensure(tx, &Holder::of(ClientSystemId(1), "+593991234567"));
            holder.and_then(|holder| events::insert(tx, holder, &content, Timestamp::UNIX_EPOCH)).is_ok()
        });
        Job { run, done: sync_channel(1).0 }
    }

    fn kept(connection: &Connection) -> i64 {
        connection.sqlite.query_row("SELECT count(*) FROM events", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn where_the_disk_is_full_nothing_of_a_commit_is_kept_and_everybody_in_it_hears_so() {
        for rehearsal in [Rehearsal::Never, Rehearsal::Always] {
            let folder = tempfile::tempdir().unwrap();
            let connection = Connection::open(&folder.path().join("p.db")).unwrap();
            // SQLite takes the size that there is for the smallest: nothing more fits.
            connection.sqlite.pragma_update(None, "max_page_count", 1).unwrap();
            let jobs = [keeps("a", 1), keeps("b", 1 << 20), keeps("c", 1)];
            let (answers, committed) = run_together(&connection, jobs.into_iter(), rehearsal);
            let full = |result: &Result<(), StoreError>| matches!(result, Err(StoreError::Full(_)));
            assert!(full(&committed), "{committed:?}");
            let ran: Vec<bool> = answers.into_iter().map(|(_, ran)| full(&ran.map(drop))).collect();
            assert_eq!(ran, [false, true, true], "the first hears it from the commit");
            assert_eq!((kept(&connection), connection.sqlite.is_autocommit()), (0, true), "{rehearsal:?}");
            connection.sqlite.pragma_update(None, "max_page_count", 1_000_000).unwrap();
            let (answers, committed) = run_together(&connection, [keeps("b", 1 << 20)].into_iter(), rehearsal);
            assert!(committed.is_ok() && answers.iter().all(|(_, ran)| ran.is_ok()));
            assert_eq!((kept(&connection), connection.failure()), (1, None));
        }
    }
}
