//! What had its time goes, a little at a time.
//!
//! Each statement finds what goes without reading what stays: by an index over ends, or by the order in which rows came, of
//! which the oldest are first.

use jiff::Timestamp;

use super::sql::{Statement, statements};
use super::value::values;
use super::{StoreError, WriteTx};

statements! {
    FIRST_ACTIVITY(Int) = "SELECT id FROM activity WHERE at >= ?1 ORDER BY id LIMIT 1";
    LAST_ACTIVITY() = "SELECT coalesce(max(id), 0) + 1 AS id FROM activity";
    ACTIVITY(Int, Int) = "DELETE FROM activity WHERE id IN (SELECT id FROM activity WHERE id < ?1 ORDER BY id LIMIT ?2)";
    FIRST_RUN(Int) = "SELECT id FROM resync_runs WHERE finished_at IS NULL OR finished_at >= ?1 ORDER BY id LIMIT 1";
    LAST_RUN() = "SELECT coalesce(max(id), 0) + 1 AS id FROM resync_runs";
    RUNS(Int, Int) =
        "DELETE FROM resync_runs WHERE id IN (SELECT id FROM resync_runs WHERE id < ?1 ORDER BY id LIMIT ?2)";
    FIRST_RECEIPT(Int) = "SELECT id FROM unlink_receipts WHERE finished_at >= ?1 ORDER BY id LIMIT 1";
    LAST_RECEIPT() = "SELECT coalesce(max(id), 0) + 1 AS id FROM unlink_receipts";
    RECEIPTS(Int, Int) =
        "DELETE FROM unlink_receipts WHERE id IN (SELECT id FROM unlink_receipts WHERE id < ?1 ORDER BY id LIMIT ?2)";
    AUTHORIZATIONS(Int, Int) =
        "DELETE FROM authorizations WHERE id IN
            (SELECT id FROM authorizations WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";
    SESSIONS(Int, Int) =
        "DELETE FROM browser_sessions WHERE token_hash IN
            (SELECT token_hash FROM browser_sessions WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";
}

/// Rows that came one after the other: the first that stays, or else what comes behind all, and how those before it go.
type InOrder = (&'static Statement<1>, &'static Statement<0>, &'static Statement<2>);

/// Forgets what happened to holders' links and events before `before`, at most `most`; answers how much.
pub fn activity(tx: &WriteTx<'_>, before: Timestamp, most: usize) -> Result<usize, StoreError> {
    in_order(tx, (&FIRST_ACTIVITY, &LAST_ACTIVITY, &ACTIVITY), before, most)
}

/// Forgets runs that ended before `before`, up to the first that did not; likewise.
pub fn runs(tx: &WriteTx<'_>, before: Timestamp, most: usize) -> Result<usize, StoreError> {
    in_order(tx, (&FIRST_RUN, &LAST_RUN, &RUNS), before, most)
}

/// Forgets receipts of unlinks that ended before `before`; likewise.
pub fn receipts(tx: &WriteTx<'_>, before: Timestamp, most: usize) -> Result<usize, StoreError> {
    in_order(tx, (&FIRST_RECEIPT, &LAST_RECEIPT, &RECEIPTS), before, most)
}

/// Forgets consents that lapsed; likewise.
pub fn authorizations(tx: &WriteTx<'_>, now: Timestamp, most: usize) -> Result<usize, StoreError> {
    let gone = tx.execute(&AUTHORIZATIONS, values![now, most])?;
    if gone > 0 {
        tx.erases_secrets();
    }
    Ok(gone)
}

/// Forgets sessions and links into pages that lapsed; likewise.
pub fn sessions(tx: &WriteTx<'_>, now: Timestamp, most: usize) -> Result<usize, StoreError> {
    tx.execute(&SESSIONS, values![now, most])
}

fn in_order(
    tx: &WriteTx<'_>,
    (first, last, forget): InOrder,
    before: Timestamp,
    most: usize,
) -> Result<usize, StoreError> {
    let stays = match tx.one(first, values![before], |row| row.get::<i64>("id"))? {
        Some(first) => first,
        None => tx.one(last, values![], |row| row.get("id"))?.unwrap_or(0),
    };
    tx.execute(forget, values![stays, most])
}
