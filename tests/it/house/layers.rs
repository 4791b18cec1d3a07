//! Dependencies point down: words ← settings and memory ← outside ← doing ← doors.
//!
//! The compiler allows every `use crate::…`; this test allows those that go to the same or a lower layer, and keeps
//! some means (sockets, SQL, `async`) in the rooms that own them. What only tests compile may reach anywhere.

use std::fs;
use std::path::{Path, PathBuf};

use super::source::{Token, rooms_named, shipped_tokens, supers, test_modules};
use super::{assert_none, files_below, root};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    Words,
    Memory,
    Outside,
    Doing,
    Doors,
}

/// Every room and its layer. A new room must be given a place here.
const ROOMS: &[(Layer, &[&str])] = &[
    (Layer::Words, &["ids", "secret", "clock", "nudge", "placement", "calendar", "ical"]),
    (Layer::Memory, &["config", "store", "vault"]),
    (Layer::Outside, &["outbound", "providers", "puentes"]),
    (Layer::Doing, &["gateway", "agenda", "intake", "linking", "sync", "checkup"]),
    (Layer::Doors, &["http", "api", "web", "cli", "serve", "simulators", "tasks"]),
];

/// The only rooms with `async`: all else blocks, on threads that `tasks` counts. (A bell is awaited where it hangs.)
const ASYNC_ROOMS: &[&str] = &["http", "api", "web", "simulators", "serve", "tasks", "sync/driver", "nudge"];

/// Doors that stand beside each other: what they share is in `http`.
const SISTERS: &[&str] = &["api", "web"];

fn layer_of(room: &str) -> Option<Layer> {
    ROOMS.iter().find(|(_, rooms)| rooms.contains(&room)).map(|(layer, _)| *layer)
}

/// A file of `src/`, by its path below it.
struct File<'a> {
    path: &'a str,
    tokens: Vec<Token>,
}

impl File<'_> {
    /// `sync` for `sync/plan.rs`, `clock` for `clock.rs`.
    fn room(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    fn is_in(&self, place: &str) -> bool {
        let own = self.path.trim_end_matches(".rs");
        own == place || own.starts_with(&format!("{place}/"))
    }

    fn complain(&self, line: usize, what: &str) -> String {
        format!("src/{}:{line}: {what}", self.path)
    }
}

/// What is wrong with one file; `path` is below `src/`.
fn complaints(path: &str, text: &str) -> Vec<String> {
    let file = File { path, tokens: shipped_tokens(text) };
    if ["lib.rs", "main.rs"].contains(&path) {
        return Vec::new();
    }
    let Some(layer) = layer_of(file.room()) else {
        return vec![file.complain(1, "a room without a layer: give it one in tests/it/house/layers.rs")];
    };
    let mut found: Vec<String> =
        rooms_named(&file.tokens).iter().filter_map(|name| wrong_import(&file, layer, name)).collect();
    found.extend(escapes(&file));
    found.extend(file.tokens.iter().enumerate().filter_map(|(at, token)| wrong_means(&file, layer, at, token)));
    found
}

/// Why `file` may not name the room `target`.
fn wrong_import(file: &File<'_>, layer: Layer, target: &Token) -> Option<String> {
    let own = file.room();
    let other = target.text.as_str();
    if own == other {
        return None;
    }
    let Some(below) = layer_of(other) else {
        return Some(file.complain(target.line, &format!("crate::{other} is no room with a layer")));
    };
    let why = if own == "simulators" {
        "simulators import none of our code, so that they can't repeat its mistakes".to_owned()
    } else if other == "tasks" && file.is_in("sync/driver") {
        return None;
    } else if SISTERS.contains(&own) && SISTERS.contains(&other) {
        format!("{own} and {other} are sisters; what both need stands in http")
    } else if own == "http" && SISTERS.contains(&other) {
        format!("http stands under {other}")
    } else if below > layer {
        format!("{own} ({layer:?}) may not look up to {other} ({below:?})")
    } else if layer == Layer::Outside && ["store", "vault"].contains(&other) {
        format!("{own} translates for the outside; it never sees {other}")
    } else if layer == Layer::Doors && ["providers", "outbound"].contains(&other) {
        format!("{own} is a door; doors ask intake, linking and sync, never {other}")
    } else {
        return None;
    };
    Some(file.complain(target.line, &why))
}

/// `super::super::…` that climbs out of the room goes past `crate::` unseen.
fn escapes(file: &File<'_>) -> Vec<String> {
    let depth = file.path.split('/').filter(|part| *part != "mod.rs").count();
    supers(&file.tokens)
        .into_iter()
        .filter(|(length, _)| *length >= depth)
        .map(|(_, line)| file.complain(line, "say crate::… instead of super::… for another room"))
        .collect()
}

/// Why the token at `at` may not be used in this file.
fn wrong_means(file: &File<'_>, layer: Layer, at: usize, token: &Token) -> Option<String> {
    let complain = |why: &str| Some(file.complain(token.line, why));
    match token.text.as_str() {
        "async" if !ASYNC_ROOMS.iter().any(|place| file.is_in(place)) => {
            complain("async stands only in http, api, web, simulators, serve, tasks and sync/driver")
        }
        "rusqlite" | "refinery" if !file.is_in("store/engine") => complain("only store/engine names its engine"),
        "WriteTx" if layer == Layer::Doors => complain("doors never write in the store"),
        "ureq" if file.room() != "outbound" => complain("only outbound uses ureq"),
        "poem" | "poem_openapi" if layer != Layer::Doors => complain("only doors know poem"),
        "fs" | "net" if layer == Layer::Words && names_io(file, at) => complain("words do no I/O"),
        "write" if layer == Layer::Doors && is_store_write(file, at) => complain("doors never write in the store"),
        text if file.room() != "store" && is_sql(text) => complain("SQL stands only in store"),
        _ => None,
    }
}

/// `std::fs`, `std::net`, `tokio::fs`, `tokio::net` (also inside `std::{…}`, where the crate's name is further away).
fn names_io(file: &File<'_>, at: usize) -> bool {
    let from = at.saturating_sub(24);
    let before = &file.tokens[from..at];
    let statement = before.iter().rposition(|token| token.text == ";").map_or(0, |semicolon| semicolon + 1);
    before[statement..].iter().any(|token| token.text == "std" || token.text == "tokio")
}

/// `store.write(` or `store().write(`.
fn is_store_write(file: &File<'_>, at: usize) -> bool {
    let from = at.saturating_sub(4);
    let call: Vec<&str> = file.tokens[from..].iter().take(at - from + 2).map(|token| token.text.as_str()).collect();
    call.ends_with(&["store", ".", "write", "("]) || call.ends_with(&["store", "(", ")", ".", "write", "("])
}

/// A string literal that reads like a statement of SQL.
fn is_sql(literal: &str) -> bool {
    if !literal.contains('"') {
        return false;
    }
    let words: Vec<&str> = literal
        .trim_start_matches(['r', 'b', '#'])
        .trim_matches(['"', '#'])
        .split(|c: char| c.is_whitespace() || c == '\\')
        .filter(|word| !word.is_empty())
        .collect();
    match words.as_slice() {
        ["SELECT", rest @ ..] => rest.contains(&"FROM"),
        ["INSERT" | "REPLACE", "INTO" | "OR", ..] | ["DELETE", "FROM", ..] | ["PRAGMA", ..] | ["WITH", _, "AS", ..] => {
            true
        }
        ["UPDATE", rest @ ..] => rest.contains(&"SET"),
        ["CREATE" | "ALTER" | "DROP", "TABLE" | "INDEX" | "UNIQUE" | "TRIGGER" | "VIEW", ..] => true,
        _ => false,
    }
}

#[test]
fn dependencies_point_down() {
    let paths = files_below("src");
    let texts: Vec<(&Path, String)> = paths
        .iter()
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .map(|path| (path.strip_prefix("src").unwrap(), fs::read_to_string(root().join(path)).unwrap()))
        .collect();
    let tests: Vec<PathBuf> = texts.iter().flat_map(|(path, text)| test_places(path, text)).collect();
    let shipped = texts.iter().filter(|(path, _)| !tests.iter().any(|test| path.with_extension("").starts_with(test)));
    let found: Vec<String> = shipped.flat_map(|(path, text)| complaints(path.to_str().unwrap(), text)).collect();
    assert_none("The layers of src/ (see src/lib.rs) are broken:", &found);
}

/// Where the modules lie that `path` declares for tests only: `a/tests` for a file `a/tests.rs` or a folder `a/tests/`.
fn test_places(path: &Path, text: &str) -> Vec<PathBuf> {
    let is_front = ["mod", "lib", "main"].iter().any(|name| path.file_stem().is_some_and(|stem| stem == *name));
    let folder = if is_front { path.parent().unwrap().to_owned() } else { path.with_extension("") };
    test_modules(text).into_iter().map(|name| folder.join(name)).collect()
}

/// Each must be refused, with a message that holds the words.
#[test]
fn broken_layers_are_found() {
    let broken = [
        ("ids.rs", "use crate::store::Store;", "ids (Words) may not look up to store"),
        ("ical/parse.rs", "fn f() { crate::sync::go() }", "may not look up to sync"),
        ("store/events.rs", "use crate::{ids, gateway::Gateway};", "may not look up to gateway"),
        ("providers/caldav/mod.rs", "use crate::store::Store;", "never sees store"),
        ("outbound/mod.rs", "use crate::vault::Vault;", "never sees vault"),
        ("puentes/mod.rs", "use crate::intake::accept;", "may not look up to intake"),
        ("sync/plan.rs", "use crate::tasks::blocking;", "may not look up to tasks"),
        ("linking/mod.rs", "use crate::api::Api;", "may not look up to api"),
        ("api/link.rs", "use crate::providers::caldav;", "never providers"),
        ("web/site.rs", "use crate::api::Keys;", "are sisters"),
        ("http/door.rs", "use crate::api::gate;", "http stands under api"),
        ("cli/check.rs", "use crate::outbound::Outbound;", "never outbound"),
        ("simulators/puentes.rs", "use crate::ids::EventId;", "simulators import none"),
        ("novelty/mod.rs", "", "a room without a layer"),
        ("api/mod.rs", "use crate::novelty::x;", "is no room with a layer"),
        ("api/mod.rs", "use super::store::Store;", "instead of super"),
        ("sync/parts/one.rs", "use super::super::super::api;", "instead of super"),
        ("sync/plan.rs", "pub async fn plan() {}", "async stands only"),
        ("intake/mod.rs", "fn f() { let x = async { 1 }; }", "async stands only"),
        ("gateway.rs", "use rusqlite::Connection;", "only store/engine"),
        ("store/events.rs", "fn read(row: &rusqlite::Row<'_>) {}", "only store/engine"),
        ("intake/mod.rs", r#"fn f() { q("SELECT id FROM event") }"#, "SQL stands only"),
        ("intake/mod.rs", "const Q: &str = r#\"\n  UPDATE link\n SET state = 1\"#;", "SQL stands only"),
        ("linking/mod.rs", r#"fn f() { q("DELETE FROM link") }"#, "SQL stands only"),
        ("puentes/mod.rs", "use ureq::Agent;", "only outbound uses ureq"),
        ("linking/mod.rs", "use poem::Response;", "only doors know poem"),
        ("calendar/mod.rs", "use std::fs::File;", "words do no I/O"),
        ("ical/mod.rs", "use std::{fmt, net::IpAddr};", "words do no I/O"),
        ("clock.rs", "fn f() { tokio::net::lookup() }", "words do no I/O"),
        ("api/events.rs", "fn f() { gateway.store.write(|tx| 1) }", "doors never write"),
        ("web/mod.rs", "fn f() { gateway.store().write(|tx| 1) }", "doors never write"),
        ("cli/mod.rs", "use crate::store::WriteTx;", "doors never write"),
    ];
    for (path, text, words) in broken {
        let found = complaints(path, text);
        assert!(found.iter().any(|complaint| complaint.contains(words)), "{path}: {text}: {found:?}");
    }
}

#[test]
fn files_that_only_tests_compile_are_known() {
    let text = "#[cfg(test)]\nmod tests;";
    for (path, place) in [("a/mod.rs", "a/tests"), ("a/b.rs", "a/b/tests"), ("lib.rs", "tests")] {
        assert_eq!(test_places(Path::new(path), text), [PathBuf::from(place)], "{path}");
    }
}

#[test]
fn sound_layers_pass() {
    let sound = [
        ("store/events.rs", "use crate::ids::EventId;\nconst Q: &str = \"SELECT id FROM event\";"),
        ("store/engine/connection.rs", "use rusqlite::Row;"),
        ("sync/driver.rs", "use crate::tasks::blocking; async fn run() {}"),
        ("sync/driver/lanes.rs", "use super::super::plan; async fn run() {}"),
        ("sync/plan.rs", "//! Unlike crate::api, ...\n/// [`crate::web`]\nfn f() { \"async crate::api\"; }"),
        ("sync/plan.rs", "#[cfg(test)]\nmod tests { use crate::api::x; async fn f() {} }"),
        ("providers/caldav/requests.rs", "fn f() { m(\"DELETE\"); m(\"UPDATE your password\"); }"),
        ("api/mod.rs", "use crate::store::ReadTx; fn f() { file.write(1); store.read(1) }"),
        ("nudge.rs", "use std::sync::Arc; pub async fn heard() {}"),
        ("outbound/mod.rs", "use ureq::Agent; use std::net::IpAddr;"),
        ("simulators/caldav/mod.rs", "use crate::simulators::Options; use poem::Route;"),
    ];
    for (path, text) in sound {
        assert_eq!(complaints(path, text), Vec::<String>::new(), "{path}: {text}");
    }
}
