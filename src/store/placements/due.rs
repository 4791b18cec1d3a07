//! What is to be acted on, as an engine loads it.

use std::ops::ControlFlow;

use jiff::Timestamp;

use super::{read_known, read_wanted};
use crate::clock;
use crate::form::Text;
use crate::ids::LinkId;
use crate::placement::Due;
use crate::store::engine::Row;
use crate::store::sql::statements;
use crate::store::value::values;
use crate::store::{ReadTx, StoreError, WriteTx};

/// The most bytes of texts that one load brings into memory.
const LOAD_BYTES: usize = 8 << 20;

/// What is due of a link is read from.
macro_rules! due {
    ($when:literal) => {
        concat!(
            "SELECT p.id, e.event_id, p.key, p.wanted, p.anew, p.known, p.seen_version, p.seen_handle, p.seen_revision,
                    CASE WHEN p.wanted IS NULL OR p.anew = 1 THEN NULL ELSE e.text END AS text, e.form, p.attempts, p.generation
             FROM placements p LEFT JOIN events e ON e.id = p.event_id
             WHERE p.link_id = ?1 AND p.due_at ",
            $when,
            " ?2 AND p.held = 0 ORDER BY p.due_at, p.id LIMIT ?3"
        )
    };
}

statements! {
    DUE(Int, Int, Int) = due!("<=");
    LATER(Int, Int, Int) = due!(">");
    ALL_DUE(Int) = "UPDATE placements SET due_at = ?1 WHERE due_at > ?1";
}

/// The placements of a link to be acted on at `now`, those that wait longest first; at most `most`, or 8 MiB of text.
/// What the brake holds is left out. What is to wait longer than anything waits was put off by a clock that was wrong: it
/// is due, after the others.
pub fn due(tx: &ReadTx<'_>, link: LinkId, now: Timestamp, most: usize) -> Result<Vec<Due>, StoreError> {
    let mut loaded = Vec::new();
    let mut bytes = 0;
    for (statement, time) in [(&DUE, now), (&LATER, clock::furthest(now))] {
        let room = most - loaded.len();
        if room == 0 || bytes >= LOAD_BYTES {
            break;
        }
        tx.until(statement, values![link, time, room], |row| {
            let due = read(row)?;
            bytes += due.text.as_ref().map_or(0, |text| text.body.len());
            loaded.push(due);
            Ok(if bytes < LOAD_BYTES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
    }
    Ok(loaded)
}

/// The clock was set back: what waits for a time by the old one is due now.
pub fn set_back(tx: &WriteTx<'_>, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(&ALL_DUE, values![now])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Due, StoreError> {
    let body: Option<String> = row.get("text")?;
    let text = body.map(|body| Ok::<_, StoreError>(Text { form: row.get("form")?, body })).transpose()?;
    Ok(Due {
        id: row.get("id")?,
        event_id: row.get("event_id")?,
        key: row.get("key")?,
        wanted: read_wanted(row)?,
        known: read_known(row)?,
        text,
        attempts: row.get("attempts")?,
        generation: row.get("generation")?,
    })
}
