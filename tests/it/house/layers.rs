//! Dependencies point down, in the order of rooms: words, settings and memory, outside, doing, doors.
//!
//! The compiler allows every `use crate::…`; this test allows those that go to a lower room, and keeps some means
//! (sockets, SQL, `async`) in the rooms that own them. What only tests compile may reach anywhere.

use super::assert_none;
use super::rooms::{CLIMBS, CRATES, Layer, ROOMS, place_of};
use super::shipped::{Text, crates, planted, shipped_files};
use super::source::{Token, rooms_named, shipped_tokens, supers};

/// The only rooms with `async`: all else blocks, on threads that `tasks` counts. (A bell is awaited where it hangs.)
const ASYNC_ROOMS: &[&str] = &["http", "api", "web", "serve", "tasks", "sync/driver", "nudge"];

/// Doors that stand beside each other: what they share is in `http`.
const SISTERS: &[&str] = &["api", "web"];

/// Who may cross from async to blocking and back, through `tasks`.
const TASKS_USERS: &[&str] = &["http", "api", "web", "serve", "app", "sync/driver"];

/// A file of `src/`, by its path below it.
struct File<'a> {
    path: &'a str,
    tokens: Vec<Token>,
}

impl File<'_> {
    /// `sync` for `sync/survey.rs`, `clock` for `clock.rs`.
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
    let Some((_, layer)) = place_of(file.room()) else {
        return vec![file.complain(1, "a room without a place: give it one in tests/it/house/rooms.rs")];
    };
    let names = rooms_named(&file.tokens);
    let mut found: Vec<String> = names.iter().filter_map(|name| wrong_import(&file, name)).collect();
    found.extend(escapes(&file));
    found.extend(file.tokens.iter().enumerate().filter_map(|(at, token)| wrong_means(&file, layer, at, token)));
    found
}

/// Why `file` may not name the room `target`.
fn wrong_import(file: &File<'_>, target: &Token) -> Option<String> {
    let own = file.room();
    let other = target.text.as_str();
    if own == other || CLIMBS.contains(&(file.path, other)) {
        return None;
    }
    let (place, layer) = place_of(own)?;
    let Some((other_place, other_layer)) = place_of(other) else {
        return Some(file.complain(target.line, &format!("crate::{other} is no room with a place")));
    };
    let why = if SISTERS.contains(&own) && SISTERS.contains(&other) {
        format!("{own} and {other} are sisters; what both need stands in http")
    } else if other == "tasks" && !TASKS_USERS.iter().any(|user| file.is_in(user)) {
        format!("{own} blocks; only doors and the driver cross through tasks")
    } else if other_place > place {
        format!("{own} ({layer:?}) may not look up to {other} ({other_layer:?})")
    } else if layer == Layer::Outside && ["store", "vault"].contains(&other) {
        format!("{own} translates for the outside; it never sees {other}")
    } else if layer == Layer::Doors && ["providers", "outbound"].contains(&other) {
        format!("{own} is a door; doors ask intake, linking and sync, never {other}")
    } else if layer == Layer::Doors && other == "gateway" {
        format!("{own} is a door; doors hold the app, never what its rooms work with")
    } else {
        return None;
    };
    Some(file.complain(target.line, &why))
}

/// The entries of `climbs` that no file needs, because it is gone or names that room no longer.
fn needless(climbs: &[(&str, &str)], files: &[Text]) -> Vec<String> {
    let names = |path: &str, room: &str| {
        let file = files.iter().find(|file| file.path == path);
        file.is_some_and(|file| rooms_named(&shipped_tokens(&file.text)).iter().any(|name| name.text == room))
    };
    let gone = climbs.iter().filter(|(path, room)| !names(path, room));
    gone.map(|(path, room)| format!("src/{path}: no longer climbs to {room}; delete it from CLIMBS")).collect()
}

/// What is wrong with the order of rooms inside another crate of the workspace.
fn crate_complaints(name: &str, order: &[&str], files: &[Text]) -> Vec<String> {
    let place = |room: &str| order.iter().position(|known| *known == room);
    let mut found = Vec::new();
    for Text { path, text } in files.iter().filter(|file| !["lib.rs", "main.rs"].contains(&file.path.as_str())) {
        let file = File { path, tokens: shipped_tokens(text) };
        let Some(own) = place(file.room()) else {
            found.push(format!(
                "crates/{name}/src/{path}: a room without a place: give it one in tests/it/house/rooms.rs"
            ));
            continue;
        };
        for target in rooms_named(&file.tokens).iter().filter(|target| place(&target.text).is_none_or(|p| p > own)) {
            let why = format!("{} may not look up to {}", file.room(), target.text);
            found.push(format!("crates/{name}/{}", file.complain(target.line, &why)));
        }
        found.extend(escapes(&file).into_iter().map(|escape| format!("crates/{name}/{escape}")));
    }
    found
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
            complain("async stands only in http, api, web, serve, tasks and sync/driver")
        }
        "rusqlite" | "refinery" if !file.is_in("store/engine") => complain("only store/engine names its engine"),
        "WriteTx" if layer == Layer::Doors => complain("doors never write in the store"),
        "simulators" if layer != Layer::Doors => complain("only doors play the outside"),
        "ureq" if file.room() != "outbound" => complain("only outbound uses ureq"),
        "poem" | "poem_openapi" if layer != Layer::Doors => complain("only doors know poem"),
        "fs" | "net" if layer == Layer::Words && names_io(file, at) => complain("words do no I/O"),
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
    let files = shipped_files("src");
    let mut found: Vec<String> = files.iter().flat_map(|file| complaints(&file.path, &file.text)).collect();
    found.extend(needless(CLIMBS, &files));
    assert_none("The order of rooms of src/ (see src/lib.rs) is broken:", &found);
}

#[test]
fn every_place_in_the_order_is_a_room_s() {
    let files = shipped_files("src");
    let is_room = |room: &str| files.iter().any(|file| File { path: &file.path, tokens: Vec::new() }.room() == room);
    let gone = ROOMS.iter().map(|(room, _)| *room).filter(|room| !is_room(room)).map(str::to_owned);
    assert_none("These rooms of tests/it/house/rooms.rs are gone:", &gone.collect::<Vec<_>>());
}

#[test]
fn dependencies_point_down_in_every_crate() {
    let mut found = Vec::new();
    for name in crates() {
        match CRATES.iter().find(|(known, _)| *known == name) {
            Some((_, order)) => {
                found.extend(crate_complaints(&name, order, &shipped_files(&format!("crates/{name}/src"))))
            }
            None => found.push(format!("crates/{name}: give its rooms an order in tests/it/house/rooms.rs")),
        }
    }
    assert_none("The order of rooms inside a crate is broken:", &found);
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
        ("sync/survey.rs", "use crate::linking::link;", "sync (Doing) may not look up to linking (Doing)"),
        ("calendar/when.rs", "use crate::ical::parse;", "may not look up to ical"),
        ("api/mod.rs", "use crate::web::Frame;", "are sisters"),
        ("clients/mod.rs", "use crate::intake::accept;", "may not look up to intake"),
        ("sync/survey.rs", "use crate::tasks::blocking;", "only doors and the driver"),
        ("linking/mod.rs", "use crate::api::Api;", "may not look up to api"),
        ("api/link.rs", "use crate::providers::caldav;", "never providers"),
        ("web/site.rs", "use crate::api::Keys;", "are sisters"),
        ("http/door.rs", "use crate::api::gate;", "http (Doors) may not look up to api"),
        ("cli/check.rs", "use crate::outbound::Outbound;", "never outbound"),
        ("novelty/mod.rs", "", "a room without a place"),
        ("api/mod.rs", "use crate::novelty::x;", "is no room with a place"),
        ("api/mod.rs", "use super::store::Store;", "instead of super"),
        ("sync/parts/one.rs", "use super::super::super::api;", "instead of super"),
        ("sync/survey.rs", "pub async fn plan() {}", "async stands only"),
        ("intake/mod.rs", "fn f() { let x = async { 1 }; }", "async stands only"),
        ("gateway.rs", "use rusqlite::Connection;", "only store/engine"),
        ("store/events.rs", "fn read(row: &rusqlite::Row<'_>) {}", "only store/engine"),
        ("intake/mod.rs", r#"fn f() { q("SELECT id FROM event") }"#, "SQL stands only"),
        ("intake/mod.rs", "const Q: &str = r#\"\n  UPDATE link\n SET state = 1\"#;", "SQL stands only"),
        ("linking/mod.rs", r#"fn f() { q("DELETE FROM link") }"#, "SQL stands only"),
        ("clients/mod.rs", "use ureq::Agent;", "only outbound uses ureq"),
        ("linking/mod.rs", "use poem::Response;", "only doors know poem"),
        ("calendar/mod.rs", "use std::fs::File;", "words do no I/O"),
        ("ical/mod.rs", "use std::{fmt, net::IpAddr};", "words do no I/O"),
        ("clock.rs", "fn f() { tokio::net::lookup() }", "words do no I/O"),
        ("api/events.rs", "fn f(gateway: &crate::gateway::Gateway) {}", "doors hold the app"),
        ("cli/mod.rs", "use crate::store::WriteTx;", "doors never write"),
        ("providers/google/mod.rs", "use simulators::google::USER;", "only doors play"),
    ];
    for (path, text, words) in broken {
        let found = complaints(path, text);
        assert!(found.iter().any(|complaint| complaint.contains(words)), "{path}: {text}: {found:?}");
    }
}

#[test]
fn climbs_that_nobody_needs_are_found() {
    let files = planted(&[("a/b.rs", "use crate::c;"), ("a/d.rs", "// crate::c")]);
    assert_eq!(needless(&[("a/b.rs", "c")], &files), Vec::<String>::new());
    for (path, room) in [("a/b.rs", "d"), ("a/d.rs", "c"), ("a/gone.rs", "c")] {
        assert!(needless(&[(path, room)], &files)[0].contains("delete it"), "{path}, {room}");
    }
}

#[test]
fn broken_orders_inside_a_crate_are_found() {
    let order = ["wire", "page"];
    let broken = [
        ("wire/serve.rs", "use crate::page::x;", "crates/s/src/wire/serve.rs:1: wire may not look up to page"),
        ("wire/mod.rs", "use crate::novelty::x;", "may not look up to novelty"),
        ("novelty.rs", "", "a room without a place"),
        ("page/a.rs", "use super::super::wire::x;", "instead of super"),
    ];
    for (path, text, words) in broken {
        let found = crate_complaints("s", &order, &planted(&[(path, text)]));
        assert!(found.iter().any(|complaint| complaint.contains(words)), "{path}: {text}: {found:?}");
    }
    let sound = planted(&[("lib.rs", "pub mod page;"), ("page/a.rs", "use crate::{page::b, wire::x}; use super::c;")]);
    assert_eq!(crate_complaints("s", &order, &sound), Vec::<String>::new());
}

#[test]
fn sound_layers_pass() {
    let sound = [
        ("store/events.rs", "use crate::ids::EventId;\nconst Q: &str = \"SELECT id FROM event\";"),
        ("store/engine/connection.rs", "use rusqlite::Row;"),
        ("sync/driver.rs", "use crate::tasks::blocking; async fn run() {}"),
        ("sync/driver/lanes.rs", "use super::super::plan; async fn run() {}"),
        ("sync/survey.rs", "//! Unlike crate::api, ...\n/// [`crate::web`]\nfn f() { \"async crate::api\"; }"),
        ("sync/survey.rs", "#[cfg(test)]\nmod tests { use crate::api::x; async fn f() {} }"),
        ("providers/caldav/requests.rs", "fn f() { m(\"DELETE\"); m(\"UPDATE your password\"); }"),
        ("api/mod.rs", "use crate::store::StoreError; fn f() { file.write(1) }"),
        ("nudge.rs", "use std::sync::Arc; pub async fn heard() {}"),
        ("outbound/mod.rs", "use ureq::Agent; use std::net::IpAddr;"),
        ("serve/demo/mod.rs", "use simulators::puentes;"),
    ];
    for (path, text) in sound {
        assert_eq!(complaints(path, text), Vec::<String>::new(), "{path}: {text}");
    }
}
