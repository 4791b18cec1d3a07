//! What the crates beside the product may depend on.

use std::process::Command;

use serde_json::Value;

use super::{assert_none, root};

/// Crates that have no dependency of ours, so that they can't repeat our mistakes. Cargo keeps what this test reads.
const APART: &[&str] = &["simulators"];

/// Why one package of the workspace, as `cargo metadata` tells it, breaks the rule.
fn complaints(package: &Value) -> Vec<String> {
    let name = package["name"].as_str().unwrap();
    let dependencies = package["dependencies"].as_array().unwrap().iter();
    let ours = dependencies.filter(|dependency| APART.contains(&name) && dependency["path"].is_string());
    ours.map(|dependency| format!("{name} depends on {} by its path", dependency["name"])).collect()
}

/// The packages of the workspace, with what they depend on.
fn members() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--locked", "--format-version", "1", "--no-deps"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

#[test]
fn simulators_have_no_dependency_of_ours() {
    let members = members();
    for name in APART {
        assert!(members.iter().any(|package| package["name"] == *name), "{name} is no member of the workspace");
    }
    let found: Vec<String> = members.iter().flat_map(complaints).collect();
    assert_none("Some crates stand apart:", &found);
}

#[test]
fn a_dependency_of_ours_is_found() {
    let named = |name: &str| {
        let outside = serde_json::json!({"name": "url", "source": "registry+https://example.org"});
        let ours = serde_json::json!({"name": "pasarela", "source": null, "path": "/pasarela"});
        complaints(&serde_json::json!({"name": name, "dependencies": [outside, ours]}))
    };
    assert_eq!(named("simulators"), ["simulators depends on \"pasarela\" by its path"]);
    assert_eq!(named("pasarela"), Vec::<String>::new());
}
