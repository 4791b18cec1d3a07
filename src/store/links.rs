//! Links: a holder's one calendar, and when to work on it next.
//!
//! `wake_at` is the only thing that the driver asks for: it is set in the same transaction as the work itself, and set
//! anew from what is left at the end of each round, so that no work is forgotten and an idle gateway reads one index.

use jiff::Timestamp;
use rusqlite::{ErrorCode, Row, params};

use super::columns::{damaged, maybe_time, millis, time};
use super::{ReadTx, StoreError, WriteTx};
use crate::ids::{HolderId, LinkId};

/// How a link is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Working.
    Active,
    /// The provider refuses the credentials; events wait until the person authorises again.
    NeedsReauthorization,
    /// The calendar is gone or read-only; events wait until another is chosen.
    CalendarLost,
    /// It is being cleaned up.
    Unlinking,
}

impl LinkState {
    const ALL: [Self; 4] = [Self::Active, Self::NeedsReauthorization, Self::CalendarLost, Self::Unlinking];

    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::NeedsReauthorization => "needs_reauthorization",
            Self::CalendarLost => "calendar_lost",
            Self::Unlinking => "unlinking",
        }
    }
}

/// A link to be stored.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// Whose.
    pub holder: HolderId,
    /// The provider's word.
    pub provider: &'static str,
    /// The host of the calendar.
    pub site: String,
    /// The unique name of the account.
    pub account: String,
    /// The account as its person knows it.
    pub username: String,
    /// Sealed.
    pub credentials: Vec<u8>,
    /// The calendar's address.
    pub calendar_url: String,
    /// The calendar's name.
    pub calendar_name: String,
    /// We made it.
    pub calendar_is_ours: bool,
}

/// A stored link.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// Which.
    pub id: LinkId,
    /// Whose.
    pub holder: HolderId,
    /// The provider's word.
    pub provider: String,
    /// The unique name of the account.
    pub account: String,
    /// The account as its person knows it.
    pub username: String,
    /// Sealed.
    pub credentials: Vec<u8>,
    /// The calendar's address.
    pub calendar_url: String,
    /// The calendar's name.
    pub calendar_name: String,
    /// We made it.
    pub calendar_is_ours: bool,
    /// How it is doing.
    pub state: LinkState,
    /// Trouble of the link as a whole, while it lasts.
    pub reason: Option<String>,
    /// Since when.
    pub linked_at: Timestamp,
    /// The last time that all was as wanted.
    pub last_sync_at: Option<Timestamp>,
    /// Look at the whole calendar before the next writes.
    pub survey: bool,
    /// Rounds that failed since the last good one.
    pub attempts: u32,
    /// When its end was asked for.
    pub unlink_requested_at: Option<Timestamp>,
    /// Objects removed by its end so far.
    pub unlink_deleted: u64,
}

/// A link that has work now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueLink {
    /// Which.
    pub id: LinkId,
    /// The host of its calendar.
    pub site: String,
    /// Its account.
    pub account: String,
}

/// Stores a link, awake and with a survey to begin with. `None`: the holder has one already.
///
/// # Errors
/// When the store fails.
pub fn insert(tx: &WriteTx<'_>, link: &NewLink, now: Timestamp) -> Result<Option<LinkId>, StoreError> {
    let inserted = tx.connection().prepare_cached(
        "INSERT INTO links (holder_id, provider, site, account, username, credentials, calendar_url, calendar_name,
                            calendar_is_ours, state, linked_at, survey, wake_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'active', ?10, 1, ?10)",
    )?;
    let inserted = { inserted }.execute(params![
        link.holder.0,
        link.provider,
        link.site,
        link.account,
        link.username,
        link.credentials,
        link.calendar_url,
        link.calendar_name,
        link.calendar_is_ours,
        millis(now),
    ]);
    match inserted {
        Ok(_) => Ok(Some(LinkId(tx.connection().last_insert_rowid()))),
        Err(rusqlite::Error::SqliteFailure(failure, _)) if failure.code == ErrorCode::ConstraintViolation => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The holder's link.
///
/// # Errors
/// When the store fails.
pub fn of_holder(tx: &ReadTx<'_>, holder: HolderId) -> Result<Option<LinkRow>, StoreError> {
    tx.one("SELECT * FROM links WHERE holder_id = ?1", params![holder.0], read)
}

/// A link by its id.
///
/// # Errors
/// When the store fails.
pub fn get(tx: &ReadTx<'_>, link: LinkId) -> Result<Option<LinkRow>, StoreError> {
    tx.one("SELECT * FROM links WHERE id = ?1", params![link.0], read)
}

/// Some of the links that have work at `now`, those that wait longest first, but none of the sites in `but`: many
/// links of one site that is down must not hide the others.
///
/// # Errors
/// When the store fails.
pub fn due(tx: &ReadTx<'_>, now: Timestamp, but: &[&str]) -> Result<Vec<DueLink>, StoreError> {
    tx.all(
        "SELECT id, site, account FROM links
         WHERE wake_at <= ?1 AND site NOT IN (SELECT value FROM json_each(?2)) ORDER BY wake_at LIMIT 256",
        params![millis(now), serde_json::json!(but).to_string()],
        |row| Ok(DueLink { id: LinkId(row.get(0)?), site: row.get(1)?, account: row.get(2)? }),
    )
}

/// There is work for the link now; a pause that it is in is kept, and one that waits for its person sleeps on.
///
/// # Errors
/// When the store fails.
pub fn wake(tx: &WriteTx<'_>, link: LinkId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE links SET wake_at = max(?2, not_before)
         WHERE id = ?1 AND state IN ('active', 'unlinking') AND (wake_at IS NULL OR wake_at > max(?2, not_before))",
        params![link.0, millis(now)],
    )?;
    Ok(())
}

/// Ends every pause of the link, and tries a parked one again.
///
/// # Errors
/// When the store fails.
pub fn try_again(tx: &WriteTx<'_>, link: LinkId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE links SET attempts = 0, not_before = 0, wake_at = ?2,
                state = CASE WHEN state = 'unlinking' THEN state ELSE 'active' END
         WHERE id = ?1",
        params![link.0, millis(now)],
    )?;
    Ok(())
}

/// Asks for a look at the whole calendar before the next writes.
///
/// # Errors
/// When the store fails.
pub fn ask_for_survey(tx: &WriteTx<'_>, link: LinkId) -> Result<(), StoreError> {
    tx.execute("UPDATE links SET survey = 1 WHERE id = ?1", params![link.0])?;
    Ok(())
}

/// The whole calendar was looked at.
///
/// # Errors
/// When the store fails.
pub fn surveyed(tx: &WriteTx<'_>, link: LinkId) -> Result<(), StoreError> {
    tx.execute("UPDATE links SET survey = 0 WHERE id = ?1", params![link.0])?;
    Ok(())
}

/// Ends a good round: trouble is over, and the link wakes when the next of its placements is due, or at once for a
/// resync that was asked for meanwhile.
///
/// # Errors
/// When the store fails.
pub fn rest(tx: &WriteTx<'_>, link: LinkId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE links SET attempts = 0, not_before = 0, reason = NULL,
                wake_at = CASE WHEN survey OR state = 'unlinking' OR EXISTS
                        (SELECT 1 FROM resync_runs WHERE link_id = ?1 AND phase = 'asking') THEN ?2 ELSE
                    (SELECT min(due_at) FROM placements WHERE link_id = ?1 AND due_at IS NOT NULL) END,
                last_sync_at = CASE WHEN survey OR EXISTS (SELECT 1 FROM placements WHERE link_id = ?1 AND due_at IS NOT NULL)
                    THEN last_sync_at ELSE ?2 END
         WHERE id = ?1 AND state IN ('active', 'unlinking')",
        params![link.0, millis(now)],
    )?;
    Ok(())
}

/// Ends a failed round: nothing is sent before `until`.
///
/// # Errors
/// When the store fails.
pub fn pause(tx: &WriteTx<'_>, link: LinkId, until: Timestamp, reason: &str) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE links SET attempts = attempts + 1, not_before = ?2, wake_at = ?2, reason = ?3 WHERE id = ?1",
        params![link.0, millis(until), reason],
    )?;
    Ok(())
}

/// The link can't go on without its person. Everything wanted stays wanted.
///
/// # Errors
/// When the store fails.
pub fn park(tx: &WriteTx<'_>, link: LinkId, state: LinkState, reason: &str) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE links SET state = ?2, reason = ?3, wake_at = NULL WHERE id = ?1 AND state <> 'unlinking'",
        params![link.0, state.as_str(), reason],
    )?;
    Ok(())
}

/// New credentials for the same calendar of the same account: the link goes on.
///
/// # Errors
/// When the store fails.
pub fn authorise_again(tx: &WriteTx<'_>, link: LinkId, credentials: &[u8], now: Timestamp) -> Result<(), StoreError> {
    tx.execute("UPDATE links SET credentials = ?2, reason = NULL WHERE id = ?1", params![link.0, credentials])?;
    tx.erases_secrets();
    ask_for_survey(tx, link)?;
    try_again(tx, link, now)
}

/// Begins the end: every placement is wanted absent, the whole calendar is to be looked at.
///
/// # Errors
/// When the store fails.
pub fn begin_unlink(tx: &WriteTx<'_>, link: LinkId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE links SET state = 'unlinking', survey = 1, attempts = 0, not_before = 0, wake_at = ?2,
                unlink_requested_at = ?2 WHERE id = ?1 AND state <> 'unlinking'",
        params![link.0, millis(now)],
    )?;
    tx.execute(
        "UPDATE placements SET wanted = NULL, refused = NULL, attempts = 0, due_at = ?2 WHERE link_id = ?1",
        params![link.0, millis(now)],
    )?;
    Ok(())
}

/// Counts objects that the end of a link removed; nothing while it lives.
///
/// # Errors
/// When the store fails.
pub fn count_removed(tx: &WriteTx<'_>, link: LinkId, removed: u64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE links SET unlink_deleted = unlink_deleted + ?2 WHERE id = ?1 AND state = 'unlinking'",
        params![link.0, removed],
    )?;
    Ok(())
}

/// Forgets the link, its placements and its credentials.
///
/// # Errors
/// When the store fails.
pub fn erase(tx: &WriteTx<'_>, link: LinkId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM links WHERE id = ?1", params![link.0])?;
    tx.erases_secrets();
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<LinkRow> {
    let word: String = row.get("state")?;
    let state = LinkState::ALL.into_iter().find(|state| state.as_str() == word);
    Ok(LinkRow {
        id: LinkId(row.get("id")?),
        holder: HolderId(row.get("holder_id")?),
        provider: row.get("provider")?,
        account: row.get("account")?,
        username: row.get("username")?,
        credentials: row.get("credentials")?,
        calendar_url: row.get("calendar_url")?,
        calendar_name: row.get("calendar_name")?,
        calendar_is_ours: row.get("calendar_is_ours")?,
        state: state.ok_or_else(|| damaged("links.state"))?,
        reason: row.get("reason")?,
        linked_at: time(row, "linked_at")?,
        last_sync_at: maybe_time(row, "last_sync_at")?,
        survey: row.get("survey")?,
        attempts: row.get("attempts")?,
        unlink_requested_at: maybe_time(row, "unlink_requested_at")?,
        unlink_deleted: row.get("unlink_deleted")?,
    })
}
