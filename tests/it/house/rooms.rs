//! The rooms of the house in their order, lowest first: a room imports rooms before it, never one after it.
//!
//! A new room is given its place here; the place says what it may know.

/// What a room is for. Some means (sockets, SQL, pages) belong to one layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layer {
    Words,
    Memory,
    Outside,
    Doing,
    Doors,
}

use Layer::{Doing, Doors, Memory, Outside, Words};

/// Every room of the product, lowest first.
pub(super) const ROOMS: &[(&str, Layer)] = &[
    ("secret", Words),
    ("quoted", Words),
    ("address", Words),
    ("ids", Words),
    ("scope", Words),
    ("page_token", Words),
    ("clock", Words),
    ("guarded", Words),
    ("nudge", Words),
    ("permit", Words),
    ("tasks", Words),
    ("form", Words),
    ("placement", Words),
    ("calendar", Words),
    ("ical", Words),
    ("instances", Words),
    ("json", Words),
    ("reading", Words),
    ("revise", Words),
    ("link", Words),
    ("profile", Words),
    ("trail", Words),
    ("happened", Words),
    ("config", Memory),
    ("vault", Memory),
    ("store", Memory),
    ("outbound", Outside),
    ("providers", Outside),
    ("clients", Outside),
    ("gateway", Doing),
    ("tenants", Doing),
    ("access", Doing),
    ("checkup", Doing),
    ("accounts", Doing),
    ("delivery", Doing),
    ("agenda", Doing),
    ("ranges", Doing),
    ("changes", Doing),
    ("feeds", Doing),
    ("sync", Doing),
    ("intake", Doing),
    ("linking", Doing),
    ("janitor", Doing),
    ("app", Doing),
    ("http", Doors),
    ("api", Doors),
    ("web", Doors),
    ("operator", Doors),
    ("serve", Doors),
    ("cli", Doors),
];

/// The order of rooms of every other crate of the workspace, lowest first.
pub(super) const CRATES: &[(&str, &[&str])] = &[
    ("simulators", &["clock", "recurrence", "ics", "page", "wire", "agenda", "caldav", "google", "puentes"]),
    (
        "testing",
        &[
            "cases",
            "patience",
            "machine",
            "port",
            "engine",
            "settings",
            "resident",
            "fuzz",
            "lab",
            "wire",
            "faults",
            "servers",
            "gateway",
            "person",
            "told",
            "in_process",
            "stage",
            "bench_top",
            "memory",
        ],
    ),
];

/// Files that may name a room above them for now, and that room. An entry that is no longer needed fails the test.
pub(super) const CLIMBS: &[(&str, &str)] = &[];

/// The place and the layer of a room of the product.
pub(super) fn place_of(room: &str) -> Option<(usize, Layer)> {
    let place = ROOMS.iter().position(|(name, _)| *name == room)?;
    Some((place, ROOMS[place].1))
}
