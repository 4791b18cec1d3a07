//! A client system's own affairs: its keys.

pub(super) mod keys;
