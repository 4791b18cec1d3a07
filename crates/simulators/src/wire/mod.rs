//! HTTP for all simulators: one accept loop on hyper, so that a connection can be cut at any point of an exchange.
//!
//! Rule: a site (what a simulator is) answers a complete request at once, from memory and without waiting; everything that takes time or
//! breaks (delays, cuts, torn bodies, silence) happens here. Every simulator also has these control calls, which are
//! neither counted nor subject to faults:
//!
//! - `GET`, `POST`, `DELETE /__sim/faults`: the fault rules ([`Rule`]); POST replaces them all by one rule or a list.
//! - `GET`, `DELETE /__sim/requests`: what came in, by method, and the last thousand lines.

mod answer;
mod basic;
mod faults;
mod record;
#[cfg(test)]
mod rehearsal;
mod request;
mod serve;
mod server;

pub use answer::{Answer, Body, json, problem, redirect, reply, text};
pub(crate) use basic::basic_credentials;
pub use faults::{BadRule, Faults, Lost, Rule};
pub use record::{Counts, Record};
#[cfg(test)]
pub(crate) use rehearsal::{Heard, ask};
pub use request::Request;
pub(crate) use request::decoded_segments;
pub use serve::{Bound, Desk, Running, Site, bind, serve};
pub use server::Server;
