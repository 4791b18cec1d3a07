//! When events happen, as an index knows it.
//!
//! Rule: an event lies in the index under how long it spans and where that begins. Spans come in classes, each four times as
//! long as the one before; so what may meet a range begins, class by class, not long before it, and finding it costs what lies
//! there and nothing of what lies elsewhere. The index is never narrower than the truth: whoever asks looks again.

use jiff::{SignedDuration, Timestamp};

use crate::calendar::{Class, Event};
use crate::form::Text;
use crate::ids::{EventRowId, Holder, HolderId, HolderKey, PublicEventId};
use crate::instances::{self, Edges, Range, Reach};
use crate::json::Document;
use crate::link::ProviderKind;
use crate::placement::Revision;
use crate::store::engine::Row;
use crate::store::sql::statements;
use crate::store::value::values;
use crate::store::{ReadTx, StoreError, WriteTx};

/// The longest span of each class, in days.
const CLASSES: [i64; 9] = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 131_072];
/// The class of what has no end, or a longer span than any.
const ENDLESS: i64 = 9;
/// Between the classes of one kind of edges and those of the next.
const KINDS: i64 = 10;
/// The size of an event that can't be read.
const UNREADABLE: i64 = 99;
/// What names no zone may happen a day earlier or later; what names one, hours, once its country changes its mind.
const MARGIN: SignedDuration = SignedDuration::from_hours(48);

/// What lists find an event by. It is made of its content, before the transaction that writes both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traits {
    /// How far it reaches.
    pub reach: Reach,
    /// It is kept from those who may not see confidential ones.
    pub confidential: bool,
    /// The record of its client system that it hangs on.
    pub record: Option<Record>,
    /// Whom of the same client system it names, as organizer or as guest.
    pub people: Vec<HolderKey>,
}

/// A record of a client system: a model, and an id in it. Both are opaque.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What kind of thing it is (`crm.lead`).
    pub model: String,
    /// Which one; none where only the kind was said.
    pub id: Option<String>,
}

impl Traits {
    /// Those that every event has, whatever it came as.
    pub fn of(event: &Event) -> Self {
        let confidential = event.master.class == Some(Class::Confidential);
        Self { reach: instances::reach(event), confidential, record: None, people: Vec::new() }
    }

    /// Those of an event that came as JSON; `event` is what a calendar shows of the document.
    pub fn of_document(document: &Document, event: &Event) -> Self {
        let said = &document.said;
        let record = said.res_model.clone().map(|model| Record { model, id: said.res_id.clone() });
        let guests = said.attendees.iter().map(|guest| &guest.who);
        let named = said.organizer.iter().chain(guests).filter_map(|who| who.user_id.as_deref());
        let mut people: Vec<HolderKey> = named.map(HolderKey::from_canonical).collect();
        people.sort_unstable();
        people.dedup();
        Self { record, people, ..Self::of(event) }
    }
}

/// An event that nobody has sized yet.
#[derive(Clone, Debug)]
pub struct Unsized {
    /// Its row.
    pub id: EventRowId,
    /// Its content number.
    pub revision: Revision,
    /// What was said.
    pub text: Text,
}

/// An event that may happen in a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its row.
    pub id: EventRowId,
    /// Whose it is.
    pub holder: HolderId,
    /// How far it reaches; none where nobody has looked yet.
    pub reach: Option<Reach>,
    /// It is kept from those who may not see confidential ones.
    pub confidential: bool,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What [`Candidate`] is read from.
macro_rules! candidate {
    () => {
        "SELECT e.id, e.holder_id, e.size, e.first_at, e.last_at, e.confidential, e.updated_at FROM events e "
    };
}

statements! {
    OF_SIZE(Int, Int, Int, Int, Int) = concat!(
        candidate!(),
        "WHERE e.holder_id = ?1 AND e.size = ?2 AND e.first_at >= ?3 AND e.first_at < ?4
            AND (e.last_at IS NULL OR e.last_at >= ?5) AND e.deleted = 0"
    );
    UNSIZED_OF(Int) = concat!(candidate!(), "WHERE e.holder_id = ?1 AND e.size IS NULL AND e.deleted = 0");
    NAMES_SOMEBODY(Int, Text) =
        "SELECT 1 AS one FROM attendances WHERE client_system_id = ?1 AND holder_key = ?2 LIMIT 1";
    ATTENDED(Int, Text, Int, Int, Int, Int) = concat!(
        candidate!(),
        "JOIN attendances a ON a.event_id = e.id AND a.revision = e.revision
         WHERE a.client_system_id = ?1 AND a.holder_key = ?2 AND a.size = ?3 AND a.first_at >= ?4 AND a.first_at < ?5
            AND (e.last_at IS NULL OR e.last_at >= ?6) AND e.deleted = 0"
    );
    ALL(Int, Int, Int) =
        concat!(candidate!(), "WHERE e.holder_id = ?1 AND e.id > ?2 AND e.deleted = 0 ORDER BY e.id LIMIT ?3");
    ONE(Int, Int) = concat!(candidate!(), "WHERE e.holder_id = ?1 AND e.id = ?2 AND e.deleted = 0");
    OF_RECORDS(Int, Text) = "SELECT id FROM events WHERE holder_id = ?1 AND res_model = ?2 AND deleted = 0";
    OF_RECORD(Int, Text, Text) =
        "SELECT id FROM events WHERE holder_id = ?1 AND res_model = ?2 AND res_id = ?3 AND deleted = 0";
    AT_PROVIDER(Int, Text, Text) =
        "SELECT e.id FROM placements p JOIN links l ON l.id = p.link_id JOIN events e ON e.id = p.event_id
         WHERE l.holder_id = ?1 AND l.provider = ?2 AND (p.seen_handle = ?3 OR p.key = ?3) AND e.deleted = 0";
    FIND_ATTENDED(Int, Text, Text) =
        "SELECT e.holder_id, e.id FROM events e JOIN attendances a ON a.event_id = e.id AND a.revision = e.revision
         WHERE a.client_system_id = ?1 AND a.holder_key = ?2 AND e.public_id = ?3 AND e.deleted = 0";
    UNREADABLE_OF(Int, Int) = "SELECT public_id FROM events WHERE holder_id = ?1 AND size = ?2 AND deleted = 0";
    NAMES_NOBODY(Int) = "DELETE FROM attendances WHERE event_id = ?1";
    NAMES(Int, Text, Int, Int, Int, Int) =
        "INSERT INTO attendances (client_system_id, holder_key, size, first_at, event_id, revision)
         SELECT client_system_id, ?2, ?3, ?4, ?5, ?6 FROM holders WHERE id = ?1 AND key <> ?2
         ON CONFLICT (client_system_id, holder_key, size, first_at, event_id) DO NOTHING";
    SIZE(Int, Int, Int, Int, Int, Int) =
        "UPDATE events SET size = ?3, first_at = ?4, last_at = ?5, confidential = ?6 WHERE id = ?1 AND revision = ?2";
    UNSIZED(Int, Int) = "SELECT id, revision, form, text FROM events WHERE size IS NULL AND id > ?1 ORDER BY id LIMIT ?2";
}

/// The class of a reach, by which it lies in the index.
pub(super) fn size(reach: &Reach) -> i64 {
    let kind = match reach.edges {
        Edges::Instants => 0,
        Edges::Readings => 1,
        Edges::Rough => 2,
    };
    let class = reach.last.and_then(|last| {
        let length = last.duration_since(reach.first);
        CLASSES.iter().zip(0..).find(|(days, _)| length <= SignedDuration::from_hours(24 * **days))
    });
    kind * KINDS + class.map_or(ENDLESS, |(_, class)| class)
}

fn edges(size: i64) -> Option<Edges> {
    match size / KINDS {
        0 => Some(Edges::Instants),
        1 => Some(Edges::Readings),
        2 => Some(Edges::Rough),
        _ => None,
    }
}

/// Of each size: what of it may meet a range begins at the first of these or later, and before the second, and ends at
/// the third or later.
fn sizes(range: Range) -> impl Iterator<Item = (i64, [Timestamp; 3])> {
    let from = range.from().checked_sub(MARGIN).unwrap_or(Timestamp::MIN);
    let to = range.to().checked_add(MARGIN).unwrap_or(Timestamp::MAX);
    let begins = move |class: i64| {
        let days = usize::try_from(class).ok().and_then(|class| CLASSES.get(class))?;
        from.checked_sub(SignedDuration::from_hours(24 * days)).ok()
    };
    (0..3).flat_map(move |kind| {
        (0..=ENDLESS).map(move |class| (kind * KINDS + class, [begins(class).unwrap_or(Timestamp::MIN), to, from]))
    })
}

/// The events of a holder that may happen in a range, and all that nobody has sized yet. None of them twice.
pub fn candidates(tx: &ReadTx<'_>, holder: HolderId, range: Range) -> Result<Vec<Candidate>, StoreError> {
    let mut found = tx.all(&UNSIZED_OF, values![holder], read)?;
    for (size, [from, to, end]) in sizes(range) {
        found.extend(tx.all(&OF_SIZE, values![holder, size, from, to, end], read)?);
    }
    Ok(found)
}

/// The events of others of the same client system that name this holder, and may happen in a range.
pub fn attended(tx: &ReadTx<'_>, holder: &Holder, range: Range) -> Result<Vec<Candidate>, StoreError> {
    let mut found = Vec::new();
    if tx.one(&NAMES_SOMEBODY, values![holder.client, &holder.key], |_| Ok(()))?.is_none() {
        return Ok(found);
    }
    for (size, [from, to, end]) in sizes(range) {
        found.extend(tx.all(&ATTENDED, values![holder.client, &holder.key, size, from, to, end], read)?);
    }
    Ok(found)
}

/// Events of a holder behind the row `after`, in the order of acceptance, at most `most`.
pub fn all(tx: &ReadTx<'_>, holder: HolderId, after: EventRowId, most: usize) -> Result<Vec<Candidate>, StoreError> {
    tx.all(&ALL, values![holder, after, most], read)
}

/// Those of these rows that are events of a holder.
pub fn some(tx: &ReadTx<'_>, holder: HolderId, rows: &[EventRowId]) -> Result<Vec<Candidate>, StoreError> {
    rows.iter().filter_map(|row| tx.one(&ONE, values![holder, *row], read).transpose()).collect()
}

/// The events of a holder that hang on a record.
pub fn of_record(tx: &ReadTx<'_>, holder: HolderId, record: &Record) -> Result<Vec<EventRowId>, StoreError> {
    match &record.id {
        Some(id) => tx.all(&OF_RECORD, values![holder, &record.model, id], |row| row.get("id")),
        None => tx.all(&OF_RECORDS, values![holder, &record.model], |row| row.get("id")),
    }
}

/// The events of a holder that go by this name at a provider.
pub fn at_provider(
    tx: &ReadTx<'_>,
    holder: HolderId,
    provider: ProviderKind,
    id: &str,
) -> Result<Vec<EventRowId>, StoreError> {
    tx.all(&AT_PROVIDER, values![holder, provider, id], |row| row.get("id"))
}

/// The event of another that answers call so, if it names this holder: whose it is, and its row.
pub fn find_attended(
    tx: &ReadTx<'_>,
    holder: &Holder,
    id: &PublicEventId,
) -> Result<Option<(HolderId, EventRowId)>, StoreError> {
    tx.one(&FIND_ATTENDED, values![holder.client, &holder.key, id], |row| Ok((row.get("holder_id")?, row.get("id")?)))
}

/// The events of a holder that could not be read when they were to be put into the index.
pub fn unreadable(tx: &ReadTx<'_>, holder: HolderId) -> Result<Vec<PublicEventId>, StoreError> {
    tx.all(&UNREADABLE_OF, values![holder, UNREADABLE], |row| row.get("public_id"))
}

/// Some events that nobody has sized yet, of all holders, behind the row `after`.
pub fn not_sized(tx: &ReadTx<'_>, after: EventRowId, most: usize) -> Result<Vec<Unsized>, StoreError> {
    tx.all(&UNSIZED, values![after, most], |row| {
        Ok(Unsized { id: row.get("id")?, revision: row.get("revision")?, text: super::text_of(row)? })
    })
}

/// Puts an event into the index; `traits` are none where its text can't be read. Nothing happens where it has another
/// content by now.
pub fn put(tx: &WriteTx<'_>, event: &Unsized, traits: Option<&Traits>) -> Result<(), StoreError> {
    let size = traits.map_or(UNREADABLE, |traits| size(&traits.reach));
    let (first, last) = traits.map_or((None, None), |traits| (Some(traits.reach.first), traits.reach.last));
    let confidential = traits.is_some_and(|traits| traits.confidential);
    tx.execute(&SIZE, values![event.id, event.revision, size, first, last, confidential])?;
    Ok(())
}

/// Writes down whom the content of an event names. Those of an earlier content mean nothing any more.
pub(super) fn name_people(
    tx: &WriteTx<'_>,
    holder: HolderId,
    (event, revision): (EventRowId, Revision),
    traits: &Traits,
) -> Result<(), StoreError> {
    tx.execute(&NAMES_NOBODY, values![event])?;
    for person in &traits.people {
        let reach = &traits.reach;
        tx.execute(&NAMES, values![holder, person, size(reach), reach.first, event, revision])?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Candidate, StoreError> {
    let size: Option<i64> = row.get("size")?;
    let edges = size.and_then(edges);
    let reach =
        edges.map(|edges| Ok::<_, StoreError>(Reach { first: row.get("first_at")?, last: row.get("last_at")?, edges }));
    Ok(Candidate {
        id: row.get("id")?,
        holder: row.get("holder_id")?,
        reach: reach.transpose()?,
        confidential: row.get("confidential")?,
        updated_at: row.get("updated_at")?,
    })
}

#[cfg(test)]
mod tests;
