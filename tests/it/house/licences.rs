//! Every dependency, also of the tests, may be used and shipped under the licences that we accept.

use std::process::Command;

use serde_json::Value;
use spdx::{Expression, LicenseReq, ParseMode};

use super::{assert_none, root};

/// Licences that ask no more than naming the authors, and MPL-2.0, which asks to share changed files of its own.
const ACCEPTED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

fn is_accepted(requirement: &LicenseReq) -> bool {
    requirement.license.id().is_some_and(|id| ACCEPTED.contains(&id.name))
}

/// What is wrong with one package's licence.
fn complaint(package: &str, licence: Option<&str>) -> Option<String> {
    let Some(licence) = licence else {
        return Some(format!("{package}: names no licence"));
    };
    match Expression::parse_mode(licence, ParseMode::LAX) {
        Err(e) => Some(format!("{package}: {licence:?} can't be read: {e}")),
        Ok(expression) if expression.evaluate(is_accepted) => None,
        Ok(_) => Some(format!("{package}: {licence} is not accepted")),
    }
}

/// The packages that this machine's build uses, as cargo resolved them; needs no network after a build.
fn packages() -> Vec<Value> {
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", host])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

#[test]
fn every_dependency_has_an_accepted_licence() {
    let packages = packages();
    assert!(packages.len() > 100, "cargo metadata named only {} packages", packages.len());
    let found: Vec<String> = packages
        .iter()
        .filter_map(|package| {
            let name = format!("{} {}", package["name"].as_str().unwrap(), package["version"].as_str().unwrap());
            complaint(&name, package["license"].as_str())
        })
        .collect();
    assert_none("Licences (the accepted ones stand in tests/it/house/licences.rs):", &found);
}

#[test]
fn unaccepted_and_missing_licences_are_found() {
    for bad in [Some("AGPL-3.0-only"), Some("MIT AND GPL-3.0-or-later"), Some("EUPL-1.2"), Some("my own"), None] {
        assert!(complaint("made-up 1.0.0", bad).is_some(), "{bad:?}");
    }
    for good in ["MIT OR GPL-2.0", "MIT/Apache-2.0", "(Apache-2.0 OR MIT) AND BSD-3-Clause", "Unlicense"] {
        assert_eq!(complaint("made-up 1.0.0", Some(good)), None, "{good}");
    }
    assert_eq!(complaint("made-up 1.0.0", Some("Apache-2.0 WITH LLVM-exception")), None);
}
