//! One integration binary: a file per requirement, `support/` for the harness.

mod contract;
mod support;
