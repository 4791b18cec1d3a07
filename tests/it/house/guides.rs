//! What the documents for people tell of the code is there: files, folders and tests.

use std::fs;

use super::{assert_none, files_below, root};

const FOLDERS: &[&str] = &["benches/", "crates/", "docs/", "openapi/", "src/", "templates/", "tests/"];

/// What stands between backticks, up to the words or the section behind it.
fn named(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2).filter_map(|quoted| quoted.split([' ', '#']).next())
}

/// A place of the repository. Of a name that is to be made up (`VN__what_for.sql`, `FLOW`), its folder.
fn place(name: &str) -> Option<&str> {
    FOLDERS.iter().find(|folder| name.starts_with(**folder))?;
    let is_made_up = |part: &str| part.contains(|c: char| c.is_ascii_uppercase()) && !part.ends_with(".md");
    let parts = name.split('/').take_while(|part| !is_made_up(part)).map(str::len);
    let length = parts.map(|length| length + 1).sum::<usize>().saturating_sub(1);
    name.get(..length)
}

/// The name of a test: a sentence, perhaps behind the rooms that lead to it.
fn test(name: &str) -> Option<&str> {
    let sentence = name.rsplit("::").next()?;
    let is_name = sentence.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    (is_name && sentence.matches('_').count() >= 3).then_some(sentence)
}

fn untrue(line: &str, code: &str) -> Option<String> {
    named(line).find_map(|name| {
        let lacks_place = place(name).is_some_and(|place| !root().join(place).exists());
        let lacks_test = test(name).is_some_and(|test| !code.contains(&format!("fn {test}(")));
        (lacks_place || lacks_test).then(|| format!("there is no `{name}`"))
    })
}

#[test]
fn files_and_tests_that_documents_name_are_there() {
    let files = files_below("");
    let text = |end: &'static str| {
        let files = files.iter().filter(move |path| path.to_str().unwrap().ends_with(end));
        files.map(|path| (path.to_str().unwrap(), fs::read_to_string(root().join(path)).unwrap()))
    };
    let code: String = text(".rs").map(|(_, text)| text).collect();
    let mut found = Vec::new();
    for (path, text) in text(".md") {
        let lines = text.lines().enumerate().filter_map(|(n, line)| Some((n, untrue(line, &code)?)));
        found.extend(lines.map(|(n, what)| format!("{path}:{}: {what}", n + 1)));
    }
    assert_none("Documents tell of what there is:", &found);
}

#[test]
fn what_documents_name_and_is_not_there_is_found() {
    let code = "#[test]\nfn a_small_shrink_goes_through() {}";
    for line in [
        "`src/lib.rs`, `tests/run fast` and `tests/it/house`",
        "`src/store/migrations/VN__what_for.sql`",
        "`resync::a_small_shrink_goes_through` and `a_word`",
        "src/nowhere.rs outside of quotes",
    ] {
        assert_eq!(untrue(line, code), None, "{line}");
    }
    for line in ["`src/nowhere.rs`", "see `tests/VN/x` and `src/no/VN__x.sql`", "`house::a_large_shrink_goes_through`"]
    {
        assert!(untrue(line, code).is_some(), "{line}");
    }
}
