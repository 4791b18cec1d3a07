//! Resync runs: what is going on, and what the last ones did.

use jiff::Timestamp;

use super::engine::Row;
use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError, WriteTx, activity, facts, links, placements};
use crate::happened::{Happened, ResyncFailure, Skipped, Unread};
use crate::ids::{EventId, HolderId, LinkId, ResyncId, ResyncRowId};
use crate::link::{ResyncCounts, ResyncMode};

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunPhase {
    /// The client system is being asked.
    Asking,
    /// What it told is being brought into the calendar.
    Writing,
    /// All is as told.
    Succeeded,
    /// It ended early or incomplete; the error says why.
    Failed,
}

impl RunPhase {
    /// The word in the database.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Asking => "asking",
            Self::Writing => "writing",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }

    /// Reads the word back.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        let all = [Self::Asking, Self::Writing, Self::Succeeded, Self::Failed];
        all.into_iter().find(|phase| phase.as_str() == word)
    }
}

/// What of an answer a run passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PassedOver {
    /// How many events.
    pub count: u64,
    /// The first of them, in the order told, [`MOST_LISTED`] at most.
    pub listed: Vec<Skipped>,
}

/// Events that a run names as passed over; of more it keeps the number alone.
pub const MOST_LISTED: usize = 1_000;

/// One run.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its row.
    pub id: ResyncRowId,
    /// Its public name.
    pub public_id: ResyncId,
    /// Whose.
    pub holder: HolderId,
    /// Of which link.
    pub link: LinkId,
    /// How.
    pub mode: ResyncMode,
    /// A sudden shrink was confirmed.
    pub confirmed: bool,
    /// Where it stands.
    pub phase: RunPhase,
    /// Events told by the client system.
    pub total: Option<u64>,
    /// What it did so far.
    pub counts: ResyncCounts,
    /// What of the client system's answer it passed over.
    pub skipped: PassedOver,
    /// Why it failed.
    pub error: Option<ResyncFailure>,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// What [`Run`] is read from.
macro_rules! row {
    () => {
        "SELECT id, public_id, holder_id, link_id, mode, confirmed, phase, total, created, changed, deleted, remaining,
                skipped, skipped_count, error_code, error, requested_at, finished_at
         FROM resync_runs"
    };
}

statements! {
    START(Text, Int, Int, Text, Int, Int) =
        "INSERT INTO resync_runs (public_id, holder_id, link_id, mode, confirmed, phase, requested_at)
         VALUES (?1, ?2, ?3, ?4, ?5, 'asking', ?6)";
    GOING(Int) = concat!(row!(), " WHERE link_id = ?1 AND finished_at IS NULL");
    FIND(Int, Text) = concat!(row!(), " WHERE holder_id = ?1 AND public_id = ?2");
    NEWEST(Int) = concat!(row!(), " WHERE link_id = ?1 ORDER BY id DESC LIMIT 1");
    TOLD(Int, Int, Text, Int) =
        "UPDATE resync_runs SET phase = 'writing', total = ?2, skipped = ?3, skipped_count = ?4 WHERE id = ?1";
    COUNT(Int, Int, Int, Int) =
        "UPDATE resync_runs SET created = created + ?2, changed = changed + ?3, deleted = deleted + ?4
         WHERE link_id = ?1 AND finished_at IS NULL";
    SUCCEED(Int, Int) =
        "UPDATE resync_runs SET phase = 'succeeded', finished_at = ?2 WHERE id = ?1 AND finished_at IS NULL";
    FAIL(Int, Text, Text, Int, Int) =
        "UPDATE resync_runs SET phase = 'failed', error_code = ?2, error = ?3, remaining = ?4, finished_at = ?5
         WHERE id = ?1 AND finished_at IS NULL";
}

/// Stores a run that begins, and wakes the link.
pub fn start(
    tx: &WriteTx<'_>,
    owner: (HolderId, LinkId),
    mode: ResyncMode,
    confirmed: bool,
    now: Timestamp,
) -> Result<ResyncId, StoreError> {
    let id = ResyncId::random();
    tx.execute(&START, values![&id, owner.0, owner.1, mode, confirmed, now])?;
    links::try_again(tx, owner.1, now)?;
    Ok(id)
}

/// The run of a link that is going on.
pub fn going(tx: &ReadTx<'_>, link: LinkId) -> Result<Option<Run>, StoreError> {
    tx.one(&GOING, values![link], read)
}

/// A holder's run by its public name.
pub fn find(tx: &ReadTx<'_>, holder: HolderId, id: &ResyncId) -> Result<Option<Run>, StoreError> {
    tx.one(&FIND, values![holder, id], read)
}

/// The newest run of a link.
pub fn newest(tx: &ReadTx<'_>, link: LinkId) -> Result<Option<Run>, StoreError> {
    tx.one(&NEWEST, values![link], read)
}

/// The client system has told `total` events, and others that were `skipped`: from now on they are being written.
pub fn told(tx: &WriteTx<'_>, run: ResyncRowId, total: u64, skipped: &[Skipped]) -> Result<(), StoreError> {
    let listed: Vec<&Skipped> = skipped.iter().take(MOST_LISTED).collect();
    let listed = if listed.is_empty() { None } else { Some(facts::json(&listed)?) };
    tx.execute(&TOLD, values![run, total, listed.as_deref(), skipped.len() as u64])?;
    Ok(())
}

/// Adds to what the link's run that is going on did; nothing when there is none.
pub fn count(tx: &WriteTx<'_>, link: LinkId, counts: ResyncCounts) -> Result<(), StoreError> {
    tx.execute(&COUNT, values![link, counts.created, counts.changed, counts.deleted])?;
    Ok(())
}

/// Ends a run well.
pub fn succeed(tx: &WriteTx<'_>, run: ResyncRowId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(&SUCCEED, values![run, now])?;
    Ok(())
}

/// Ends a run badly.
pub fn fail(
    tx: &WriteTx<'_>,
    run: ResyncRowId,
    error: &ResyncFailure,
    left: u64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (code, data) = facts::columns(error)?;
    tx.execute(&FAIL, values![run, &code, &data, left, now])?;
    Ok(())
}

/// Ends the run of a link that is going on, if there is one, with this failure.
pub fn fail_going(tx: &WriteTx<'_>, link: LinkId, error: ResyncFailure, now: Timestamp) -> Result<(), StoreError> {
    let Some(run) = going(tx, link)? else { return Ok(()) };
    let tally = placements::tally(tx, link)?;
    fail(tx, run.id, &error, tally.left(), now)?;
    activity::log(tx, run.holder, now, &Happened::ResyncFailed(error))
}

/// How far a run is: events surely in place. Only meaningful while it is being written.
pub fn done(tx: &ReadTx<'_>, run: &Run) -> Result<u64, StoreError> {
    match run.phase {
        RunPhase::Asking => Ok(0),
        RunPhase::Succeeded => Ok(run.total.unwrap_or(0)),
        RunPhase::Writing | RunPhase::Failed => Ok(placements::tally(tx, run.link)?.settled),
    }
}

fn read(row: &Row<'_>) -> Result<Run, StoreError> {
    Ok(Run {
        id: row.get("id")?,
        public_id: row.get("public_id")?,
        holder: row.get("holder_id")?,
        link: row.get("link_id")?,
        mode: row.get("mode")?,
        confirmed: row.get("confirmed")?,
        phase: row.get("phase")?,
        total: row.get("total")?,
        counts: ResyncCounts {
            created: row.get("created")?,
            changed: row.get("changed")?,
            deleted: row.get("deleted")?,
            left: row.get("remaining")?,
        },
        skipped: PassedOver {
            count: row.get("skipped_count")?,
            listed: row.get::<Option<String>>("skipped")?.map(|json| listed(&json)).unwrap_or_default(),
        },
        error: row.get::<Option<String>>("error_code")?.zip(row.get("error")?).map(failure),
        requested_at: row.get("requested_at")?,
        finished_at: row.get("finished_at")?,
    })
}

fn failure((code, data): (String, String)) -> ResyncFailure {
    facts::read(&code, &data).unwrap_or_else(|words| ResyncFailure::Other { code, words: words.unwrap_or_default() })
}

/// Each by itself: one that another version wrote down hides no other.
fn listed(json: &str) -> Vec<Skipped> {
    let each: Vec<serde_json::Value> = serde_json::from_str(json).unwrap_or_default();
    let read = |one: serde_json::Value| {
        let event = one.get("event").and_then(|id| EventId::new(id.as_str()?).ok());
        serde_json::from_value(one).unwrap_or(Skipped { event, why: Unread::Other })
    };
    each.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ClientSystemId, Holder};
    use crate::store::{Store, holders};

    /// Stores what a run passed over, and reads it back.
    fn kept(skipped: Vec<Skipped>) -> PassedOver {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_rehearsing(&folder.path().join("pasarela.db")).unwrap();
        let run = store.write(move |tx| {
            let holder = holders::ensure(tx, &Holder::of(ClientSystemId(1), "+593991234567"))?;
            let id = start(tx, (holder, LinkId(1)), ResyncMode::Repair, false, Timestamp::UNIX_EPOCH)?;
            let run = find(tx, holder, &id)?.unwrap();
            told(tx, run.id, 3, &skipped)?;
            find(tx, holder, &id)
        });
        run.unwrap().unwrap().skipped
    }

    #[test]
    fn what_was_passed_over_comes_back_as_it_was_and_of_very_much_the_number() {
        let text = || "«ñ» \"quoted\"".to_owned();
        let id = |n: usize| EventId::new(format!("e{n}")).unwrap();
        let whys = [
            Unread::Invalid { line: Some(7), property: Some("DTSTART".to_owned()), reason: text() },
            Unread::Invalid { line: None, property: None, reason: text() },
            Unread::NoText,
            Unread::Twice,
            Unread::NoId { place: "events[3]".to_owned(), reason: text() },
        ];
        let skipped: Vec<Skipped> =
            whys.into_iter().enumerate().map(|(n, why)| Skipped { event: (n < 4).then(|| id(n)), why }).collect();
        assert_eq!(kept(skipped.clone()), PassedOver { count: 5, listed: skipped });
        assert_eq!(kept(vec![]), PassedOver::default());
        let many: Vec<Skipped> = (0..1_234).map(|n| Skipped { event: Some(id(n)), why: Unread::NoText }).collect();
        let kept = kept(many.clone());
        assert_eq!((kept.count, kept.listed.as_slice()), (1_234, &many[..MOST_LISTED]));
    }

    #[test]
    fn what_another_version_passed_over_hides_no_other() {
        let json = r#"[{"event":"a","why":{"is":"of tomorrow","with":3}},{"event":"b","why":{"is":"twice"}},7]"#;
        let named = |id: &str, why| Skipped { event: Some(EventId::new(id).unwrap()), why };
        let nobody = Skipped { event: None, why: Unread::Other };
        assert_eq!(listed(json), [named("a", Unread::Other), named("b", Unread::Twice), nobody]);
    }
}
