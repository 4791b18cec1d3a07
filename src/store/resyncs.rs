//! Resync runs: what is going on, and what the last ones did.

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::columns::{damaged, maybe_time, millis, time};
use super::{ReadTx, StoreError, WriteTx, links, placements};
use crate::ids::{EventId, HolderId, LinkId, PlacementId, ResyncId, ResyncRowId};
use crate::placement::RemoteKey;
use crate::store::placements::Target;

/// How to reach the end state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Write only what differs.
    Repair,
    /// Delete every event of ours, then create.
    Rebuild,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The client system is being asked.
    Asking,
    /// What it told is being brought into the calendar.
    Writing,
    /// All is as told.
    Succeeded,
    /// It ended early or incomplete; the error says why.
    Failed,
}

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Objects made.
    pub created: u64,
    /// Objects overwritten.
    pub changed: u64,
    /// Objects removed.
    pub deleted: u64,
    /// Events that could not be brought to their wanted state.
    pub left: u64,
}

/// One run.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its row.
    pub id: ResyncRowId,
    /// Its public name.
    pub public_id: ResyncId,
    /// Whose.
    pub holder: HolderId,
    /// Of which link.
    pub link: LinkId,
    /// How.
    pub mode: Mode,
    /// A sudden shrink was confirmed.
    pub confirmed: bool,
    /// Where it stands.
    pub phase: Phase,
    /// Events told by the client system.
    pub total: Option<u64>,
    /// What it did so far.
    pub counts: Counts,
    /// Why it failed: code and words.
    pub error: Option<(String, String)>,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// Stores a run that begins, and wakes the link.
pub fn start(
    tx: &WriteTx<'_>,
    owner: (HolderId, LinkId),
    mode: Mode,
    confirmed: bool,
    now: Timestamp,
) -> Result<ResyncId, StoreError> {
    let id = ResyncId::random();
    tx.execute(
        "INSERT INTO resync_runs (public_id, holder_id, link_id, mode, confirmed, phase, requested_at)
         VALUES (?1, ?2, ?3, ?4, ?5, 'asking', ?6)",
        params![id.as_str(), owner.0.0, owner.1.0, word(mode), confirmed, millis(now)],
    )?;
    links::try_again(tx, owner.1, now)?;
    Ok(id)
}

/// The run of a link that is going on.
pub fn going(tx: &ReadTx<'_>, link: LinkId) -> Result<Option<Run>, StoreError> {
    tx.one("SELECT * FROM resync_runs WHERE link_id = ?1 AND finished_at IS NULL", params![link.0], read)
}

/// A holder's run by its public name.
pub fn find(tx: &ReadTx<'_>, holder: HolderId, id: &ResyncId) -> Result<Option<Run>, StoreError> {
    tx.one("SELECT * FROM resync_runs WHERE holder_id = ?1 AND public_id = ?2", params![holder.0, id.as_str()], read)
}

/// The newest run of a link.
pub fn newest(tx: &ReadTx<'_>, link: LinkId) -> Result<Option<Run>, StoreError> {
    tx.one("SELECT * FROM resync_runs WHERE link_id = ?1 ORDER BY id DESC LIMIT 1", params![link.0], read)
}

/// The client system has told `total` events: from now on they are being written.
pub fn told(tx: &WriteTx<'_>, run: ResyncRowId, total: u64) -> Result<(), StoreError> {
    tx.execute("UPDATE resync_runs SET phase = 'writing', total = ?2 WHERE id = ?1", params![run.0, total])?;
    Ok(())
}

/// Adds to what the link's run that is going on did; nothing when there is none.
pub fn count(tx: &WriteTx<'_>, link: LinkId, counts: Counts) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE resync_runs SET created = created + ?2, changed = changed + ?3, deleted = deleted + ?4
         WHERE link_id = ?1 AND finished_at IS NULL",
        params![link.0, counts.created, counts.changed, counts.deleted],
    )?;
    Ok(())
}

/// Ends a run well.
pub fn succeed(tx: &WriteTx<'_>, run: ResyncRowId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE resync_runs SET phase = 'succeeded', finished_at = ?2 WHERE id = ?1 AND finished_at IS NULL",
        params![run.0, millis(now)],
    )?;
    Ok(())
}

/// Ends a run badly.
pub fn fail(
    tx: &WriteTx<'_>,
    run: ResyncRowId,
    error: (&str, &str),
    left: u64,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE resync_runs SET phase = 'failed', error_code = ?2, error = ?3, remaining = ?4, finished_at = ?5
         WHERE id = ?1 AND finished_at IS NULL",
        params![run.0, error.0, error.1, left, millis(now)],
    )?;
    Ok(())
}

/// Forgets what is known of the link's calendar: every placement is in doubt, due, and no refusal stands.
pub fn doubt_all(tx: &WriteTx<'_>, link: LinkId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE placements SET known = CASE WHEN known = 'at' THEN 'unsure' ELSE known END, refused = NULL,
                attempts = 0, due_at = ?2 WHERE link_id = ?1",
        params![link.0, millis(now)],
    )?;
    links::ask_for_survey(tx, link)?;
    links::wake(tx, link, now)
}

/// Gives every placement of the link a name that the calendar has never seen: what stands there under the old names
/// becomes a stray, and is removed before anything is written.
pub fn rename_all(tx: &WriteTx<'_>, target: &Target) -> Result<(), StoreError> {
    let rows = tx.all(
        "SELECT p.id, p.generation, e.event_id FROM placements p JOIN events e ON e.id = p.event_id
         WHERE p.link_id = ?1",
        params![target.link.0],
        |row| {
            let generation: u32 = row.get("generation")?;
            let id = PlacementId(row.get("id")?);
            let event: EventId = super::events::event_id(row)?;
            Ok((id, generation + 1, event))
        },
    )?;
    for (id, generation, event) in rows {
        let key = RemoteKey::derive(&target.mark, target.link, &event, generation);
        tx.execute(
            "UPDATE placements SET generation = ?2, key = ?3, known = 'nothing', seen_version = NULL,
                    seen_revision = NULL, written_at = NULL, confirmed_at = NULL WHERE id = ?1",
            params![id.0, generation, key.as_str()],
        )?;
    }
    Ok(())
}

/// How far a run is: events surely in place. Only meaningful while it is being written.
pub fn done(tx: &ReadTx<'_>, run: &Run) -> Result<u64, StoreError> {
    match run.phase {
        Phase::Asking => Ok(0),
        Phase::Succeeded => Ok(run.total.unwrap_or(0)),
        Phase::Writing | Phase::Failed => Ok(placements::tally(tx, run.link)?.settled),
    }
}

fn word(mode: Mode) -> &'static str {
    match mode {
        Mode::Repair => "repair",
        Mode::Rebuild => "rebuild",
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Run> {
    let (mode, phase): (String, String) = (row.get("mode")?, row.get("phase")?);
    let error: Option<String> = row.get("error")?;
    let code: Option<String> = row.get("error_code")?;
    Ok(Run {
        id: ResyncRowId(row.get("id")?),
        public_id: ResyncId::from_text(row.get::<_, String>("public_id")?),
        holder: HolderId(row.get("holder_id")?),
        link: LinkId(row.get("link_id")?),
        mode: if mode == "rebuild" { Mode::Rebuild } else { Mode::Repair },
        confirmed: row.get("confirmed")?,
        phase: match phase.as_str() {
            "asking" => Phase::Asking,
            "writing" => Phase::Writing,
            "succeeded" => Phase::Succeeded,
            "failed" => Phase::Failed,
            _ => return Err(damaged("resync_runs.phase")),
        },
        total: row.get("total")?,
        counts: Counts {
            created: row.get("created")?,
            changed: row.get("changed")?,
            deleted: row.get("deleted")?,
            left: row.get("remaining")?,
        },
        error: code.zip(error),
        requested_at: time(row, "requested_at")?,
        finished_at: maybe_time(row, "finished_at")?,
    })
}
