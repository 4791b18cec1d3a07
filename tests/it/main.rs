//! One integration binary: a file per requirement, `support/` for the harness.

mod simulators;
