//! The engine against a calendar in memory.

mod crowd;
mod histories;
mod rules;
mod world;
