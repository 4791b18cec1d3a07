//! A client system's own affairs: its keys, and what changed.

pub(super) mod changes;
pub(super) mod keys;
