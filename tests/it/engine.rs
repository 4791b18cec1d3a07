//! The engine against a calendar in memory.

mod broken_off;
mod carriers;
mod crowd;
pub(crate) mod golden;
pub(crate) mod histories;
mod rules;
pub(crate) mod shore;
mod storms;
mod strays;
pub(crate) mod world;
