//! Placements: wanted and known, side by side, and when to act.

use std::ops::ControlFlow;

use jiff::Timestamp;

use super::engine::Row;
use super::events::EventRow;
use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError, WriteTx, damaged, events, links};
use crate::ids::{EventId, EventRowId, HolderId, LinkId, PlacementId};
use crate::placement::{Due, Known, Mark, RemoteKey, Revision, Seen, Version, Wanted};

/// Where a placement is made: a link and the mark of its holder.
#[derive(Clone, Copy, Debug)]
pub struct Target<'m> {
    /// The link.
    pub link: LinkId,
    /// Its holder's mark.
    pub mark: &'m Mark,
}

/// The most bytes of texts that one load brings into memory.
const LOAD_BYTES: usize = 8 << 20;

statements! {
    WANT(Int, Int, Text, Int, Int) =
        "INSERT INTO placements (link_id, event_id, key, wanted, known, due_at) VALUES (?1, ?2, ?3, ?4, 'nothing', ?5)
         ON CONFLICT (link_id, event_id) DO UPDATE SET wanted = excluded.wanted, due_at = excluded.due_at,
             attempts = 0, refused = NULL, failing_since = NULL, reason = NULL";
    FORGET(Int, Int) = "DELETE FROM placements WHERE link_id = ?1 AND event_id = ?2 AND known IN ('nothing', 'gone')";
    WANT_ABSENT(Int, Int, Int) =
        "UPDATE placements SET wanted = NULL, due_at = ?3, attempts = 0, refused = NULL, failing_since = NULL,
                reason = NULL
         WHERE link_id = ?1 AND event_id = ?2";
    DUE(Int, Int, Int) =
        "SELECT p.id, e.event_id, p.key, p.wanted, p.known, p.seen_version, p.seen_revision,
                CASE WHEN p.wanted IS NULL THEN NULL ELSE e.ical END AS ical, p.attempts, p.generation
         FROM placements p JOIN events e ON e.id = p.event_id
         WHERE p.link_id = ?1 AND p.due_at <= ?2 ORDER BY p.due_at, p.id LIMIT ?3";
    ALL_OF(Int) = "SELECT id, key, wanted, known, seen_version, seen_revision FROM placements WHERE link_id = ?1";
    TALLY(Int) =
        "SELECT count(*) FILTER (WHERE known = 'at' AND seen_revision IS NOT DISTINCT FROM wanted) AS settled,
                count(*) FILTER (WHERE refused IS NOT NULL AND refused IS NOT DISTINCT FROM wanted) AS refused,
                count(*) AS placed
         FROM placements WHERE link_id = ?1";
    STANDING(Int, Text) =
        "SELECT p.wanted, p.known, p.seen_version, p.seen_revision,
                CASE WHEN p.refused IS NOT NULL AND p.refused IS NOT DISTINCT FROM p.wanted THEN 1 ELSE 0 END AS refused,
                p.due_at
         FROM links l JOIN events e ON e.holder_id = l.holder_id AND e.event_id = ?2
              JOIN placements p ON p.event_id = e.id AND p.link_id = l.id
         WHERE l.id = ?1";
    NEXT_TRY(Int, Text) =
        "SELECT p.due_at, l.not_before, l.wake_at
         FROM links l JOIN events e ON e.holder_id = l.holder_id AND e.event_id = ?2
              JOIN placements p ON p.event_id = e.id AND p.link_id = l.id
         WHERE l.id = ?1 AND l.state = 'active' AND p.due_at IS NOT NULL";
}

/// Wants `event` in the calendar with this content, and wakes the link.
pub fn want(
    tx: &WriteTx<'_>,
    target: Target<'_>,
    event: (EventRowId, &EventId),
    revision: Revision,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (row, name) = event;
    let key = RemoteKey::derive(target.mark, target.link, name, 0);
    tx.execute(&WANT, values![target.link, row, &key, revision, now])?;
    links::wake(tx, target.link, now)
}

/// Wants `event` out of the calendar. One that never came near it is forgotten at once.
pub fn want_absent(tx: &WriteTx<'_>, link: LinkId, event: EventRowId, now: Timestamp) -> Result<(), StoreError> {
    if tx.execute(&FORGET, values![link, event])? > 0 {
        return Ok(());
    }
    tx.execute(&WANT_ABSENT, values![link, event, now])?;
    links::wake(tx, link, now)
}

/// Wants every held event of a holder in a new link.
pub fn want_all(tx: &WriteTx<'_>, target: Target<'_>, holder: HolderId, now: Timestamp) -> Result<(), StoreError> {
    for EventRow { id, event_id, revision, deleted, .. } in events::all_of(tx, holder)? {
        if !deleted {
            want(tx, target, (id, &event_id), revision, now)?;
        }
    }
    Ok(())
}

/// The placements of a link to be acted on at `now`, those that wait longest first; at most `most`, or 8 MiB of text.
pub fn due(tx: &ReadTx<'_>, link: LinkId, now: Timestamp, most: usize) -> Result<Vec<Due>, StoreError> {
    let mut loaded = Vec::new();
    let mut bytes = 0;
    tx.until(&DUE, values![link, now, most], |row| {
        let due = read(row)?;
        bytes += due.ical.as_ref().map_or(0, String::len);
        loaded.push(due);
        Ok(if bytes < LOAD_BYTES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    Ok(loaded)
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
        Ok(Sighting { id: row.get("id")?, key: row.get("key")?, wanted: row.get("wanted")?, known: known(row)? })
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
}

/// Counts the placements of a link.
pub fn tally(tx: &ReadTx<'_>, link: LinkId) -> Result<Tally, StoreError> {
    let tally = tx.one(&TALLY, values![link], |row| {
        let (settled, refused, placed): (u64, u64, u64) =
            (row.get("settled")?, row.get("refused")?, row.get("placed")?);
        Ok(Tally { settled, refused, pending: placed.saturating_sub(settled + refused) })
    })?;
    Ok(tally.unwrap_or_default())
}

/// How far one event's placement is.
#[derive(Clone, Debug)]
pub struct Standing {
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
pub fn standing(tx: &ReadTx<'_>, link: LinkId, event: &EventId) -> Result<Option<Standing>, StoreError> {
    tx.one(&STANDING, values![link, event], |row| {
        Ok(Standing {
            wanted: row.get("wanted")?,
            known: known(row)?,
            refused: row.get("refused")?,
            due_at: row.get("due_at")?,
        })
    })
}

/// When the placement of an event is tried next: when it is due, its link's pause is over and the link wakes. None when
/// it is at rest, or the link waits for its person or is ending.
pub fn next_try(tx: &ReadTx<'_>, link: LinkId, event: &EventId) -> Result<Option<Timestamp>, StoreError> {
    tx.one(&NEXT_TRY, values![link, event], |row| {
        let (due, not_before): (Timestamp, Timestamp) = (row.get("due_at")?, row.get("not_before")?);
        Ok(due.max(not_before).max(row.get::<Option<Timestamp>>("wake_at")?.unwrap_or(Timestamp::UNIX_EPOCH)))
    })
}

fn read(row: &Row<'_>) -> Result<Due, StoreError> {
    Ok(Due {
        id: row.get("id")?,
        event_id: row.get("event_id")?,
        key: row.get("key")?,
        wanted: row.get("wanted")?,
        known: known(row)?,
        ical: row.get("ical")?,
        attempts: row.get("attempts")?,
        generation: row.get("generation")?,
    })
}

fn known(row: &Row<'_>) -> Result<Known, StoreError> {
    let word: String = row.get("known")?;
    let version: Option<Version> = row.get("seen_version")?;
    let revision: Option<Revision> = row.get("seen_revision")?;
    let seen = version.zip(revision).map(|(version, revision)| Seen { version, revision });
    match (word.as_str(), seen) {
        ("nothing", _) => Ok(Known::Nothing),
        ("gone", _) => Ok(Known::Gone),
        ("unsure", last) => Ok(Known::Unsure { last }),
        ("at", Some(seen)) => Ok(Known::At(seen)),
        _ => Err(damaged("known")),
    }
}
