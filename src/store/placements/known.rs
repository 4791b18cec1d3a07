//! The known half: what became of attempts, what a look showed, and what is in doubt again.
//!
//! Who records an attempt hands over what was **planned**: when the client system wanted something else in the
//! meantime, the known half is still recorded, and the placement stays due.

use jiff::Timestamp;

use super::{Target, afresh};
use crate::ids::{EventId, HolderId, LinkId, PlacementId};
use crate::placement::{Due, Known, RemoteKey, Revision, Seen, Sight, Wanted};
use crate::store::sql::statements;
use crate::store::value::values;
use crate::store::{StoreError, WriteTx, events, links};

statements! {
    CLAIM(Int, Text, Int) =
        "UPDATE placements SET known = 'unsure', seen_version = NULL, seen_handle = NULL, seen_revision = NULL
         WHERE id = ?1 AND key = ?2 AND wanted IS NOT DISTINCT FROM ?3 AND known IN ('nothing', 'gone')";
    RELEASE(Int, Text, Text) =
        "UPDATE placements SET known = ?3 WHERE id = ?1 AND key = ?2 AND known = 'unsure' AND seen_version IS NULL";
    WRITTEN(Int, Text, Int, Text, Int, Text) = concat!(
        "UPDATE placements SET known = 'at', seen_version = ?2, seen_handle = ?6, seen_revision = ?3, degradations = ?4,
                due_at = CASE WHEN wanted IS NOT DISTINCT FROM ?3 THEN NULL ELSE ?5 END, last_attempt_at = ?5,
                written_at = ?5, confirmed_at = ?5, ",
        afresh!(),
        " WHERE id = ?1"
    );
    FORGET(Int) = "DELETE FROM placements WHERE id = ?1 AND wanted IS NULL";
    REMOVED(Int, Int) =
        "UPDATE placements SET known = 'gone', seen_version = NULL, seen_handle = NULL, seen_revision = NULL, due_at = ?2,
                last_attempt_at = ?2, written_at = NULL, confirmed_at = NULL WHERE id = ?1";
    PUT_OFF(Int, Int, Int, Text, Int) =
        "UPDATE placements SET known = 'unsure', attempts = attempts + 1, reason = ?4,
                due_at = CASE WHEN wanted IS NOT DISTINCT FROM ?2 THEN ?3 ELSE ?5 END, last_attempt_at = ?5,
                failing_since = coalesce(failing_since, ?5)
         WHERE id = ?1";
    REFUSED(Int, Int, Text, Int) =
        "UPDATE placements SET refused = ?2, reason = ?3, last_attempt_at = ?4,
                failing_since = coalesce(failing_since, ?4),
                due_at = CASE WHEN wanted IS NOT DISTINCT FROM ?2 THEN NULL ELSE ?4 END
         WHERE id = ?1";
    RENAMED(Int, Text, Int, Int) =
        "UPDATE placements SET key = ?2, generation = ?3, known = 'nothing', seen_version = NULL,
                seen_handle = NULL, seen_revision = NULL, due_at = ?4, last_attempt_at = ?4,
                written_at = NULL, confirmed_at = NULL WHERE id = ?1";
    SIGHTED(Int, Text, Text, Int, Int, Text) =
        "UPDATE placements SET known = ?2, seen_version = ?3, seen_handle = ?6, seen_revision = ?4,
                due_at = CASE WHEN ?2 = 'at' AND wanted IS NOT DISTINCT FROM ?4 THEN NULL ELSE ?5 END,
                failing_since = CASE WHEN ?2 = 'at' AND wanted IS NOT DISTINCT FROM ?4
                                     THEN NULL ELSE failing_since END,
                reason = CASE WHEN ?2 = 'at' AND wanted IS NOT DISTINCT FROM ?4 THEN NULL ELSE reason END,
                confirmed_at = CASE WHEN ?2 IN ('nothing', 'gone') THEN NULL
                                    WHEN ?2 = 'at' AND wanted IS NOT DISTINCT FROM ?4 THEN ?5 ELSE confirmed_at END,
                written_at = CASE WHEN ?2 IN ('nothing', 'gone') THEN NULL ELSE written_at END
         WHERE id = ?1";
    RESTED(Int) = concat!(
        "UPDATE placements SET due_at = NULL, ",
        afresh!(),
        " WHERE id = ?1 AND known = 'at' AND seen_revision IS NOT DISTINCT FROM wanted"
    );
    FORGET_ABSENT(Int) =
        "DELETE FROM placements WHERE link_id = ?1 AND wanted IS NULL AND known IN ('nothing', 'gone')";
    DOUBT_ALL(Int, Int) = concat!(
        "UPDATE placements SET known = CASE WHEN known = 'at' THEN 'unsure' ELSE known END, due_at = ?2, ",
        afresh!(),
        " WHERE link_id = ?1"
    );
    NOTHING_THERE(Int, Int) = concat!(
        "UPDATE placements SET known = 'nothing', seen_version = NULL, seen_handle = NULL, seen_revision = NULL, written_at = NULL,
                confirmed_at = NULL, due_at = ?2, ",
        afresh!(),
        " WHERE link_id = ?1"
    );
    NAMED(Int) =
        "SELECT p.id, p.generation, e.event_id FROM placements p JOIN events e ON e.id = p.event_id
         WHERE p.link_id = ?1";
    RENAME(Int, Int, Text) =
        "UPDATE placements SET generation = ?2, key = ?3, known = 'nothing', seen_version = NULL,
                seen_handle = NULL, seen_revision = NULL, written_at = NULL, confirmed_at = NULL WHERE id = ?1";
}

/// About to be created: from now on it may exist. Written before the first byte is sent, so that a crash between the
/// provider's "created" and our record of it leaves a doubt, never an object that nobody looks for.
///
/// Answers whether the creation may begin: between the plan and the claim the client system may have changed or deleted
/// the event, and a deleted one that never came near the calendar is forgotten altogether.
pub fn claim(tx: &WriteTx<'_>, planned: &Due) -> Result<bool, StoreError> {
    let Wanted::Present(revision) = planned.wanted else { return Ok(false) };
    Ok(tx.execute(&CLAIM, values![planned.id, &planned.key, revision])? == 1)
}

/// A creation that was claimed was never begun: it surely does not exist, as before.
pub fn release(tx: &WriteTx<'_>, planned: &Due) -> Result<(), StoreError> {
    let known = if planned.known == Known::Gone { "gone" } else { "nothing" };
    tx.execute(&RELEASE, values![planned.id, &planned.key, known])?;
    Ok(())
}

/// It was written, and is in the calendar with the content `revision`: the provider's answer to a write also confirms it.
pub fn written(
    tx: &WriteTx<'_>,
    placement: PlacementId,
    seen: &Seen,
    degradations: &[String],
    now: Timestamp,
) -> Result<(), StoreError> {
    let Seen { sight: Sight { version, handle }, revision } = seen;
    let notes = (!degradations.is_empty()).then(|| serde_json::json!(degradations).to_string());
    tx.execute(&WRITTEN, values![placement, version, *revision, notes.as_deref(), now, handle.as_ref()])?;
    Ok(())
}

/// It is not in the calendar any more. Where that was wanted, placement and deleted event are forgotten.
pub fn removed(tx: &WriteTx<'_>, holder: HolderId, placement: PlacementId, now: Timestamp) -> Result<(), StoreError> {
    if tx.execute(&FORGET, values![placement])? > 0 {
        return events::purge(tx, holder);
    }
    tx.execute(&REMOVED, values![placement, now])?;
    Ok(())
}

/// A try without a sure end; the next one is at `again`.
#[derive(Clone, Copy, Debug)]
pub struct PutOff<'a> {
    /// What was planned.
    pub planned: Wanted,
    /// When to try again.
    pub again: Timestamp,
    /// What happened.
    pub reason: &'a str,
}

/// Perhaps carried out, surely not confirmed. What an earlier write did, and when it was seen, is as true as before.
pub fn put_off(
    tx: &WriteTx<'_>,
    placement: PlacementId,
    put_off: PutOff<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let PutOff { planned, again, reason } = put_off;
    tx.execute(&PUT_OFF, values![placement, planned, again, reason, now])?;
    Ok(())
}

/// The provider will never take this content: a dead letter, until the content changes or a resync asks again.
pub fn refused(
    tx: &WriteTx<'_>,
    placement: PlacementId,
    revision: Revision,
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(&REFUSED, values![placement, revision, reason, now])?;
    Ok(())
}

/// The name is taken by something that we can't see (a trash bin): the same event goes on under a new name.
pub fn renamed(
    tx: &WriteTx<'_>,
    placement: PlacementId,
    key: &RemoteKey,
    generation: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(&RENAMED, values![placement, key, generation, now])?;
    Ok(())
}

/// What a look at the calendar showed of one placement. It stays due unless that is what is wanted, which the look then
/// confirms; one that is not there is not written any more.
pub fn sighted(tx: &WriteTx<'_>, placement: PlacementId, known: &Known, now: Timestamp) -> Result<(), StoreError> {
    let (word, seen) = match known {
        Known::Nothing => ("nothing", None),
        Known::Gone => ("gone", None),
        Known::Unsure { last } => ("unsure", last.as_ref()),
        Known::At(seen) => ("at", Some(seen)),
    };
    let version = seen.map(|seen| &seen.sight.version);
    let handle = seen.and_then(|seen| seen.sight.handle.as_ref());
    let revision = seen.map(|seen| seen.revision);
    tx.execute(&SIGHTED, values![placement, word, version, revision, now, handle])?;
    Ok(())
}

/// It was known to be as wanted before anybody looked: it rests, and nothing was confirmed. It stays due when something
/// else is wanted meanwhile.
pub fn rested(tx: &WriteTx<'_>, placement: PlacementId) -> Result<(), StoreError> {
    tx.execute(&RESTED, values![placement])?;
    Ok(())
}

/// Forgets the placements of a link that are wanted absent and surely are, and the deleted events behind them.
pub fn forget_absent(tx: &WriteTx<'_>, link: LinkId, holder: HolderId) -> Result<(), StoreError> {
    tx.execute(&FORGET_ABSENT, values![link])?;
    events::purge(tx, holder)
}

/// Forgets what is known of the link's calendar: every placement is in doubt, due, and begins afresh.
pub fn doubt_all(tx: &WriteTx<'_>, link: LinkId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(&DOUBT_ALL, values![link, now])?;
    links::ask_for_survey(tx, link)?;
    links::wake(tx, link, now)
}

/// The calendar of a link is new and empty: all that is wanted is to be written.
pub fn nothing_there(tx: &WriteTx<'_>, link: LinkId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(&NOTHING_THERE, values![link, now])?;
    Ok(())
}

/// Gives every placement of the link a name that the calendar has never seen: what stands there under the old names
/// becomes a stray, and is removed before anything is written.
pub fn rename_all(tx: &WriteTx<'_>, target: Target<'_>) -> Result<(), StoreError> {
    let named = tx.all(&NAMED, values![target.link], |row| {
        Ok((row.get::<PlacementId>("id")?, row.get::<u32>("generation")? + 1, row.get::<EventId>("event_id")?))
    })?;
    for (id, generation, event) in named {
        let key = RemoteKey::derive(target.mark, target.link, &event, generation);
        tx.execute(&RENAME, values![id, generation, &key])?;
    }
    Ok(())
}
