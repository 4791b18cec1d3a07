//! Private properties: what makes an event ours, and what has no other home.
//!
//! Google drops a key of more than 44 characters and cuts a value of more than 1024, both without a word; whether it
//! counts characters or bytes is not said, so bytes are counted here.

use serde_json::{Value, json};

use crate::calendar::Details;
use crate::ids::EventId;

use super::{Context, said};

/// The property that carries the mark: what [`list_ours`](crate::providers::RemoteCalendar::list_ours) looks for.
pub(in crate::providers::google) const MARK: &str = "psrMark";
/// The property that carries the event's name at Google: a series and its occurrences are found by it.
pub(in crate::providers::google) const KEY: &str = "psrKey";
const EVENT_ID: &str = "psrUid";
const VERSION: &str = "psrV";
const CATEGORIES: &str = "psrCategories";

/// Counts the ways in which events were mapped; to be raised when the same event becomes another body.
const MAPPING: &str = "1";

/// The longest value that is kept whole.
const MOST_BYTES: usize = 1024;

/// A client's name for an event is never cut: two that start alike must not become one.
const _: () = assert!(EventId::MAX_BYTES <= MOST_BYTES);

/// `extendedProperties`. Exceptions have them too, because an instance that was changed is listed for itself.
pub(super) fn properties(told: &mut Vec<String>, details: &Details, context: &Context<'_>) -> Value {
    let mut private = json!({
        MARK: context.mark.as_str(),
        KEY: context.key.as_str(),
        EVENT_ID: context.event_id.as_str(),
        VERSION: MAPPING,
    });
    if !details.categories.is_empty() {
        told.push(said::CATEGORIES.to_owned());
        let (kept, all) = categories(&details.categories);
        if !all {
            told.push(said::CATEGORIES_CUT.to_owned());
        }
        if let (Some(properties), Some(kept)) = (private.as_object_mut(), kept) {
            properties.insert(CATEGORIES.to_owned(), kept.into());
        }
    }
    json!({ "private": private })
}

/// The categories that fit, as a list in JSON, whole or not at all; and whether they are all of them.
fn categories(categories: &[String]) -> (Option<String>, bool) {
    let mut kept = "[".to_owned();
    let mut all = true;
    for category in categories {
        let comma = if kept.len() > 1 { "," } else { "" };
        let text = Value::from(category.as_str()).to_string();
        if kept.len() + comma.len() + text.len() < MOST_BYTES {
            kept.push_str(comma);
            kept.push_str(&text);
        } else {
            all = false;
        }
    }
    kept.push(']');
    ((kept.len() > 2).then_some(kept), all)
}
