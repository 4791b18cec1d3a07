//! The events of a holder that happen in a range.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::asked::{Asked, Expand, MOST_INSTANCES, NotTold};
use super::told::Entry;
use crate::calendar::{Class, Event, When, Zone};
use crate::ids::{EventRowId, Holder, HolderId};
use crate::instances::{self, Edges, Instance, Range, Reach, TooMany};
use crate::reading;
use crate::store::events::{self, Candidate};
use crate::store::{ReadTx, StoreError};

/// Where something stands in the order of a range: when it begins, its row, and the instance of it. No two have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Order {
    pub(super) from: Timestamp,
    pub(super) row: EventRowId,
    /// The start in the series, in seconds; the least number for an event as a whole.
    pub(super) original: i64,
}

/// Looks for what happens in a range.
pub(super) struct Search<'s> {
    pub(super) tx: &'s ReadTx<'s>,
    pub(super) holder: &'s Holder,
    /// The holder's row; none of whom nothing is stored.
    pub(super) row: Option<HolderId>,
    pub(super) zone: &'s Zone,
    pub(super) range: Range,
    pub(super) expand: Expand,
    pub(super) asked: &'s Asked,
    /// Those that may be told; none: all.
    pub(super) only: Option<HashSet<EventRowId>>,
    /// Where the page before ended.
    pub(super) after: Option<Order>,
}

impl Search<'_> {
    /// All that is to be told, in order.
    ///
    /// # Errors
    /// When the store fails, or there are too many instances.
    pub(super) fn all(&self) -> Result<Vec<(Order, Entry)>, NotTold> {
        let mut candidates = match self.row {
            Some(row) => events::candidates(self.tx, row, self.range)?,
            None => Vec::new(),
        };
        candidates.extend(events::attended(self.tx, self.holder, self.range)?);
        let (mut found, mut instances) = (Vec::new(), 0);
        for candidate in candidates.into_iter().filter(|candidate| self.may_be_told(candidate)) {
            match candidate.reach {
                Some(reach) if reach.edges != Edges::Rough => found.extend(self.single(&candidate, &reach)),
                _ => self.read(&candidate, &mut found, &mut instances)?,
            }
        }
        if let Some(after) = self.after {
            found.retain(|(order, _)| *order > after);
        }
        found.sort_by_key(|(order, _)| *order);
        Ok(found)
    }

    fn may_be_told(&self, candidate: &Candidate) -> bool {
        let Asked { updated_since, with_confidential, .. } = self.asked;
        (*with_confidential || !candidate.confidential)
            && updated_since.is_none_or(|since| candidate.updated_at >= since)
            && self.only.as_ref().is_none_or(|only| only.contains(&candidate.id))
    }

    /// An event whose edges the index knows.
    fn single(&self, candidate: &Candidate, reach: &Reach) -> Option<(Order, Entry)> {
        let here = |at: Timestamp| match reach.edges {
            Edges::Readings => self.zone.instant(TimeZone::UTC.to_datetime(at)).unwrap_or(at),
            Edges::Instants | Edges::Rough => at,
        };
        let (from, to) = (here(reach.first), here(reach.last?));
        self.range.meets(from, to).then(|| entry(candidate, from, None))
    }

    /// An event that must be read.
    fn read(
        &self,
        candidate: &Candidate,
        found: &mut Vec<(Order, Entry)>,
        instances: &mut usize,
    ) -> Result<(), NotTold> {
        // What can't be read (any more) happens nowhere that anybody knows.
        let Some(event) = event(self.tx, candidate.id)? else { return Ok(()) };
        if !self.is_shown(&event.master.class) {
            return Ok(());
        }
        if self.expand == Expand::Series {
            if instances::happens_in(&event, self.zone, self.range) {
                let span = instances::span(&event, self.zone);
                found.push(entry(candidate, span.0, None));
            }
            return Ok(());
        }
        // Of what begins before the page, all that has begun was told.
        let range = self.after.and_then(|after| Range::new(after.from.max(self.range.from()), self.range.to()));
        let all = instances::in_range(&event, self.zone, range.unwrap_or(self.range), MOST_INSTANCES)?;
        *instances += all.len();
        if *instances > MOST_INSTANCES {
            return Err(TooMany { most: MOST_INSTANCES }.into());
        }
        let shown = all.into_iter().filter(|one| self.is_shown(&one.particulars(&event).class));
        found.extend(shown.map(|Instance { from, original, .. }| entry(candidate, from, original)));
        Ok(())
    }

    fn is_shown(&self, class: &Option<Class>) -> bool {
        self.asked.with_confidential || *class != Some(Class::Confidential)
    }
}

fn entry(candidate: &Candidate, from: Timestamp, original: Option<When>) -> (Order, Entry) {
    let place = original.as_ref().and_then(|at| TimeZone::UTC.to_timestamp(at.order()).ok());
    let order = Order { from, row: candidate.id, original: place.map_or(i64::MIN, Timestamp::as_second) };
    (order, Entry { row: candidate.id, holder: candidate.holder, original })
}

/// What the text of an event says; none when it can't be read, or is held no more.
pub(super) fn event(tx: &ReadTx<'_>, row: EventRowId) -> Result<Option<Event>, StoreError> {
    let text = events::texts(tx, &[row])?.pop();
    Ok(text.and_then(|(_, text)| reading::read(text.form, &text.body).ok()).map(|draft| draft.event))
}
