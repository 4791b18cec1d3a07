//! The HTTP door for client systems: a file per resource.
//!
//! Rule: a handler parses, calls the doing layer through `tasks::blocking`, and answers; it decides nothing about events
//! and knows neither providers nor SQL. Every operation stands behind [`gate`]; every error leaves as a [`problem`];
//! `document` is generated from the handlers and committed as `openapi/pasarela.yaml`.

mod body;
mod client;
mod credentials;
mod docs;
mod document;
mod door;
mod events;
mod gate;
mod health;
pub(crate) mod keys;
mod link;
mod lockout;
mod methods;
mod metrics;
mod prefer;
mod problem;
mod resync;
mod time;
mod wait;

use std::collections::HashMap;
use std::sync::Arc;

use poem::{Endpoint, Response, Route};
use poem_openapi::{OpenApi, Tags};
use tokio::sync::watch;

use crate::gateway::Gateway;

use self::events::Events;
use self::gate::{Gate, Gated};
use self::health::Health;
use self::link::Links;
use self::methods::Methods;
use self::resync::Resyncs;
use self::wait::Desk;

pub(crate) use body::{read_within, throw_away};
pub(crate) use door::{RequestId, catch_panic};
pub(crate) use gate::Served;
pub use health::DriverAlive;

pub use metrics::Metrics;
pub use problem::{Code, Problem};

/// Which codes each operation may refuse with, by operation id.
type Refusals = &'static [(&'static str, &'static [Code])];

const OPEN: Refusals = health::REFUSALS;
const GUARDED: [Refusals; 3] = [link::REFUSALS, events::REFUSALS, resync::REFUSALS];

/// The groups of the document.
#[derive(Tags)]
enum Tag {
    /// A phone number's one association with one calendar.
    Link,
    /// What you say about a person's events.
    Events,
    /// Make the calendar equal to what Puentes says now.
    Resync,
    /// For whoever runs the gateway. These need no key.
    Operators,
}

type Operations = (Gated<(Links, Events, Resyncs)>, Health);

/// What the doors need beside the gateway.
pub struct Doors {
    /// Turns true when the server stops.
    pub stopping: watch::Receiver<bool>,
    /// Whether the driver runs.
    pub driver: DriverAlive,
    /// Where to count.
    pub metrics: Metrics,
    /// Checks keys; the pages ask the same one.
    pub(crate) keys: Arc<keys::Keys>,
    /// The pages for people, which stand behind the same outer door.
    pub pages: Route,
}

/// Everything that is served over HTTP: the operations for client systems, and the pages.
pub fn routes(gateway: Arc<Gateway>, doors: Doors) -> impl Endpoint<Output = Response> + 'static {
    let transport = gateway.config.server.transport.clone();
    let gate = Arc::new(Gate { keys: doors.keys });
    let desk = Desk { gateway, stopping: doors.stopping };
    let guarded = Gated { api: (Links(desk.clone()), Events(desk.clone()), Resyncs(desk.clone())), gate };
    let mut table = HashMap::new();
    (guarded, Health { desk, driver: doors.driver }).add_routes(&mut table);
    let pages = doors
        .pages
        .at("/openapi.json", Methods::page(docs::json))
        .at("/openapi.yaml", Methods::page(docs::yaml))
        .at("/docs", Methods::page(docs::index))
        .at("/docs/viewer.js", Methods::page(docs::viewer))
        .at("/problems/:code", Methods::page(docs::problem));
    let inner = table.into_iter().fold(pages, |route, (path, methods)| route.at(path, Methods::new(methods)));
    door::Door { inner, transport, metrics: doors.metrics, ids: door::Ids::new() }
}

/// The OpenAPI document.
fn openapi_document() -> serde_yaml::Value {
    document::of::<Operations>(OPEN, &GUARDED)
}

/// The OpenAPI document as YAML: the same text for the same code, to be committed and compared.
pub fn openapi_yaml() -> String {
    serde_yaml::to_string(&openapi_document()).unwrap_or_default()
}

/// The same document as JSON.
pub fn openapi_json() -> String {
    serde_json::to_string_pretty(&openapi_document()).unwrap_or_default()
}
