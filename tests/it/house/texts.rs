//! Rules about the repository's files as texts.

use std::fs;

use super::{assert_none, files_below, root};

/// A file is one idea: longer ones hold two.
const LONGEST: usize = 400;

/// Folders that exist on one machine only; spelled so that this file doesn't name them.
const MACHINE_FOLDERS: &[&str] = &[concat!("/", "work/"), concat!("/", "home/"), concat!("/", "root/")];

/// Written by hand, as opposed to recorded, generated or embedded from elsewhere.
fn is_code(path: &str) -> bool {
    [".rs", ".sh", ".py", ".mjs", ".js", ".sql", "tests/run", ".ci/run"].iter().any(|end| path.ends_with(end))
}

fn too_long(path: &str, text: &str) -> Option<String> {
    let lines = text.lines().count();
    (lines > LONGEST).then(|| format!("{path}: {lines} lines, more than {LONGEST}"))
}

/// The first place in `text` that names a folder of one machine. A path of a URL (`…example.org/home/`) is none.
fn machine_path(path: &str, text: &str) -> Option<String> {
    text.lines().enumerate().find_map(|(number, line)| {
        let folder = MACHINE_FOLDERS.iter().find(|folder| {
            line.match_indices(**folder).any(|(at, _)| {
                !line[..at].ends_with(|before: char| before.is_alphanumeric() || ".-_~/)}>*".contains(before))
            })
        })?;
        Some(format!("{path}:{}: names {folder}, which is nobody else's folder", number + 1))
    })
}

fn check_all(complaint: impl Fn(&str, &str) -> Option<String>) -> Vec<String> {
    let files = files_below("");
    assert!(files.len() > 20, "only {} files found", files.len());
    files
        .iter()
        .filter_map(|path| {
            let text = String::from_utf8(fs::read(root().join(path)).unwrap()).ok()?;
            complaint(path.to_str().unwrap(), &text)
        })
        .collect()
}

#[test]
fn no_file_is_too_long() {
    let found = check_all(|path, text| if is_code(path) { too_long(path, text) } else { None });
    assert_none("A file is one idea; split these:", &found);
}

#[test]
fn no_text_names_a_folder_of_one_machine() {
    assert_none("The repository is used on other machines too:", &check_all(machine_path));
}

#[test]
fn long_files_and_machine_paths_are_found() {
    assert_eq!(too_long("a.rs", &"x\n".repeat(400)), None);
    assert!(too_long("a.rs", &"x\n".repeat(401)).is_some());
    for folder in MACHINE_FOLDERS {
        for line in [format!("{folder}x"), format!("see \"{folder}x\""), format!("PATH=a:{folder}bin")] {
            assert!(machine_path("a.md", &format!("fine\n{line}")).unwrap().starts_with("a.md:2:"), "{line}");
        }
        assert_eq!(machine_path("a.md", &format!("https://example.org{folder}x")), None);
    }
}
