//! The one bridge from async to blocking: one place to count, name and limit blocking work.

use std::sync::Arc;

use tokio::sync::watch;
use tracing::Span;

/// Runs `work` on the blocking pool inside the caller's span.
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

/// Blocking work that goes on after its request was answered; clones count together.
#[derive(Clone, Debug, Default)]
pub struct Errands(Arc<watch::Sender<usize>>);

/// One errand; counted until it is dropped, also when it panics.
struct Errand(Errands);

impl Errands {
    /// Runs `work` on the blocking pool of the runtime that the caller is on.
    pub fn run(&self, work: impl FnOnce() + Send + 'static) {
        self.0.send_modify(|going| *going += 1);
        let (errand, span) = (Errand(self.clone()), Span::current());
        #[expect(clippy::disallowed_methods, reason = "the one bridge")]
        drop(tokio::task::spawn_blocking(move || {
            let _errand = errand;
            span.in_scope(work);
        }));
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

    use super::*;

    #[tokio::test]
    async fn who_waits_for_errands_waits_for_all_of_them_also_for_those_that_break() {
        let errands = Errands::default();
        errands.done().await;
        let (hold, held) = std::sync::mpsc::channel::<()>();
        let ran = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&ran);
        errands.run(move || {
            let _ = held.recv();
            seen.store(true, Ordering::SeqCst);
        });
        errands.run(|| panic!("on purpose"));
        drop(hold);
        errands.done().await;
        assert!(ran.load(Ordering::SeqCst));
    }
}
