//! A client system's own affairs: its keys, what it has chosen, what was done to both, and what changed.

pub(super) mod audit;
pub(super) mod changes;
pub(super) mod client_system;
pub(super) mod keys;
