//! A round that somebody asks for, where no client system can be asked for everything.

use jiff::Timestamp;

use super::Reconciler;
use crate::ids::LinkId;
use crate::store::placements::Unplaced;
use crate::store::{StoreError, links, placements};

/// How a link stands after a round was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundView {
    /// Whether all that was wanted then is as wanted, or refused for good.
    pub is_over: bool,
    /// Events that were written since.
    pub written: u64,
    /// Some of those that the provider refuses.
    pub refused: Vec<Unplaced>,
}

impl Reconciler {
    /// Looks at the whole calendar of a link at once, and writes what differs; a pause that it is in is over, and one that waits
    /// for its person is tried again. Answers from when on what is written counts.
    ///
    /// # Errors
    /// When the store fails.
    pub fn look_again(&self, link: LinkId) -> Result<Timestamp, StoreError> {
        let now = self.gateway.clock.now();
        self.gateway.store.write(move |tx| {
            links::ask_for_survey(tx, link)?;
            links::try_again(tx, link, now)
        })?;
        self.gateway.work.ring();
        Ok(now)
    }

    /// How far that is.
    ///
    /// # Errors
    /// When the store fails.
    pub fn round_since(&self, link: LinkId, since: Timestamp) -> Result<RoundView, StoreError> {
        self.gateway.store.read(|tx| {
            let row = links::get(tx, link)?;
            let tally = placements::tally(tx, link)?;
            let waits = row.is_some_and(|row| row.survey && row.is_on() && !row.state.waits_for_person());
            Ok(RoundView {
                is_over: !waits && tally.pending + tally.strays == 0,
                written: placements::written_since(tx, link, since)?,
                refused: placements::refused(tx, link)?,
            })
        })
    }
}
