//! The outer HTTP door: what everybody who speaks HTTP with the gateway comes through, client system or person.
//!
//! Rule: nothing here knows an operation or a page (but that load balancers need no HTTPS for the health pages). The doors
//! above are sisters that don't know each other: each puts its addresses on one route, and `serve` sets the one [`Door`]
//! before it. Whether somebody may speak for a holder is checked here alone ([`Keys`]), so that guessing costs the
//! same wherever it is tried; the right key is taken whatever came before it. An error that no door above made an answer of leaves as a [`Problem`].

mod body;
mod client;
mod coding;
mod cross_origin;
mod door;
mod host;
mod keys;
mod lockout;
mod methods;
mod metrics;
mod problem;
mod unproven;

pub(crate) use body::{read_within, throw_away};
pub(crate) use client::{Asker, Loads, household};
pub(crate) use coding::takes_gzip;
pub(crate) use cross_origin::ShownTo;
pub(crate) use door::{Door, RequestId, Served, catch_panic};
pub(crate) use keys::{Keys, Refused};
pub(crate) use methods::Methods;
pub use metrics::Metrics;
pub(crate) use problem::ProblemDocument;
pub use problem::{Code, Problem};
