//! What `docs/security.md` says of bounds and deadlines is what the code and the settings say, and no bound is left out.
//!
//! A row of its tables ends with the place of its number: `src/FILE.rs#NAME` for a constant, or a field of a default, and
//! `section.key` for a setting, whose default it is.

use std::collections::BTreeSet;
use std::fs;

use super::assert_none;
use super::numbers::{Number, constant, said, setting};
use super::root;
use super::shipped::{Text, planted, shipped_files};
use super::source::{Token, shipped_tokens};

const DOCUMENT: &str = "docs/security.md";
const SECTION: &str = "## Bounds and deadlines";

/// How a constant is named that bounds something. Every length of time is a deadline, whatever its name.
const BOUNDS: &[&str] = &["MOST", "MAX", "LIMIT", "LONGEST", "KEEP", "KEPT"];

/// Constants that look like bounds and are none of ours, by how their places begin.
const NO_BOUNDS: &[&str] = &[
    // What Google takes, and what its tokens and budgets are.
    "src/providers/google/mapping/",
    "src/providers/google/tokens.rs#",
    // Known of our own database, not of strangers.
    "src/agenda/next.rs#A_DAY_AND_MORE",
    "src/instances/series.rs#CLOCKS_DIFFER",
    "src/store/events/times.rs#MARGIN",
    // Runs on loopback with made-up people.
    "src/serve/demo/",
    // How much is shown, and how long ago counts as lately.
    "src/checkup/google.rs#LATELY",
    "src/quoted.rs#MOST",
    "src/web/connect/looks/linked.rs#MOST_NAMED",
];

/// One row of a table.
#[derive(Debug, PartialEq)]
struct Row<'t> {
    number: &'t str,
    place: &'t str,
}

/// The rows below the section's heading, up to the next section of its rank; or what is wrong with one.
fn rows(document: &str) -> Vec<Result<Row<'_>, String>> {
    let lines = document.lines().skip_while(|line| *line != SECTION).skip(1);
    let lines = lines.take_while(|line| !line.starts_with("## "));
    let cells = lines.filter(|line| line.starts_with('|')).map(|line| (line, line.trim_matches('|').split('|')));
    let read = cells.filter_map(|(line, cells)| {
        let cells: Vec<&str> = cells.map(str::trim).collect();
        match cells[..] {
            ["bound", ..] | ["---", ..] => None,
            [what, number, beyond, place] if !what.is_empty() && !beyond.is_empty() => {
                let place = place.strip_prefix('`').and_then(|place| place.strip_suffix('`'));
                Some(place.map(|place| Row { number, place }).ok_or_else(|| format!("no place in: {line}")))
            }
            _ => Some(Err(format!("not | bound | number | beyond it | `where` |: {line}"))),
        }
    });
    read.collect()
}

/// What the place says, read from the texts of the shipped files and of the settings.
fn found(place: &str, files: &[Text], settings: &toml::Table) -> Option<Number> {
    match place.split_once('#') {
        Some((path, name)) => {
            let file = files.iter().find(|file| path.strip_prefix("src/") == Some(file.path.as_str()))?;
            constant(&shipped_tokens(&file.text), name)
        }
        None => setting(settings, place),
    }
}

fn untrue(document: &str, files: &[Text], settings: &toml::Table) -> Vec<String> {
    let complaint = |row: Result<Row<'_>, String>| {
        let Row { number, place } = match row {
            Ok(row) => row,
            Err(complaint) => return Some(complaint),
        };
        let Some(said) = said(number) else { return Some(format!("{number:?} is no number ({place})")) };
        match found(place, files, settings) {
            None => Some(format!("{place} is not there, or is no number")),
            Some(found) if found != said => Some(format!("{place} is {found:?}, not {number}")),
            Some(_) => None,
        }
    };
    rows(document).into_iter().filter_map(complaint).collect()
}

/// The places of all constants that bound something.
fn bounds(files: &[Text]) -> BTreeSet<String> {
    let of = |file: &Text| {
        let tokens = shipped_tokens(&file.text);
        let names = tokens.windows(4).filter_map(|window| {
            let [word, Token { text: name, .. }, colon, kind] = window else { return None };
            let bounds = kind.text.ends_with("Duration")
                || (kind.text.starts_with(['u', 'i']) && BOUNDS.iter().any(|start| name.starts_with(start)));
            (word.text == "const" && colon.text == ":" && bounds).then(|| format!("src/{}#{name}", file.path))
        });
        names.collect::<Vec<_>>()
    };
    files.iter().flat_map(of).collect()
}

fn left_out(document: &str, files: &[Text]) -> Vec<String> {
    let said: BTreeSet<String> = rows(document).into_iter().flatten().map(|row| row.place.to_owned()).collect();
    let known = |place: &String| said.contains(place) || NO_BOUNDS.iter().any(|start| place.starts_with(start));
    bounds(files).into_iter().filter(|place| !known(place)).collect()
}

/// The codes of refusals that a document names behind their status (422 `invalid_ical`) and that there are not; and the
/// settings (`sync.tick`) that there are not. `codes` is where both stand in the code.
fn unknown(document: &str, codes: &str, settings: &toml::Table, example: &str) -> Vec<String> {
    let mut found = Vec::new();
    let quoted: Vec<&str> = document.split('`').collect();
    for pair in quoted.chunks_exact(2) {
        let [before, name] = pair else { continue };
        let status = before.trim_end().rsplit([' ', '(']).next().unwrap_or_default();
        let is_status = status.len() == 3 && status.starts_with(['4', '5']) && status.parse::<u16>().is_ok();
        if is_status && !codes.contains(&format!("=> {status} \"{name}\"")) {
            found.push(format!("there is no {status} {name}"));
        }
        let Some((section, key)) = name.split_once('.') else { continue };
        let is_key = key.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        if is_key && settings.contains_key(section) && setting_is_missing(settings, example, section, key) {
            found.push(format!("there is no setting {name}"));
        }
    }
    found
}

/// A setting without a default stands in a comment; a secret may also be given as a file.
fn setting_is_missing(settings: &toml::Table, example: &str, section: &str, key: &str) -> bool {
    let is_there = |key: &str| settings[section].get(key).is_some() || example.contains(&format!("\n# {key} = "));
    !is_there(key) && !is_there(&format!("{key}_file"))
}

fn document() -> String {
    fs::read_to_string(root().join(DOCUMENT)).unwrap()
}

fn example() -> String {
    fs::read_to_string(root().join("config.example.toml")).unwrap()
}

fn settings() -> toml::Table {
    example().parse().unwrap()
}

#[test]
fn bounds_and_deadlines_are_what_the_document_says() {
    let document = document();
    assert!(rows(&document).len() > 50, "the tables are not found");
    let untrue = untrue(&document, &shipped_files("src"), &settings());
    assert_none(&format!("{DOCUMENT} says other numbers than code and settings:"), &untrue);
}

#[test]
fn codes_and_settings_that_the_documents_of_security_name_are_there() {
    let codes = fs::read_to_string(root().join("src/http/problem/code.rs")).unwrap();
    for path in [DOCUMENT, "SECURITY.md"] {
        let document = fs::read_to_string(root().join(path)).unwrap();
        assert_none(path, &unknown(&document, &codes, &settings(), &example()));
    }
    let told = "422 `invalid_ical`, 429 `too_many_attempts`, `sync.tick`, `server.trusted_proxies` (503 `not_ready`)";
    assert_eq!(unknown(told, &codes, &settings(), &example()), [""; 0]);
    let lies = "422 `invalid_weather`; 404 `invalid_ical`; `sync.tock`; `server.proxies`";
    assert_eq!(unknown(lies, &codes, &settings(), &example()).len(), 4);
}

#[test]
fn every_bound_and_deadline_is_in_the_document() {
    let left_out = left_out(&document(), &shipped_files("src"));
    let rule = format!("Each needs a row in {DOCUMENT}, \"{}\":", SECTION.trim_start_matches("## "));
    assert_none(&rule, &left_out);
}

#[test]
fn wrong_numbers_and_lost_bounds_are_found() {
    let files = planted(&[
        ("a.rs", "const MOST: usize = 4 << 10;\nconst REST: Duration = Duration::from_secs(90);\nconst PAGE: u32 = 7;"),
        (
            "b.rs",
            "#[cfg(test)]\nmod tests { const MOST: usize = 1; }\nfn f() -> A { A { max: 20 * SIDE, b } }\nconst SIDE: u32 = 5;",
        ),
    ]);
    let settings: toml::Table = "[sync]\ntick = \"90s\"".parse().unwrap();
    let told = |rows: &str| {
        format!(
            "# T\n{SECTION}\n| bound | number | beyond it | where |\n| --- | --- | --- | --- |\n{rows}\n## Next\n| x |"
        )
    };
    let good = "| A | 4 KiB | ends | `src/a.rs#MOST` |\n| B | 90 s | ends | `src/a.rs#REST` |\n| C | 100 | ends | `src/b.rs#max` |\n| D | 90 s | ends | `sync.tick` |";
    assert_eq!(untrue(&told(good), &files, &settings), [""; 0]);
    assert_eq!(left_out(&told(good), &files), [""; 0]);
    assert_eq!(left_out(&told("| C | 100 | ends | `src/b.rs#max` |"), &files), ["src/a.rs#MOST", "src/a.rs#REST"]);
    for row in [
        "| A | 4,095 | ends | `src/a.rs#MOST` |",
        "| A | 4,096 s | ends | `src/a.rs#MOST` |",
        "| A | many | ends | `src/a.rs#MOST` |",
        "| A | 4 KiB | ends | `src/a.rs#LEAST` |",
        "| A | 4 KiB | ends | `src/c.rs#MOST` |",
        "| A | 1 | ends | `src/b.rs#MOST` |",
        "| A | 4 KiB | ends | src/a.rs#MOST |",
        "| A | 4 KiB | | `src/a.rs#MOST` |",
        "| A | 4 KiB | `src/a.rs#MOST` |",
        "| D | 91 s | ends | `sync.tick` |",
        "| D | 90 s | ends | `sync.tock` |",
    ] {
        assert_eq!(untrue(&told(row), &files, &settings).len(), 1, "{row}");
    }
}
