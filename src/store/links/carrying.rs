//! Which link of a holder carries, and how that passes from one to another.
//!
//! At most one link of a holder carries. What another wrote before goes first: it *leaves*, with nothing wanted in it any more,
//! and whoever carries from now on waits until it has left. So no event stands in two calendars of one person.

use jiff::Timestamp;

use super::{LinkRow, read, row};
use crate::happened::Change;
use crate::ids::{HolderId, LinkId};
use crate::link::LinkRole;
use crate::store::sql::statements;
use crate::store::value::values;
use crate::store::{ReadTx, StoreError, WriteTx, changes};

statements! {
    CARRIER(Int) = concat!(row!(), " WHERE holder_id = ?1 AND role = 'carries'");
    CARRIER_ID(Int) = "SELECT id FROM links WHERE holder_id = ?1 AND role = 'carries'";
    HEIR(Int) = concat!(
        row!(),
        " WHERE holder_id = ?1 AND role = 'rests' AND state <> 'unlinking'
          ORDER BY CASE WHEN state = 'active' AND enabled = 1 THEN 0 ELSE 1 END, id LIMIT 1"
    );
    LEAVES(Int, Int) =
        "UPDATE links SET role = 'leaves', waits = 0, survey = 1, held = NULL, wake_at = ?2 WHERE id = ?1";
    CARRIES(Int, Int) =
        "UPDATE links SET role = 'carries', survey = 1, held = NULL,
                waits = CASE WHEN EXISTS (SELECT 1 FROM links former
                    WHERE former.holder_id = links.holder_id AND former.role = 'leaves') THEN 1 ELSE 0 END,
                wake_at = CASE WHEN state = 'active' THEN ?2 ELSE wake_at END
         WHERE id = ?1";
    HAS_LEFT(Int) =
        "UPDATE links SET role = 'rests', survey = 0 WHERE id = ?1 AND role = 'leaves' AND state <> 'unlinking'
            AND survey = 0 AND NOT EXISTS (SELECT 1 FROM placements WHERE link_id = ?1)";
    GOES_AHEAD(Int, Int) =
        "UPDATE links SET waits = 0, wake_at = CASE WHEN state = 'active' THEN ?2 ELSE wake_at END
         WHERE holder_id = ?1 AND waits = 1
            AND NOT EXISTS (SELECT 1 FROM links former WHERE former.holder_id = ?1 AND former.role = 'leaves')";
    LOOKS_FOR_NOTHING(Int) = "UPDATE links SET survey = 0 WHERE id = ?1 AND role = 'rests'";
    IS_LEFT(Int) = "SELECT 1 FROM links WHERE holder_id = ?1 AND role = 'leaves' LIMIT 1";
}

/// The link that carries the holder's events; none carries while the only one is ending.
pub fn carrier(tx: &ReadTx<'_>, holder: HolderId) -> Result<Option<LinkRow>, StoreError> {
    tx.one(&CARRIER, values![holder], read)
}

/// Which link that is, for whoever needs no more of it.
pub fn carrier_id(tx: &ReadTx<'_>, holder: HolderId) -> Result<Option<LinkId>, StoreError> {
    tx.one(&CARRIER_ID, values![holder], |row| row.get("id"))
}

/// What a new link of the holder does, and whether it waits.
pub(super) fn of_new(tx: &ReadTx<'_>, holder: HolderId) -> Result<(LinkRole, bool), StoreError> {
    if carrier_id(tx, holder)?.is_some() {
        return Ok((LinkRole::Rests, false));
    }
    let waits = tx.one(&IS_LEFT, values![holder], |_| Ok(()))?.is_some();
    Ok((LinkRole::Carries, waits))
}

/// The link that carries when the one that does so now ends: one that rests, those first that can be written.
pub fn heir(tx: &ReadTx<'_>, holder: HolderId) -> Result<Option<LinkRow>, StoreError> {
    tx.one(&HEIR, values![holder], read)
}

/// The link carries no more: its calendar is looked through. That nothing is wanted in it any more is for
/// [`want_nothing`](crate::store::placements::want_nothing) to say.
pub fn leaves(tx: &WriteTx<'_>, link: LinkId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(&LEAVES, values![link, now])?;
    Ok(())
}

/// The link carries from now on, once nothing of what carried before is left. No other may carry any more. That all held events
/// are wanted in it is for [`want_all`](crate::store::placements::want_all) to say.
pub fn carries(tx: &WriteTx<'_>, link: LinkId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(&CARRIES, values![link, now])?;
    changes::of_link(tx, link, Change::LinkCarries, now)
}

/// A link that leaves has left, if nothing of it is left in its calendar: it rests. Answers whether that is so.
pub fn has_left(tx: &WriteTx<'_>, link: LinkId) -> Result<bool, StoreError> {
    Ok(tx.execute(&HAS_LEFT, values![link])? > 0)
}

/// Whoever carries the holder's events waits no more, unless another link still leaves. Answers whether one goes ahead.
pub fn goes_ahead(tx: &WriteTx<'_>, holder: HolderId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(&GOES_AHEAD, values![holder, now])? > 0)
}

/// A link that rests is not to look through its calendar, whoever asked for that.
pub fn looks_for_nothing(tx: &WriteTx<'_>, link: LinkId) -> Result<(), StoreError> {
    tx.execute(&LOOKS_FOR_NOTHING, values![link])?;
    Ok(())
}
