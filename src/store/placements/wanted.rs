//! The wanted half: what the client system said, what a linked calendar is to hold, what an unlink takes away.

use jiff::Timestamp;

use super::{Target, afresh};
use crate::ids::{EventId, EventRowId, HolderId, LinkId};
use crate::placement::{RemoteKey, Revision};
use crate::store::events::EventRow;
use crate::store::sql::statements;
use crate::store::value::values;
use crate::store::{StoreError, WriteTx, events, links};

statements! {
    ADOPT(Int, Int, Text, Int, Int) = concat!(
        "UPDATE placements SET event_id = ?2, wanted = ?4, due_at = ?5, ",
        afresh!(),
        " WHERE link_id = ?1 AND key = ?3 AND event_id IS NULL
            AND NOT EXISTS (SELECT 1 FROM placements own WHERE own.link_id = ?1 AND own.event_id = ?2)"
    );
    WANT(Int, Int, Text, Int, Int) = concat!(
        "INSERT INTO placements (link_id, event_id, key, wanted, known, due_at) VALUES (?1, ?2, ?3, ?4, 'nothing', ?5)
         ON CONFLICT (link_id, event_id) DO UPDATE SET wanted = excluded.wanted, due_at = excluded.due_at, ",
        afresh!()
    );
    FORGET(Int, Int) = "DELETE FROM placements WHERE link_id = ?1 AND event_id = ?2 AND known IN ('nothing', 'gone')";
    WANT_ABSENT(Int, Int, Int) = concat!(
        "UPDATE placements SET wanted = NULL, due_at = ?3, ",
        afresh!(),
        " WHERE link_id = ?1 AND event_id = ?2"
    );
    WANT_NOTHING(Int, Int) =
        concat!("UPDATE placements SET wanted = NULL, anew = 0, held = 0, due_at = ?2, ", afresh!(), " WHERE link_id = ?1");
}

/// Wants `event` in the calendar with this content, and wakes the link. Where a stray stands under the name that the event
/// gets, it is that event's again.
pub fn want(
    tx: &WriteTx<'_>,
    target: Target<'_>,
    event: (EventRowId, &EventId),
    revision: Revision,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (row, name) = event;
    let key = RemoteKey::derive(target.mark, target.link, name, 0);
    if tx.execute(&ADOPT, values![target.link, row, &key, revision, now])? == 0 {
        tx.execute(&WANT, values![target.link, row, &key, revision, now])?;
    }
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

/// Wants nothing any more in a link's calendar: it ends. The link was woken by what ended it.
pub fn want_nothing(tx: &WriteTx<'_>, link: LinkId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(&WANT_NOTHING, values![link, now])?;
    Ok(())
}
