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

use super::Connection;
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
    pub(in crate::store) fn start(connection: Connection, rehearsal: Rehearsal) -> Self {
        let (queue, jobs) = channel();
        let thread = std::thread::Builder::new().name("store-writer".to_owned());
        let thread = thread.spawn(move || serve(connection, &jobs, rehearsal));
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
        let closed = || StoreError("the writer has stopped".to_owned());
        let queue = self.queue.as_ref().ok_or_else(closed)?;
        queue.send(Job { run, done }).map_err(|_| closed())?;
        committed.recv().map_err(|_| closed())??;
        let result = slot.lock().take();
        result.unwrap_or_else(|| Err(StoreError("the transaction panicked".to_owned()).into()))
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

fn serve(connection: Connection, jobs: &Receiver<Job>, rehearsal: Rehearsal) {
    // An earlier run may have been killed before it emptied the log.
    let mut secrets_in_log = !empty_log(&connection);
    while let Ok(first) = jobs.recv() {
        let waiting = std::iter::once(first).chain(std::iter::from_fn(|| jobs.try_recv().ok())).take(GROUP);
        commit_together(&connection, waiting, rehearsal, &mut secrets_in_log);
    }
    // Readers may still be there; the next start continues from the log if this is refused.
    drop(connection.sqlite.pragma_update(None, "wal_checkpoint", "PASSIVE"));
}

/// Runs all waiting jobs in one transaction and tells each how it ended.
fn commit_together(
    connection: &Connection,
    waiting: impl Iterator<Item = Job>,
    rehearsal: Rehearsal,
    secrets_in_log: &mut bool,
) {
    let begun = execute(connection, "BEGIN IMMEDIATE");
    let mut answers = Vec::new();
    for job in waiting {
        let ran = begun.clone().and_then(|()| run_in_savepoint(connection, &job.run, rehearsal));
        drop(job.run);
        *secrets_in_log |= matches!(ran, Ok(true));
        answers.push((job.done, ran.map(|_| ())));
    }
    let committed = begun.and_then(|()| execute(connection, "COMMIT"));
    if committed.is_err() && !connection.sqlite.is_autocommit() {
        drop(execute(connection, "ROLLBACK"));
    }
    // Before the answers: who hears that secrets are erased may look. A reader in the way puts it off to the next commit.
    *secrets_in_log = *secrets_in_log && !empty_log(connection);
    for (done, ran) in answers {
        // A caller that is gone does not change what is on disk.
        drop(done.send(ran.and_then(|()| committed.clone())));
    }
}

/// Moves the write-ahead log into the file and cuts it to nothing, old pages included. Answers whether that was done.
fn empty_log(connection: &Connection) -> bool {
    let busy = connection.sqlite.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
    busy == Ok(0)
}

/// Runs one job; answers whether it erased secrets.
fn run_in_savepoint(connection: &Connection, run: &Run, rehearsal: Rehearsal) -> Result<bool, StoreError> {
    execute(connection, "SAVEPOINT job")?;
    let rehearsed = match rehearsal {
        Rehearsal::Never => None,
        Rehearsal::Always => {
            let (kept, _) = attempt(connection, run);
            execute(connection, "ROLLBACK TO job")?;
            Some(kept)
        }
    };
    let (keep, erased) = attempt(connection, run);
    let otherwise = rehearsed.is_some_and(|kept| kept != keep);
    if !keep || otherwise {
        execute(connection, "ROLLBACK TO job")?;
    }
    execute(connection, "RELEASE job")?;
    if otherwise {
        return Err(StoreError("a transaction that was run again ended otherwise than the first time".to_owned()));
    }
    Ok(keep && erased)
}

/// Runs a job once; answers whether what it did is to stay, and whether it erased secrets.
fn attempt(connection: &Connection, run: &Run) -> (bool, bool) {
    let tx = WriteTx::on(connection);
    let keep = catch_unwind(AssertUnwindSafe(|| run(&tx))).unwrap_or(false);
    (keep, tx.erased_secrets())
}

fn execute(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection.sqlite.prepare_cached(sql)?.execute([])?;
    Ok(())
}
