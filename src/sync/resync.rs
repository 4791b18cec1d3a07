//! Reads everything from the client system again, forgets what is known, and lets the reconciler do the rest.

use jiff::Timestamp;

use crate::gateway::Gateway;
use crate::ids::{HolderKey, LinkId, ResyncId};
use crate::store::StoreError;

/// How to reach the end state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Write only what differs.
    Repair,
    /// Delete every event of ours, then create.
    Rebuild,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// «Resincronización en proceso»
    InProgress,
    /// «Resincronización exitosa»
    Succeeded,
    /// «Error durante la resincronización»
    Failed,
}

/// One resync run as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResyncView {
    /// Its public name.
    pub id: ResyncId,
    /// Its link, for listening.
    pub link: LinkId,
    /// How.
    pub mode: Mode,
    /// Where it stands.
    pub state: RunState,
    /// Events to be in the calendar at the end; none until the client system answered.
    pub total: Option<u64>,
    /// Of those, how many are sure to be there now.
    pub done: u64,
    /// Objects created, changed, deleted so far; left undone at the end.
    pub counts: Counts,
    /// Why it failed: a stable code (`puentes_unavailable`, `confirmation_needed`, `login_failed`, …) and words.
    pub error: Option<(String, String)>,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// The receipt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Objects made.
    pub created: u64,
    /// Objects overwritten.
    pub changed: u64,
    /// Objects removed.
    pub deleted: u64,
    /// Events that could not be brought to their wanted state.
    pub left: u64,
}

/// Why a resync was not started.
#[derive(Debug, thiserror::Error)]
pub enum ResyncError {
    /// 409 `not_linked`
    #[error("no calendar is linked")]
    NotLinked,
    /// 502 `puentes_unavailable`: there is no endpoint to ask.
    #[error("{0}")]
    NoSource(String),
    /// 500
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// `POST /resync`: starts a run, or answers the one that is going on. `confirm` lets a sudden shrink through.
///
/// # Errors
/// See [`ResyncError`].
pub fn request(_gateway: &Gateway, _holder: &HolderKey, _mode: Mode, _confirm: bool) -> Result<ResyncId, ResyncError> {
    todo!()
}

/// One run of this holder; none when there is no such run or it is another holder's.
///
/// # Errors
/// When the store fails.
pub fn view(_gateway: &Gateway, _holder: &HolderKey, _id: &ResyncId) -> Result<Option<ResyncView>, StoreError> {
    todo!()
}
