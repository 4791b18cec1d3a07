//! Events: what the client system said, newest content only.

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::columns::{damaged, maybe_time, millis, time};
use super::{ReadTx, StoreError, WriteTx};
use crate::ids::{EventId, EventRowId, HolderId, LinkId};
use crate::placement::Revision;

/// Content as it is to be held.
#[derive(Clone, Debug)]
pub struct Content {
    /// The client's id.
    pub event_id: EventId,
    /// The iCalendar text as it was sent.
    pub ical: String,
    /// Equal when a calendar would show the same.
    pub fingerprint: [u8; 32],
}

/// A held event without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// Its row.
    pub id: EventRowId,
    /// The client's id.
    pub event_id: EventId,
    /// Its content number.
    pub revision: Revision,
    /// Its content's fingerprint.
    pub fingerprint: [u8; 32],
    /// Wanted no more; kept until it is out of the calendar.
    pub deleted: bool,
    /// When it last changed.
    pub updated_at: Timestamp,
}

const ROW: &str = "SELECT id, event_id, revision, fingerprint, deleted, updated_at FROM events";

/// The event of that id, deleted ones included.
pub fn find(tx: &ReadTx<'_>, holder: HolderId, event_id: &EventId) -> Result<Option<EventRow>, StoreError> {
    tx.one(&format!("{ROW} WHERE holder_id = ?1 AND event_id = ?2"), params![holder.0, event_id.as_str()], read)
}

/// All events of a holder, deleted ones included, in the order of their acceptance.
pub fn all_of(tx: &ReadTx<'_>, holder: HolderId) -> Result<Vec<EventRow>, StoreError> {
    tx.all(&format!("{ROW} WHERE holder_id = ?1 ORDER BY id"), params![holder.0], read)
}

/// How many events are held for a holder.
pub fn count(tx: &ReadTx<'_>, holder: HolderId) -> Result<u64, StoreError> {
    let count =
        tx.one("SELECT count(*) FROM events WHERE holder_id = ?1 AND NOT deleted", params![holder.0], |row| {
            row.get(0)
        })?;
    Ok(count.unwrap_or_default())
}

/// Holds a new event at revision 1.
pub fn insert(
    tx: &WriteTx<'_>,
    holder: HolderId,
    content: &Content,
    now: Timestamp,
) -> Result<(EventRowId, Revision), StoreError> {
    tx.execute(
        "INSERT INTO events (holder_id, event_id, ical, revision, fingerprint, created_at, updated_at)
         VALUES (?1, ?2, ?3, 1, ?4, ?5, ?5)",
        params![holder.0, content.event_id.as_str(), content.ical, content.fingerprint, millis(now)],
    )?;
    Ok((EventRowId(tx.connection().last_insert_rowid()), Revision(1)))
}

/// Gives a held (or deleted) event its next content.
pub fn replace(tx: &WriteTx<'_>, event: &EventRow, content: &Content, now: Timestamp) -> Result<Revision, StoreError> {
    let revision = Revision(event.revision.0 + 1);
    tx.execute(
        "UPDATE events SET ical = ?2, revision = ?3, fingerprint = ?4, updated_at = ?5,
                created_at = CASE WHEN deleted THEN ?5 ELSE created_at END, deleted = 0
         WHERE id = ?1",
        params![event.id.0, content.ical, revision.0, content.fingerprint, millis(now)],
    )?;
    Ok(revision)
}

/// Wants the event no more. Its row stays as long as it has a placement, or a resync is asking the client system
/// (whose answer may still tell of it).
pub fn delete(tx: &WriteTx<'_>, event: EventRowId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("UPDATE events SET deleted = 1, updated_at = ?2 WHERE id = ?1", params![event.0, millis(now)])?;
    Ok(())
}

/// Forgets deleted events that no calendar can hold any more.
pub fn purge(tx: &WriteTx<'_>, holder: HolderId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM events WHERE holder_id = ?1 AND deleted = 1
            AND NOT EXISTS (SELECT 1 FROM placements WHERE placements.event_id = events.id)
            AND NOT EXISTS (SELECT 1 FROM resync_runs r
                            WHERE r.holder_id = events.holder_id AND r.phase = 'asking' AND r.finished_at IS NULL)",
        params![holder.0],
    )?;
    Ok(())
}

/// An event with what its placement says, as the client system is told.
#[derive(Clone, Debug)]
pub struct Held {
    /// The client's id.
    pub event_id: EventId,
    /// The text as it was sent.
    pub ical: String,
    /// Its content number.
    pub revision: Revision,
    /// When it was first accepted.
    pub created_at: Timestamp,
    /// When its content last changed.
    pub updated_at: Timestamp,
    /// Its placement in the holder's link; none without a link.
    pub placement: Option<HeldPlacement>,
}

/// The half of a placement that is told.
#[derive(Clone, Debug)]
pub struct HeldPlacement {
    /// In the calendar with the content that is held.
    pub settled: bool,
    /// The provider will never take this content.
    pub refused: bool,
    /// Since when it fails without a break.
    pub failing_since: Option<Timestamp>,
    /// The last request about it.
    pub last_attempt_at: Option<Timestamp>,
    /// What the provider last said, when not simply yes.
    pub reason: Option<String>,
    /// What the calendar can't hold of it.
    pub degradations: Vec<String>,
    /// When it was last written there.
    pub written_at: Option<Timestamp>,
    /// When it was last seen there as it was written.
    pub confirmed_at: Option<Timestamp>,
}

const PLACED: &str = "p.id IS NOT NULL AS placed, p.known = 'at' AND p.seen_revision IS p.wanted AS settled,
        p.refused IS NOT NULL AND p.refused IS p.wanted AS refused,
        p.failing_since, p.last_attempt_at, p.reason, p.degradations, p.written_at, p.confirmed_at
    FROM events e LEFT JOIN placements p ON p.event_id = e.id AND p.link_id = ?2
    WHERE e.holder_id = ?1 AND NOT e.deleted";
const HELD: &str = "SELECT e.event_id, e.ical, e.revision, e.created_at, e.updated_at";

/// A held event with what its placement says, without its text.
#[derive(Clone, Debug)]
pub struct Outlined {
    /// Its row.
    pub id: EventRowId,
    /// The client's id.
    pub event_id: EventId,
    /// Its content's fingerprint.
    pub fingerprint: [u8; 32],
    /// When it was first accepted.
    pub created_at: Timestamp,
    /// Its placement in the holder's link; none without a link.
    pub placement: Option<HeldPlacement>,
}

/// What is held for a holder without the texts, in the order of acceptance; `link` is the one whose placements are told.
pub fn outlined(tx: &ReadTx<'_>, holder: HolderId, link: Option<LinkId>) -> Result<Vec<Outlined>, StoreError> {
    let sql = format!("SELECT e.id, e.event_id, e.fingerprint, e.created_at, {PLACED} ORDER BY e.id");
    tx.all(&sql, params![holder.0, link.map(|id| id.0)], |row| {
        Ok(Outlined {
            id: EventRowId(row.get("id")?),
            event_id: event_id(row)?,
            fingerprint: row.get("fingerprint")?,
            created_at: time(row, "created_at")?,
            placement: read_placement(row)?,
        })
    })
}

/// The texts of these events, as far as they are still there, each with the fingerprint of its content.
pub fn texts(tx: &ReadTx<'_>, events: &[EventRowId]) -> Result<Vec<([u8; 32], String)>, StoreError> {
    let rows: Vec<i64> = events.iter().map(|event| event.0).collect();
    tx.all(
        "SELECT fingerprint, ical FROM events WHERE id IN (SELECT value FROM json_each(?1))",
        params![serde_json::json!(rows).to_string()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// What is held for a holder; `link` is the one whose placements are told.
pub fn held(tx: &ReadTx<'_>, holder: HolderId, link: Option<LinkId>) -> Result<Vec<Held>, StoreError> {
    tx.all(&format!("{HELD}, {PLACED} ORDER BY e.id"), params![holder.0, link.map(|id| id.0)], read_held)
}

/// One held event.
pub fn held_one(
    tx: &ReadTx<'_>,
    holder: HolderId,
    link: Option<LinkId>,
    event_id: &EventId,
) -> Result<Option<Held>, StoreError> {
    let sql = format!("{HELD}, {PLACED} AND e.event_id = ?3");
    tx.one(&sql, params![holder.0, link.map(|id| id.0), event_id.as_str()], read_held)
}

fn read(row: &Row<'_>) -> rusqlite::Result<EventRow> {
    Ok(EventRow {
        id: EventRowId(row.get("id")?),
        event_id: event_id(row)?,
        revision: Revision(row.get("revision")?),
        fingerprint: row.get("fingerprint")?,
        deleted: row.get("deleted")?,
        updated_at: time(row, "updated_at")?,
    })
}

fn read_held(row: &Row<'_>) -> rusqlite::Result<Held> {
    Ok(Held {
        event_id: event_id(row)?,
        ical: row.get("ical")?,
        revision: Revision(row.get("revision")?),
        created_at: time(row, "created_at")?,
        updated_at: time(row, "updated_at")?,
        placement: read_placement(row)?,
    })
}

fn read_placement(row: &Row<'_>) -> rusqlite::Result<Option<HeldPlacement>> {
    if !row.get("placed")? {
        return Ok(None);
    }
    let degradations: Option<String> = row.get("degradations")?;
    Ok(Some(HeldPlacement {
        settled: row.get("settled")?,
        refused: row.get("refused")?,
        failing_since: maybe_time(row, "failing_since")?,
        last_attempt_at: maybe_time(row, "last_attempt_at")?,
        reason: row.get("reason")?,
        degradations: degradations.map(|json| serde_json::from_str(&json).unwrap_or_default()).unwrap_or_default(),
        written_at: maybe_time(row, "written_at")?,
        confirmed_at: maybe_time(row, "confirmed_at")?,
    }))
}

/// The `event_id` column.
pub(super) fn event_id(row: &Row<'_>) -> rusqlite::Result<EventId> {
    EventId::new(row.get::<_, String>("event_id")?).map_err(|error| damaged(&error.to_string()))
}
