//! Placements: what is wanted in a calendar and what is known of it, side by side, and when to act.
//!
//! Rule: whatever happens is an edit of one half. [`wanted`] holds the edits of what is wanted, [`known`] those of what is
//! known, and nothing else writes this table; [`due`](mod@due) says what is to be acted on, [`told`] what people hear. An edit of
//! the wanted half begins afresh: what was tried for the wish before counts no more, and the link wakes.
//!
//! A placement without an event is a *stray*: an object with our mark that no event goes by. It is wanted absent, and so it
//! goes as everything goes.

pub(super) mod due;
pub mod known;
pub(super) mod told;
pub(super) mod wanted;

use jiff::Timestamp;

use super::engine::Row;
use super::{StoreError, damaged};
use crate::ids::LinkId;
use crate::placement::{Handle, Known, Mark, Revision, Seen, Sight, Version, Wanted};

pub use due::{due, set_back};
pub use told::{
    PlacementState, Sighting, Tally, Unplaced, all_of, keys_beside, next_try, refused, standing, tally, written_since,
};
pub use wanted::{want, want_absent, want_all, want_nothing};

/// When that is due which makes room for what is to be written: before everything else.
const FIRST: Timestamp = Timestamp::UNIX_EPOCH;

/// Where a placement is made: a link and the mark of its holder.
#[derive(Clone, Copy, Debug)]
pub struct Target<'m> {
    /// The link.
    pub link: LinkId,
    /// Its holder's mark.
    pub mark: &'m Mark,
}

/// What was tried so far counts no more: no failure, no refusal and no word of the provider stands.
macro_rules! afresh {
    () => {
        "attempts = 0, refused = NULL, failing_since = NULL, reason = NULL"
    };
}

use afresh;

/// What is wanted, of the two columns that say it.
fn read_wanted(row: &Row<'_>) -> Result<Wanted, StoreError> {
    let (revision, anew): (Option<Revision>, bool) = (row.get("wanted")?, row.get("anew")?);
    Ok(match revision {
        None => Wanted::Absent,
        Some(revision) if anew => Wanted::Anew(revision),
        Some(revision) => Wanted::Present(revision),
    })
}

/// What is known, of the four columns that say it.
fn read_known(row: &Row<'_>) -> Result<Known, StoreError> {
    let word: String = row.get("known")?;
    let version: Option<Version> = row.get("seen_version")?;
    let handle: Option<Handle> = row.get("seen_handle")?;
    let revision: Option<Revision> = row.get("seen_revision")?;
    let seen = version.zip(revision).map(|(version, revision)| Seen { sight: Sight { version, handle }, revision });
    match (word.as_str(), seen) {
        ("nothing", _) => Ok(Known::Nothing),
        ("gone", _) => Ok(Known::Gone),
        ("unsure", last) => Ok(Known::Unsure { last }),
        ("at", Some(seen)) => Ok(Known::At(seen)),
        _ => Err(damaged("known")),
    }
}

#[cfg(test)]
mod tests;
