//! The files of a crate that a release compiles, as texts.

use std::fs;
use std::path::{Path, PathBuf};

use super::source::test_modules;
use super::{files_below, root};

/// A Rust file: its path below the crate's `src/`, and what it says.
pub(super) struct Text {
    pub(super) path: String,
    pub(super) text: String,
}

/// The Rust files below `folder` (a crate's `src`) without those that only tests compile.
pub(super) fn shipped_files(folder: &str) -> Vec<Text> {
    let paths = files_below(folder);
    let texts: Vec<(&Path, String)> = paths
        .iter()
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .map(|path| (path.strip_prefix(folder).unwrap(), fs::read_to_string(root().join(path)).unwrap()))
        .collect();
    let tests: Vec<PathBuf> = texts.iter().flat_map(|(path, text)| test_places(path, text)).collect();
    let is_test = |path: &Path| tests.iter().any(|test| path.with_extension("").starts_with(test));
    let shipped = texts.into_iter().filter(|(path, _)| !is_test(path));
    shipped.map(|(path, text)| Text { path: path.to_str().unwrap().to_owned(), text }).collect()
}

/// The names of the crates beside the product.
pub(super) fn crates() -> Vec<String> {
    let Ok(folder) = fs::read_dir(root().join("crates")) else { return Vec::new() };
    let mut names: Vec<String> = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Files for a test, as if they lay in `src/`.
pub(super) fn planted(files: &[(&str, &str)]) -> Vec<Text> {
    files.iter().map(|(path, text)| Text { path: (*path).to_owned(), text: (*text).to_owned() }).collect()
}

/// Where the modules lie that `path` declares for tests only: `a/tests` for a file `a/tests.rs` or a folder `a/tests/`.
fn test_places(path: &Path, text: &str) -> Vec<PathBuf> {
    let is_front = ["mod", "lib", "main"].iter().any(|name| path.file_stem().is_some_and(|stem| stem == *name));
    let folder = if is_front { path.parent().unwrap().to_owned() } else { path.with_extension("") };
    test_modules(text).into_iter().map(|name| folder.join(name)).collect()
}

#[test]
fn files_that_only_tests_compile_are_known() {
    let text = "#[cfg(test)]\nmod tests;";
    for (path, place) in [("a/mod.rs", "a/tests"), ("a/b.rs", "a/b/tests"), ("lib.rs", "tests")] {
        assert_eq!(test_places(Path::new(path), text), [PathBuf::from(place)], "{path}");
    }
}
