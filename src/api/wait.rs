//! Waiting for the calendar without looking at a clock: listen, look, and look again whenever the bell rings.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::prefer::{Patience, Prefer};
use crate::app::App;
use crate::http::Problem;
use crate::ids::{Holder, LinkId, Tenant};
use crate::tasks::{Full, Line};

/// What every resource works with.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) app: Arc<App>,
    /// Turns true when the server stops: nobody waits any longer then.
    pub(super) stopping: watch::Receiver<bool>,
}

impl Desk {
    /// Runs what is said about `holder`.
    ///
    /// # Errors
    /// What `work` answers, or that too much goes on already.
    pub(super) async fn change<T, E>(
        &self,
        holder: &Holder,
        work: impl FnOnce(&App, &Holder) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
    {
        self.run(self.app.pools.changes(holder), holder, work).await?.map_err(E::into)
    }

    /// Runs what is asked about `holder`.
    ///
    /// # Errors
    /// What `work` answers, or that too much goes on already.
    pub(super) async fn read<T, E>(
        &self,
        holder: &Holder,
        work: impl FnOnce(&App, &Holder) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
    {
        self.run(self.app.pools.reads(holder), holder, work).await?.map_err(E::into)
    }

    /// Runs what a client system says about its own affairs.
    ///
    /// # Errors
    /// What `work` answers, or that too much goes on already.
    pub(super) async fn change_of<T, E>(
        &self,
        tenant: Tenant,
        work: impl FnOnce(&App) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
    {
        let app = Arc::clone(&self.app);
        self.app.pools.changes_of(tenant).run(move || work(&app)).await?.map_err(E::into)
    }

    /// Runs what a client system asks about its own affairs.
    ///
    /// # Errors
    /// What `work` answers, or that too much goes on already.
    pub(super) async fn read_of<T, E>(
        &self,
        tenant: Tenant,
        work: impl FnOnce(&App) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
    {
        let app = Arc::clone(&self.app);
        self.app.pools.reads_of(tenant).run(move || work(&app)).await?.map_err(E::into)
    }

    /// Runs work about `holder` once its turn in the line comes.
    async fn run<T: Send + 'static>(
        &self,
        line: Line,
        holder: &Holder,
        work: impl FnOnce(&App, &Holder) -> T + Send + 'static,
    ) -> Result<T, Full> {
        let (app, of) = (Arc::clone(&self.app), holder.clone());
        line.run(move || work(&app, &of)).await
    }

    /// How long a caller who prefers so is made to wait at most; the settings say what is usual.
    pub(super) fn patience(&self, prefer: Prefer) -> Patience {
        prefer.patience(self.app.config.sync.answer_within)
    }

    /// Looks at once, and again whenever the bell of `link` rings, until there is something to tell `holder`, at most `within`:
    /// none when the time is over. The first look has no time limit: what is so already is told, also to who doesn't wait.
    /// Where too much goes on for a look, there is nothing to tell: what was promised before it stands.
    ///
    /// # Errors
    /// When `look` fails.
    pub(super) async fn wait<T, E>(
        &self,
        (holder, link): (&Holder, LinkId),
        within: Duration,
        look: impl Fn(&App, &Holder) -> Result<Option<T>, E> + Send + Sync + 'static,
    ) -> Result<Option<T>, E>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        let look = Arc::new(look);
        let looked = || async {
            let look = Arc::clone(&look);
            let line = self.app.pools.changes(holder);
            self.run(line, holder, move |app, of| look(app, of)).await.unwrap_or(Ok(None))
        };
        first_then(self.app.settled.listen(link), looked, within, self.stopping.clone()).await
    }
}

/// Looks once, whatever it takes; then each time that `bell` rings, until `within` is over or `stopping` turns true.
async fn first_then<T, E, L: Future<Output = Result<Option<T>, E>>>(
    mut bell: watch::Receiver<u64>,
    look: impl Fn() -> L,
    within: Duration,
    mut stopping: watch::Receiver<bool>,
) -> Result<Option<T>, E> {
    let over = tokio::time::sleep(within);
    let found = look().await?;
    if found.is_some() || within.is_zero() {
        return Ok(found);
    }
    let looking = async {
        loop {
            if bell.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
            if let Some(found) = look().await? {
                return Ok(Some(found));
            }
        }
    };
    tokio::select! {
        biased;
        found = looking => return found,
        () = over => {}
        _ = stopping.wait_for(|stopping| *stopping) => {}
    }
    // A look may have been under way: what is told is what is so now.
    look().await
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const WITHIN: Duration = Duration::from_secs(5);

    /// Looks that take `takes` each, of which the `n`-th finds something; answers also how many there were.
    async fn looked(within: Duration, takes: Duration, n: usize) -> (Option<usize>, usize) {
        let (bell, listener) = watch::channel(0);
        let (_stop, stopping) = watch::channel(false);
        let looks = AtomicUsize::new(0);
        let look = || async {
            let look = looks.fetch_add(1, Ordering::Relaxed) + 1;
            tokio::time::sleep(takes).await;
            Ok::<_, ()>((look >= n).then_some(look))
        };
        let ring = async {
            loop {
                tokio::time::sleep(Duration::from_secs(2)).await;
                bell.send_modify(|count| *count += 1);
            }
        };
        let found = tokio::select! {
            found = first_then(listener, look, within, stopping) => found.unwrap(),
            () = ring => None,
        };
        (found, looks.into_inner())
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_so_already_is_told_however_long_the_look_takes() {
        assert_eq!(looked(Duration::ZERO, Duration::from_millis(50), 1).await, (Some(1), 1));
        assert_eq!(looked(WITHIN, Duration::from_secs(60), 1).await, (Some(1), 1));
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_wait_looks_once() {
        assert_eq!(looked(Duration::ZERO, Duration::from_millis(50), 2).await, (None, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn the_bell_brings_the_next_look_and_the_end_of_the_time_the_last() {
        assert_eq!(looked(WITHIN, Duration::ZERO, 2).await, (Some(2), 2));
        // Rung after 2 s and 4 s; the look of 4 s takes longer than there is time.
        assert_eq!(looked(WITHIN, Duration::from_millis(1_500), 4).await, (Some(4), 4));
        assert_eq!(looked(WITHIN, Duration::ZERO, 9).await, (None, 4));
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_stops_lets_nobody_wait() {
        let (_bell, listener) = watch::channel(0);
        let (stop, stopping) = watch::channel(false);
        let waits = first_then(listener, || async { Ok::<Option<()>, ()>(None) }, Duration::from_secs(3600), stopping);
        let (found, ()) = tokio::join!(waits, async { stop.send_modify(|stops| *stops = true) });
        assert_eq!(found, Ok(None));
    }
}
