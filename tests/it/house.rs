//! The house rules that no compiler knows: layers, circles, sizes, citations, sentences that nobody reads back, and texts
//! that stay true on every machine.

mod bounds;
mod circles;
mod crates;
mod documents;
mod guides;
mod layers;
mod modules;
mod names;
mod numbers;
mod paths;
mod permits;
mod places;
mod rooms;
mod sentences;
mod shipped;
mod source;
mod tenants;
mod texts;

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files of the repository below `folder` as paths relative to it, sorted; without what is built.
fn files_below(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            if name != "target" && name != ".git" && name != "__pycache__" {
                collect(&entry.path(), found);
            }
        } else if kind.is_file() && name != ".git" {
            found.push(entry.path().strip_prefix(root()).unwrap().to_owned());
        }
    }
}

/// Fails with every complaint on a line of its own.
fn assert_none(rule: &str, complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{rule}\n\n{}\n", complaints.join("\n"));
}
