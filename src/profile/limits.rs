//! How much may be asked.

use serde::{Deserialize, Serialize};

/// How often something may be done: so many at once, and then so many a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// So many a second, over time.
    pub per_second: u32,
    /// So many at once.
    pub burst: u32,
}

/// What of the installation's limits is otherwise for one client system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimits {
    /// Requests with one key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_key: Option<Rate>,
    /// Requests about one holder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_holder: Option<Rate>,
}

impl Rate {
    /// More than any client system needs; beyond, a limit limits nothing.
    const HIGHEST: u32 = 10_000;

    /// Whether somebody gets anything done by it.
    pub(super) fn is_possible(self) -> bool {
        (1..=Self::HIGHEST).contains(&self.per_second) && (self.per_second..=Self::HIGHEST).contains(&self.burst)
    }
}
