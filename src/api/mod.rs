//! The HTTP door for client systems: a file per resource.
//!
//! Rule: a handler parses, calls the doing layer through the pool of its kind ([`wait::Desk`]), and answers; it decides nothing about events
//! and knows neither providers nor SQL. Every operation stands behind [`gate`]; every error leaves as a
//! [`crate::http::Problem`], which `mapping` makes of it; `document` is generated from the handlers and committed as `openapi/pasarela.yaml`.

mod body;
mod calendar;
mod docs;
mod document;
mod events;
mod feed;
mod form;
mod gate;
mod health;
mod link;
mod mapping;
mod media;
mod page;
mod prefer;
mod resync;
mod skipped;
mod tenant;
mod time;
mod told;
mod wait;

use std::collections::HashMap;
use std::sync::Arc;

use poem::Route;
use poem_openapi::{OpenApi, Tags};
use tokio::sync::watch;

use crate::app::App;
use crate::http::{Code, Keys, Methods};

use self::calendar::busy::FreeBusy;
use self::calendar::events::CalendarEvents;
use self::calendar::feeds::CalendarFeeds;
use self::calendar::links::{CalendarLinks, CalendarSync};
use self::events::Events;
use self::feed::FeedDoor;
use self::gate::{Gate, Gated, KeyGate, OperationTable, Scoped};
use self::health::{Health, Probe};
use self::link::Links;
use self::resync::Resyncs;
use self::tenant::audit::Trail;
use self::tenant::changes::TenantChanges;
use self::tenant::client_system::OwnClientSystem;
use self::tenant::keys::ApiKeys;
use self::wait::Desk;

pub use health::DriverAlive;

/// Which codes each operation may refuse with, by operation id.
type Refusals = &'static [(&'static str, &'static [Code])];

const OPEN: Refusals = health::REFUSALS;
const GUARDED: [Refusals; 3] = [link::REFUSALS, events::REFUSALS, resync::REFUSALS];

/// Every operation of the client systems' family, with the scope that it needs.
const SCOPED: &[OperationTable] = &[
    calendar::events::OPERATIONS,
    calendar::busy::OPERATIONS,
    calendar::links::OPERATIONS,
    calendar::feeds::OPERATIONS,
    tenant::changes::OPERATIONS,
    tenant::keys::OPERATIONS,
    tenant::client_system::OPERATIONS,
    tenant::audit::OPERATIONS,
];

/// The groups of the document.
#[derive(Tags)]
enum Tag {
    /// A phone number's one association with one calendar.
    Link,
    /// What you say about a person's events.
    Events,
    /// Make the calendar equal to what Puentes says now.
    Resync,
    /// How a holder's calendars are linked, how they are doing, and the ways in and out.
    CalendarLinks,
    /// What client systems say and ask about their holders' events, as JSON or iCalendar.
    Calendar,
    /// The keys that the programs of a client system come in with.
    Keys,
    /// Addresses by which a holder's events can be subscribed to.
    Feeds,
    /// What changed of the events and links of a client system.
    Changes,
    /// A client system's own affairs: what it has chosen, and who did what.
    #[oai(rename = "Client system")]
    ClientSystem,
    /// For whoever runs the gateway. These need no key.
    Operators,
}

/// The resources of the client systems' family.
type Family = ((CalendarEvents, FreeBusy), (CalendarLinks, CalendarSync, CalendarFeeds), Own);
/// What is a client system's own.
type Own = (ApiKeys, OwnClientSystem, Trail, TenantChanges);
type Operations = (Gated<(Links, Events, Resyncs)>, Scoped<Family>, Health);

/// Adds the operations for client systems, and the pages that explain them, to `route`. `keys` says who may come in;
/// `stopping` turns true when the server stops.
pub(crate) fn routes(
    route: Route,
    app: Arc<App>,
    keys: Arc<Keys>,
    stopping: watch::Receiver<bool>,
    driver: DriverAlive,
) -> Route {
    let feed_door = FeedDoor { app: Arc::clone(&app), keys: Arc::clone(&keys) };
    let key_gate = Arc::new(KeyGate { keys: Arc::clone(&keys), app: Arc::clone(&app) });
    let gate = Arc::new(Gate { keys, clients: app.clients.clone() });
    let health = Health { app: Arc::clone(&app), driver, probe: Probe::default() };
    let desk = Desk { app, stopping };
    let guarded = Gated { api: (Links(desk.clone()), Events(desk.clone()), Resyncs(desk.clone())), gate };
    let scoped = Scoped { api: family(&desk), gate: key_gate };
    let mut table = HashMap::new();
    (guarded, scoped, health).add_routes(&mut table);
    let route = route
        .at("/openapi.json", Methods::page(docs::json))
        .at("/openapi.yaml", Methods::page(docs::yaml))
        .at("/docs", Methods::page(docs::index))
        .at("/docs/viewer.js", Methods::page(docs::viewer))
        .at("/feed/:file", Methods::page(feed_door))
        .at("/problems/:code", Methods::page(docs::problem));
    table.into_iter().fold(route, |route, (path, methods)| route.at(path, Methods::new(methods)))
}

/// The client systems' family, without its gate.
fn family(desk: &Desk) -> Family {
    let desk = || desk.clone();
    let own = (ApiKeys(desk()), OwnClientSystem(desk()), Trail(desk()), TenantChanges(desk()));
    let calendar = (CalendarLinks(desk()), CalendarSync(desk()), CalendarFeeds(desk()));
    ((CalendarEvents(desk()), FreeBusy(desk())), calendar, own)
}

/// The OpenAPI document.
fn openapi_document() -> serde_yaml::Value {
    document::of::<Operations>(OPEN, &GUARDED, SCOPED)
}

/// The OpenAPI document as YAML: the same text for the same code, to be committed and compared.
pub fn openapi_yaml() -> String {
    serde_yaml::to_string(&openapi_document()).unwrap_or_default()
}

/// The same document as JSON.
pub fn openapi_json() -> String {
    serde_json::to_string_pretty(&openapi_document()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
