//! Waiting for the calendar without looking at a clock: listen, look, and look again whenever the bell rings.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::prefer::{Patience, Prefer};
use crate::app::App;
use crate::ids::LinkId;
use crate::tasks;

/// What every resource works with.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) app: Arc<App>,
    /// Turns true when the server stops: nobody waits any longer then.
    pub(super) stopping: watch::Receiver<bool>,
}

impl Desk {
    /// Runs blocking work with the app.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce(&App) -> T + Send + 'static) -> T {
        let app = Arc::clone(&self.app);
        tasks::blocking(move || work(&app)).await
    }

    /// How long a caller who prefers so is made to wait at most; the settings say what is usual.
    pub(super) fn patience(&self, prefer: Prefer) -> Patience {
        prefer.patience(self.app.config.sync.answer_within)
    }

    /// Looks until there is something to tell about `link`, at most `within`: none when the time is over.
    ///
    /// # Errors
    /// When `look` fails.
    pub(super) async fn wait<T, E>(
        &self,
        link: LinkId,
        within: Duration,
        look: impl Fn(&App) -> Result<Option<T>, E> + Send + Sync + 'static,
    ) -> Result<Option<T>, E>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        let mut bell = self.app.settled.listen(link);
        let look = Arc::new(look);
        let looking = async {
            loop {
                let look = Arc::clone(&look);
                if let Some(found) = self.run(move |app| look(app)).await? {
                    return Ok(Some(found));
                }
                if bell.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        let mut stopping = self.stopping.clone();
        tokio::select! {
            biased;
            found = looking => found,
            () = tokio::time::sleep(within) => Ok(None),
            _ = stopping.wait_for(|stopping| *stopping) => Ok(None),
        }
    }
}
