//! What a listing or an answer tells of the state of our events. Pure.
//!
//! Rule: a [`Version`] covers everything that a person can change of an event: the master by its ETag, and of a series
//! each occurrence that differs (moved, changed or deleted by us or by hand), which Google keeps as objects of their
//! own. It also carries Google's `sequence`, below which a write is refused (docs/providers.md#google-events).

use std::collections::BTreeMap;

use data_encoding::BASE32HEX_NOPAD;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::placement::Version;

/// Members that a version is made of, for the parameter `fields`.
pub(super) const FIELDS: &str = "id,etag,status,sequence,recurringEventId";

/// Characters of the digest over a series' own occurrences.
const DIGEST_CHARS: usize = 20;

/// Bytes of an id or a tag. Google's ids have at most 1,024; what has a longer one is none of ours.
const MAX_TEXT: usize = 1_024;

/// Whether it may be a start: a day, or a time and its zone.
fn is_start(value: &&Value) -> bool {
    let is_short = |inside: &Value| inside.as_str().is_some_and(|text| text.len() <= MAX_TEXT);
    value.as_object().is_some_and(|members| members.len() <= 3 && members.values().all(is_short))
}

/// One event of a listing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Item {
    pub(super) id: String,
    etag: String,
    pub(super) sequence: u32,
    cancelled: bool,
    /// The series that it is an occurrence of.
    pub(super) series: Option<String>,
    /// The start that an occurrence would have had, as Google writes it.
    pub(super) original_start: Value,
}

impl Item {
    /// Reads an event; none of something else.
    pub(super) fn read(event: &Value) -> Option<Self> {
        let text = |name: &str| event.get(name).and_then(Value::as_str).filter(|text| text.len() <= MAX_TEXT);
        Some(Self {
            id: text("id")?.to_owned(),
            etag: text("etag")?.to_owned(),
            sequence: event.get("sequence").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
            cancelled: text("status") == Some("cancelled"),
            series: text("recurringEventId").map(str::to_owned),
            original_start: event.get("originalStartTime").filter(is_start).cloned().unwrap_or(Value::Null),
        })
    }

    /// Deleted events stay readable under their id.
    pub(super) fn is_there(&self) -> bool {
        !self.cancelled
    }

    /// The version of an event that has no occurrences of its own.
    pub(super) fn version(&self) -> Version {
        self.with(&[])
    }

    /// The version of a series with these occurrences of its own.
    fn with(&self, occurrences: &[&Self]) -> Version {
        let digest = if occurrences.is_empty() { String::new() } else { digest(occurrences) };
        Version(format!("{};{};{digest}", self.etag, self.sequence))
    }
}

fn digest(occurrences: &[&Item]) -> String {
    let mut lines: Vec<String> =
        occurrences.iter().map(|item| format!("{} {} {}\n", item.id, item.etag, item.cancelled)).collect();
    lines.sort();
    let mut text = BASE32HEX_NOPAD.encode(&Sha256::digest(lines.concat().as_bytes()));
    text.truncate(DIGEST_CHARS);
    text
}

/// The ETag to be compared at a write, and the sequence that must not be gone below. A version that did not come from
/// here compares with nothing.
pub(super) fn etag_and_sequence(version: &Version) -> (&str, u32) {
    let mut parts = version.0.rsplitn(3, ';').skip(1);
    let sequence = parts.next().and_then(|text| text.parse().ok()).unwrap_or(0);
    (parts.next().unwrap_or(&version.0), sequence)
}

/// The items of one page.
pub(super) fn items(page: &Value) -> Vec<Item> {
    let items = page.get("items").and_then(Value::as_array);
    items.map(|items| items.iter().filter_map(Item::read).collect()).unwrap_or_default()
}

/// The events that are there, by id, each with its version. Occurrences belong to their series; those of a series that
/// is not listed belong to nothing.
pub(super) fn versions(items: &[Item]) -> BTreeMap<&str, Version> {
    let mut occurrences: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in items {
        if let Some(series) = &item.series {
            occurrences.entry(series).or_default().push(item);
        }
    }
    items
        .iter()
        .filter(|item| item.series.is_none() && item.is_there())
        .map(|item| {
            let own = occurrences.get(item.id.as_str()).map(Vec::as_slice).unwrap_or_default();
            (item.id.as_str(), item.with(own))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn page(occurrence: &Value) -> Value {
        json!({"items": [
            {"id": "a", "etag": "\"1\"", "status": "confirmed", "sequence": 3},
            {"id": "s", "etag": "\"2\"", "status": "confirmed"},
            occurrence,
            {"id": "gone", "etag": "\"9\"", "status": "cancelled"},
            {"id": "x_20261112", "etag": "\"5\"", "status": "confirmed", "recurringEventId": "x"},
        ]})
    }

    fn of(page: &Value, id: &str) -> Version {
        versions(&items(page))[id].clone()
    }

    #[test]
    fn a_version_covers_the_occurrences_of_a_series() {
        let moved = json!({"id": "s_20261112", "etag": "\"3\"", "status": "confirmed", "recurringEventId": "s"});
        let deleted = json!({"id": "s_20261112", "etag": "\"3\"", "status": "cancelled", "recurringEventId": "s"});
        let (moved, deleted, none) = (page(&moved), page(&deleted), page(&Value::Null));
        assert_eq!(of(&moved, "a"), of(&deleted, "a"));
        assert_eq!(of(&moved, "s"), of(&moved, "s"));
        assert_ne!(of(&moved, "s"), of(&deleted, "s"));
        assert_ne!(of(&moved, "s"), of(&none, "s"));
        let all = items(&none);
        assert_eq!(versions(&all).into_keys().collect::<Vec<_>>(), ["a", "s"]);
    }

    #[test]
    fn a_version_gives_back_etag_and_sequence() {
        let a = of(&page(&Value::Null), "a");
        assert_eq!(a, Version("\"1\";3;".to_owned()));
        assert_eq!(etag_and_sequence(&a), ("\"1\"", 3));
        let odd = Item { id: "o".to_owned(), etag: "\"1;2\"".to_owned(), sequence: 7, ..Item::default() };
        assert_eq!(etag_and_sequence(&odd.version()), ("\"1;2\"", 7));
        assert_eq!(etag_and_sequence(&Version("foreign".to_owned())), ("foreign", 0));
    }
}
