//! Whether an accepted change has come to rest: what an answer that waits asks each time the link's bell rings.

use super::Intake;
use crate::intake::{Accepted, Verdict};
use crate::link::LinkState;
use crate::placement::{Known, Wanted};
use crate::store::links;
use crate::store::placements::{self, PlacementState};
use crate::store::{ReadTx, StoreError};

/// How far one accepted change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The calendar is as it was asked to be.
    Done,
    /// Not yet; waiting may help.
    Going,
    /// Waiting won't help: no link, a refusal, or a link that is switched off or waits.
    Stuck,
}

impl Intake {
    /// How far `accepted` is.
    ///
    /// # Errors
    /// When the store fails.
    pub fn progress(&self, accepted: &Accepted) -> Result<Progress, StoreError> {
        let Some(link) = accepted.link else {
            // Without a link no calendar holds it: a removal is complete, a write has nowhere to go.
            let removed = accepted.verdict == Verdict::Removed;
            return Ok(if removed { Progress::Done } else { Progress::Stuck });
        };
        self.gateway.store.read(|tx| match placements::standing(tx, link, &accepted.event_id)? {
            None => Ok(if accepted.verdict == Verdict::Removed { Progress::Done } else { Progress::Stuck }),
            Some(standing) if is_done(&standing, accepted) => Ok(Progress::Done),
            Some(standing) if standing.refused => Ok(Progress::Stuck),
            Some(_) if is_parked(tx, link)? => Ok(Progress::Stuck),
            Some(_) => Ok(Progress::Going),
        })
    }
}

fn is_done(standing: &PlacementState, accepted: &Accepted) -> bool {
    match (&standing.known, standing.wanted) {
        (Known::At(seen), Wanted::Present(_)) => {
            accepted.verdict != Verdict::Removed && seen.revision >= accepted.revision
        }
        // Wanted again since, or still there.
        _ => false,
    }
}

fn is_parked(tx: &ReadTx<'_>, link: crate::ids::LinkId) -> Result<bool, StoreError> {
    let link = links::get(tx, link)?;
    Ok(!link.is_some_and(|link| link.state == LinkState::Active && link.is_on() && !link.waits))
}
