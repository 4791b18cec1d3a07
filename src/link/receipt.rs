//! What is left of a link that ended.

use jiff::Timestamp;

/// What one unlink did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlinkReceipt {
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it ended.
    pub finished_at: Timestamp,
    /// Objects removed.
    pub deleted: u64,
    /// Objects of ours that could not be removed.
    pub left: u64,
    /// Why some were left.
    pub reason: Option<String>,
}
