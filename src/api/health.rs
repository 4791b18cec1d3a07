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

/// The look at the database: one at a time, whose outcome counts for all who asked before it began. Anybody may ask, so
/// asking often must cost no more than asking once.
#[derive(Debug, Default)]
pub(super) struct Probe {
    asked: AtomicU64,
    last: Mutex<Option<Probed>>,
}

#[derive(Debug)]
struct Probed {
    /// How many had asked when it began.
    began_after: u64,
    outcome: Result<(), StoreError>,
}

impl Probe {
    async fn of(&self, app: &Arc<App>) -> Result<(), StoreError> {
        let mine = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let mut last = self.last.lock().await;
        if let Some(probed) = last.as_ref().filter(|probed| mine <= probed.began_after) {
            return probed.outcome.clone();
        }
        let (app, began_after) = (Arc::clone(app), self.asked.load(Ordering::SeqCst));
        let outcome = tasks::blocking(move || app.probe()).await;
        *last = Some(Probed { began_after, outcome: outcome.clone() });
        outcome
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
    /// Checks that the database takes writes and that events are being delivered. Needs no key.
    #[oai(path = "/readyz", method = "get", operation_id = "readyz")]
    async fn ready(&self) -> Result<Json<Well>, Problem> {
        if !self.driver.0.load(Ordering::Relaxed) {
            return Err(Problem::new(Code::NotReady, "Events are stored, but not delivered at the moment."));
        }
        if let Err(error) = self.probe.of(&self.app).await {
            tracing::error!(%error, "not ready");
            return Err(Problem::new(Code::NotReady, "The database takes no writes at the moment."));
        }
        Ok(well())
    }
}
