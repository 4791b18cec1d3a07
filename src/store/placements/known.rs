//! The known half: what became of attempts, what a look showed, and what is in doubt again.
//!
//! Who records an attempt hands over what was **planned**: when the client system wanted something else in the
//! meantime, the known half is still recorded, and the placement stays due.

use jiff::Timestamp;

use super::{FIRST, Target, afresh};
use crate::ids::{EventId, HolderId, LinkId, PlacementId};
use crate::placement::{Due, Known, RemoteKey, Revision, Seen, Sight, Wanted};
use crate::store::sql::statements;
use crate::store::value::values;
use crate::store::{StoreError, WriteTx, events, links};

statements! {
    CLAIM(Int, Text, Int, Text) =
        "UPDATE placements SET known = 'unsure', seen_version = NULL, seen_handle = NULL, seen_revision = NULL
         WHERE id = ?1 AND key = ?2 AND wanted IS NOT DISTINCT FROM ?3
           AND (known IN ('nothing', 'gone') OR known = 'at' AND seen_version = ?4)";
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
    RENAMED(Int, Text, Int, Int, Int) =
        "UPDATE placements SET key = ?2, generation = ?3, attempts = ?5, anew = 0, known = 'nothing', seen_version = NULL,
                seen_handle = NULL, seen_revision = NULL, due_at = ?4, last_attempt_at = ?4,
                written_at = NULL, confirmed_at = NULL WHERE id = ?1";
    SIGHTED(Int, Text, Text, Int, Int, Text) =
        "UPDATE placements SET known = ?2, seen_version = ?3, seen_handle = ?6, seen_revision = ?4,
                due_at = CASE WHEN ?2 = 'at' AND wanted IS NOT DISTINCT FROM ?4 THEN NULL
                              WHEN due_at < ?5 THEN due_at ELSE ?5 END,
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
    FORGET_STRAYS(Int) = "DELETE FROM placements WHERE link_id = ?1 AND event_id IS NULL";
    NOTHING_THERE(Int, Int) = concat!(
        "UPDATE placements SET known = 'nothing', seen_version = NULL, seen_handle = NULL, seen_revision = NULL, written_at = NULL,
                confirmed_at = NULL, anew = 0, held = 0, due_at = ?2, ",
        afresh!(),
        " WHERE link_id = ?1"
    );
    NOTHING_LEFT(Int) = "DELETE FROM placements WHERE link_id = ?1 AND wanted IS NULL";
    ALL_ANEW(Int, Int) =
        "UPDATE placements SET anew = 1, due_at = ?2, seen_revision = CASE WHEN seen_version IS NULL THEN NULL ELSE 0 END,
                written_at = NULL, confirmed_at = NULL WHERE link_id = ?1 AND wanted IS NOT NULL";
    NOT_ANEW(Int, Text, Int) = "UPDATE placements SET anew = 0, reason = ?2, due_at = ?3, last_attempt_at = ?3 WHERE id = ?1";
    STRAY(Int, Text, Text, Text, Int) =
        "INSERT INTO placements (link_id, key, known, seen_version, seen_handle, seen_revision, due_at)
         VALUES (?1, ?2, 'at', ?3, ?4, 0, ?5) ON CONFLICT (link_id, key) DO NOTHING";
    HOLD_CREATIONS(Int) =
        "UPDATE placements SET held = 1 WHERE link_id = ?1 AND wanted IS NOT NULL AND known IN ('nothing', 'gone')";
    HOLD_NOTHING(Int) = "UPDATE placements SET held = 0 WHERE link_id = ?1 AND held = 1";
    TAKEN(Int, Text) = "SELECT id FROM placements WHERE link_id = ?1 AND key = ?2";
}

/// About to be created: from now on it may exist. Written before the first byte is sent, so that a crash between the
/// provider's "created" and our record of it leaves a doubt, never an object that nobody looks for.
///
/// Answers whether the creation may begin: between the plan and the claim the client system may have changed or deleted
/// the event, and a deleted one that never came near the calendar is forgotten altogether.
pub fn claim(tx: &WriteTx<'_>, planned: &Due) -> Result<bool, StoreError> {
    let Wanted::Present(revision) = planned.wanted else { return Ok(false) };
    Ok(tx.execute(&CLAIM, values![planned.id, &planned.key, revision, &Sight::nothing().version])? == 1)
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

/// It is not in the calendar any more. Where that was wanted it is forgotten; the deleted events behind such placements
/// are for [`events::purge`], once for all of them.
pub fn removed(tx: &WriteTx<'_>, placement: PlacementId, now: Timestamp) -> Result<(), StoreError> {
    if tx.execute(&FORGET, values![placement])? == 0 {
        tx.execute(&REMOVED, values![placement, now])?;
    }
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

/// The event goes on under its next name, the `tries`th that is tried because the one before was taken: what stands under
/// the present one is nothing of ours, or was removed.
pub fn renamed(
    tx: &WriteTx<'_>,
    target: Target<'_>,
    (placement, event, generation): (PlacementId, &EventId, u32),
    tries: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (mut generation, mut key) = (generation, RemoteKey::derive(target.mark, target.link, event, generation));
    // A name that is a stray's is not taken again before the stray is gone.
    while tx.one(&TAKEN, values![target.link, &key], |row| row.get::<PlacementId>("id"))?.is_some() {
        generation += 1;
        key = RemoteKey::derive(target.mark, target.link, event, generation);
    }
    tx.execute(&RENAMED, values![placement, &key, generation, now, tries])?;
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

/// The calendar of a link is new and empty: all that is wanted is to be written, and nothing else of ours is there.
pub fn nothing_there(tx: &WriteTx<'_>, link: LinkId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(&FORGET_STRAYS, values![link])?;
    tx.execute(&NOTHING_THERE, values![link, now])?;
    Ok(())
}

/// The calendar of a link in which nothing is wanted any more is gone, with all that stood in it.
pub fn nothing_left(tx: &WriteTx<'_>, link: LinkId, holder: HolderId) -> Result<(), StoreError> {
    tx.execute(&NOTHING_LEFT, values![link])?;
    events::purge(tx, holder)
}

/// Wants every event of the link under a name that the calendar has never seen. What stands there goes first, event by
/// event: none is written under its new name before nothing stands under the old one, whatever breaks off in between.
pub fn all_anew(tx: &WriteTx<'_>, link: LinkId) -> Result<(), StoreError> {
    tx.execute(&ALL_ANEW, values![link, FIRST])?;
    Ok(())
}

/// What stands under the present name can't be removed: the event stays under it, and is written there.
pub fn not_anew(tx: &WriteTx<'_>, placement: PlacementId, reason: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(&NOT_ANEW, values![placement, reason, now])?;
    Ok(())
}

/// A look showed an object of ours that no event goes by: it goes, before anything is written.
pub fn stray(tx: &WriteTx<'_>, link: LinkId, key: &RemoteKey, sight: &Sight) -> Result<(), StoreError> {
    tx.execute(&STRAY, values![link, key, &sight.version, sight.handle.as_ref(), FIRST])?;
    Ok(())
}

/// Nothing that is not in the calendar is created until the brake lets go: it may stand there under a name that is not
/// known any more.
pub fn hold_creations(tx: &WriteTx<'_>, link: LinkId) -> Result<(), StoreError> {
    tx.execute(&HOLD_CREATIONS, values![link])?;
    Ok(())
}

/// The brake holds nothing (any more).
pub fn hold_nothing(tx: &WriteTx<'_>, link: LinkId) -> Result<(), StoreError> {
    tx.execute(&HOLD_NOTHING, values![link])?;
    Ok(())
}
