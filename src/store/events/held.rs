//! What is held, with what its placements say of it: for those who tell it.
//!
//! Rule: the texts of many events are never in one answer: together they are as large as a holder's whole life.

use jiff::Timestamp;

use crate::form::Text;
use crate::happened::Unread;
use crate::ids::{EventId, EventRowId, HolderId, LinkId, PublicEventId};
use crate::placement::Revision;
use crate::store::engine::Row;
use crate::store::sql::statements;
use crate::store::value::values;
use crate::store::{ReadTx, StoreError};

/// An event with what its placement says, as the client system is told.
#[derive(Clone, Debug)]
pub struct Held {
    /// The client's id.
    pub event_id: EventId,
    /// What answers call it.
    pub public_id: PublicEventId,
    /// What was said, as it is kept.
    pub text: Text,
    /// Its content's fingerprint.
    pub fingerprint: [u8; 32],
    /// Its content number.
    pub revision: Revision,
    /// When it was first accepted.
    pub created_at: Timestamp,
    /// When its content last changed.
    pub updated_at: Timestamp,
    /// Why a newer content that was told is not held.
    pub unread: Option<Unread>,
    /// Its placement in the holder's link; none without a link.
    pub placement: Option<HeldPlacement>,
}

/// The half of a placement that is told.
#[derive(Clone, Debug)]
pub struct HeldPlacement {
    /// In the calendar with the content that is held.
    pub settled: bool,
    /// The provider will never take this content.
    pub refused: bool,
    /// Since when it fails without a break.
    pub failing_since: Option<Timestamp>,
    /// The last request about it.
    pub last_attempt_at: Option<Timestamp>,
    /// What the provider last said, when not simply yes.
    pub reason: Option<String>,
    /// What the calendar can't hold of it.
    pub degradations: Vec<String>,
    /// What the provider calls it; none where it is not known to be there.
    pub external_id: Option<String>,
    /// When it was last written there.
    pub written_at: Option<Timestamp>,
    /// When it was last seen there as it was written.
    pub confirmed_at: Option<Timestamp>,
}

/// A held event with what its placement says, without its text.
#[derive(Clone, Debug)]
pub struct Outlined {
    /// Its row.
    pub id: EventRowId,
    /// The client's id.
    pub event_id: EventId,
    /// Its content's fingerprint.
    pub fingerprint: [u8; 32],
    /// When it was first accepted.
    pub created_at: Timestamp,
    /// A newer content was told that can't be read.
    pub unread: bool,
    /// Its placement in the holder's link; none without a link.
    pub placement: Option<HeldPlacement>,
}

/// What is told of a placement, of all events of a holder (`?1`) in the eyes of a link (`?2`).
macro_rules! placed {
    () => {
        "CASE WHEN p.id IS NULL THEN 0 ELSE 1 END AS placed,
         CASE WHEN p.known = 'at' AND p.seen_revision IS NOT DISTINCT FROM p.wanted THEN 1 ELSE 0 END AS settled,
         CASE WHEN p.refused IS NOT NULL AND p.refused IS NOT DISTINCT FROM p.wanted THEN 1 ELSE 0 END AS refused,
         CASE WHEN p.known = 'at' THEN COALESCE(p.seen_handle, p.key) ELSE NULL END AS external_id,
         p.failing_since, p.last_attempt_at, p.reason, p.degradations, p.written_at, p.confirmed_at
         FROM events e LEFT JOIN placements p ON p.event_id = e.id AND p.link_id = ?2
         WHERE e.holder_id = ?1 AND e.deleted = 0"
    };
}

/// What [`Held`] is read from.
macro_rules! held {
    () => {
        concat!(
            "SELECT e.event_id, e.public_id, e.form, e.text, e.fingerprint, e.revision, e.created_at, e.updated_at, e.unread, ",
            placed!()
        )
    };
}

statements! {
    OUTLINED(Int, Int) =
        concat!(
            "SELECT e.id, e.event_id, e.fingerprint, e.created_at, CASE WHEN e.unread IS NULL THEN 0 ELSE 1 END AS unread, ",
            placed!(),
            " ORDER BY e.id"
        );
    ROWS(Int, Int, Int) = "SELECT id FROM events WHERE holder_id = ?1 AND id > ?2 AND deleted = 0 ORDER BY id LIMIT ?3";
    HELD_ROW(Int, Int, Int) = concat!(held!(), " AND e.id = ?3");
    HELD_ONE(Int, Int, Text) = concat!(held!(), " AND e.event_id = ?3");
    HELD_PUBLIC(Int, Int, Text) = concat!(held!(), " AND e.public_id = ?3");
}

/// What is held for a holder without the texts, in the order of acceptance; `link` is the one whose placements are told.
pub fn outlined(tx: &ReadTx<'_>, holder: HolderId, link: Option<LinkId>) -> Result<Vec<Outlined>, StoreError> {
    tx.all(&OUTLINED, values![holder, link], |row| {
        Ok(Outlined {
            id: row.get("id")?,
            event_id: row.get("event_id")?,
            fingerprint: row.get("fingerprint")?,
            created_at: row.get("created_at")?,
            unread: row.get("unread")?,
            placement: read_placement(row)?,
        })
    })
}

/// The rows of what is held for a holder behind the row `after`, in the order of acceptance, at most `most`.
pub fn rows(
    tx: &ReadTx<'_>,
    holder: HolderId,
    after: EventRowId,
    most: Option<usize>,
) -> Result<Vec<EventRowId>, StoreError> {
    let most = most.and_then(|most| i64::try_from(most).ok()).unwrap_or(i64::MAX);
    tx.all(&ROWS, values![holder, after, most], |row| row.get("id"))
}

/// The event of that row; none when it is held no more.
pub fn held_row(
    tx: &ReadTx<'_>,
    holder: HolderId,
    link: Option<LinkId>,
    row: EventRowId,
) -> Result<Option<Held>, StoreError> {
    tx.one(&HELD_ROW, values![holder, link, row], read_held)
}

/// One held event.
pub fn held_one(
    tx: &ReadTx<'_>,
    holder: HolderId,
    link: Option<LinkId>,
    event_id: &EventId,
) -> Result<Option<Held>, StoreError> {
    tx.one(&HELD_ONE, values![holder, link, event_id], read_held)
}

/// The held event that answers call so.
pub fn held_public(
    tx: &ReadTx<'_>,
    holder: HolderId,
    link: Option<LinkId>,
    public_id: &PublicEventId,
) -> Result<Option<Held>, StoreError> {
    tx.one(&HELD_PUBLIC, values![holder, link, public_id], read_held)
}

fn read_held(row: &Row<'_>) -> Result<Held, StoreError> {
    Ok(Held {
        event_id: row.get("event_id")?,
        public_id: row.get("public_id")?,
        text: super::text_of(row)?,
        fingerprint: row.get("fingerprint")?,
        revision: row.get("revision")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        unread: row.get::<Option<String>>("unread")?.map(|why| serde_json::from_str(&why).unwrap_or(Unread::Other)),
        placement: read_placement(row)?,
    })
}

fn read_placement(row: &Row<'_>) -> Result<Option<HeldPlacement>, StoreError> {
    if !row.get("placed")? {
        return Ok(None);
    }
    let degradations = |json: String| serde_json::from_str(&json).unwrap_or_default();
    Ok(Some(HeldPlacement {
        settled: row.get("settled")?,
        refused: row.get("refused")?,
        failing_since: row.get("failing_since")?,
        last_attempt_at: row.get("last_attempt_at")?,
        reason: row.get("reason")?,
        degradations: row.get::<Option<String>>("degradations")?.map(degradations).unwrap_or_default(),
        external_id: row.get("external_id")?,
        written_at: row.get("written_at")?,
        confirmed_at: row.get("confirmed_at")?,
    }))
}
