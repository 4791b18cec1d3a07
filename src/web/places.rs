//! Addresses that one page names and another one answers.

use minijinja::Value;

/// Where the person's page is.
pub(super) const HOME: &str = "/connect";

/// Where the way into a real browser is shown.
pub(super) const HANDOVER: &str = "/connect/handover";

/// Where the flow of a ticket shows where it stands; without a ticket, that there is none.
pub(super) const STATUS: &str = "/oauth/google/status";

/// An address of ours for a template: its slashes stay as they are.
pub(super) fn place(path: &'static str) -> Value {
    Value::from_safe_string(path.to_owned())
}
