//! The step that makes `links` anew: what refers to a link goes on referring to it.

use jiff::Timestamp;
use rusqlite::Connection as Sqlite;
use rusqlite::types::Value;

use super::browser_sessions::Purpose;
use super::*;
use crate::ids::{HolderId, LinkId};
use crate::link::{AccountName, LinkRole, ProviderKind, Site, Slot};
use crate::secret::Sealed;

/// The version that this step is taken from.
const BEFORE: i32 = 10;

/// A database of version 3 with a link in every state, a placement of every kind in each of them, and a link that has ended.
fn version_3(path: &Path) -> Sqlite {
    let mut connection = engine::Connection::writing(path).unwrap().into_sqlite();
    engine::run_to(&mut connection, 3);
    let states = ["active", "needs_reauthorization", "calendar_lost", "unlinking", "active"];
    let placed = [
        ("1", "at", Some("1"), "NULL"),
        ("2", "at", Some("1"), "5"),
        ("NULL", "at", Some("1"), "5"),
        ("1", "unsure", Some("1"), "5"),
        ("1", "unsure", None, "5"),
        ("NULL", "unsure", None, "5"),
        ("1", "nothing", None, "5"),
        ("1", "gone", None, "5"),
    ];
    for (n, state) in (1i64..).zip(states) {
        let link = format!(
            "INSERT INTO holders (id, client_system_id, key) VALUES ({n}, 1, '+59399123456{n}');
             INSERT INTO links (id, holder_id, provider, site, account, username, credentials, calendar_url, calendar_name,
                                calendar_is_ours, calendar_zone, calendar_made_at, state, reason, linked_at, last_sync_at, survey,
                                attempts, not_before, wake_at, unlink_requested_at, unlink_deleted)
             VALUES ({}, {n}, 'caldav', 's', 'a{n}', 'ana', x'0{n}', 'u', 'Puentes', 1, 'Europe/Madrid', 7, '{state}', 'why', 8, 9,
                     1, 2, 3, 4, 5, 6);",
            n * 10
        );
        connection.execute_batch(&link).unwrap();
        for (k, (wanted, known, version, due)) in (1i64..).zip(placed) {
            let (event, version) = (n * 100 + k, version.map_or("NULL".to_owned(), |version| format!("'{version}'")));
            let placement = format!(
                "INSERT INTO events (id, holder_id, event_id, ical, revision, fingerprint, created_at, updated_at)
                 VALUES ({event}, {n}, 'e{k}', 'text', 2, x'00', 1, 1);
                 INSERT INTO placements (link_id, event_id, key, wanted, known, seen_version, seen_revision, due_at)
                 VALUES ({}, {event}, 'psr{event}', {wanted}, '{known}', {version}, 1, {due});",
                n * 10
            );
            connection.execute_batch(&placement).unwrap();
        }
    }
    // The last one has ended, and its number is not given again.
    connection.execute_batch("DELETE FROM links WHERE id = 50").unwrap();
    connection
}

/// All rows of a table, each column by its name.
fn rows(connection: &Sqlite, table: &str) -> Vec<Vec<(String, Value)>> {
    let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY id")).unwrap();
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let row = |row: &rusqlite::Row<'_>| {
        names.iter().enumerate().map(|(n, name)| Ok((name.clone(), row.get(n)?))).collect::<rusqlite::Result<Vec<_>>>()
    };
    statement.query_map([], row).unwrap().collect::<Result<_, _>>().unwrap()
}

/// Whether every column of `before` is in `after`, with the same in it.
fn are_kept(before: &[Vec<(String, Value)>], after: &[Vec<(String, Value)>]) {
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(after) {
        for column in before {
            assert!(after.contains(column), "{column:?} is not in {after:?}");
        }
    }
}

#[test]
fn links_are_made_anew_with_every_placement_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    let mut connection = version_3(&path);
    engine::run_to(&mut connection, BEFORE);
    let (links_before, placements_before) = (rows(&connection, "links"), rows(&connection, "placements"));
    assert_eq!((links_before.len(), placements_before.len()), (4, 32));
    drop(connection);
    drop(Store::open(&path).unwrap());
    let connection = engine::Connection::writing(&path).unwrap().into_sqlite();
    are_kept(&links_before, &rows(&connection, "links"));
    are_kept(&placements_before, &rows(&connection, "placements"));
    let on: i64 = connection.query_row("PRAGMA foreign_keys", [], |row| row.get(0)).unwrap();
    assert_eq!(on, 1, "a link takes its placements along");
    connection.execute("DELETE FROM links WHERE id = 10", []).unwrap();
    assert_eq!(rows(&connection, "placements").len(), 24);
}

#[test]
fn a_step_that_loses_what_something_refers_to_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    let mut connection = version_3(&path);
    engine::run_to(&mut connection, BEFORE);
    connection.execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM links WHERE id = 10").unwrap();
    drop(connection);
    let Err(refused) = Store::open(&path) else { panic!("it was taken") };
    assert!(refused.to_string().contains("nothing_is_lost"), "{refused}");
    let connection = engine::Connection::writing(&path).unwrap().into_sqlite();
    assert_eq!(rows(&connection, "placements").len(), 32, "nothing was changed");
    assert!(connection.prepare("SELECT role FROM links").is_err());
}

#[test]
fn of_one_link_each_that_carries_unless_it_is_ending_and_no_number_is_given_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    drop(version_3(&path));
    let store = Store::open(&path).unwrap();
    let told = |link: i64| {
        let link = store.read(|tx| links::get(tx, LinkId(link))).unwrap().unwrap();
        (link.slot, link.role, link.is_on(), link.waits)
    };
    for link in [10, 20, 30] {
        assert_eq!(told(link), (Slot::Only, LinkRole::Carries, true, false));
    }
    assert_eq!(told(40), (Slot::Only, LinkRole::Leaves, true, false));
    let new = links::NewLink {
        holder: HolderId(5),
        slot: Slot::Only,
        provider: ProviderKind::Caldav,
        site: Site::from_text("s"),
        account: AccountName::from_text("a5"),
        username: "ana".into(),
        credentials: Sealed { bytes: vec![1], recipient: "age1ours".into() },
        calendar_url: "u".into(),
        calendar_name: "Puentes".into(),
        calendar_is_ours: false,
        calendar_zone: None,
    };
    let link = store.write(move |tx| links::insert(tx, &new, Timestamp::UNIX_EPOCH)).unwrap();
    assert_eq!(link, Some(LinkId(51)));
}

#[test]
fn who_is_in_a_browser_stays_in_and_links_into_pages_have_room() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    let mut connection = version_3(&path);
    engine::run_to(&mut connection, 16);
    let session = "INSERT INTO browser_sessions (token_hash, holder_id, purpose, expires_at)
                   VALUES (x'0101010101010101010101010101010101010101010101010101010101010101', 2, 'session', 9000),
                          (x'0202020202020202020202020202020202020202020202020202020202020202', 3, 'hop', 9000)";
    connection.execute_batch(session).unwrap();
    drop(connection);
    let store = Store::open(&path).unwrap();
    let find = |token, purpose| {
        store.read(|tx| browser_sessions::find(tx, &[token; 32], purpose, Timestamp::UNIX_EPOCH)).unwrap()
    };
    let at = Timestamp::from_millisecond(9000).unwrap();
    store
        .write(move |tx| {
            browser_sessions::insert(tx, &[3; 32], (HolderId(4), Purpose::Page), at, Timestamp::UNIX_EPOCH)
        })
        .unwrap();
    assert_eq!(find(1, Purpose::Session), Some(HolderId(2)));
    assert_eq!(find(2, Purpose::Hop), Some(HolderId(3)));
    assert_eq!((find(3, Purpose::Page), find(3, Purpose::Session)), (Some(HolderId(4)), None));
}
