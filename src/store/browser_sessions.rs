//! Who came in by their link, in which browser. What the browser holds is kept as a hash: who reads the database can't
//! walk in.

use jiff::Timestamp;
use rusqlite::params;

use super::columns::millis;
use super::{ReadTx, StoreError, WriteTx};
use crate::ids::HolderId;

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The pages, in the browser that holds it.
    Session,
    /// One session in another browser.
    Hop,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Hop => "hop",
        }
    }
}

/// Tokens of one purpose that a holder has at a time. Whoever knows a link can have as many as they like, so the oldest
/// goes: no honest person has so many browsers.
const MOST: u32 = 32;

/// Stores the hash of a token; forgets all that have expired, and the oldest of a holder who has too many.
pub fn insert(
    tx: &WriteTx<'_>,
    token: &[u8; 32],
    (holder, purpose): (HolderId, Purpose),
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute("DELETE FROM browser_sessions WHERE expires_at <= ?1", params![millis(now)])?;
    tx.execute(
        "INSERT INTO browser_sessions (token_hash, holder_id, purpose, expires_at) VALUES (?1, ?2, ?3, ?4)",
        params![token.as_slice(), holder.0, purpose.as_str(), millis(expires_at)],
    )?;
    tx.execute(
        "DELETE FROM browser_sessions WHERE token_hash IN (
             SELECT token_hash FROM browser_sessions WHERE holder_id = ?1 AND purpose = ?2 AND token_hash <> ?3
             ORDER BY expires_at DESC LIMIT -1 OFFSET ?4)",
        params![holder.0, purpose.as_str(), token.as_slice(), MOST - 1],
    )?;
    Ok(())
}

/// Forgets all tokens of a holder that are for `purpose`.
pub fn erase_all(tx: &WriteTx<'_>, holder: HolderId, purpose: Purpose) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM browser_sessions WHERE holder_id = ?1 AND purpose = ?2",
        params![holder.0, purpose.as_str()],
    )?;
    Ok(())
}

/// Whose token it is.
pub fn find(
    tx: &ReadTx<'_>,
    token: &[u8; 32],
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<HolderId>, StoreError> {
    tx.one(
        "SELECT holder_id FROM browser_sessions WHERE token_hash = ?1 AND purpose = ?2 AND expires_at > ?3",
        params![token.as_slice(), purpose.as_str(), millis(now)],
        |row| row.get(0).map(HolderId),
    )
}

/// Forgets a token. Answers whether it was there.
pub fn erase(tx: &WriteTx<'_>, token: &[u8; 32]) -> Result<bool, StoreError> {
    let erased = tx.execute("DELETE FROM browser_sessions WHERE token_hash = ?1", params![token.as_slice()])?;
    Ok(erased > 0)
}
