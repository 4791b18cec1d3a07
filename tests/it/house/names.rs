//! A public type's name stands once in the product, so that a name says which type is meant without its path.

use std::collections::BTreeMap;

use super::assert_none;
use super::shipped::{Text, planted, shipped_files};
use super::source::shipped_tokens;

/// Words that a type is declared with.
const KINDS: &[&str] = &["enum", "struct", "trait", "type", "union"];

/// Every name of a public type, with the places where one of that name is declared.
fn places(files: &[Text]) -> BTreeMap<String, Vec<String>> {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in files {
        for window in shipped_tokens(&file.text).windows(3) {
            let [public, kind, name] = window else { continue };
            // What a macro declares is named where the macro is used.
            if public.text == "pub" && KINDS.contains(&kind.text.as_str()) && name.text != "$" {
                places.entry(name.text.clone()).or_default().push(format!("src/{}:{}", file.path, name.line));
            }
        }
    }
    places
}

fn homonyms(files: &[Text]) -> Vec<String> {
    let twice = places(files).into_iter().filter(|(_, places)| places.len() > 1);
    twice.map(|(name, places)| format!("{name}: {}", places.join(", "))).collect()
}

#[test]
fn a_public_type_s_name_stands_once() {
    let found = homonyms(&shipped_files("src"));
    assert_none("Two public types of one name; give each a plain noun of its own:", &found);
}

#[test]
fn homonyms_are_found() {
    let files = planted(&[
        ("a.rs", "pub struct Answer;\npub enum Only { A }\nstruct Private;"),
        ("b/mod.rs", "/// pub struct Only\npub trait Answer {}\npub(super) struct Only;\nstruct Private;"),
        ("d.rs", "macro_rules! one { ($name:ident) => { pub struct $name; } }"),
        ("e.rs", "macro_rules! two { ($name:ident) => { pub struct $name; } }"),
        ("c.rs", "#[cfg(test)]\nmod tests { pub struct Only; }"),
    ]);
    assert_eq!(homonyms(&files), ["Answer: src/a.rs:1, src/b/mod.rs:2"]);
}
