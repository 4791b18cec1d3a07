//! A tenant is a proof, so it is made in few places: where a key or a signature was seen to be right, where the operator speaks,
//! and where the store writes the row that it just made.

use super::assert_none;
use super::shipped::{Text, planted, shipped_files};
use super::source::shipped_tokens;

/// The files that may make one.
const MAKERS: &[&str] = &["access/admit.rs", "ids.rs", "profile/mod.rs", "store/clients.rs"];

/// The rooms in which the operator speaks, who may speak for all. Of the demo the demo is the operator.
const OPERATORS: &[&str] = &["operator/", "profile/", "tenants/", "serve/demo/"];

/// Where the operator's proof is taken in another room.
fn borrowed(files: &[Text]) -> Vec<String> {
    let others = files.iter().filter(|file| !OPERATORS.iter().any(|room| file.path.starts_with(room)));
    let taken = others.filter_map(|Text { path, text }| {
        let token = shipped_tokens(text).into_iter().find(|token| token.text == "for_operator")?;
        Some(format!("src/{path}:{}", token.line))
    });
    taken.collect()
}

fn elsewhere(files: &[Text]) -> Vec<String> {
    let others = files.iter().filter(|file| !MAKERS.contains(&file.path.as_str()));
    let made = others.flat_map(|Text { path, text }| {
        let tokens = shipped_tokens(text);
        let places: Vec<String> = tokens
            .windows(4)
            .filter(|window| window[0].text == "Tenant" && window[3].text == "proven")
            .map(|window| format!("src/{path}:{}", window[0].line))
            .collect();
        places
    });
    made.collect()
}

#[test]
fn a_tenant_is_made_where_somebody_was_seen_to_speak_for_it() {
    let files = shipped_files("src");
    assert_none("Take the tenant that the gate or the operator's command made:", &elsewhere(&files));
    let needless: Vec<String> = MAKERS
        .iter()
        .filter(|maker| !files.iter().any(|file| file.path == **maker && file.text.contains("Tenant")))
        .map(|maker| format!("src/{maker} makes none any more"))
        .collect();
    assert_none("Only the operator's own commands speak for all:", &borrowed(&files));
    assert_none("Take these out of MAKERS:", &needless);
}

#[test]
fn a_tenant_that_is_made_elsewhere_is_found() {
    let files = planted(&[
        ("api/x.rs", "fn f() {\n    g(Tenant::proven(id))\n}"),
        ("access/admit.rs", "fn f() { Tenant::proven(id) }"),
        ("b.rs", "#[cfg(test)]\nmod tests { fn f() { Tenant::proven(id) } }"),
    ]);
    assert_eq!(elsewhere(&files), ["src/api/x.rs:2"]);
    let files =
        planted(&[("web/x.rs", "fn f() {\n    p.for_operator()\n}"), ("tenants/a.rs", "fn f() { p.for_operator() }")]);
    assert_eq!(borrowed(&files), ["src/web/x.rs:2"]);
}
