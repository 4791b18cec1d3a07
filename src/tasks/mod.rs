//! The one bridge from async to blocking: one place to count, name and limit blocking work.
//!
//! Rule: whatever somebody outside can ask for goes through a [`Pool`] of its kind, so that work which waits for the outside
//! keeps no place from work which doesn't. What decides by itself how much of it goes on at once (the driver) takes the bare
//! bridge, [`blocking`]. The runtime has a thread for every place of every pool: see [`THREADS`].

mod pool;

use std::sync::Arc;

use tokio::sync::watch;
use tracing::{Instrument, Span};

pub use pool::{Bounds, Full, Line, Pool, Share};

/// Threads for blocking work, all pools and the driver's lanes together; each is made when it is first needed. With fewer
/// than there are places, one pool would wait for the threads of another.
pub const THREADS: usize = 512;

/// Runs `work` on a thread for blocking work, inside the caller's span.
///
/// # Panics
/// Goes on with the panic of `work`.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let span = Span::current();
    #[expect(clippy::disallowed_methods, reason = "the one bridge")]
    let task = tokio::task::spawn_blocking(move || span.in_scope(work));
    match task.await {
        Ok(value) => value,
        Err(broken) => std::panic::resume_unwind(broken.into_panic()),
    }
}

/// Work that goes on after its request was answered; clones count together.
#[derive(Clone, Debug, Default)]
pub struct Errands(Arc<watch::Sender<usize>>);

/// One errand; counted until it is dropped, also when it panics.
struct Errand(Errands);

impl Errands {
    /// Runs blocking `work` once it has a place, on the runtime that the caller is on; `crowded_out` where it gets none.
    pub fn run(&self, line: Line, work: impl FnOnce() + Send + 'static, crowded_out: impl FnOnce() + Send + 'static) {
        self.0.send_modify(|going| *going += 1);
        let errand = Errand(self.clone());
        let counted = async move {
            let _errand = errand;
            if line.run(work).await.is_err() {
                blocking(crowded_out).await;
            }
        };
        drop(tokio::spawn(counted.instrument(Span::current())));
    }

    /// Waits until all errands are done.
    pub async fn done(&self) {
        let mut going = self.0.subscribe();
        // The sender is in our own hand, so it can't be gone.
        let _ = going.wait_for(|going| *going == 0).await;
    }
}

impl Drop for Errand {
    fn drop(&mut self) {
        self.0.0.send_modify(|going| *going = going.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn who_waits_for_errands_waits_for_all_of_them_also_for_those_that_break() {
        let errands = Errands::default();
        errands.done().await;
        let (hold, held) = std::sync::mpsc::channel::<()>();
        let ran = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&ran);
        let work = move || {
            let _ = held.recv();
            seen.store(true, Ordering::SeqCst);
        };
        let pool = Pool::new(Bounds { places: 2, waiting: 0, patience: Duration::ZERO });
        errands.run(pool.line(vec![]), work, || ());
        errands.run(pool.line(vec![]), || panic!("on purpose"), || ());
        drop(hold);
        errands.done().await;
        assert!(ran.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn an_errand_without_a_place_says_so_instead() {
        let (errands, pool) =
            (Errands::default(), Pool::new(Bounds { places: 0, waiting: 0, patience: Duration::ZERO }));
        let (said, heard) = std::sync::mpsc::channel();
        errands.run(pool.line(vec![]), || panic!("there is no place"), move || said.send("crowded out").unwrap());
        errands.done().await;
        assert_eq!(heard.recv(), Ok("crowded out"));
    }
}
