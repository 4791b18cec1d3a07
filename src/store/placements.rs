//! Placements: wanted and known, side by side, and when to act.

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::columns::{damaged, maybe_time, millis, time};
use super::events::{EventRow, event_id};
use super::{ReadTx, StoreError, WriteTx, events, links};
use crate::ids::{EventId, EventRowId, HolderId, LinkId, PlacementId};
use crate::placement::{Known, Mark, RemoteKey, Revision, Seen, Version, Wanted};

/// Where a placement is made: a link and the mark of its holder.
#[derive(Clone, Debug)]
pub struct Target {
    /// The link.
    pub link: LinkId,
    /// Its holder's mark.
    pub mark: Mark,
}

/// One placement that is to be acted on.
#[derive(Clone, Debug)]
pub struct Due {
    /// Which.
    pub id: PlacementId,
    /// The client's name for the event.
    pub event_id: EventId,
    /// The name at the provider.
    pub key: RemoteKey,
    /// What it should be.
    pub wanted: Wanted,
    /// What it was last known to be.
    pub known: Known,
    /// The event's text, where it is wanted present.
    pub ical: Option<String>,
    /// Tries that failed in a row.
    pub attempts: u32,
    /// How often it had to be renamed.
    pub generation: u32,
}

/// The most bytes of texts that one load brings into memory.
const LOAD_BYTES: usize = 8 << 20;

/// Wants `event` in the calendar with this content, and wakes the link.
pub fn want(
    tx: &WriteTx<'_>,
    target: &Target,
    event: (EventRowId, &EventId),
    revision: Revision,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (row, name) = event;
    let key = RemoteKey::derive(&target.mark, target.link, name, 0);
    tx.execute(
        "INSERT INTO placements (link_id, event_id, key, wanted, known, due_at) VALUES (?1, ?2, ?3, ?4, 'nothing', ?5)
         ON CONFLICT (link_id, event_id) DO UPDATE SET wanted = excluded.wanted, due_at = excluded.due_at,
             attempts = 0, refused = NULL, failing_since = NULL, reason = NULL",
        params![target.link.0, row.0, key.as_str(), revision.0, millis(now)],
    )?;
    links::wake(tx, target.link, now)
}

/// Wants `event` out of the calendar. One that never came near it is forgotten at once.
pub fn want_absent(tx: &WriteTx<'_>, link: LinkId, event: EventRowId, now: Timestamp) -> Result<(), StoreError> {
    let forgotten = tx.execute(
        "DELETE FROM placements WHERE link_id = ?1 AND event_id = ?2 AND known IN ('nothing', 'gone')",
        params![link.0, event.0],
    )?;
    if forgotten > 0 {
        return Ok(());
    }
    tx.execute(
        "UPDATE placements SET wanted = NULL, due_at = ?3, attempts = 0, refused = NULL, failing_since = NULL,
                reason = NULL
         WHERE link_id = ?1 AND event_id = ?2",
        params![link.0, event.0, millis(now)],
    )?;
    links::wake(tx, link, now)
}

/// Wants every held event of a holder in a new link.
pub fn want_all(tx: &WriteTx<'_>, target: &Target, holder: HolderId, now: Timestamp) -> Result<(), StoreError> {
    for EventRow { id, event_id, revision, deleted, .. } in events::all_of(tx, holder)? {
        if !deleted {
            want(tx, target, (id, &event_id), revision, now)?;
        }
    }
    Ok(())
}

/// The placements of a link to be acted on at `now`, those that wait longest first; at most `most`, or 8 MiB of text.
pub fn due(tx: &ReadTx<'_>, link: LinkId, now: Timestamp, most: usize) -> Result<Vec<Due>, StoreError> {
    let mut statement = tx.connection().prepare_cached(
        "SELECT p.id, e.event_id, p.key, p.wanted, p.known, p.seen_version, p.seen_revision, p.attempts, p.generation,
                CASE WHEN p.wanted IS NULL THEN NULL ELSE e.ical END AS ical
         FROM placements p JOIN events e ON e.id = p.event_id
         WHERE p.link_id = ?1 AND p.due_at <= ?2 ORDER BY p.due_at, p.id LIMIT ?3",
    )?;
    let mut rows = statement.query(params![link.0, millis(now), most])?;
    let mut loaded = Vec::new();
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        let due = read(row)?;
        bytes += due.ical.as_ref().map_or(0, String::len);
        loaded.push(due);
        if bytes >= LOAD_BYTES {
            break;
        }
    }
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
    tx.all(
        "SELECT id, key, wanted, known, seen_version, seen_revision FROM placements WHERE link_id = ?1",
        params![link.0],
        |row| {
            Ok(Sighting {
                id: PlacementId(row.get("id")?),
                key: RemoteKey::from_text(row.get::<_, String>("key")?),
                wanted: wanted(row)?,
                known: known(row)?,
            })
        },
    )
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
    let tally = tx.one(
        "SELECT count(*) FILTER (WHERE known = 'at' AND seen_revision IS wanted),
                count(*) FILTER (WHERE refused IS NOT NULL AND refused IS wanted), count(*)
         FROM placements WHERE link_id = ?1",
        params![link.0],
        |row| {
            let (settled, refused, all): (u64, u64, u64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(Tally { settled, refused, pending: all.saturating_sub(settled + refused) })
        },
    )?;
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
    tx.one(
        "SELECT p.wanted, p.known, p.seen_version, p.seen_revision, p.due_at,
                p.refused IS NOT NULL AND p.refused IS p.wanted AS refused
         FROM links l JOIN events e ON e.holder_id = l.holder_id AND e.event_id = ?2
              JOIN placements p ON p.event_id = e.id AND p.link_id = l.id
         WHERE l.id = ?1",
        params![link.0, event.as_str()],
        |row| {
            Ok(Standing {
                wanted: wanted(row)?,
                known: known(row)?,
                refused: row.get("refused")?,
                due_at: maybe_time(row, "due_at")?,
            })
        },
    )
}

/// When the placement of an event is tried next: when it is due, its link's pause is over and the link wakes. None when
/// it is at rest, or the link waits for its person or is ending.
pub fn next_try(tx: &ReadTx<'_>, link: LinkId, event: &EventId) -> Result<Option<Timestamp>, StoreError> {
    tx.one(
        "SELECT max(p.due_at, l.not_before, coalesce(l.wake_at, 0)) AS next
         FROM links l JOIN events e ON e.holder_id = l.holder_id AND e.event_id = ?2
              JOIN placements p ON p.event_id = e.id AND p.link_id = l.id
         WHERE l.id = ?1 AND l.state = 'active' AND p.due_at IS NOT NULL",
        params![link.0, event.as_str()],
        |row| time(row, "next"),
    )
}

fn read(row: &Row<'_>) -> rusqlite::Result<Due> {
    Ok(Due {
        id: PlacementId(row.get("id")?),
        event_id: event_id(row)?,
        key: RemoteKey::from_text(row.get::<_, String>("key")?),
        wanted: wanted(row)?,
        known: known(row)?,
        ical: row.get("ical")?,
        attempts: row.get("attempts")?,
        generation: row.get("generation")?,
    })
}

fn wanted(row: &Row<'_>) -> rusqlite::Result<Wanted> {
    let revision: Option<u64> = row.get("wanted")?;
    Ok(revision.map_or(Wanted::Absent, |number| Wanted::Present(Revision(number))))
}

fn known(row: &Row<'_>) -> rusqlite::Result<Known> {
    let version: Option<String> = row.get("seen_version")?;
    let revision: Option<u64> = row.get("seen_revision")?;
    let seen = version.zip(revision).map(|(v, r)| Seen { version: Version(v), revision: Revision(r) });
    let word: String = row.get("known")?;
    match (word.as_str(), seen) {
        ("nothing", _) => Ok(Known::Nothing),
        ("gone", _) => Ok(Known::Gone),
        ("unsure", last) => Ok(Known::Unsure { last }),
        ("at", Some(seen)) => Ok(Known::At(seen)),
        _ => Err(damaged("placements.known")),
    }
}
