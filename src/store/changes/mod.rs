//! Every change of a client system's events and links, numbered in the order of the commits.
//!
//! Rule: whoever writes an event or a link tells so here, in the same transaction. A number is taken by the transaction
//! that is being written, and there is one writer, so they have no gaps and nobody reads one before those below it: the
//! number of a write that is taken back is taken by the next. The newest row of a client system is never forgotten, since the
//! next number is made of it.

use std::ops::ControlFlow;

use jiff::Timestamp;

use super::engine::Row;
use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError, WriteTx, damaged};
use crate::happened::{Change, ChangeNumber};
use crate::ids::{ClientSystemId, EventId, HolderId, HolderKey, LinkId, PublicEventId};
use crate::link::ProviderKind;

/// What [`ToldChange`] is read from.
macro_rules! row {
    () => {
        "SELECT c.number, h.key, c.at, c.what, c.public_id, c.event_id, c.provider FROM changes c JOIN holders h ON h.id = c.holder_id"
    };
}

statements! {
    LAST(Int) =
        "SELECT client_system_id,
                (SELECT max(number) FROM changes WHERE changes.client_system_id = holders.client_system_id) AS number
         FROM holders WHERE id = ?1";
    TELL(Int, Int, Int, Int, Text, Text, Text, Text) =
        "INSERT INTO changes (client_system_id, number, holder_id, at, what, public_id, event_id, provider)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    PUBLIC_ID(Int, Text) = "SELECT public_id FROM events WHERE holder_id = ?1 AND event_id = ?2";
    LINK(Int) = "SELECT holder_id, provider FROM links WHERE id = ?1";
    AFTER(Int, Int, Int) =
        concat!(row!(), " WHERE c.client_system_id = ?1 AND c.number > ?2 ORDER BY c.number LIMIT ?3");
    OF_NUMBER(Int, Int) = concat!(row!(), " WHERE c.client_system_id = ?1 AND c.number = ?2");
    OF_HOLDER(Int, Int, Int) = concat!(row!(), " WHERE c.holder_id = ?1 AND c.number > ?2 ORDER BY c.number LIMIT ?3");
    NEWEST_OF_HOLDER(Int) = concat!(row!(), " WHERE c.holder_id = ?1 ORDER BY c.number DESC LIMIT 1");
    OLDEST(Int) = "SELECT min(number) AS number FROM changes WHERE client_system_id = ?1";
    NEWEST(Int) = "SELECT max(number) AS number FROM changes WHERE client_system_id = ?1";
    FROM_THE_OLDEST(Int, Int) =
        "SELECT number, at FROM changes WHERE client_system_id = ?1 ORDER BY number LIMIT ?2";
    FORGET(Int, Int) = "DELETE FROM changes WHERE client_system_id = ?1 AND number <= ?2";
}

/// What a change is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An event of the holder's.
    Event {
        /// What answers call it.
        id: PublicEventId,
        /// What its client system calls it; none where that gave it no name.
        reference: Option<EventId>,
    },
    /// The holder's link with that provider.
    Link(ProviderKind),
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldChange {
    /// Its number.
    pub number: ChangeNumber,
    /// Whose.
    pub holder: HolderKey,
    /// When, by the clock of that moment: of two changes the later one has the greater number, whatever this says.
    pub at: Timestamp,
    /// What changed.
    pub what: Change,
    /// Of what.
    pub subject: Subject,
}

/// Tells a change of an event of `holder`; answers its number.
pub(super) fn of_event(
    tx: &WriteTx<'_>,
    holder: HolderId,
    (id, event): (&PublicEventId, &EventId),
    what: Change,
    at: Timestamp,
) -> Result<ChangeNumber, StoreError> {
    let reference = (event.as_str() != id.as_str()).then_some(event);
    told(tx, (holder, at, what), About { id: Some(id), reference, provider: None })
}

/// Tells that the provider refused an event of `holder` for good. What is held of it is as before.
pub fn refused(tx: &WriteTx<'_>, holder: HolderId, event: &EventId, at: Timestamp) -> Result<(), StoreError> {
    let id = tx.one(&PUBLIC_ID, values![holder, event], |row| row.get("public_id"))?;
    id.map_or(Ok(()), |id| of_event(tx, holder, (&id, event), Change::EventRefused, at).map(drop))
}

/// Tells a change of a link, which is there still.
pub(super) fn of_link(tx: &WriteTx<'_>, link: LinkId, what: Change, at: Timestamp) -> Result<(), StoreError> {
    let found = tx.one(&LINK, values![link], |row| Ok((row.get("holder_id")?, row.get("provider")?)))?;
    let Some((holder, provider)) = found else { return Ok(()) };
    told(tx, (holder, at, what), About { provider: Some(provider), ..About::default() }).map(drop)
}

/// The columns that say what a change is about.
#[derive(Default)]
struct About<'a> {
    id: Option<&'a PublicEventId>,
    reference: Option<&'a EventId>,
    provider: Option<ProviderKind>,
}

fn told(
    tx: &WriteTx<'_>,
    (holder, at, what): (HolderId, Timestamp, Change),
    about: About<'_>,
) -> Result<ChangeNumber, StoreError> {
    let last = tx.one(&LAST, values![holder], |row| Ok((row.get("client_system_id")?, row.get("number")?)))?;
    let (client, last): (ClientSystemId, Option<ChangeNumber>) =
        last.ok_or_else(|| StoreError::broken("a change is told of a holder who is not there"))?;
    let number = ChangeNumber(last.unwrap_or_default().0 + 1);
    tx.execute(&TELL, values![client, number, holder, at, what, about.id, about.reference, about.provider])?;
    Ok(number)
}

/// The changes behind `number` of a client system, in order, at most `most`. Whether those that follow it are still kept is
/// for [`oldest`] to say.
pub fn after(
    tx: &ReadTx<'_>,
    client: ClientSystemId,
    number: ChangeNumber,
    most: usize,
) -> Result<Vec<ToldChange>, StoreError> {
    tx.all(&AFTER, values![client, number, most], read)
}

/// The change of that number, as long as it is kept.
pub fn of_number(
    tx: &ReadTx<'_>,
    client: ClientSystemId,
    number: ChangeNumber,
) -> Result<Option<ToldChange>, StoreError> {
    tx.one(&OF_NUMBER, values![client, number], read)
}

/// The changes of one holder behind `number`, in order, at most `most`: numbers of others lie between theirs.
pub fn of_holder(
    tx: &ReadTx<'_>,
    holder: HolderId,
    number: ChangeNumber,
    most: usize,
) -> Result<Vec<ToldChange>, StoreError> {
    tx.all(&OF_HOLDER, values![holder, number, most], read)
}

/// The newest change of a holder, as long as it is kept.
pub fn newest_of_holder(tx: &ReadTx<'_>, holder: HolderId) -> Result<Option<ToldChange>, StoreError> {
    tx.one(&NEWEST_OF_HOLDER, values![holder], read)
}

/// The oldest change of a client system that is kept; none where nothing ever changed.
pub fn oldest(tx: &ReadTx<'_>, client: ClientSystemId) -> Result<Option<ChangeNumber>, StoreError> {
    Ok(tx.one(&OLDEST, values![client], |row| row.get("number"))?.flatten())
}

/// The newest change of a client system; 0 where nothing ever changed.
pub fn newest(tx: &ReadTx<'_>, client: ClientSystemId) -> Result<ChangeNumber, StoreError> {
    Ok(tx.one(&NEWEST, values![client], |row| row.get("number"))?.flatten().unwrap_or_default())
}

/// Forgets some of the oldest changes of a client system, at most `most`, up to the first one of `before` or later; answers
/// how many. The newest one stays.
pub fn forget(tx: &WriteTx<'_>, client: ClientSystemId, before: Timestamp, most: usize) -> Result<usize, StoreError> {
    let newest = newest(tx, client)?;
    let mut last = None;
    tx.until(&FROM_THE_OLDEST, values![client, most], |row| {
        let (number, at): (ChangeNumber, Timestamp) = (row.get("number")?, row.get("at")?);
        if at >= before || number == newest {
            return Ok(ControlFlow::Break(()));
        }
        last = Some(number);
        Ok(ControlFlow::Continue(()))
    })?;
    match last {
        Some(last) => tx.execute(&FORGET, values![client, last]),
        None => Ok(0),
    }
}

fn read(row: &Row<'_>) -> Result<ToldChange, StoreError> {
    let (number, holder) = (row.get("number")?, row.get("key")?);
    let (at, what) = (row.get("at")?, row.get("what")?);
    let (id, reference, provider) = (row.get("public_id")?, row.get("event_id")?, row.get("provider")?);
    let subject = match (id, provider) {
        (Some(id), _) => Subject::Event { id, reference },
        (None, Some(provider)) => Subject::Link(provider),
        (None, None) => return Err(damaged("public_id")),
    };
    Ok(ToldChange { number, holder, at, what, subject })
}

#[cfg(test)]
mod tests;
