//! When a holder is busy with their own events.

use jiff::Timestamp;

use super::asked::{MOST_INSTANCES, NotTold, not_too_long};
use super::within::event;
use super::{Ranges, zone};
use crate::calendar::{Event, Status};
use crate::ids::{Holder, PublicEventId};
use crate::instances::{self, Edges, Instance, Range, TooMany};
use crate::store::events;
use crate::store::holders;

/// When a holder is busy. Blocks of one kind neither overlap nor touch, and are in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Busy {
    /// When they are busy for sure.
    pub busy: Vec<Block>,
    /// When they may be, and are not for sure.
    pub tentative: Vec<Block>,
    /// Events that nobody can read: when they happen is not known.
    pub unknown: Vec<PublicEventId>,
}

/// A stretch of time, on and before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Block {
    /// Its first instant.
    pub from: Timestamp,
    /// The first one behind it.
    pub to: Timestamp,
}

impl Ranges {
    /// When a holder is busy in a range with their own events, confidential ones among them. What was called off, and what
    /// says that they are free, keeps nobody busy; nor does what has no length.
    ///
    /// # Errors
    /// See [`NotTold`].
    pub fn busy(&self, holder: &Holder, range: Range) -> Result<Busy, NotTold> {
        not_too_long(range)?;
        self.gateway.store.read(|tx| {
            let Some(row) = holders::find(tx, holder)? else { return Ok(Busy::default()) };
            let zone = zone::of(tx, &self.gateway, holder, Some(row))?;
            let mut found = Found { range, sure: Vec::new(), perhaps: Vec::new() };
            let mut instances = 0;
            for candidate in events::candidates(tx, row, range)? {
                let Some(event) = event(tx, candidate.id)? else { continue };
                let single = candidate.reach.is_some_and(|reach| reach.edges != Edges::Rough);
                let all = instances::in_range(&event, &zone, range, MOST_INSTANCES)?;
                instances += if single { 0 } else { all.len() };
                if instances > MOST_INSTANCES {
                    return Err(TooMany { most: MOST_INSTANCES }.into());
                }
                all.iter().for_each(|one| found.take(&event, one));
            }
            let unknown = events::unreadable(tx, row)?;
            Ok(Busy { busy: merged(found.sure), tentative: merged(found.perhaps), unknown })
        })
    }
}

/// What keeps somebody busy.
struct Found {
    range: Range,
    sure: Vec<Block>,
    perhaps: Vec<Block>,
}

impl Found {
    fn take(&mut self, event: &Event, one: &Instance) {
        let said = one.particulars(event);
        let block = Block { from: one.from.max(self.range.from()), to: one.to.min(self.range.to()) };
        if said.free || block.from >= block.to {
            return;
        }
        match said.status {
            Some(Status::Cancelled) => {}
            Some(Status::Tentative) => self.perhaps.push(block),
            Some(Status::Confirmed) | None => self.sure.push(block),
        }
    }
}

/// The same time in blocks that neither overlap nor touch.
fn merged(mut blocks: Vec<Block>) -> Vec<Block> {
    blocks.sort_unstable();
    let mut merged: Vec<Block> = Vec::new();
    for block in blocks {
        match merged.last_mut() {
            Some(last) if block.from <= last.to => last.to = last.to.max(block.to),
            _ => merged.push(block),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_that_overlap_or_touch_become_one() {
        let block = |from: i64, to: i64| Block {
            from: Timestamp::from_second(from).unwrap(),
            to: Timestamp::from_second(to).unwrap(),
        };
        let some = vec![block(5, 6), block(0, 2), block(2, 3), block(1, 2), block(8, 9), block(8, 20), block(9, 10)];
        assert_eq!(merged(some), [block(0, 3), block(5, 6), block(8, 20)]);
        assert_eq!(merged(Vec::new()), []);
    }
}
