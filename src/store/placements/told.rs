//! How placements stand: for a survey, for counts, and for who waits for an answer.

use std::collections::HashSet;

use jiff::Timestamp;

use super::{read_known, read_wanted};
use crate::clock;
use crate::ids::{EventId, HolderId, LinkId, PlacementId};
use crate::placement::{Known, RemoteKey, Wanted};
use crate::store::sql::statements;
use crate::store::value::values;
use crate::store::{ReadTx, StoreError};

statements! {
    ALL_OF(Int) = "SELECT id, key, wanted, anew, known, seen_version, seen_handle, seen_revision FROM placements WHERE link_id = ?1";
    TALLY(Int) =
        "SELECT count(*) FILTER (WHERE known = 'at' AND seen_revision IS NOT DISTINCT FROM wanted) AS settled,
                count(*) FILTER (WHERE refused IS NOT NULL AND refused IS NOT DISTINCT FROM wanted) AS refused,
                count(*) FILTER (WHERE event_id IS NULL) AS strays,
                count(*) AS placed
         FROM placements WHERE link_id = ?1";
    STANDING(Int, Text) =
        "SELECT p.wanted, p.anew, p.known, p.seen_version, p.seen_handle, p.seen_revision,
                CASE WHEN p.refused IS NOT NULL AND p.refused IS NOT DISTINCT FROM p.wanted THEN 1 ELSE 0 END AS refused,
                p.due_at
         FROM links l JOIN events e ON e.holder_id = l.holder_id AND e.event_id = ?2
              JOIN placements p ON p.event_id = e.id AND p.link_id = l.id
         WHERE l.id = ?1";
    NEXT_TRY(Int, Text) =
        "SELECT p.due_at, l.not_before, l.wake_at
         FROM links l JOIN events e ON e.holder_id = l.holder_id AND e.event_id = ?2
              JOIN placements p ON p.event_id = e.id AND p.link_id = l.id
         WHERE l.id = ?1 AND l.state = 'active' AND l.enabled = 1 AND l.suspended = 0 AND l.waits = 0
           AND p.due_at IS NOT NULL AND p.held = 0";
    WRITTEN_SINCE(Int, Int) = "SELECT count(*) AS written FROM placements WHERE link_id = ?1 AND written_at >= ?2";
    REFUSED(Int, Int) =
        "SELECT e.event_id, p.reason FROM placements p JOIN events e ON e.id = p.event_id
         WHERE p.link_id = ?1 AND p.refused IS NOT NULL AND p.refused IS NOT DISTINCT FROM p.wanted
         ORDER BY p.id LIMIT ?2";
    KEYS_BESIDE(Int, Int) =
        "SELECT p.key FROM links l JOIN placements p ON p.link_id = l.id WHERE l.holder_id = ?1 AND l.id <> ?2";
}

/// One line of what is known of a calendar as a whole.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// Which.
    pub id: PlacementId,
    /// The name at the provider.
    pub key: RemoteKey,
    /// What it should be.
    pub wanted: Wanted,
    /// What it was last known to be.
    pub known: Known,
}

/// Every placement of a link, for a survey.
pub fn all_of(tx: &ReadTx<'_>, link: LinkId) -> Result<Vec<Sighting>, StoreError> {
    tx.all(&ALL_OF, values![link], |row| {
        Ok(Sighting { id: row.get("id")?, key: row.get("key")?, wanted: read_wanted(row)?, known: read_known(row)? })
    })
}

/// The names of whatever the other links of a holder placed: where two of them live in one calendar, neither touches it.
pub fn keys_beside(tx: &ReadTx<'_>, holder: HolderId, link: LinkId) -> Result<HashSet<RemoteKey>, StoreError> {
    Ok(tx.all(&KEYS_BESIDE, values![holder, link], |row| row.get("key"))?.into_iter().collect())
}

/// How many events of a link were written since.
pub fn written_since(tx: &ReadTx<'_>, link: LinkId, since: Timestamp) -> Result<u64, StoreError> {
    Ok(tx.one(&WRITTEN_SINCE, values![link, since], |row| row.get("written"))?.unwrap_or(0))
}

/// An event that the provider refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unplaced {
    /// Which.
    pub event: EventId,
    /// The provider's words.
    pub reason: Option<String>,
}

/// The most refused events that are named at once.
const MOST_REFUSED: usize = 100;

/// Some of the events of a link that the provider refuses.
pub fn refused(tx: &ReadTx<'_>, link: LinkId) -> Result<Vec<Unplaced>, StoreError> {
    tx.all(&REFUSED, values![link, MOST_REFUSED], |row| {
        Ok(Unplaced { event: row.get("event_id")?, reason: row.get("reason")? })
    })
}

/// How the placements of a link stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// In the calendar as wanted.
    pub settled: u64,
    /// Not yet as wanted.
    pub pending: u64,
    /// Refused for good.
    pub refused: u64,
    /// Objects of ours that no event goes by, and that are not gone yet.
    pub strays: u64,
}

impl Tally {
    /// Everything that is not yet as it should be.
    pub fn left(&self) -> u64 {
        self.pending + self.refused + self.strays
    }
}

/// Counts the placements of a link.
pub fn tally(tx: &ReadTx<'_>, link: LinkId) -> Result<Tally, StoreError> {
    let tally = tx.one(&TALLY, values![link], |row| {
        let (settled, refused): (u64, u64) = (row.get("settled")?, row.get("refused")?);
        let (strays, placed): (u64, u64) = (row.get("strays")?, row.get("placed")?);
        Ok(Tally { settled, refused, strays, pending: placed.saturating_sub(settled + refused + strays) })
    })?;
    Ok(tally.unwrap_or_default())
}

/// How far one event's placement is.
#[derive(Clone, Debug)]
pub struct PlacementState {
    /// What it should be.
    pub wanted: Wanted,
    /// What it is known to be.
    pub known: Known,
    /// Whether the provider refused what is wanted.
    pub refused: bool,
    /// When it will be acted on; none when at rest.
    pub due_at: Option<Timestamp>,
}

/// The placement of an event in a link; none when there is nothing left of it.
pub fn standing(tx: &ReadTx<'_>, link: LinkId, event: &EventId) -> Result<Option<PlacementState>, StoreError> {
    tx.one(&STANDING, values![link, event], |row| {
        Ok(PlacementState {
            wanted: read_wanted(row)?,
            known: read_known(row)?,
            refused: row.get("refused")?,
            due_at: row.get("due_at")?,
        })
    })
}

/// When the placement of an event is tried next: when it is due, its link's pause is over and the link wakes. None when
/// it is at rest or held by the brake, or the link waits for its person, is switched off or is ending.
pub fn next_try(
    tx: &ReadTx<'_>,
    link: LinkId,
    event: &EventId,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    tx.one(&NEXT_TRY, values![link, event], |row| {
        let waits: [Option<Timestamp>; 3] = [row.get("due_at")?, row.get("not_before")?, row.get("wake_at")?];
        Ok(waits.into_iter().flatten().filter(|until| !clock::is_over(*until, now)).fold(now, Timestamp::max))
    })
}
