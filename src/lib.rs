//! Pasarela, a self-hosted calendar gateway.

// words: no I/O
pub mod calendar;
pub mod clock;
pub mod ical;
pub mod ids;
pub mod nudge;
pub mod placement;
pub mod secret;
// settings and memory
pub mod config;
pub mod store;
pub mod vault;
// the outside
pub mod outbound;
pub mod providers;
pub mod puentes;
// what the gateway does
pub mod gateway;
pub mod intake;
pub mod linking;
pub mod sync;
// doors
pub mod api;
pub mod serve;
pub mod tasks;
