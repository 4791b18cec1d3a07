//! `/healthz` and `/readyz`: for whoever runs the gateway, and for load balancers. Without a key: they tell nothing of anyone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::wait::Desk;
use super::{Refusals, Tag};
use crate::app::App;
use crate::http::{Code, Problem};

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
    pub(super) desk: Desk,
    pub(super) driver: DriverAlive,
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
        let writable = self.desk.run(App::probe).await;
        if let Err(error) = writable {
            tracing::error!(%error, "not ready");
            return Err(Problem::new(Code::NotReady, "The database takes no writes at the moment."));
        }
        Ok(well())
    }
}
