//! What an unlink did, as it travels.

use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};

use super::super::time::Time;
use crate::link::UnlinkReceipt;

/// How far an unlink is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename = "UnlinkStatus", rename_all = "snake_case")]
enum UnlinkWord {
    /// Done.
    Unlinked,
    /// The calendar is still being cleaned up.
    Unlinking,
}

/// What an unlink did. While it goes on only `status` is there.
#[derive(Clone, Debug, Object)]
#[oai(rename = "Unlink", example, skip_serializing_if_is_none)]
pub(in crate::api) struct LinkReceipt {
    /// `unlinked`, or `unlinking` while the calendar is still being cleaned up.
    status: UnlinkWord,
    /// When it was asked for.
    requested_at: Option<Time>,
    /// When it ended.
    finished_at: Option<Time>,
    /// How many events were removed from the calendar.
    deleted: Option<u64>,
    /// How many could not be removed.
    left: Option<u64>,
    /// Why some were left.
    reason: Option<String>,
}

impl LinkReceipt {
    /// It goes on.
    pub(in crate::api) fn going() -> Self {
        Self {
            status: UnlinkWord::Unlinking,
            requested_at: None,
            finished_at: None,
            deleted: None,
            left: None,
            reason: None,
        }
    }
}

impl From<UnlinkReceipt> for LinkReceipt {
    fn from(receipt: UnlinkReceipt) -> Self {
        Self {
            status: UnlinkWord::Unlinked,
            requested_at: Some(Time(receipt.requested_at)),
            finished_at: Some(Time(receipt.finished_at)),
            deleted: Some(receipt.deleted),
            left: Some(receipt.left),
            reason: receipt.reason,
        }
    }
}

impl Example for LinkReceipt {
    fn example() -> Self {
        let (requested_at, finished_at) = (Time::example(0).0, Time::example(2).0);
        UnlinkReceipt { requested_at, finished_at, deleted: 31, left: 0, reason: None }.into()
    }
}
