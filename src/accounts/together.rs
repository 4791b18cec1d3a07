//! Links that live in one calendar: when it is made anew for one of them, the others come along.

use jiff::Timestamp;

use crate::happened::Happened;
use crate::store::links::{self, LinkRow};
use crate::store::placements::known;
use crate::store::{StoreError, WriteTx, activity};

/// The links that were in one calendar with `old`, which stands for a link before it moved, come along to where that link is
/// now: nothing of theirs is there yet. Only those that `may` come: nobody must be at work on one.
///
/// # Errors
/// When the store fails.
pub fn follow(
    tx: &WriteTx<'_>,
    old: &LinkRow,
    may: impl Fn(&LinkRow) -> bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(leader) = links::get(tx, old.id)? else { return Ok(()) };
    for link in links::companions(tx, old)?.into_iter().filter(may) {
        links::comes_along(tx, link.id, &leader, now)?;
        known::nothing_there(tx, link.id, now)?;
        activity::log(tx, link.holder, now, &Happened::CalendarMadeAgain)?;
    }
    Ok(())
}
