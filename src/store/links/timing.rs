//! When a link is worked on.
//!
//! `wake_at` is the only thing that the driver asks for: it is set in the same transaction as the work itself, and set
//! anew from what is left at the end of each round, so that no work is forgotten and an idle gateway reads one index.

use std::ops::ControlFlow;

use jiff::Timestamp;

use crate::clock;
use crate::happened::Change;
use crate::ids::LinkId;
use crate::link::{AccountName, LinkState, Site};
use crate::store::sql::statements;
use crate::store::value::values;
use crate::store::{ReadTx, StoreError, WriteTx, changes};

/// The most links that are named at once.
const MOST: usize = 256;

/// What is due is read from.
macro_rules! due {
    ($when:literal) => {
        concat!(
            "SELECT id, account, CASE WHEN EXISTS
                    (SELECT 1 FROM resync_runs WHERE link_id = links.id AND finished_at IS NULL AND phase = 'asking')
                THEN (SELECT c.slug FROM holders h JOIN client_systems c ON c.id = h.client_system_id
                    WHERE h.id = links.holder_id)
                ELSE site END AS site
             FROM links WHERE wake_at ",
            $when,
            " ?1 AND enabled = 1 AND suspended = 0 AND waits = 0 ORDER BY wake_at"
        )
    };
}

statements! {
    DUE(Int) = due!("<=");
    LATER(Int) = due!(">");
    WAKE(Int, Int) =
        "UPDATE links SET wake_at = CASE WHEN not_before > ?2 THEN not_before ELSE ?2 END
         WHERE id = ?1 AND state IN ('active', 'unlinking')
            AND (wake_at IS NULL OR wake_at > ?2 AND wake_at > not_before)";
    TRY_AGAIN(Int, Int) =
        "UPDATE links SET attempts = 0, not_before = 0, wake_at = ?2, unreadable = 0,
                state = CASE WHEN state = 'unlinking' THEN state ELSE 'active' END
         WHERE id = ?1";
    REST(Int, Int) =
        "UPDATE links SET attempts = 0, not_before = 0, reason = NULL,
                wake_at = CASE WHEN survey = 1 OR state = 'unlinking' OR EXISTS
                        (SELECT 1 FROM resync_runs WHERE link_id = ?1 AND phase = 'asking') THEN ?2 ELSE
                    (SELECT min(due_at) FROM placements WHERE link_id = ?1 AND due_at IS NOT NULL AND held = 0) END,
                last_sync_at = CASE WHEN survey = 1 OR EXISTS
                        (SELECT 1 FROM placements WHERE link_id = ?1 AND due_at IS NOT NULL)
                    THEN last_sync_at ELSE ?2 END
         WHERE id = ?1 AND state IN ('active', 'unlinking')";
    PROGRESSED(Int) = "UPDATE links SET attempts = 0 WHERE id = ?1 AND attempts > 0";
    PAUSE(Int, Int, Text) =
        "UPDATE links SET attempts = attempts + 1, not_before = ?2, wake_at = ?2, reason = ?3 WHERE id = ?1";
    WAIT(Int, Int) = "UPDATE links SET not_before = ?2, wake_at = ?2 WHERE id = ?1";
    AWAKE(Int) = "UPDATE links SET wake_at = ?1 WHERE wake_at > ?1";
    UNPAUSED(Int) = "UPDATE links SET not_before = 0 WHERE not_before > ?1";
    WAITS(Int) = "SELECT 1 FROM links WHERE id = ?1 AND state IN ('needs_reauthorization', 'calendar_lost')";
    COMES_INTO(Int, Text) = "SELECT 1 FROM links WHERE id = ?1 AND state <> ?2 AND state <> 'unlinking'";
    PARK(Int, Text, Text) =
        "UPDATE links SET state = ?2, reason = ?3, wake_at = NULL WHERE id = ?1 AND state <> 'unlinking'";
}

/// A link that has work now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueLink {
    /// Which.
    pub id: LinkId,
    /// Who is waited for: the server of its calendar, or the client system where that is asked first.
    pub site: Site,
    /// Its account.
    pub account: AccountName,
}

/// Some of the links that have work at `now`, those that wait longest first, but none of the sites in `but`: many
/// links of one site that is down must not hide the others. One that is switched off has none, however long it waits. One that is to wait longer than anybody waits was told so by a
/// clock that was wrong: it has work now.
pub fn due(tx: &ReadTx<'_>, now: Timestamp, but: &[Site]) -> Result<Vec<DueLink>, StoreError> {
    let mut due = Vec::new();
    for (statement, time) in [(&DUE, now), (&LATER, clock::furthest(now))] {
        tx.until(statement, values![time], |row| {
            let link = DueLink { id: row.get("id")?, site: row.get("site")?, account: row.get("account")? };
            if !but.contains(&link.site) {
                due.push(link);
            }
            Ok(if due.len() < MOST { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
    }
    due.truncate(MOST);
    Ok(due)
}

/// There is work for the link now; a pause that it is in is kept, and one that waits for its person sleeps on.
pub fn wake(tx: &WriteTx<'_>, link: LinkId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(&WAKE, values![link, now])?;
    Ok(())
}

/// Ends every pause of the link, and tries a parked one again.
pub fn try_again(tx: &WriteTx<'_>, link: LinkId, now: Timestamp) -> Result<(), StoreError> {
    if tx.one(&WAITS, values![link], |_| Ok(()))?.is_some() {
        changes::of_link(tx, link, Change::LinkRecovered, now)?;
    }
    goes_on(tx, link, now)
}

/// The same without a word about it: who calls this tells more.
pub(super) fn goes_on(tx: &WriteTx<'_>, link: LinkId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(&TRY_AGAIN, values![link, now])?;
    Ok(())
}

/// Ends a good round: trouble is over, and the link wakes when the next of its placements is due, or at once for a
/// resync that was asked for meanwhile.
pub fn rest(tx: &WriteTx<'_>, link: LinkId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(&REST, values![link, now])?;
    Ok(())
}

/// Something was done: whatever fails next is the first failure in a row.
pub fn progressed(tx: &WriteTx<'_>, link: LinkId) -> Result<(), StoreError> {
    tx.execute(&PROGRESSED, values![link])?;
    Ok(())
}

/// Ends a failed round: nothing is sent before `until`.
pub fn pause(tx: &WriteTx<'_>, link: LinkId, until: Timestamp, reason: &str) -> Result<(), StoreError> {
    tx.execute(&PAUSE, values![link, until, reason])?;
    Ok(())
}

/// Nothing is sent before `until`; no failure, so nothing is counted.
pub fn wait(tx: &WriteTx<'_>, link: LinkId, until: Timestamp) -> Result<(), StoreError> {
    tx.execute(&WAIT, values![link, until])?;
    Ok(())
}

/// The clock was set back: every link that waits for a time by the old one has work now. What waits in it is for
/// [`set_back`](super::super::placements::set_back) to say.
pub fn set_back(tx: &WriteTx<'_>, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(&AWAKE, values![now])?;
    tx.execute(&UNPAUSED, values![now])?;
    Ok(())
}

/// The link can't go on without its person. Everything wanted stays wanted.
pub fn park(tx: &WriteTx<'_>, link: LinkId, state: LinkState, reason: &str, now: Timestamp) -> Result<(), StoreError> {
    let is_new = tx.one(&COMES_INTO, values![link, state], |_| Ok(()))?.is_some();
    tx.execute(&PARK, values![link, state, reason])?;
    match state {
        LinkState::CalendarLost if is_new => changes::of_link(tx, link, Change::LinkCalendarLost, now),
        LinkState::NeedsReauthorization if is_new => changes::of_link(tx, link, Change::LinkNeedsReauthorization, now),
        _ => Ok(()),
    }
}
