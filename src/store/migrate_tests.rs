//! Every version from the one before, with data in it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::*;
use crate::form::Text;
use crate::happened::{Happened, ResyncFailure, Revoked};
use crate::ids::{ClientSystemId, EventId, Holder, HolderId, LinkId, PublicEventId, ResyncId};
use crate::link::LinkState;
use crate::placement::{self, Known, Revision, Seen, Sight, Version};

/// A database of version 1 in which somebody is linked and something is on its way.
pub(super) fn version_1(path: &Path) {
    let mut connection = engine::Connection::writing(path).unwrap().into_sqlite();
    engine::run_to(&mut connection, 1);
    connection
        .execute_batch(
            "INSERT INTO holders (id, client_system_id, key) VALUES (7, 1, '+593991234567');
             INSERT INTO links (id, holder_id, provider, site, account, username, credentials, calendar_url,
                                calendar_name, calendar_is_ours, state, linked_at, survey, wake_at)
             VALUES (3, 7, 'caldav', 'dav.example.org:443', 'caldav:dav.example.org:443/ana', 'ana', x'010203',
                     'https://dav.example.org/ana/puentes/', 'Puentes', 1, 'active', 1000, 0, 2000);
             INSERT INTO events (id, holder_id, event_id, ical, revision, fingerprint, created_at, updated_at)
             VALUES (5, 7, 'e', 'text', 2, zeroblob(32), 1000, 1500);
             INSERT INTO placements (link_id, event_id, key, wanted, known, seen_version, seen_revision, due_at)
             VALUES (3, 5, 'psrkey', 2, 'at', '\"1\"', 1, 1500);",
        )
        .unwrap();
}

#[test]
fn version_2_keeps_links_and_placements_of_version_1() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    version_1(&path);
    let store = Store::open(&path).unwrap();
    let link = store.read(|tx| links::get(tx, LinkId(3))).unwrap().unwrap();
    assert_eq!((link.state, link.calendar_is_ours, link.credentials), (LinkState::Active, true, vec![1, 2, 3]));
    assert_eq!((link.calendar_zone, link.calendar_made_at), (None, None));
    let now = Timestamp::from_second(10).unwrap();
    let due = store.read(|tx| placements::due(tx, LinkId(3), now, 10)).unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].key.as_str(), "psrkey");
    let key = Holder::of(ClientSystemId(1), "+593991234567");
    assert!(store.read(|tx| holders::find(tx, &key)).unwrap().is_some());
}

#[test]
fn a_database_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    drop(Store::open(&path).unwrap());
    let connection = engine::Connection::writing(&path).unwrap().into_sqlite();
    let later = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
                 VALUES (999, 'later', '2030-01-01T00:00:00Z', '1')";
    connection.execute(later, []).unwrap();
    drop(connection);
    let Err(refused) = Store::open(&path) else { panic!("it was taken") };
    let known = i64::from(std::fs::read_dir("src/store/migrations").unwrap().count() as u32);
    assert!(matches!(refused, OpenError::Newer { found: 999, known: ours, .. } if ours == known), "{refused:?}");
    let words = refused.to_string();
    assert!(words.contains("newer version of Pasarela") && words.contains("backup"), "{words}");
}

#[test]
fn version_3_keeps_what_version_2_knew_and_claims_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    version_1(&path);
    let mut connection = engine::Connection::writing(&path).unwrap().into_sqlite();
    engine::run_to(&mut connection, 2);
    let authorization = "INSERT INTO authorizations (id, holder_id, provider, state_hash, phase, secrets, expires_at)
                         VALUES (4, 7, 'google', x'0a', 'sent', x'0b', 9000)";
    connection.execute(authorization, []).unwrap();
    drop(connection);
    drop(Store::open(&path).unwrap());
    let connection = engine::Connection::writing(&path).unwrap().into_sqlite();
    let ask = |sql: &str| -> (Option<i64>, Option<i64>) {
        connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
    };
    assert_eq!(ask("SELECT expires_at, length(session_hash) FROM authorizations WHERE id = 4"), (Some(9000), None));
    assert_eq!(ask("SELECT written_at, confirmed_at FROM placements WHERE key = 'psrkey'"), (None, None));
    assert_eq!(ask("SELECT due_at, seen_revision FROM placements WHERE key = 'psrkey'"), (Some(1500), Some(1)));
    assert_eq!(ask("SELECT count(*), NULL FROM browser_sessions"), (Some(0), None));
}

/// What version 3 wrote down of everything that can happen, in its words.
const WORDS_OF_VERSION_3: &[(&str, &str)] = &[
    ("linked", "caldav, ana, Puentes"),
    ("link_not_made", "cancelled"),
    ("authorised_again", ""),
    ("needs_reauthorization", "the provider refuses the credentials: HTTP 401: who are \"you\"?"),
    ("calendar_lost", "the calendar was deleted: HTTP 404"),
    ("calendar_made_again", ""),
    ("unlinking", "Puentes"),
    ("unlinked", "3 removed, 1 left"),
    ("resync_started", "31 events"),
    ("resync_succeeded", "31 events"),
    ("resync_failed", "Puentes answered with status 500"),
    ("held", "30 of 31 events would be removed at once"),
    ("event_refused", "e: http-400: HTTP 400"),
    ("of an even older one", "{\"not\": \"a fact\"}"),
];

/// Codes and words of runs that failed under version 3.
const FAILURES_OF_VERSION_3: &[(&str, &str)] = &[
    ("puentes_unavailable", "Puentes answered with status 500"),
    ("confirmation_needed", "30 of 31 events would be removed at once"),
    ("login_failed", "the provider refuses the credentials: HTTP 401"),
    ("calendar_lost", "the calendar was deleted: HTTP 404"),
    ("calendar_unreachable", "no sure answer: HTTP 503"),
    ("events_left", "3 events are not in the calendar: 1 refused by the provider, 2 still being tried"),
    ("unlinked", "the calendar was unlinked"),
];

#[test]
fn version_4_keeps_the_words_of_version_3_under_what_they_are_about() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    version_1(&path);
    let mut connection = engine::Connection::writing(&path).unwrap().into_sqlite();
    engine::run_to(&mut connection, 3);
    for (kind, words) in WORDS_OF_VERSION_3 {
        let insert = "INSERT INTO activity (holder_id, at, kind, detail) VALUES (7, 1000, ?1, ?2)";
        connection.execute(insert, [kind, words]).unwrap();
    }
    let testing = "refused. It ended seven days after it was given: that is what Google does";
    let insert = "INSERT INTO activity (holder_id, at, kind, detail) VALUES (7, 1000, 'needs_reauthorization', ?1)";
    connection.execute(insert, [testing]).unwrap();
    let insert =
        "INSERT INTO resync_runs (public_id, holder_id, link_id, mode, confirmed, phase, requested_at, finished_at,
                                           error_code, error)
                  VALUES (?1, 7, 3, 'repair', 0, 'failed', 1000, 1500, ?1, ?2)";
    for (code, words) in FAILURES_OF_VERSION_3 {
        connection.execute(insert, [code, words]).unwrap();
    }
    let going = "INSERT INTO resync_runs (public_id, holder_id, link_id, mode, confirmed, phase, requested_at)
                 VALUES ('going', 7, 3, 'repair', 0, 'asking', 2000)";
    connection.execute(going, []).unwrap();
    drop(connection);

    let store = Store::open(&path).unwrap();
    let mut happened = store.read(|tx| activity::newest(tx, HolderId(7), 99)).unwrap();
    happened.reverse();
    let told: Vec<_> = happened.into_iter().map(|one| one.what).collect();
    let was = |kind: &str, words: &str| Happened::Other {
        kind: kind.to_owned(),
        words: Some(words.to_owned()).filter(|words| !words.is_empty()),
    };
    let mut expected: Vec<_> = WORDS_OF_VERSION_3.iter().map(|(kind, words)| was(kind, words)).collect();
    expected.push(was("needs_reauthorization", testing));
    assert_eq!(told, expected);
    for (code, words) in FAILURES_OF_VERSION_3 {
        let run = store.read(|tx| resyncs::find(tx, HolderId(7), &ResyncId::from_text(*code))).unwrap().unwrap();
        let expected = ResyncFailure::Other { code: (*code).to_owned(), words: (*words).to_owned() };
        assert_eq!(run.error, Some(expected));
    }
    assert_eq!(store.read(|tx| resyncs::going(tx, LinkId(3))).unwrap().unwrap().error, None);
    let early = |cause| peek::revoked(&path, &cause, Timestamp::UNIX_EPOCH);
    assert_eq!(early(Revoked::TestingPeriod), Some(1), "what is counted goes on being counted");
    assert_eq!(early(Revoked::ByProvider), Some(0));
}

#[test]
fn version_5_numbers_changes_from_then_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    version_1(&path);
    let mut connection = engine::Connection::writing(&path).unwrap().into_sqlite();
    engine::run_to(&mut connection, 4);
    drop(connection);
    let store = Store::open(&path).unwrap();
    let now = Timestamp::from_second(10).unwrap();
    let content = |name: &str| events::Content {
        event_id: EventId::new(name).unwrap(),
        public_id: PublicEventId::new(now),
        text: Text::ical("text"),
        fingerprint: [1; 32],
        traits: None,
    };
    for name in ["new", "other"] {
        let content = content(name);
        store.write(move |tx| events::insert(tx, HolderId(7), &content, now)).unwrap();
    }
    drop(store);
    let connection = engine::Connection::writing(&path).unwrap().into_sqlite();
    let numbers: Vec<(String, i64)> = connection
        .prepare("SELECT event_id, change FROM events ORDER BY change")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(numbers, [("e", 0), ("new", 1), ("other", 2)].map(|(name, number)| (name.to_owned(), number)));
}

#[test]
fn version_6_knows_no_handles_of_what_was_written_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    version_1(&path);
    let mut connection = engine::Connection::writing(&path).unwrap().into_sqlite();
    engine::run_to(&mut connection, 5);
    drop(connection);
    let store = Store::open(&path).unwrap();
    let placements = store.read(|tx| placements::all_of(tx, LinkId(3))).unwrap();
    let sight = Sight { version: Version("\"1\"".to_owned()), handle: None };
    assert_eq!(placements[0].known, Known::At(Seen { sight, revision: Revision(1) }));
}

#[test]
fn version_7_keeps_every_placement_as_it_was_and_has_room_for_strays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    version_1(&path);
    let mut connection = engine::Connection::writing(&path).unwrap().into_sqlite();
    engine::run_to(&mut connection, 6);
    connection
        .execute_batch(
            "INSERT INTO events (id, holder_id, event_id, ical, revision, fingerprint, created_at, updated_at)
             VALUES (6, 7, 'f', 'text', 2, x'00', 1000, 1500), (8, 7, 'g', 'text', 2, x'00', 1000, 1500),
                    (9, 7, 'h', 'text', 2, x'00', 1000, 1500);
             INSERT INTO placements (id, link_id, event_id, generation, key, wanted, known, seen_version, seen_handle,
                                     seen_revision, refused, due_at, attempts, failing_since, last_attempt_at, reason,
                                     degradations, written_at, confirmed_at)
             VALUES (31, 3, 6, 2, 'psrsix', NULL, 'unsure', '2', 'h', 1, NULL, 5, 4, 3, 2, 'down', '[]', 1, 9),
                    (32, 3, 8, 0, 'psreight', 2, 'gone', NULL, NULL, NULL, 2, NULL, 0, 1, 2, 'no', NULL, NULL, NULL),
                    (33, 3, 9, 1, 'psrnine', 2, 'nothing', NULL, NULL, NULL, NULL, 7, 0, NULL, NULL, NULL, NULL, NULL, NULL);",
        )
        .unwrap();
    let rows = |connection: &rusqlite::Connection| -> Vec<Vec<rusqlite::types::Value>> {
        let all =
            "SELECT id, link_id, event_id, generation, key, wanted, known, seen_version, seen_handle, seen_revision,
                          refused, due_at, attempts, failing_since, last_attempt_at, reason, degradations, written_at,
                          confirmed_at FROM placements ORDER BY id";
        let mut statement = connection.prepare(all).unwrap();
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..columns).map(|n| row.get(n)).collect();
        statement.query_map([], row).unwrap().collect::<Result<_, _>>().unwrap()
    };
    let before = rows(&connection);
    drop(connection);
    let store = Store::open(&path).unwrap();
    let key = placement::RemoteKey::from_text("psrstray");
    let sight = Sight { version: Version("1".to_owned()), handle: None };
    store.write(move |tx| placements::known::stray(tx, LinkId(3), &key, &sight)).unwrap();
    let link = store.read(|tx| links::get(tx, LinkId(3))).unwrap().unwrap();
    assert_eq!(link.held, None);
    drop(store);
    let connection = engine::Connection::writing(&path).unwrap().into_sqlite();
    let after = rows(&connection);
    assert_eq!(after[..4], before, "as they were, under the same numbers");
    assert_eq!(after.len(), 5);
    let wrong = connection.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get::<_, i64>(0));
    assert_eq!(wrong, Ok(0));
    for refused in [
        "INSERT INTO placements (link_id, key, known, wanted) VALUES (3, 'psrother', 'nothing', 1)",
        "INSERT INTO placements (link_id, key, known) VALUES (3, 'psrnine', 'at')",
    ] {
        assert!(connection.execute(refused, []).is_err(), "{refused}");
    }
    // A link still takes its placements along, and an event that has one can't go.
    assert!(connection.execute("DELETE FROM events WHERE id = 9", []).is_err());
    connection.execute("DELETE FROM links WHERE id = 3", []).unwrap();
    assert_eq!(rows(&connection), Vec::<Vec<rusqlite::types::Value>>::new());
}

#[test]
fn version_8_has_passed_over_nothing_yet() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    version_1(&path);
    let mut connection = engine::Connection::writing(&path).unwrap().into_sqlite();
    engine::run_to(&mut connection, 7);
    let run = "INSERT INTO resync_runs (public_id, holder_id, link_id, mode, confirmed, phase, total, requested_at, finished_at)
               VALUES ('old', 7, 3, 'repair', 0, 'succeeded', 31, 1000, 1500)";
    connection.execute(run, []).unwrap();
    drop(connection);
    let store = Store::open(&path).unwrap();
    let run = store.read(|tx| resyncs::find(tx, HolderId(7), &ResyncId::from_text("old"))).unwrap().unwrap();
    assert_eq!((run.total, run.skipped), (Some(31), resyncs::PassedOver::default()));
    let id = EventId::new("e").unwrap();
    let held = store.read(|tx| events::held_one(tx, HolderId(7), Some(LinkId(3)), &id)).unwrap().unwrap();
    assert_eq!((held.text.body.as_str(), held.unread), ("text", None));
}

#[test]
fn version_9_tells_who_waits_because_a_seal_could_not_be_broken() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    version_1(&path);
    let mut connection = engine::Connection::writing(&path).unwrap().into_sqlite();
    engine::run_to(&mut connection, 8);
    let shut = "a sealed secret belongs to another age identity than vault.identity_file: put the former identity back";
    let fact = format!("{{\"why\":\"{shut}\",\"cause\":\"unreadable\"}}");
    let was = format!("{{\"was\":\"the provider refuses the credentials: {shut}\"}}");
    let theirs = r#"{"why":"401","cause":"by_provider"}"#;
    // Whose newest word about it counts, and whether it waits at all.
    let waits = "needs_reauthorization";
    let links: [(i64, &str, &[&str], bool); 5] = [
        (11, waits, &[theirs, &fact], true),
        (12, waits, &[&was], true),
        (13, waits, &[&fact, theirs], false),
        (14, "active", &[&fact], false),
        (15, waits, &[], false),
    ];
    for (id, state, words, _) in links {
        let key = format!("+5939912345{id}");
        connection.execute("INSERT INTO holders (id, client_system_id, key) VALUES (?1, 1, ?2)", (id, key)).unwrap();
        let link = "INSERT INTO links (id, holder_id, provider, site, account, username, credentials, calendar_url,
                                       calendar_name, calendar_is_ours, state, linked_at, survey)
                    VALUES (?1, ?1, 'caldav', 's', 'a', 'ana', x'01', 'u', 'Puentes', 1, ?2, 1000, 0)";
        connection.execute(link, (id, state)).unwrap();
        for words in words {
            let insert = "INSERT INTO activity (holder_id, at, kind, detail)
                          VALUES (?1, 1000, 'needs_reauthorization', ?2), (?1, 1001, 'resync_started', '{\"events\":1}')";
            connection.execute(insert, (id, words)).unwrap();
        }
    }
    drop(connection);
    let store = Store::open(&path).unwrap();
    let expected: Vec<LinkId> = links.iter().filter(|link| link.3).map(|link| LinkId(link.0)).collect();
    assert_eq!(store.read(links::unopened).unwrap(), expected);
    let untold = store.read(|tx| links::not_told(tx, LinkId(0), 99)).unwrap();
    assert_eq!((untold.len(), &untold[0]), (6, &(LinkId(3), vec![1, 2, 3])));
}

#[test]
fn version_10_gives_every_event_a_name_of_ours_as_of_when_it_came() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    version_1(&path);
    let mut connection = engine::Connection::writing(&path).unwrap().into_sqlite();
    engine::run_to(&mut connection, 9);
    connection.execute("UPDATE events SET fingerprint = zeroblob(32)", []).unwrap();
    for n in 0..300 {
        let insert = "INSERT INTO events (holder_id, event_id, ical, revision, fingerprint, deleted, created_at, updated_at)
                      VALUES (7, 'more ' || ?1, 'text ' || ?1, 1, zeroblob(32), ?1 % 2, 1796000000123 - ?1, 1796000000123)";
        connection.execute(insert, [n]).unwrap();
    }
    drop(connection);
    let store = Store::open(&path).unwrap();
    let events = store.read(|tx| events::all_of(tx, HolderId(7))).unwrap();
    let names: BTreeSet<_> = events.iter().map(|event| event.public_id.clone()).collect();
    assert_eq!(names.len(), 301, "each has one of its own");
    for event in &events {
        let uuid: uuid::Uuid = event.public_id.as_str().strip_prefix("ev_").unwrap().parse().unwrap();
        assert_eq!((uuid.get_version_num(), uuid.get_variant()), (7, uuid::Variant::RFC4122), "{}", event.public_id);
        let (seconds, nanos) = uuid.get_timestamp().unwrap().to_unix();
        let created = event
            .event_id
            .as_str()
            .strip_prefix("more ")
            .map_or(1000, |n| 1_796_000_000_123 - n.parse::<u64>().unwrap());
        assert_eq!(seconds * 1000 + u64::from(nanos) / 1_000_000, created);
    }
    let found = store.read(|tx| events::find_public(tx, HolderId(7), &events[0].public_id)).unwrap();
    assert_eq!(found.as_ref(), Some(&events[0]));
    let held = store.read(|tx| events::held_public(tx, HolderId(7), None, &events[1].public_id)).unwrap().unwrap();
    assert_eq!((held.event_id.as_str(), held.text), ("more 0", Text::ical("text 0")));
}

#[test]
fn version_14_keeps_the_client_system_of_the_file_with_its_holders_and_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    version_1(&path);
    let store = Store::open(&path).unwrap();
    let puentes = store.read(|tx| clients::get(tx, ClientSystemId(1))).unwrap().unwrap();
    assert_eq!((puentes.slug.as_str(), puentes.naming), ("puentes", crate::profile::Naming::Phone));
    assert_eq!((&puentes.chosen, puentes.created_at), (&crate::profile::Chosen::of_new("Puentes"), None));
    let key = Holder::of(ClientSystemId(1), "+593991234567");
    assert_eq!(store.read(|tx| holders::find(tx, &key)).unwrap(), Some(HolderId(7)));
    assert!(store.read(|tx| audit::newest(tx, 10)).unwrap().is_empty());
    drop(store);
    let again = Store::open(&path).unwrap().read(|tx| clients::get(tx, ClientSystemId(1))).unwrap();
    assert_eq!(again, Some(puentes), "its name stays");
}
