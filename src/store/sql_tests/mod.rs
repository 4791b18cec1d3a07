//! Every statement of the store, read as both engines would read it.

mod dialect;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use words::{columns_of_insert, compared, placeholders, words};

use super::engine::Connection;
use super::sql::Type;
use super::*;

/// A statement as its room says it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    pub(super) name: &'static str,
    pub(super) text: &'static str,
    pub(super) types: &'static [Type],
}

/// What every room says.
const ROOMS: &[&[Said]] = &[
    STATEMENTS,
    activity::STATEMENTS,
    api_keys::STATEMENTS,
    audit::STATEMENTS,
    authorizations::STATEMENTS,
    browser_sessions::STATEMENTS,
    changes::STATEMENTS,
    client_secrets::STATEMENTS,
    clients::STATEMENTS,
    erase::STATEMENTS,
    events::STATEMENTS,
    events::held::STATEMENTS,
    events::times::STATEMENTS,
    export::STATEMENTS,
    feeds::STATEMENTS,
    holders::STATEMENTS,
    idempotency::STATEMENTS,
    links::STATEMENTS,
    links::carrying::STATEMENTS,
    links::looks::STATEMENTS,
    links::seals::STATEMENTS,
    links::sharing::STATEMENTS,
    links::switches::STATEMENTS,
    links::timing::STATEMENTS,
    peek::STATEMENTS,
    placements::due::STATEMENTS,
    placements::known::STATEMENTS,
    placements::told::STATEMENTS,
    placements::wanted::STATEMENTS,
    receipts::STATEMENTS,
    resyncs::STATEMENTS,
    sweep::STATEMENTS,
    token_keys::STATEMENTS,
];

fn all() -> impl Iterator<Item = &'static Said> {
    ROOMS.iter().copied().flatten()
}

/// A database of this version, and the types of its columns by name.
fn database() -> (tempfile::TempDir, rusqlite::Connection, BTreeMap<String, BTreeSet<&'static str>>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    drop(Connection::open(&path).unwrap());
    let database = Connection::writing(&path).unwrap().into_sqlite();
    let mut types: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    {
        let text = "SELECT c.name, c.type FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'";
        let mut columns = database.prepare(text).unwrap();
        let mut rows = columns.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let kind = match row.get::<_, String>(1).unwrap().as_str() {
                "INTEGER" => "Int",
                "TEXT" => "Text",
                "BLOB" => "Bytes",
                _ => continue,
            };
            types.entry(row.get(0).unwrap()).or_default().insert(kind);
        }
    }
    (folder, database, types)
}

#[test]
fn every_statement_prepares_with_as_many_parameters_as_it_declares() {
    let (_folder, database, _) = database();
    let mut failed = Vec::new();
    for said in all() {
        match database.prepare(said.text) {
            Err(error) => failed.push(format!("{}: {error}", said.name)),
            Ok(statement) if statement.parameter_count() != said.types.len() => {
                failed.push(format!("{}: takes {} parameters", said.name, statement.parameter_count()));
            }
            Ok(_) => {}
        }
        let numbers = placeholders(&words(said.text));
        if !numbers.iter().copied().eq(1..=said.types.len()) {
            failed.push(format!("{}: its parameters are {numbers:?}", said.name));
        }
    }
    assert_eq!(failed, Vec::<String>::new());
}

#[test]
fn a_parameter_has_the_type_of_its_column() {
    let (_folder, _, types) = database();
    let (mut seen, mut wrong) = (0, Vec::new());
    for said in all() {
        let words = words(said.text);
        for (column, place) in compared(&words).into_iter().chain(columns_of_insert(&words)) {
            let Some(allowed) = types.get(column) else { continue };
            seen += 1;
            let declared = format!("{:?}", said.types[place - 1]);
            if !allowed.contains(declared.as_str()) {
                wrong.push(format!("{}: ?{place} is {declared}, {column} is {allowed:?}", said.name));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(seen > 150, "only {seen} parameters were found beside a column");
}

#[test]
fn every_statement_is_said_in_words_that_both_engines_know() {
    let wrong: Vec<String> = all()
        .flat_map(|said| dialect::complaints(said.text).into_iter().map(|why| format!("{}: {why}", said.name)))
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn placements_are_written_in_their_two_halves_only() {
    let writes = |said: &&Said| {
        matches!(words(said.text).as_slice(), ["INSERT" | "DELETE", _, "placements", ..] | ["UPDATE", "placements", ..])
    };
    let (halves, elsewhere): (Vec<_>, Vec<_>) =
        all().filter(writes).map(|said| said.name).partition(|name| name.contains("::placements::"));
    assert_eq!(elsewhere, Vec::<&str>::new());
    assert!(halves.len() >= 18, "{halves:?}");
}

/// That none is said in vain is the compiler's to find: each is a constant of its room.
#[test]
fn every_statement_is_said_once_and_read_here() {
    let mut texts: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for said in all() {
        texts.entry(words(said.text).join(" ")).or_default().push(said.name);
    }
    let twice: Vec<_> = texts.values().filter(|names| names.len() > 1).collect();
    assert_eq!(twice, Vec::<&Vec<&str>>::new());

    let (mut rooms, mut elsewhere) = (0, Vec::new());
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.ends_with("store/sql.rs") || path.extension().is_none_or(|end| end != "rs") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            rooms += text.lines().filter(|line| *line == "statements! {").count();
            if text.contains(concat!("Statement", " {")) {
                elsewhere.push(path);
            }
        }
    }
    assert_eq!(rooms, ROOMS.len(), "a room says statements that are not read here");
    assert_eq!(elsewhere, Vec::<std::path::PathBuf>::new(), "a statement is made past `statements!`");
}

#[test]
fn a_value_of_another_type_is_refused_and_a_missing_one_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("pasarela.db")).unwrap();
    statements! {
        ASK(Text) = "SELECT id FROM holders WHERE key = ?1";
    }
    let _ = STATEMENTS;
    let ask = |value| store.read(|tx| tx.one(&ASK, [value], |row| row.get::<i64>("id")));
    let refused = ask(value::Value::Int(1)).unwrap_err();
    assert!(refused.to_string().contains("?1 is Text"), "{refused}");
    assert_eq!(ask(value::Value::Null).unwrap(), None);
    assert_eq!(ask(value::Value::Text("nobody")).unwrap(), None);
}

#[test]
fn a_row_gives_each_column_by_its_name_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("pasarela.db")).unwrap();
    statements! {
        ROW() = "SELECT 1 AS one, 'two' AS two, NULL AS three, 1.5 AS four";
    }
    let _ = STATEMENTS;
    let read = |tx: &ReadTx<'_>| {
        tx.one(&ROW, values![], |row| {
            assert_eq!(row.get::<Option<i64>>("three").unwrap(), None);
            assert_eq!(row.get::<i64>("one").unwrap(), 1);
            assert!(row.get::<bool>("one").unwrap());
            assert_eq!(row.get::<String>("two").unwrap(), "two");
            assert!(row.get::<i64>("two").unwrap_err().to_string().contains("lies in two"));
            assert!(row.get::<i64>("three").unwrap_err().to_string().contains("lies in three"));
            assert!(row.get::<Option<i64>>("four").unwrap_err().to_string().contains("lies in four"));
            assert!(row.get::<i64>("five").unwrap_err().to_string().contains("asked for five"));
            Ok(())
        })
    };
    assert!(store.read(read).unwrap().is_some());
}
