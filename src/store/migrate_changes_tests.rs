//! The step that numbers changes per client system.

use jiff::Timestamp;

use super::migrate_tests::version_1;
use super::*;
use crate::happened::{Change, ChangeNumber};
use crate::ids::{ClientSystemId, EventId, HolderId, LinkId};
use crate::placement::Revision;

#[test]
fn version_12_numbers_changes_per_client_system_and_tells_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    version_1(&path);
    let mut connection = engine::Connection::writing(&path).unwrap().into_sqlite();
    engine::run_to(&mut connection, 11);
    let numbered = "UPDATE holders SET last_change = 4; UPDATE events SET change = 4, fingerprint = zeroblob(32)";
    connection.execute_batch(numbered).unwrap();
    drop(connection);
    let store = Store::open(&path).unwrap();
    let client = ClientSystemId(1);
    assert_eq!(store.read(|tx| changes::oldest(tx, client)).unwrap(), None, "what was before is not told");
    let now = Timestamp::from_second(10).unwrap();
    store
        .write(move |tx| {
            let event = events::find(tx, HolderId(7), &EventId::new("e").unwrap())?.unwrap();
            assert_eq!(event.revision, Revision(2));
            events::delete(tx, &event, now)?;
            links::begin_unlink(tx, LinkId(3), now)
        })
        .unwrap();
    let told = store.read(|tx| changes::after(tx, client, ChangeNumber(0), 9)).unwrap();
    let told: Vec<_> = told.iter().map(|told| (told.number.0, told.what)).collect();
    assert_eq!(told, [(1, Change::EventDeleted), (2, Change::LinkEnding)]);
}
