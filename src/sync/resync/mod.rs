//! Reads everything from the client system again, forgets what is known, and lets the reconciler do the rest.
//!
//! Rule: nothing changes unless the whole answer came, and one transaction takes it over. An event in it that can't be read
//! keeps its last good content, says why it is not newer, and stops no other; where not even its id can be read, its
//! absence is no proof, nor is any other's, and nothing is removed. What the client system said to us **after** the resync was asked for counts as newer than its answer, and stays: its endpoint
//! may lag behind its own calls.
//!
//! A run is requested here; `ask` hears the client system, `take_over` makes its answer what is wanted, and `conclude`
//! ends the run once the calendar is as told; [`ResyncView`] shows a run meanwhile and afterwards.

mod ask;
mod conclude;
mod take_over;
mod view;

use super::Reconciler;
use crate::ids::{Holder, LinkId, ResyncId};
use crate::link::ResyncMode;
use crate::store::links;
use crate::store::resyncs::{self, RunPhase};
use crate::store::{ReadTx, StoreError, holders};

pub use ask::answered;
pub(super) use ask::ask;
pub(super) use conclude::conclude;
pub(crate) use view::newest;
pub use view::{PassedOver, ResyncView, RunState};

/// Why a resync was not started.
#[derive(Debug, thiserror::Error)]
pub enum ResyncError {
    /// 409 `not_linked`
    #[error("no calendar is linked")]
    NotLinked,
    /// 502 `puentes_unavailable`: there is no endpoint to ask.
    #[error("puentes.events_url is not configured: there is nobody to ask")]
    NobodyToAsk,
    /// 500
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Reconciler {
    /// `POST /resync`: starts a run, or answers the one that is going on. `confirm` lets a sudden shrink through.
    ///
    /// # Errors
    /// See [`ResyncError`].
    pub fn resync(&self, holder: &Holder, mode: ResyncMode, confirm: bool) -> Result<ResyncId, ResyncError> {
        let (key, now) = (holder.clone(), self.gateway.clock.now());
        let has_source = self.gateway.clients.source_of(holder).is_some();
        let id = self.gateway.store.write(move |tx| {
            let holder = holders::find(tx, &key)?.ok_or(ResyncError::NotLinked)?;
            let link = links::carrier(tx, holder)?.ok_or(ResyncError::NotLinked)?;
            if !has_source {
                return Err(ResyncError::NobodyToAsk);
            }
            match resyncs::going(tx, link.id)? {
                Some(run) => Ok(run.public_id),
                None => Ok::<_, ResyncError>(resyncs::start(tx, (link.holder, link.id), mode, confirm, now)?),
            }
        })?;
        self.gateway.work.ring();
        Ok(id)
    }
}

/// Whether a run of this link waits for the client system to be asked.
pub(super) fn is_asking(tx: &ReadTx<'_>, link: LinkId) -> Result<bool, StoreError> {
    Ok(resyncs::going(tx, link)?.is_some_and(|run| run.phase == RunPhase::Asking))
}
