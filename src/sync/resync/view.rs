//! A run as it is shown.

use jiff::Timestamp;

use crate::happened::ResyncFailure;
use crate::ids::{Holder, LinkId, ResyncId};
use crate::link::{ResyncCounts, ResyncMode};
use crate::store::resyncs::{self, Run, RunPhase};
use crate::store::{ReadTx, StoreError, holders};
use crate::sync::Reconciler;

pub use crate::store::resyncs::PassedOver;

/// Where a run stands, as people are told.
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
    pub mode: ResyncMode,
    /// Where it stands.
    pub state: RunState,
    /// Events to be in the calendar at the end; none until the client system answered.
    pub total: Option<u64>,
    /// Of those, how many are sure to be there now.
    pub done: u64,
    /// Objects created, changed, deleted so far; left undone at the end.
    pub counts: ResyncCounts,
    /// What of the client system's answer it passed over.
    pub skipped: PassedOver,
    /// Why it failed.
    pub error: Option<ResyncFailure>,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

impl Reconciler {
    /// One run of this holder; none when there is no such run or it is another holder's.
    ///
    /// # Errors
    /// When the store fails.
    pub fn resync_run(&self, holder: &Holder, id: &ResyncId) -> Result<Option<ResyncView>, StoreError> {
        self.gateway.store.read(|tx| {
            let Some(holder) = holders::find(tx, holder)? else { return Ok(None) };
            resyncs::find(tx, holder, id)?.map(|run| shown(tx, run)).transpose()
        })
    }
}

/// The newest run of a link, as it is shown.
pub(crate) fn newest(tx: &ReadTx<'_>, link: LinkId) -> Result<Option<ResyncView>, StoreError> {
    resyncs::newest(tx, link)?.map(|run| shown(tx, run)).transpose()
}

fn shown(tx: &ReadTx<'_>, run: Run) -> Result<ResyncView, StoreError> {
    Ok(ResyncView {
        done: resyncs::done(tx, &run)?,
        state: match run.phase {
            RunPhase::Asking | RunPhase::Writing => RunState::InProgress,
            RunPhase::Succeeded => RunState::Succeeded,
            RunPhase::Failed => RunState::Failed,
        },
        id: run.public_id,
        link: run.link,
        mode: run.mode,
        total: run.total,
        counts: run.counts,
        skipped: run.skipped,
        error: run.error,
        requested_at: run.requested_at,
        finished_at: run.finished_at,
    })
}
