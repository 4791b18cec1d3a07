//! What is to be acted on, as an engine loads it.

use std::ops::ControlFlow;

use jiff::Timestamp;

use super::{read_known, read_wanted};
use crate::ids::LinkId;
use crate::placement::Due;
use crate::store::engine::Row;
use crate::store::sql::statements;
use crate::store::value::values;
use crate::store::{ReadTx, StoreError};

/// The most bytes of texts that one load brings into memory.
const LOAD_BYTES: usize = 8 << 20;

statements! {
    DUE(Int, Int, Int) =
        "SELECT p.id, e.event_id, p.key, p.wanted, p.anew, p.known, p.seen_version, p.seen_handle, p.seen_revision,
                CASE WHEN p.wanted IS NULL OR p.anew = 1 THEN NULL ELSE e.ical END AS ical, p.attempts, p.generation
         FROM placements p LEFT JOIN events e ON e.id = p.event_id
         WHERE p.link_id = ?1 AND p.due_at <= ?2 AND p.held = 0 ORDER BY p.due_at, p.id LIMIT ?3";
}

/// The placements of a link to be acted on at `now`, those that wait longest first; at most `most`, or 8 MiB of text.
/// What the brake holds is left out.
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

fn read(row: &Row<'_>) -> Result<Due, StoreError> {
    Ok(Due {
        id: row.get("id")?,
        event_id: row.get("event_id")?,
        key: row.get("key")?,
        wanted: read_wanted(row)?,
        known: read_known(row)?,
        ical: row.get("ical")?,
        attempts: row.get("attempts")?,
        generation: row.get("generation")?,
    })
}
