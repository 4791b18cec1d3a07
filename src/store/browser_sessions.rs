//! Who came in by their link, in which browser. What the browser holds is kept as a hash: who reads the database can't
//! walk in.

use jiff::Timestamp;

use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError, WriteTx};
use crate::ids::HolderId;

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The pages, in the browser that holds it.
    Session,
    /// One session in another browser.
    Hop,
    /// Sessions, in whatever browser it is opened.
    Page,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Hop => "hop",
            Self::Page => "page",
        }
    }
}

/// Tokens of one purpose that a holder has at a time. Whoever knows a link can have as many as they like, so the oldest
/// goes: no honest person has so many browsers.
const MOST: u32 = 32;

statements! {
    EXPIRE(Int) = "DELETE FROM browser_sessions WHERE expires_at <= ?1";
    INSERT(Bytes, Int, Text, Int) =
        "INSERT INTO browser_sessions (token_hash, holder_id, purpose, expires_at) VALUES (?1, ?2, ?3, ?4)";
    KEEP_NEWEST(Int, Text, Bytes, Int) =
        "DELETE FROM browser_sessions WHERE holder_id = ?1 AND purpose = ?2 AND token_hash <> ?3
            AND token_hash NOT IN (
                SELECT token_hash FROM browser_sessions
                WHERE holder_id = ?1 AND purpose = ?2 AND token_hash <> ?3
                ORDER BY expires_at DESC LIMIT ?4)";
    ERASE_ALL(Int, Text) = "DELETE FROM browser_sessions WHERE holder_id = ?1 AND purpose = ?2";
    FIND(Bytes, Text, Int) =
        "SELECT holder_id FROM browser_sessions WHERE token_hash = ?1 AND purpose = ?2 AND expires_at > ?3";
    ERASE(Bytes) = "DELETE FROM browser_sessions WHERE token_hash = ?1";
}

/// Stores the hash of a token; forgets all that have expired, and the oldest of a holder who has too many.
pub fn insert(
    tx: &WriteTx<'_>,
    token: &[u8; 32],
    (holder, purpose): (HolderId, Purpose),
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let purpose = purpose.as_str();
    tx.execute(&EXPIRE, values![now])?;
    tx.execute(&INSERT, values![token, holder, purpose, expires_at])?;
    tx.execute(&KEEP_NEWEST, values![holder, purpose, token, MOST - 1])?;
    Ok(())
}

/// Forgets all tokens of a holder that are for `purpose`.
pub fn erase_all(tx: &WriteTx<'_>, holder: HolderId, purpose: Purpose) -> Result<(), StoreError> {
    tx.execute(&ERASE_ALL, values![holder, purpose.as_str()])?;
    Ok(())
}

/// Whose token it is.
pub fn find(
    tx: &ReadTx<'_>,
    token: &[u8; 32],
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<HolderId>, StoreError> {
    tx.one(&FIND, values![token, purpose.as_str(), now], |row| row.get("holder_id"))
}

/// Forgets a token. Answers whether it was there.
pub fn erase(tx: &WriteTx<'_>, token: &[u8; 32]) -> Result<bool, StoreError> {
    Ok(tx.execute(&ERASE, values![token])? > 0)
}
