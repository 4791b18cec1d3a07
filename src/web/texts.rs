//! What the pages say, in each language.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Language;

const ES: &str = include_str!("texts/es.toml");
const EN: &str = include_str!("texts/en.toml");
const PT: &str = include_str!("texts/pt.toml");

type Texts = BTreeMap<String, String>;

static SPANISH: LazyLock<Texts> = LazyLock::new(|| read(ES));
static ENGLISH: LazyLock<Texts> = LazyLock::new(|| read(EN));
static PORTUGUESE: LazyLock<Texts> = LazyLock::new(|| read(PT));

/// The texts of a language by their keys, e.g. `confirm.title`.
pub(super) fn of(language: Language) -> &'static Texts {
    match language {
        Language::Es => &SPANISH,
        Language::En => &ENGLISH,
        Language::Pt => &PORTUGUESE,
    }
}

/// One text as it stands in its file.
pub(super) fn say(language: Language, key: &str) -> Option<&'static str> {
    let text = of(language).get(key)?;
    #[cfg(test)]
    super::tests::said(key);
    Some(text)
}

/// The key of the form for `count`: `<key>.one`, `<key>.other`, or `<key>.none` where a text has one. All three languages
/// tell one from many; people say "0 citas" like "2 citas".
pub(super) fn counted(key: &str, count: i64) -> String {
    let none = format!("{key}.none");
    match count {
        0 if of(Language::Es).contains_key(&none) => none,
        1 => format!("{key}.one"),
        _ => format!("{key}.other"),
    }
}

/// The files are part of the build; a test reads each of them whole.
fn read(file: &str) -> Texts {
    let mut texts = Texts::new();
    flatten("", &file.parse().unwrap_or_default(), &mut texts);
    texts
}

fn flatten(prefix: &str, table: &toml::Table, texts: &mut Texts) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::Table(inner) => flatten(&key, inner, texts),
            toml::Value::String(text) => drop(texts.insert(key, text.clone())),
            _ => {}
        }
    }
}

/// The text with each `{name}` replaced by what `value` knows under that name; none when it knows one not.
pub(super) fn fill(text: &str, value: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        let (name, behind) = behind.split_once('}')?;
        filled.push_str(before);
        filled.push_str(&value(name)?);
        rest = behind;
    }
    filled.push_str(rest);
    Some(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names in braces.
    fn names(text: &str) -> Vec<&str> {
        let mut names: Vec<&str> = text.split('{').skip(1).filter_map(|part| part.split('}').next()).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn every_language_says_everything_with_the_same_names() {
        for file in [ES, EN, PT] {
            let table: toml::Table = file.parse().unwrap();
            assert!(table.len() > 3);
        }
        let spanish = of(Language::Es);
        for language in [Language::En, Language::Pt] {
            let other = of(language);
            assert_eq!(spanish.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>(), "{language:?}");
            for (key, text) in spanish {
                assert_eq!(names(text), names(&other[key]), "{language:?}: {key}");
                assert!(!other[key].trim().is_empty(), "{language:?}: {key}");
            }
        }
    }

    #[test]
    fn one_is_told_from_many_and_from_none() {
        for (key, count, expected) in [
            ("start.held", 1, "start.held.one"),
            ("start.held", 2, "start.held.other"),
            ("start.held", 0, "start.held.other"),
            ("leave.going", 0, "leave.going.none"),
            ("leave.going", 21, "leave.going.other"),
        ] {
            assert_eq!(counted(key, count), expected);
            assert!(say(Language::Pt, &counted(key, count)).is_some(), "{key} {count}");
        }
    }

    #[test]
    fn names_are_filled_in_once_and_unknown_ones_are_found() {
        let value = |name: &str| (name == "calendar").then(|| "{calendar}<b>".to_owned());
        assert_eq!(fill("a {calendar} b", value).as_deref(), Some("a {calendar}<b> b"));
        assert_eq!(fill("a {other} b", value), None);
        assert_eq!(fill("plain", value).as_deref(), Some("plain"));
    }
}
