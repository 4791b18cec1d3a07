//! A provider lives in its folder. Beside it stand what is told of each on purpose (settings, what `check` tries, the
//! command line, the demo, the one match over the kinds, the words for their meetings), and few files more: so much has to be found and changed to add
//! the next one.

use super::assert_none;
use super::shipped::{Text, planted, shipped_files};
use super::source::shipped_tokens;

/// The newest provider shows what adding one took.
const PROVIDER: &str = "google";
const ON_PURPOSE: &[&str] =
    &["providers/google/", "config/", "checkup/", "cli/", "serve/demo/", "providers/offered.rs", "json/venues.rs"];
/// Files beside those.
const MOST: usize = 5;

/// The files outside of its places in which code, or a text in it, names the provider.
fn places(files: &[Text]) -> Vec<String> {
    let elsewhere = files.iter().filter(|file| !ON_PURPOSE.iter().any(|place| file.path.starts_with(place)));
    let named = elsewhere.filter_map(|Text { path, text }| {
        let tokens = shipped_tokens(text);
        let token = tokens.iter().find(|token| token.text.to_lowercase().contains(PROVIDER))?;
        Some(format!("src/{path}:{}", token.line))
    });
    named.collect()
}

#[test]
fn a_provider_is_named_in_few_places_outside_its_folder() {
    let places = places(&shipped_files("src"));
    if places.len() > MOST {
        assert_none(&format!("More than {MOST} files outside of its folder name {PROVIDER}:"), &places);
    }
}

#[test]
fn a_place_is_found_in_code_and_not_in_comments() {
    let files = planted(&[
        ("providers/google/a.rs", "pub struct Google;"),
        ("a.rs", "fn f() {\n  g(ProviderKind::Google)\n}"),
        ("b.rs", "const B: &str = \"as Google does\";"),
        ("c.rs", "//! Google.\n/// As Google does.\nfn f() {} // Google\n#[cfg(test)]\nmod tests { use google::A; }"),
    ]);
    assert_eq!(places(&files), ["src/a.rs:2", "src/b.rs:1"]);
}
