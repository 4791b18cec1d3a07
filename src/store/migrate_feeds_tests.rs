//! The step that makes room for feeds.

use super::migrate_tests::version_1;
use super::*;
use crate::ids::{ClientSystemId, Holder};

#[test]
fn version_19_has_no_feeds_of_anybody_yet() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    version_1(&path);
    let mut connection = engine::Connection::writing(&path).unwrap().into_sqlite();
    engine::run_to(&mut connection, 18);
    drop(connection);
    let store = Store::open(&path).unwrap();
    let ana = Holder::of(ClientSystemId(1), "+593991234567");
    let feeds = store.read(|tx| feeds::all_of(tx, holders::find(tx, &ana)?.unwrap()));
    assert_eq!(feeds.unwrap(), []);
}
