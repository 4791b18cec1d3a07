//! The paths that a file names: what its `use` brings in, what it declares, and what it spells in line.

use std::collections::BTreeSet;

use super::source::{Token, shipped_tokens};

/// One name that a `use` brings into a module; the name `*` stands for all that the path holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Import {
    pub(super) name: String,
    pub(super) path: Vec<String>,
    pub(super) line: usize,
}

/// What one file says of others and of itself.
#[derive(Debug, Default)]
pub(super) struct Named {
    pub(super) imports: Vec<Import>,
    /// `a::b::c` outside `use`.
    pub(super) in_line: Vec<(Vec<String>, usize)>,
    /// Names of items that stand in this file.
    pub(super) items: BTreeSet<String>,
}

const ITEMS: &[&str] = &["fn", "struct", "enum", "trait", "type", "const", "static", "union"];

pub(super) fn named(text: &str) -> Named {
    let tokens = shipped_tokens(text);
    let mut found = Named::default();
    let mut at = 0;
    while at < tokens.len() {
        at = match text_at(&tokens, at) {
            "use" => read_use(&tokens, at + 1, &mut found.imports),
            word if ITEMS.contains(&word) => {
                found.items.insert(text_at(&tokens, at + 1).to_owned());
                at + 1
            }
            _ => read_path(&tokens, at, &mut found.in_line),
        };
    }
    found
}

fn text_at(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |token| token.text.as_str())
}

fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

fn is_colons(tokens: &[Token], at: usize) -> bool {
    text_at(tokens, at) == ":" && text_at(tokens, at + 1) == ":"
}

/// Reads `a::b::c` that begins at `at`, and answers where to go on.
fn read_path(tokens: &[Token], at: usize, found: &mut Vec<(Vec<String>, usize)>) -> usize {
    let mut path = Vec::new();
    let mut end = at;
    while is_name(text_at(tokens, end)) {
        path.push(text_at(tokens, end).to_owned());
        end += 1;
        if !is_colons(tokens, end) || !is_name(text_at(tokens, end + 2)) {
            break;
        }
        end += 2;
    }
    if path.len() > 1 {
        found.push((path, tokens[at].line));
    }
    end.max(at + 1)
}

/// Reads the tree of a `use` that begins at `at`, up to its semicolon.
fn read_use(tokens: &[Token], mut at: usize, found: &mut Vec<Import>) -> usize {
    let mut open: Vec<usize> = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut name: Option<String> = None;
    let mut line = 0;
    loop {
        match text_at(tokens, at) {
            "{" => open.push(path.len()),
            end @ ("," | "}" | ";" | "") => {
                if let Some(name) = name.take() {
                    found.push(Import { name, path: path.clone(), line });
                }
                if end == "}" {
                    open.pop();
                }
                path.truncate(open.last().copied().unwrap_or_default());
                if end == ";" || end.is_empty() {
                    return at + 1;
                }
            }
            "as" => {
                at += 1;
                name = Some(text_at(tokens, at).to_owned());
            }
            "*" => (name, line) = (Some("*".to_owned()), tokens[at].line),
            // `a::{self}` is `a` itself.
            "self" if !path.is_empty() => (name, line) = (path.last().cloned(), tokens[at].line),
            word if is_name(word) => {
                path.push(word.to_owned());
                line = tokens[at].line;
                name = (!is_colons(tokens, at + 1)).then(|| word.to_owned());
            }
            _ => {}
        }
        at += 1;
    }
}

#[test]
fn imports_are_read_from_trees() {
    let text = "pub use a::{b, c::{self, D as E}, f::*};\nuse g;\nuse super::h::I;";
    let found: Vec<String> =
        named(text).imports.iter().map(|i| format!("{} = {} ({})", i.name, i.path.join("::"), i.line)).collect();
    let expected =
        ["b = a::b (1)", "c = a::c (1)", "E = a::c::D (1)", "* = a::f (1)", "g = g (2)", "I = super::h::I (3)"];
    assert_eq!(found, expected);
}

#[test]
fn paths_in_line_are_read_with_their_lines() {
    let text = "fn f() -> super::A {\n let x = b::C::d(1); x.e(f::G::<H>::i) }\npub(crate) struct J;";
    let found = named(text);
    let paths: Vec<String> = found.in_line.iter().map(|(path, line)| format!("{}:{line}", path.join("::"))).collect();
    assert_eq!(paths, ["super::A:1", "b::C::d:2", "f::G:2"]);
    assert_eq!(found.items.iter().map(String::as_str).collect::<Vec<_>>(), ["J", "f"]);
}
