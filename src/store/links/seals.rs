//! What credentials are sealed for: a seal does not tell whose identity opens it, so that stands beside it.

use crate::ids::LinkId;
use crate::store::sql::statements;
use crate::store::value::values;
use crate::store::{ReadTx, StoreError, WriteTx};

statements! {
    NOT_TOLD(Int, Int) = "SELECT id, credentials FROM links WHERE sealed_for IS NULL AND id > ?1 ORDER BY id LIMIT ?2";
    IS_SEALED_FOR(Int, Text) = "UPDATE links SET sealed_for = ?2 WHERE id = ?1 AND sealed_for IS NULL";
    RECIPIENTS() = "SELECT sealed_for, count(*) AS links FROM links WHERE state <> 'needs_reauthorization'
                    GROUP BY sealed_for ORDER BY sealed_for";
    OF_RECIPIENT(Text) =
        "SELECT id FROM links WHERE sealed_for IS NOT DISTINCT FROM ?1 AND state <> 'needs_reauthorization' ORDER BY id";
    CANNOT_BE_OPENED(Int) = "UPDATE links SET unreadable = 1 WHERE id = ?1 AND state = 'needs_reauthorization'";
    UNOPENED() = "SELECT id FROM links WHERE state = 'needs_reauthorization' AND unreadable = 1 ORDER BY id";
}

/// Links whose credentials are sealed for an identity that is not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shut {
    /// The recipient (`age1…`); none where that was never told.
    pub recipient: Option<String>,
    /// How many there are. Those that wait for their person all the same are not counted.
    pub links: u64,
}

/// Some of the links after `after` of which it is not known what their credentials are sealed for, and those credentials.
pub fn not_told(tx: &ReadTx<'_>, after: LinkId, most: usize) -> Result<Vec<(LinkId, Vec<u8>)>, StoreError> {
    tx.all(&NOT_TOLD, values![after, most], |row| Ok((row.get("id")?, row.get("credentials")?)))
}

/// Notes what the credentials of a link turned out to be sealed for.
pub fn is_sealed_for(tx: &WriteTx<'_>, link: LinkId, recipient: &str) -> Result<(), StoreError> {
    tx.execute(&IS_SEALED_FOR, values![link, recipient])?;
    Ok(())
}

/// The recipients that are used and that nobody here `opens`.
pub fn shut(tx: &ReadTx<'_>, opens: impl Fn(&str) -> bool) -> Result<Vec<Shut>, StoreError> {
    let used =
        tx.all(&RECIPIENTS, values![], |row| Ok(Shut { recipient: row.get("sealed_for")?, links: row.get("links")? }))?;
    Ok(used.into_iter().filter(|used| !used.recipient.as_deref().is_some_and(&opens)).collect())
}

/// The links that are counted there.
pub fn of_recipient(tx: &ReadTx<'_>, shut: &Shut) -> Result<Vec<LinkId>, StoreError> {
    tx.all(&OF_RECIPIENT, values![shut.recipient.as_deref()], |row| row.get("id"))
}

/// Notes that a link waits for its person because nobody here could open its credentials, and not because of what a
/// provider said. It is forgotten when the link goes on.
pub fn cannot_be_opened(tx: &WriteTx<'_>, link: LinkId) -> Result<(), StoreError> {
    tx.execute(&CANNOT_BE_OPENED, values![link])?;
    Ok(())
}

/// The links of which that was noted.
pub fn unopened(tx: &ReadTx<'_>) -> Result<Vec<LinkId>, StoreError> {
    tx.all(&UNOPENED, values![], |row| row.get("id"))
}
