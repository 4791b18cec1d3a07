//! The engine against a calendar in memory.

mod crowd;
pub(crate) mod golden;
pub(crate) mod histories;
mod rules;
pub(crate) mod shore;
pub(crate) mod world;
