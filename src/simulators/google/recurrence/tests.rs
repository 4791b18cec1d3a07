//! Rules, expanded.
