//! `/healthz` and `/readyz`: for whoever runs the gateway, and for load balancers. Without a key: they tell nothing of anyone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use tokio::sync::Mutex;

use super::{Refusals, Tag};
use crate::app::App;
use crate::http::{Code, Problem};
use crate::store::StoreError;
use crate::tasks;

/// What each operation may refuse.
pub(super) const REFUSALS: Refusals = &[("healthz", &[]), ("readyz", &[Code::NotReady])];

/// Whether the driver runs; `serve` keeps it true.
#[derive(Clone, Debug, Default)]
pub struct DriverAlive(Arc<AtomicBool>);

impl DriverAlive {
    /// Notes that the driver runs, or doesn't.
    pub fn set(&self, alive: bool) {
        self.0.store(alive, Ordering::Relaxed);
    }
}

/// The health resource.
pub(super) struct Health {
    pub(super) app: Arc<App>,
    pub(super) driver: DriverAlive,
    pub(super) probe: Probe,
}

/// The look at the database: one at a time, whose outcome counts for all who asked before it began. Anybody may ask, and go
/// away again, so asking often must cost no more than asking once. Clones are the same look.
#[derive(Clone, Debug, Default)]
pub(super) struct Probe(Arc<Probing>);

#[derive(Debug, Default)]
struct Probing {
    asked: AtomicU64,
    last: Mutex<Option<Probed>>,
}

#[derive(Debug)]
struct Probed {
    /// How many had asked when it began.
    began_after: u64,
    fine: bool,
}

impl Probe {
    /// Whether all is fine, by a look that began after this was asked.
    async fn of(&self, look: impl FnOnce() -> Result<(), StoreError> + Send + 'static) -> bool {
        let mine = self.0.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let probing = Arc::clone(&self.0);
        // Who asked may go away; what was begun is then still under way, and the next one waits for it.
        let looked = tokio::spawn(async move {
            let mut last = probing.last.lock().await;
            if let Some(probed) = last.as_ref().filter(|probed| mine <= probed.began_after) {
                return probed.fine;
            }
            let began_after = probing.asked.load(Ordering::SeqCst);
            let outcome = tasks::blocking(look).await;
            if let Err(error) = &outcome {
                tracing::error!(%error, "not ready");
            }
            *last = Some(Probed { began_after, fine: outcome.is_ok() });
            outcome.is_ok()
        });
        looked.await.unwrap_or(false)
    }
}

/// All is well.
#[derive(Object)]
struct Well {
    /// `ok`
    status: String,
}

fn well() -> Json<Well> {
    Json(Well { status: "ok".to_owned() })
}

#[OpenApi(tag = "Tag::Operators")]
impl Health {
    /// Whether the gateway is alive
    ///
    /// Answers as long as the process can answer at all. Needs no key.
    #[oai(path = "/healthz", method = "get", operation_id = "healthz")]
    async fn alive(&self) -> Json<Well> {
        well()
    }

    /// Whether the gateway can do its work
    ///
    /// Checks that the database takes writes, with room for large ones where the disk refused one, and that events are being
    /// delivered. Needs no key.
    #[oai(path = "/readyz", method = "get", operation_id = "readyz")]
    async fn ready(&self) -> Result<Json<Well>, Problem> {
        if !self.driver.0.load(Ordering::Relaxed) {
            return Err(Problem::new(Code::NotReady, "Events are stored, but not delivered at the moment."));
        }
        let app = Arc::clone(&self.app);
        if !self.probe.of(move || app.probe()).await {
            return Err(Problem::new(Code::NotReady, "The database takes no writes at the moment."));
        }
        Ok(well())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn one_look_counts_for_all_who_asked_before_it_also_when_they_go_away() {
        let (probe, looks) = (Probe::default(), Arc::new(AtomicUsize::new(0)));
        let (go, waits) = mpsc::channel::<()>();
        let counted = Arc::clone(&looks);
        let first = tokio::spawn({
            let probe = probe.clone();
            async move {
                let look = move || {
                    counted.fetch_add(1, Ordering::SeqCst);
                    let _ = waits.recv();
                    Ok(())
                };
                probe.of(look).await
            }
        });
        while looks.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        first.abort();
        let others: Vec<_> = (0..300)
            .map(|_| {
                let (probe, looks) = (probe.clone(), Arc::clone(&looks));
                let refuses = move || {
                    looks.fetch_add(1, Ordering::SeqCst);
                    Err(StoreError::Broken("on purpose".into()))
                };
                tokio::spawn(async move { probe.of(refuses).await })
            })
            .collect();
        while probe.0.asked.load(Ordering::SeqCst) < 301 {
            tokio::task::yield_now().await;
        }
        assert_eq!(looks.load(Ordering::SeqCst), 1, "the first is still at it");
        drop(go);
        for other in others {
            assert!(!other.await.unwrap(), "what was so before they asked does not count for them");
        }
        assert_eq!(looks.load(Ordering::SeqCst), 2, "one for the first, and one for all of them");
    }
}
