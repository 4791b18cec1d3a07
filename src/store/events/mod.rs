//! Events: what the client system said, newest content only.
//!
//! Each change is told ([`changes`]), and its number stands beside the content, as does what lists find it by ([`Traits`]).

pub(super) mod held;
pub(super) mod times;

use jiff::Timestamp;

use super::engine::Row;
use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError, WriteTx, changes, facts};
use crate::form::Text;
use crate::happened::{Change, Unread};
use crate::ids::{EventId, EventRowId, HolderId, PublicEventId};
use crate::placement::Revision;

pub use held::{Held, HeldPlacement, Outlined, held_one, held_public, held_row, outlined, rows};
pub use times::{
    Candidate, Record, Traits, Unsized, all, at_provider, attended, candidates, find_attended, not_sized, of_record,
    put, some, unreadable,
};

/// Content as it is to be held.
#[derive(Clone, Debug)]
pub struct Content {
    /// The client's id.
    pub event_id: EventId,
    /// The name that answers call it by, should it be new.
    pub public_id: PublicEventId,
    /// What was said, as it is to be kept.
    pub text: Text,
    /// Equal when a calendar would show the same.
    pub fingerprint: [u8; 32],
    /// What lists find it by; none where that is found out behind.
    pub traits: Option<Traits>,
}

/// A held event without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// Its row.
    pub id: EventRowId,
    /// Whose.
    pub holder: HolderId,
    /// The client's id.
    pub event_id: EventId,
    /// What answers call it.
    pub public_id: PublicEventId,
    /// Its content number.
    pub revision: Revision,
    /// Its content's fingerprint.
    pub fingerprint: [u8; 32],
    /// Wanted no more; kept until it is out of the calendar.
    pub deleted: bool,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// A newer content of it was told that can't be read.
    pub unread: bool,
}

/// What [`EventRow`] is read from.
macro_rules! row {
    () => {
        "SELECT id, holder_id, event_id, public_id, revision, fingerprint, deleted, updated_at,
                CASE WHEN unread IS NULL THEN 0 ELSE 1 END AS unread FROM events"
    };
}

statements! {
    FIND(Int, Text) = concat!(row!(), " WHERE holder_id = ?1 AND event_id = ?2");
    FIND_PUBLIC(Int, Text) = concat!(row!(), " WHERE holder_id = ?1 AND public_id = ?2");
    ALL_OF(Int) = concat!(row!(), " WHERE holder_id = ?1 ORDER BY id");
    COUNT(Int) = "SELECT count(*) AS held FROM events WHERE holder_id = ?1 AND deleted = 0";
    INSERT(Int, Text, Text, Text, Text, Bytes, Int, Int, Int, Int, Int, Int, Text, Text) =
        "INSERT INTO events (holder_id, event_id, public_id, form, text, revision, fingerprint, created_at, updated_at, change,
                             size, first_at, last_at, confidential, res_model, res_id)
         VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    ROW_OF(Int, Text) = "SELECT id FROM events WHERE holder_id = ?1 AND event_id = ?2";
    REPLACE(Int, Text, Text, Int, Bytes, Int, Int, Int, Int, Int, Int, Text, Text) =
        "UPDATE events SET form = ?2, text = ?3, revision = ?4, fingerprint = ?5, updated_at = ?6, change = ?7,
                created_at = CASE WHEN deleted = 1 THEN ?6 ELSE created_at END, deleted = 0, unread = NULL,
                size = ?8, first_at = ?9, last_at = ?10, confidential = ?11, res_model = ?12, res_id = ?13
         WHERE id = ?1";
    RENAME(Int, Text) = "UPDATE events SET public_id = ?2 WHERE id = ?1";
    DELETE(Int, Int, Int) = "UPDATE events SET deleted = 1, updated_at = ?2, change = ?3 WHERE id = ?1";
    PURGE(Int) =
        "DELETE FROM events WHERE holder_id = ?1 AND deleted = 1
            AND NOT EXISTS (SELECT 1 FROM placements WHERE placements.event_id = events.id)
            AND NOT EXISTS (SELECT 1 FROM resync_runs r
                            WHERE r.holder_id = events.holder_id AND r.phase = 'asking' AND r.finished_at IS NULL)";
    UNREAD(Int, Text) = "UPDATE events SET unread = ?2 WHERE id = ?1";
    READABLE(Int) = "UPDATE events SET unread = NULL WHERE id = ?1";
    TEXT(Int) = "SELECT fingerprint, form, text FROM events WHERE id = ?1";
}

/// What lists find an event by, as it lies in its row. Where nothing is known of it, it is found out behind.
#[derive(Default)]
struct Columns<'t> {
    size: Option<i64>,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    confidential: bool,
    model: Option<&'t String>,
    id: Option<&'t String>,
}

impl<'t> Columns<'t> {
    fn of(traits: Option<&'t Traits>) -> Self {
        traits.map_or_else(Self::default, |Traits { reach, confidential, record, .. }| Self {
            size: Some(times::size(reach)),
            first: Some(reach.first),
            last: reach.last,
            confidential: *confidential,
            model: record.as_ref().map(|record| &record.model),
            id: record.as_ref().and_then(|record| record.id.as_ref()),
        })
    }
}

/// The event of that id, deleted ones included.
pub fn find(tx: &ReadTx<'_>, holder: HolderId, event_id: &EventId) -> Result<Option<EventRow>, StoreError> {
    tx.one(&FIND, values![holder, event_id], read)
}

/// The event that answers call so, deleted ones included.
pub fn find_public(
    tx: &ReadTx<'_>,
    holder: HolderId,
    public_id: &PublicEventId,
) -> Result<Option<EventRow>, StoreError> {
    tx.one(&FIND_PUBLIC, values![holder, public_id], read)
}

/// All events of a holder, deleted ones included, in the order of their acceptance.
pub fn all_of(tx: &ReadTx<'_>, holder: HolderId) -> Result<Vec<EventRow>, StoreError> {
    tx.all(&ALL_OF, values![holder], read)
}

/// How many events are held for a holder.
pub fn count(tx: &ReadTx<'_>, holder: HolderId) -> Result<u64, StoreError> {
    let count = tx.one(&COUNT, values![holder], |row| row.get("held"))?;
    Ok(count.unwrap_or_default())
}

/// Holds a new event at revision 1. Its row is not asked for ([`row_of`] tells it): most events of people without a link
/// are held and nothing more.
pub fn insert(tx: &WriteTx<'_>, holder: HolderId, content: &Content, now: Timestamp) -> Result<Revision, StoreError> {
    let Content { event_id, public_id, text, fingerprint, traits } = content;
    let change = changes::of_event(tx, holder, (public_id, event_id), Change::EventCreated, now)?;
    let (body, Columns { size, first, last, confidential, model, id }) = (&text.body, Columns::of(traits.as_ref()));
    let values = values![
        holder,
        event_id,
        public_id,
        text.form,
        body,
        fingerprint,
        now,
        change,
        size,
        first,
        last,
        confidential,
        model,
        id
    ];
    tx.execute(&INSERT, values)?;
    if let Some(traits) = traits.as_ref().filter(|traits| !traits.people.is_empty()) {
        times::name_people(tx, holder, (row_of(tx, holder, event_id)?, Revision(1)), traits)?;
    }
    Ok(Revision(1))
}

/// The row of an event that is held.
pub fn row_of(tx: &ReadTx<'_>, holder: HolderId, event_id: &EventId) -> Result<EventRowId, StoreError> {
    let row = tx.one(&ROW_OF, values![holder, event_id], |row| row.get("id"))?;
    row.ok_or_else(|| StoreError::broken("an event that is held has no row"))
}

/// Gives a held event its next content. One that was deleted comes as a new one, under a new public name.
pub fn replace(tx: &WriteTx<'_>, event: &EventRow, content: &Content, now: Timestamp) -> Result<Revision, StoreError> {
    let revision = Revision(event.revision.0 + 1);
    let (what, name) = if event.deleted {
        tx.execute(&RENAME, values![event.id, &content.public_id])?;
        (Change::EventCreated, &content.public_id)
    } else {
        (Change::EventChanged, &event.public_id)
    };
    let change = changes::of_event(tx, event.holder, (name, &event.event_id), what, now)?;
    let Content { text, fingerprint, traits, .. } = content;
    let (body, Columns { size, first, last, confidential, model, id }) = (&text.body, Columns::of(traits.as_ref()));
    let values = values![
        event.id,
        text.form,
        body,
        revision,
        fingerprint,
        now,
        change,
        size,
        first,
        last,
        confidential,
        model,
        id
    ];
    tx.execute(&REPLACE, values)?;
    if let Some(traits) = traits.as_ref().filter(|traits| !traits.people.is_empty()) {
        times::name_people(tx, event.holder, (event.id, revision), traits)?;
    }
    Ok(revision)
}

/// A newer content of the event was told that can't be read: what is held stays. It is no change of what is held.
pub fn unread(tx: &WriteTx<'_>, event: EventRowId, why: &Unread) -> Result<(), StoreError> {
    tx.execute(&UNREAD, values![event, &facts::json(why)?])?;
    Ok(())
}

/// What is held of the event is its newest content (again).
pub fn readable(tx: &WriteTx<'_>, event: &EventRow) -> Result<(), StoreError> {
    if event.unread {
        tx.execute(&READABLE, values![event.id])?;
    }
    Ok(())
}

/// Wants the event no more. Its row stays as long as it has a placement, or a resync is asking the client system
/// (whose answer may still tell of it).
pub fn delete(tx: &WriteTx<'_>, event: &EventRow, now: Timestamp) -> Result<(), StoreError> {
    let change = changes::of_event(tx, event.holder, (&event.public_id, &event.event_id), Change::EventDeleted, now)?;
    tx.execute(&DELETE, values![event.id, now, change])?;
    Ok(())
}

/// Forgets deleted events that no calendar can hold any more.
pub fn purge(tx: &WriteTx<'_>, holder: HolderId) -> Result<(), StoreError> {
    tx.execute(&PURGE, values![holder])?;
    Ok(())
}

/// The texts of these events, as far as they are still there, each with the fingerprint of its content.
pub fn texts(tx: &ReadTx<'_>, events: &[EventRowId]) -> Result<Vec<([u8; 32], Text)>, StoreError> {
    let text = |event: &EventRowId| {
        tx.one(&TEXT, values![*event], |row| Ok((row.get("fingerprint")?, text_of(row)?))).transpose()
    };
    events.iter().filter_map(text).collect()
}

/// What was said, where a statement reads it.
pub(super) fn text_of(row: &Row<'_>) -> Result<Text, StoreError> {
    Ok(Text { form: row.get("form")?, body: row.get("text")? })
}

fn read(row: &Row<'_>) -> Result<EventRow, StoreError> {
    Ok(EventRow {
        id: row.get("id")?,
        holder: row.get("holder_id")?,
        event_id: row.get("event_id")?,
        public_id: row.get("public_id")?,
        revision: row.get("revision")?,
        fingerprint: row.get("fingerprint")?,
        deleted: row.get("deleted")?,
        updated_at: row.get("updated_at")?,
        unread: row.get("unread")?,
    })
}

#[cfg(test)]
mod tests;
