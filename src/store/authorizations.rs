//! Consents that are under way at a provider: from the moment a person is sent there until their calendar is linked.
//!
//! `state` and ticket are kept as hashes: who reads the database can't finish somebody's flow. Rows of flows that ended
//! stay, without secrets, until they expire, so that a page that is loaded again can say how it ended.

use jiff::Timestamp;

use super::engine::Row;
use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError, WriteTx};
use crate::ids::{AuthorizationId, HolderId};
use crate::link::ProviderKind;

/// How far a flow is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowPhase {
    /// The person was sent to the provider.
    Sent,
    /// They came back with a code, and are asked to confirm.
    Returned,
    /// The code was exchanged; what is left is to choose and to link.
    Granted,
    /// It is over.
    Ended,
}

impl FlowPhase {
    const ALL: [Self; 4] = [Self::Sent, Self::Returned, Self::Granted, Self::Ended];

    /// The word in the database.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Returned => "returned",
            Self::Granted => "granted",
            Self::Ended => "ended",
        }
    }

    /// Reads the word back.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.as_str() == word)
    }
}

/// A stored flow.
#[derive(Clone, Debug)]
pub struct Authorization {
    /// Which.
    pub id: AuthorizationId,
    /// Whose.
    pub holder: HolderId,
    /// Where.
    pub provider: ProviderKind,
    /// How far it is.
    pub phase: FlowPhase,
    /// Sealed.
    pub secrets: Vec<u8>,
    /// How it ended.
    pub ending: Option<String>,
    /// The browser session that it began in, as a hash; none when it began in none.
    pub session: Option<[u8; 32]>,
    /// When it is worth nothing any more.
    pub expires_at: Timestamp,
}

/// A flow that begins.
#[derive(Clone, Debug)]
pub struct NewAuthorization {
    /// Whose.
    pub holder: HolderId,
    /// Where.
    pub provider: ProviderKind,
    /// The hash of its `state`.
    pub state_hash: [u8; 32],
    /// Sealed.
    pub secrets: Vec<u8>,
    /// The browser session that it begins in, as a hash.
    pub session: Option<[u8; 32]>,
    /// When it is worth nothing any more.
    pub expires_at: Timestamp,
}

/// What [`Authorization`] is read from.
macro_rules! row {
    () => {
        "SELECT id, holder_id, provider, phase, secrets, ending, session_hash, expires_at FROM authorizations"
    };
}

statements! {
    EXPIRE(Int) = "DELETE FROM authorizations WHERE expires_at <= ?1";
    BEGIN(Int, Text, Bytes, Bytes, Bytes, Int) =
        "INSERT INTO authorizations (holder_id, provider, state_hash, phase, secrets, session_hash, expires_at)
         VALUES (?1, ?2, ?3, 'sent', ?4, ?5, ?6)";
    BY_STATE(Bytes, Int) = concat!(row!(), " WHERE state_hash = ?1 AND expires_at > ?2");
    GET(Int) = concat!(row!(), " WHERE id = ?1");
    BY_TICKET(Bytes, Int) = concat!(row!(), " WHERE ticket_hash = ?1 AND expires_at > ?2");
    OF_SESSION(Bytes, Int) = concat!(
        row!(),
        " WHERE session_hash = ?1 AND phase <> 'ended' AND expires_at > ?2 ORDER BY id DESC LIMIT 1"
    );
    FOLLOW(Bytes, Bytes, Int) =
        "UPDATE authorizations SET session_hash = ?2 WHERE session_hash = ?1 AND holder_id = ?3";
    ADVANCE(Int, Text, Bytes) =
        "UPDATE authorizations SET phase = ?2, secrets = ?3 WHERE id = ?1 AND phase <> 'ended'";
    HAND_TICKET(Int, Bytes) = "UPDATE authorizations SET ticket_hash = ?2 WHERE id = ?1";
    END(Int, Text, Bytes) = "UPDATE authorizations SET phase = 'ended', secrets = ?3, ending = ?2 WHERE id = ?1";
    END_THOSE_OF(Int, Text, Bytes) =
        "UPDATE authorizations SET phase = 'ended', secrets = ?3, ending = ?2
         WHERE holder_id = ?1 AND session_hash IS NOT NULL AND phase <> 'ended'";
}

/// What is left of the secrets of a flow that ended.
const NO_SECRETS: &[u8] = &[];

/// Begins a flow, and forgets all that have expired.
pub fn begin(tx: &WriteTx<'_>, new: &NewAuthorization, now: Timestamp) -> Result<(), StoreError> {
    if tx.execute(&EXPIRE, values![now])? > 0 {
        tx.erases_secrets();
    }
    let NewAuthorization { holder, provider, state_hash, secrets, session, expires_at } = new;
    tx.execute(&BEGIN, values![*holder, *provider, state_hash, secrets, session.as_ref(), *expires_at])?;
    Ok(())
}

/// The flow of that `state`.
pub fn by_state(tx: &ReadTx<'_>, hash: &[u8; 32], now: Timestamp) -> Result<Option<Authorization>, StoreError> {
    tx.one(&BY_STATE, values![hash, now], read)
}

/// A flow by its id.
pub fn get(tx: &ReadTx<'_>, id: AuthorizationId) -> Result<Option<Authorization>, StoreError> {
    tx.one(&GET, values![id], read)
}

/// The flow of that ticket.
pub fn by_ticket(tx: &ReadTx<'_>, hash: &[u8; 32], now: Timestamp) -> Result<Option<Authorization>, StoreError> {
    tx.one(&BY_TICKET, values![hash, now], read)
}

/// The newest flow of a browser session that has not ended.
pub fn of_session(tx: &ReadTx<'_>, session: &[u8; 32], now: Timestamp) -> Result<Option<Authorization>, StoreError> {
    tx.one(&OF_SESSION, values![session, now], read)
}

/// A browser session goes on under another name, and its flows with it.
pub fn follow(tx: &WriteTx<'_>, old: &[u8; 32], new: &[u8; 32], holder: HolderId) -> Result<(), StoreError> {
    tx.execute(&FOLLOW, values![old, new, holder])?;
    Ok(())
}

/// Brings a flow to the next phase, with what is to be kept from there on. One that was ended meanwhile stays so.
pub fn advance(tx: &WriteTx<'_>, id: AuthorizationId, phase: FlowPhase, secrets: &[u8]) -> Result<(), StoreError> {
    tx.execute(&ADVANCE, values![id, phase, secrets])?;
    Ok(())
}

/// Gives a flow the ticket that its page holds; the one before is worth nothing any more.
pub fn hand_ticket(tx: &WriteTx<'_>, id: AuthorizationId, hash: &[u8; 32]) -> Result<(), StoreError> {
    tx.execute(&HAND_TICKET, values![id, hash])?;
    Ok(())
}

/// Ends a flow: its secrets are forgotten.
pub fn end(tx: &WriteTx<'_>, id: AuthorizationId, ending: &str) -> Result<(), StoreError> {
    tx.execute(&END, values![id, ending, NO_SECRETS])?;
    tx.erases_secrets();
    Ok(())
}

/// Ends every flow of a holder that began in a browser session: their calendar is linked.
pub fn end_those_of(tx: &WriteTx<'_>, holder: HolderId, ending: &str) -> Result<(), StoreError> {
    if tx.execute(&END_THOSE_OF, values![holder, ending, NO_SECRETS])? > 0 {
        tx.erases_secrets();
    }
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Authorization, StoreError> {
    Ok(Authorization {
        id: row.get("id")?,
        holder: row.get("holder_id")?,
        provider: row.get("provider")?,
        phase: row.get("phase")?,
        secrets: row.get("secrets")?,
        ending: row.get("ending")?,
        session: row.get("session_hash")?,
        expires_at: row.get("expires_at")?,
    })
}
