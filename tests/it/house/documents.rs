//! What a text refers to is in the repository: documents, their sections, and no lists that are kept elsewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::{assert_none, files_below, root};

/// What is recorded, locked or embedded from elsewhere, and the wrong texts that the house rules are tested with.
const NOT_OURS: &[&str] = &["assets/htmx", "tests/fixtures/", "package-lock.json", "Cargo.lock", "tests/it/house/"];

/// One citation: a document, and perhaps a section of it.
#[derive(Debug, PartialEq)]
struct Cited<'t> {
    document: &'t str,
    section: Option<&'t str>,
}

fn is_of_a_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_./".contains(c)
}

/// The documents that a line names. Addresses on the web are not ours to check.
fn cited(line: &str) -> Vec<Cited<'_>> {
    line.match_indices(".md")
        .filter_map(|(at, _)| {
            let end = at + ".md".len();
            let start = line[..at].rfind(|c| !is_of_a_path(c)).map_or(0, |before| before + 1);
            let start = (start..=at).find(|n| line.is_char_boundary(*n))?;
            let document = line[start..end].trim_start_matches("./");
            let is_address = line[..start].ends_with(':') || line[start..].starts_with("//");
            let goes_on = line[end..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
            if is_address || goes_on || at == start {
                return None;
            }
            let section = line[end..].strip_prefix('#').map(|rest| {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
                &rest[..end]
            });
            Some(Cited { document, section })
        })
        .collect()
}

/// How a heading is named in an address: small letters, hyphens for spaces, no other signs.
fn slug(heading: &str) -> String {
    let letters = heading.trim().to_lowercase();
    letters
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

fn sections(document: &str) -> BTreeSet<String> {
    let headings = document.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| slug(line.trim_start_matches('#'))).collect()
}

/// The text of a document, found from the root or from the folder of the file that names it.
fn found(path: &str, document: &str) -> Option<String> {
    let beside = Path::new(path).parent().map(|folder| folder.join(document));
    [Some(document.into()), beside].into_iter().flatten().find_map(|place| fs::read_to_string(root().join(place)).ok())
}

fn missing(path: &str, line: &str) -> Option<String> {
    cited(line).into_iter().find_map(|Cited { document, section }| {
        let Some(text) = found(path, document) else {
            return Some(format!("{document} is not in the repository (name it by its path from the root)"));
        };
        let section = section.filter(|section| !sections(&text).contains(*section))?;
        Some(format!("{document} has no section #{section}"))
    })
}

/// Comments, and all of a document.
fn is_prose(path: &str, line: &str) -> bool {
    let line = line.trim_start();
    path.ends_with(".md") || ["//", "#", "--", "/*", "<!--", "{#"].iter().any(|start| line.starts_with(start))
}

/// A word of prose that is one capital letter and one or two digits: a number of somebody's list. (`V` numbers
/// migrations, which are here.)
fn numbered(path: &str, line: &str) -> Option<String> {
    if !is_prose(path, line) {
        return None;
    }
    let words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
    let mut words =
        words.filter(|word| matches!(word.len(), 2..=3) && word.starts_with(|c: char| c.is_ascii_uppercase()));
    let word = words.find(|word| !word.starts_with('V') && word[1..].chars().all(|c| c.is_ascii_digit()))?;
    Some(format!("{word} is a number of a list that is not here: say what it says"))
}

fn check_all(complaint: impl Fn(&str, &str) -> Option<String>) -> Vec<String> {
    let mut complaints = Vec::new();
    for path in files_below("") {
        let path = path.to_str().unwrap();
        if NOT_OURS.iter().any(|part| path.contains(part)) {
            continue;
        }
        let Ok(text) = fs::read_to_string(root().join(path)) else { continue };
        let found = text.lines().enumerate().filter_map(|(n, line)| Some((n, complaint(path, line)?)));
        complaints.extend(found.map(|(n, what)| format!("{path}:{}: {what}", n + 1)));
    }
    complaints
}

#[test]
fn every_document_and_section_that_is_cited_is_here() {
    assert_none("What is cited must be here:", &check_all(missing));
}

#[test]
fn no_numbers_of_other_lists_are_cited() {
    assert_none("The repository explains itself:", &check_all(numbered));
}

#[test]
fn wrong_citations_are_found() {
    let here = "docs/providers.md#google-errors";
    for line in
        [here, "see docs/providers.md.", "[Google](docs/google.md#quotas-and-limits)", "https://x.org/a.md", "x.mdx"]
    {
        assert_eq!(missing("src/lib.rs", line), None, "{line}");
    }
    assert_eq!(missing("docs/providers.md", "[how](google.md)"), None, "beside it");
    for line in ["providers.md §1.8", "docs/providers.md#google-oddities", "(docs/nowhere.md)", "`design.md`, Layout"]
    {
        assert!(missing("src/lib.rs", line).is_some(), "{line}");
    }
    for line in ["the gate (P15)", "R11", "as I5 says: x", "A4, then B12"] {
        assert!(numbered("a.rs", &format!("  // {line}")).is_some() && numbered("a.md", line).is_some(), "{line}");
        assert_eq!(numbered("a.rs", &format!("let x = {line:?};")), None);
    }
    for line in ["S256", "P1D", "V3__pages.sql", "UTF-8", "RFC 5545", "H264x", "sha256", "A", "E_1"] {
        assert_eq!(numbered("a.md", line), None, "{line}");
    }
}
