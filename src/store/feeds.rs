//! Feeds of holders, and the addresses that were given up. Of a secret its hash is kept.

use jiff::Timestamp;

use super::engine::Row;
use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError, WriteTx};
use crate::ids::{ClientSystemId, FeedId, Holder, HolderId, HolderKey};

macro_rules! privacies {
    ($($(#[$doc:meta])* $name:ident $word:literal,)*) => {
        /// How much a feed tells.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Privacy {
            $($(#[$doc])* $name,)*
        }

        impl Privacy {
            /// The word in the database and the API.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// Reads the word back.
            pub fn from_word(word: &str) -> Option<Self> {
                [$(Self::$name),*].into_iter().find(|privacy| privacy.as_str() == word)
            }
        }
    };
}

privacies! {
    /// All that is held.
    Full "full",
    /// When there is something, but not what.
    Busy "busy",
    /// The same, merged into stretches of time.
    FreeBusy "free_busy",
}

/// A feed as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Its public name.
    pub id: FeedId,
    /// What calendars show.
    pub name: String,
    /// How much it tells.
    pub privacy: Privacy,
    /// Confidential events, too.
    pub with_confidential: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its address was last made.
    pub changed_at: Timestamp,
}

/// What an address leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leads {
    /// A feed of this holder.
    To(Feed, Holder),
    /// One that was given up, by what calendars show of it; whose it was.
    Nowhere(String, Holder),
}

/// What [`Feed`] is read from.
macro_rules! row {
    () => {
        "SELECT f.public_id, f.name, f.privacy, f.with_confidential, f.created_at, f.changed_at, h.client_system_id, h.key
         FROM feeds f JOIN holders h ON h.id = f.holder_id"
    };
}

statements! {
    INSERT(Int, Text, Text, Text, Int, Bytes, Int) =
        "INSERT INTO feeds (holder_id, public_id, name, privacy, with_confidential, secret_hash, created_at, changed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)";
    ALL_OF(Int) = concat!(row!(), " WHERE f.holder_id = ?1 ORDER BY f.id");
    COUNT(Int) = "SELECT count(*) AS feeds FROM feeds WHERE holder_id = ?1";
    GET(Int, Text) = concat!(row!(), " WHERE f.holder_id = ?1 AND f.public_id = ?2");
    BY_SECRET(Bytes) = concat!(row!(), " WHERE f.secret_hash = ?1");
    FORMER(Bytes, Int) =
        "SELECT o.name, h.client_system_id, h.key FROM former_feeds o JOIN holders h ON h.id = o.holder_id
         WHERE o.secret_hash = ?1 AND o.until > ?2";
    GIVE_UP(Int, Text, Int) =
        "INSERT INTO former_feeds (secret_hash, holder_id, name, until)
         SELECT secret_hash, holder_id, name, ?3 FROM feeds WHERE holder_id = ?1 AND public_id = ?2";
    NEW_SECRET(Int, Text, Bytes, Int) =
        "UPDATE feeds SET secret_hash = ?3, changed_at = ?4 WHERE holder_id = ?1 AND public_id = ?2";
    REMOVE(Int, Text) = "DELETE FROM feeds WHERE holder_id = ?1 AND public_id = ?2";
    FORGET(Int, Int) =
        "DELETE FROM former_feeds WHERE secret_hash IN
            (SELECT secret_hash FROM former_feeds WHERE until <= ?1 ORDER BY until LIMIT ?2)";
}

/// Stores a feed under the hash of its secret.
pub fn insert(tx: &WriteTx<'_>, holder: HolderId, feed: &Feed, hash: &[u8; 32]) -> Result<(), StoreError> {
    let Feed { id, name, privacy, with_confidential, created_at, .. } = feed;
    tx.execute(&INSERT, values![holder, id, name, *privacy, *with_confidential, hash, *created_at])?;
    Ok(())
}

/// The feeds of a holder, in the order in which they were made.
pub fn all_of(tx: &ReadTx<'_>, holder: HolderId) -> Result<Vec<Feed>, StoreError> {
    tx.all(&ALL_OF, values![holder], |row| Ok(read(row)?.0))
}

/// How many feeds a holder has.
pub fn count(tx: &ReadTx<'_>, holder: HolderId) -> Result<u64, StoreError> {
    Ok(tx.one(&COUNT, values![holder], |row| row.get("feeds"))?.unwrap_or_default())
}

/// What the address with this secret leads to at `now`; none: nowhere, and nobody says so.
pub fn leads(tx: &ReadTx<'_>, hash: &[u8; 32], now: Timestamp) -> Result<Option<Leads>, StoreError> {
    if let Some((feed, holder)) = tx.one(&BY_SECRET, values![hash], read)? {
        return Ok(Some(Leads::To(feed, holder)));
    }
    tx.one(&FORMER, values![hash, now], |row| {
        let name = row.get("name")?;
        Ok(Leads::Nowhere(name, read_holder(row)?))
    })
}

/// Gives a feed another address; the one before is given up, and says so until then. None: there is no such feed.
pub fn rotate(
    tx: &WriteTx<'_>,
    (holder, id): (HolderId, &FeedId),
    hash: &[u8; 32],
    (now, until): (Timestamp, Timestamp),
) -> Result<Option<Feed>, StoreError> {
    tx.execute(&GIVE_UP, values![holder, id, until])?;
    tx.execute(&NEW_SECRET, values![holder, id, hash, now])?;
    tx.one(&GET, values![holder, id], |row| Ok(read(row)?.0))
}

/// Ends a feed; its address is given up, and says so until then. Answers whether there was one.
pub fn remove(tx: &WriteTx<'_>, holder: HolderId, id: &FeedId, until: Timestamp) -> Result<bool, StoreError> {
    tx.execute(&GIVE_UP, values![holder, id, until])?;
    Ok(tx.execute(&REMOVE, values![holder, id])? > 0)
}

/// Forgets some addresses whose time is over, at most `most`; answers how many.
pub fn forget(tx: &WriteTx<'_>, now: Timestamp, most: usize) -> Result<usize, StoreError> {
    tx.execute(&FORGET, values![now, most])
}

fn read(row: &Row<'_>) -> Result<(Feed, Holder), StoreError> {
    let feed = Feed {
        id: row.get("public_id")?,
        name: row.get("name")?,
        privacy: row.get("privacy")?,
        with_confidential: row.get("with_confidential")?,
        created_at: row.get("created_at")?,
        changed_at: row.get("changed_at")?,
    };
    Ok((feed, read_holder(row)?))
}

fn read_holder(row: &Row<'_>) -> Result<Holder, StoreError> {
    let (client, key): (ClientSystemId, HolderKey) = (row.get("client_system_id")?, row.get("key")?);
    Ok(Holder { client, key })
}
