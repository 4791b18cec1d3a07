//! Links that share: an account, or a calendar of it.
//!
//! A calendar that we made is one link's: that link takes it along when it ends, unless another is in it, which then has it
//! from there on. What becomes of the calendar itself becomes of all that are in it.

use jiff::Timestamp;

use super::{LinkRow, get, read, row};
use crate::happened::Change;
use crate::ids::LinkId;
use crate::link::AccountName;
use crate::store::sql::statements;
use crate::store::value::values;
use crate::store::{ReadTx, StoreError, WriteTx, changes};

statements! {
    ACCOUNT_IS_SHARED(Text, Int) = "SELECT 1 FROM links WHERE account = ?1 AND id IS DISTINCT FROM ?2 LIMIT 1";
    PASS_CALENDAR_ON(Int) = "UPDATE links SET calendar_is_ours = 1 WHERE id =
            (SELECT other.id FROM links AS mine JOIN links AS other ON other.calendar_url = mine.calendar_url
             WHERE mine.id = ?1 AND mine.calendar_is_ours = 1 AND other.id <> mine.id
             ORDER BY CASE WHEN other.state = 'unlinking' THEN 1 ELSE 0 END, other.id LIMIT 1)";
    CALENDAR_IS_NOT_OURS(Int) = "UPDATE links SET calendar_is_ours = 0 WHERE id = ?1";
    MADE_BY_US(Text, Text) =
        "SELECT 1 FROM links WHERE account = ?1 AND calendar_url = ?2 AND calendar_is_ours = 1 LIMIT 1";
    COMPANIONS(Text, Text, Int) = concat!(
        row!(),
        " WHERE account = ?1 AND calendar_url = ?2 AND id <> ?3 AND state <> 'unlinking' ORDER BY id"
    );
    COMES_ALONG(Int, Text, Text, Text, Int, Int) =
        "UPDATE links SET calendar_url = ?2, calendar_name = ?3, calendar_zone = ?4, calendar_made_at = ?5,
                calendar_is_ours = 0, survey = 1, attempts = 0, not_before = 0,
                reason = CASE WHEN state = 'needs_reauthorization' THEN reason END,
                wake_at = CASE WHEN state = 'needs_reauthorization' THEN wake_at ELSE ?6 END,
                state = CASE WHEN state = 'calendar_lost' THEN 'active' ELSE state END
         WHERE id = ?1";
    WARN(Text, Text, Int, Int) =
        "UPDATE links SET survey = 1, wake_at = CASE WHEN not_before > ?4 THEN not_before ELSE ?4 END
         WHERE account = ?1 AND calendar_url = ?2 AND id <> ?3 AND state = 'active'";
}

/// Whether another link uses the account of this one.
pub fn account_is_shared(tx: &ReadTx<'_>, account: &AccountName, but: Option<LinkId>) -> Result<bool, StoreError> {
    Ok(tx.one(&ACCOUNT_IS_SHARED, values![account, but], |_| Ok(()))?.is_some())
}

/// Whether the calendar of a link that ends goes with it: we made it, and no other link is in it. Where one is, the
/// calendar is that link's from now on, so that the last one takes it along.
pub fn calendar_goes(tx: &WriteTx<'_>, link: LinkId) -> Result<bool, StoreError> {
    if tx.execute(&PASS_CALENDAR_ON, values![link])? > 0 {
        tx.execute(&CALENDAR_IS_NOT_OURS, values![link])?;
        return Ok(false);
    }
    Ok(get(tx, link)?.is_some_and(|link| link.calendar_is_ours))
}

/// Whether we made the calendar that a link is in, whichever link of the account it was made for.
pub fn calendar_was_made(tx: &ReadTx<'_>, link: &LinkRow) -> Result<bool, StoreError> {
    Ok(tx.one(&MADE_BY_US, values![&link.account, &link.calendar_url], |_| Ok(()))?.is_some())
}

/// The other links of the same account in the same calendar, but those that are ending.
pub fn companions(tx: &ReadTx<'_>, link: &LinkRow) -> Result<Vec<LinkRow>, StoreError> {
    tx.all(&COMPANIONS, values![&link.account, &link.calendar_url, link.id], read)
}

/// A link comes along into the calendar that `leader` is in now: one that had lost its own goes on there. That nothing is
/// known of it any more is for [`nothing_there`](crate::store::placements::known::nothing_there) to say.
pub fn comes_along(tx: &WriteTx<'_>, link: LinkId, leader: &LinkRow, now: Timestamp) -> Result<(), StoreError> {
    let LinkRow { calendar_url, calendar_name, calendar_zone, calendar_made_at, .. } = leader;
    tx.execute(
        &COMES_ALONG,
        values![link, calendar_url, calendar_name, calendar_zone.as_deref(), *calendar_made_at, now],
    )?;
    changes::of_link(tx, link, Change::LinkMoved, now)
}

/// A link has lost its calendar: the others in it look for themselves.
pub fn warn_companions(tx: &WriteTx<'_>, link: &LinkRow, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(&WARN, values![&link.account, &link.calendar_url, link.id, now])?;
    Ok(())
}
