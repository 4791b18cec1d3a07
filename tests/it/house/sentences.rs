//! No sentence is read back: what went wrong and what happened are types, and a sentence is only ever made.
//!
//! The scanner sees tokens, so this is the rule that it holds: outside the places below, no method that reads a text
//! (`contains`, `split_once`, `parse`, …) is called on a chain that names an error, a reason or other words of that kind,
//! nor on what was bound to such a chain's `to_string()`. With a closure as its argument such a method looks through a
//! collection and is none of these.

use std::ops::Range;

use super::assert_none;
use super::shipped::{Text, shipped_files};
use super::source::{Token, shipped_tokens};

/// Where others leave no other way than to read their words: whether `path` below `src/` may.
fn may_read(path: &str) -> bool {
    // A provider's refusals, what serde says of a JSON, and what the system's resolver says of a name: all tell some things
    // apart in words only.
    let is_refusals = path.starts_with("providers/") && path.ends_with("/refusal.rs");
    is_refusals || ["api/body.rs", "clients/puentes/answer.rs", "outbound/lookup.rs"].contains(&path)
}

/// Methods that read a text.
const READERS: &[&str] = &[
    "contains",
    "ends_with",
    "eq_ignore_ascii_case",
    "find",
    "match_indices",
    "matches",
    "parse",
    "rfind",
    "rsplit_once",
    "split",
    "split_once",
    "split_whitespace",
    "splitn",
    "starts_with",
    "strip_prefix",
    "strip_suffix",
    "trim_end_matches",
    "trim_start_matches",
];

/// How errors, failures, happenings and their words are called here.
const WORDS: &[&str] = &[
    "cause",
    "detail",
    "details",
    "error",
    "failure",
    "happened",
    "happening",
    "message",
    "reason",
    "refusal",
    "sentence",
    "why",
    "words",
];

/// The names of the chain of fields and calls that ends before `end`: `error`, `to_string` for `error.to_string()`.
fn chain(tokens: &[Token], end: usize) -> Vec<&str> {
    let mut names = Vec::new();
    let mut at = end;
    while at > 0 {
        at = match tokens[at - 1].text.as_str() {
            "?" => at - 1,
            ")" | "]" => opening(tokens, at - 1),
            name if is_name(name) => {
                names.push(name);
                if at < 2 || tokens[at - 2].text != "." {
                    break;
                }
                at - 2
            }
            _ => break,
        };
    }
    names
}

/// Where the bracket opens that closes at `close`.
fn opening(tokens: &[Token], close: usize) -> usize {
    let mut depth = 0;
    for at in (0..=close).rev() {
        match tokens[at].text.as_str() {
            ")" | "]" | "}" => depth += 1,
            "(" | "[" | "{" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    0
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphanumeric() || first == '_')
}

/// A name bound to the sentence of something, `let text = error.to_string();`, and the tokens where it stands for that.
struct Bound<'a> {
    name: &'a str,
    block: Range<usize>,
}

fn sentences(tokens: &[Token]) -> Vec<Bound<'_>> {
    let mut bound = Vec::new();
    for (at, _) in tokens.iter().enumerate().filter(|(_, token)| token.text == "let") {
        let equals = tokens.get(at + 2).is_some_and(|token| token.text == "=");
        let Some(name) = tokens.get(at + 1).filter(|_| equals) else { continue };
        let end = tokens[at..].iter().position(|token| token.text == ";").map_or(tokens.len(), |length| at + length);
        let said = chain(tokens, end);
        if said.first() == Some(&"to_string") && said.iter().any(|name| WORDS.contains(name)) {
            bound.push(Bound { name: &name.text, block: end..block_end(tokens, end) });
        }
    }
    bound
}

/// Where the block ends that `from` stands in.
fn block_end(tokens: &[Token], from: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(from) {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" if depth == 0 => return at,
            "}" => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}

/// Where sentences are read in one file.
fn complaints(file: &Text) -> Vec<String> {
    let tokens = shipped_tokens(&file.text);
    let bound = sentences(&tokens);
    let mut found = Vec::new();
    for (at, method) in tokens.iter().enumerate().skip(2) {
        // A colon: the type of what is read stands before the bracket.
        let is_call = tokens[at - 1].text == "." && tokens.get(at + 1).is_some_and(|next| "(:".contains(&next.text));
        let looks_through = tokens.get(at + 2).is_some_and(|argument| ["|", "move"].contains(&argument.text.as_str()));
        if !READERS.contains(&method.text.as_str()) || !is_call || looks_through {
            continue;
        }
        let said = chain(&tokens, at - 1);
        let is_sentence = |name: &&str| bound.iter().any(|one| one.name == *name && one.block.contains(&at));
        if let Some(name) = said.iter().find(|name| WORDS.contains(name) || is_sentence(name)) {
            found.push(format!("src/{}:{}: {name}: .{}(", file.path, method.line, method.text));
        }
    }
    found
}

#[test]
fn no_sentence_is_read_back() {
    let files = shipped_files("src");
    let found: Vec<String> = files.iter().filter(|file| !may_read(&file.path)).flat_map(complaints).collect();
    assert_none("Sentences are made, never read back; match on the type instead:", &found);
}

#[test]
fn sentences_that_are_read_are_found() {
    let bad = [
        "fn f() { if why.contains(google::TESTING) {} }",
        "fn f() { error.to_string().starts_with(\"no sure\") }",
        "fn f() { self.failure.reason.as_deref()?.split_once(\", \") }",
        "fn f() { let text = error.to_string(); g(); text.contains(\"503\") }",
        "fn f() { happening.detail.split(' ').map(g) }",
        "fn f() { refusal(answer).why.parse::<u8>() }",
    ];
    for text in bad {
        let found = complaints(&Text { path: "sync/plan.rs".to_owned(), text: text.to_owned() });
        assert_eq!(found.len(), 1, "{text}: {found:?}");
    }
    let sound = [
        "fn f() { matches!(error, RemoteError::AuthRevoked { cause: Revoked::TestingPeriod, .. }) }",
        "fn f() { words.iter().find(|word| word.is_empty()) }",
        "fn f() { let text = address.to_string(); text.contains('@') }",
        "fn f() { let text = error.to_string(); } fn g(text: &str) { text.contains('@') }",
        "fn f() { tracing::info!(%error, \"broken off\"); name.starts_with(\"x\") }",
        "#[cfg(test)] mod tests { fn f() { error.to_string().contains(\"x\") } }",
    ];
    for text in sound {
        let found = complaints(&Text { path: "sync/plan.rs".to_owned(), text: text.to_owned() });
        assert_eq!(found, Vec::<String>::new(), "{text}");
    }
    assert!(may_read("providers/caldav/refusal.rs") && !may_read("providers/caldav/session.rs"));
}
