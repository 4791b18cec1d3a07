//! The step that gives events a place in time: those from before have none until somebody has looked.

use jiff::Timestamp;

use super::*;
use crate::form::Text;
use crate::ids::{EventRowId, HolderId};
use crate::instances::Range;
use crate::placement::Revision;

/// The version that this step is taken from.
const BEFORE: i32 = 14;

#[test]
fn events_from_before_have_no_size_and_may_be_anywhere_until_they_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    let mut connection = engine::Connection::writing(&path).unwrap().into_sqlite();
    engine::run_to(&mut connection, BEFORE);
    connection
        .execute_batch(
            "INSERT INTO holders (id, client_system_id, key) VALUES (7, 1, '+593991234567'), (8, 1, '+593991234568');
             INSERT INTO events (id, holder_id, event_id, public_id, text, revision, fingerprint, deleted, created_at, updated_at)
             VALUES (5, 7, 'e', 'ev_1', 'text of e', 2, x'00', 0, 1000, 1500), (6, 7, 'f', 'ev_2', 'text of f', 1, x'00', 1, 1000, 1500),
                    (9, 8, 'g', 'ev_3', 'text of g', 1, x'00', 0, 1000, 1500);",
        )
        .unwrap();
    drop(connection);
    let store = Store::open(&path).unwrap();
    let range = Range::new(Timestamp::UNIX_EPOCH, Timestamp::from_second(1).unwrap()).unwrap();
    let found = store.read(|tx| events::candidates(tx, HolderId(7), range)).unwrap();
    let found: Vec<_> = found.iter().map(|one| (one.id, one.reach, one.confidential)).collect();
    assert_eq!(found, [(EventRowId(5), None, false)]);
    let rest = store.read(|tx| events::not_sized(tx, EventRowId(0), 9)).unwrap();
    let rest: Vec<_> = rest.into_iter().map(|one| (one.id, one.revision, one.text)).collect();
    assert_eq!(rest[0], (EventRowId(5), Revision(2), Text::ical("text of e")));
    assert_eq!(rest.iter().map(|one| one.0.0).collect::<Vec<_>>(), [5, 6, 9]);
}
