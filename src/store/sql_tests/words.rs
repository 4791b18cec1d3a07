//! A statement as a row of words.

use std::collections::BTreeSet;

/// The words, numbers, texts, parameters and signs of a statement.
pub(super) fn words(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '\'' => rest.get(1..).and_then(|tail| tail.find('\'')).map_or(rest.len(), |at| at + 2),
            '?' => 1 + digits(rest.get(1..).unwrap_or_default()),
            '<' | '>' | '=' | '|' | '!' => {
                rest.find(|c| !matches!(c, '<' | '>' | '=' | '|' | '!')).unwrap_or(rest.len())
            }
            c if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        found.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn digits(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())
}

/// The number of a parameter.
fn number(word: &str) -> Option<usize> {
    word.strip_prefix('?')?.parse().ok()
}

/// The numbers of all parameters. One without a number counts as 0.
pub(super) fn placeholders(words: &[&str]) -> BTreeSet<usize> {
    words.iter().filter(|word| word.starts_with('?')).map(|word| number(word).unwrap_or(0)).collect()
}

/// Columns that are compared with a parameter, or set to it: `column = ?1`.
pub(super) fn compared<'w>(words: &[&'w str]) -> Vec<(&'w str, usize)> {
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let Some(place) = number(word) else { continue };
        let column = match &words[..at] {
            [.., column, "=" | "<>" | "<" | "<=" | ">" | ">=" | "LIKE"] => column,
            [.., column, "IS", "DISTINCT", "FROM"] | [.., column, "IS", "NOT", "DISTINCT", "FROM"] => column,
            _ => continue,
        };
        found.push((*column, place));
    }
    found
}

/// The columns of an INSERT whose values are parameters.
pub(super) fn columns_of_insert<'w>(words: &[&'w str]) -> Vec<(&'w str, usize)> {
    let ["INSERT", "INTO", _, "(", rest @ ..] = words else { return Vec::new() };
    let Some(end) = rest.iter().position(|word| *word == ")") else { return Vec::new() };
    let columns = rest[..end].split(|word| *word == ",");
    let Some(["VALUES", "(", values @ ..]) = rest.get(end + 1..) else { return Vec::new() };
    let mut depth = 1;
    let end = values.iter().position(|word| {
        depth += i32::from(*word == "(") - i32::from(*word == ")");
        depth == 0
    });
    let values = values[..end.unwrap_or(values.len())].split(|word| *word == ",");
    let pairs = columns.zip(values).filter_map(|(column, value)| match (column, value) {
        ([column], [value]) => Some((*column, number(value)?)),
        _ => None,
    });
    pairs.collect()
}

#[test]
fn a_statement_falls_into_its_words() {
    let text = "UPDATE t SET a.b='it is' WHERE c<=?12 AND x||'y' <> max(?1, 2)";
    let expected = [
        "UPDATE", "t", "SET", "a", ".", "b", "=", "'it is'", "WHERE", "c", "<=", "?12", "AND", "x", "||", "'y'", "<>",
        "max", "(", "?1", ",", "2", ")",
    ];
    assert_eq!(words(text), expected);
    assert_eq!(placeholders(&words(text)), BTreeSet::from([1, 12]));
    assert_eq!(compared(&words(text)), [("c", 12)]);
    let insert = words("INSERT INTO t (a, b, c, d) VALUES (?2, CASE WHEN ?3 = 1 THEN 2 END, ?1, 'x') RETURNING id");
    assert_eq!(columns_of_insert(&insert), [("a", 2), ("c", 1)]);
}
