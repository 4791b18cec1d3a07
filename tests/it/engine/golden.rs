//! Some histories end as they ended under version 0.1.0: what was promised, what is wanted and known of each event, what
//! runs and unlinks counted. Nothing of it depends on time, or on words for people.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use pasarela::clock::Clock;
use rusqlite::types::ValueRef;
use testing::bench_top::BenchTop;

use super::histories::lives;
use super::shore::Shore;
use super::world::World;

const SEEDS: u64 = 40;

/// How each event stands.
pub(crate) const EVENTS: &str = "SELECT e.event_id, e.revision, e.deleted, p.generation, p.wanted IS NULL, p.known,
     p.seen_revision IS p.wanted, p.refused, p.due_at IS NULL
     FROM events e LEFT JOIN placements p ON p.event_id = e.id WHERE e.holder_id = ?1 ORDER BY e.event_id";
/// What runs and unlinks did.
const COUNTS: [&str; 2] = [
    "SELECT mode, phase, error_code, total, created, changed, deleted, remaining
     FROM resync_runs WHERE holder_id = ?1 ORDER BY id",
    "SELECT deleted, remaining FROM unlink_receipts WHERE holder_id = ?1 ORDER BY id",
];

/// The end state of a world on one line: what was promised, and the answers to these questions about its holder.
#[expect(clippy::disallowed_methods, reason = "what lies in the database, whatever reads it")]
pub(crate) fn end_state<S: Shore>(world: &World<'_, S>, database: &Path, questions: &[&str]) -> String {
    let database = rusqlite::Connection::open(database).unwrap();
    let holder: i64 = database
        .query_row("SELECT id FROM holders WHERE key = ?1", [world.holder.key.as_str()], |row| row.get(0))
        .unwrap();
    let mut line = String::new();
    world.promised.iter().for_each(|(id, content)| write!(line, " {id}={content}").unwrap());
    for question in questions {
        let mut statement = database.prepare(question).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([holder]).unwrap();
        line.push_str(" |");
        while let Some(row) = rows.next().unwrap() {
            (0..columns).for_each(|n| write!(line, " {}", word(row.get_ref(n).unwrap())).unwrap());
            line.push(';');
        }
    }
    line
}

fn word(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "-".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Real(_) | ValueRef::Blob(_) => panic!("no such value was asked for"),
    }
}

/// Compares end states, seed by seed from 0, with those of version 0.1.0.
pub(crate) fn are_as_they_were(name: &str, found: &[String]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/histories").join(name);
    let known = fs::read_to_string(path).unwrap();
    let known: Vec<&str> = known.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(known.len(), found.len());
    for (seed, (was, is)) in known.iter().zip(found).enumerate() {
        assert_eq!(*was, format!("{seed}:{is}"), "seed {seed} ends otherwise");
    }
}

#[test]
fn histories_end_as_they_ended_before() {
    let bench_top = BenchTop::new();
    let gateway = bench_top.gateway(Clock::standing("2026-01-01T00:00:00Z".parse().unwrap()), 1);
    let ends = (0..SEEDS).map(|seed| {
        // The chance in pauses, too.
        fastrand::seed(seed);
        let mut world = World::new(&gateway, seed);
        lives(&mut world, seed);
        end_state(&world, &bench_top.database(), &[EVENTS, COUNTS[0], COUNTS[1]])
    });
    are_as_they_were("engine.txt", &ends.collect::<Vec<_>>());
}
