//! `extendedProperties`, with their silent cuts.

use serde_json::{Map, Value, json};

use crate::google::refusal::Refusal;

const LONGEST_KEY: usize = 44;
const LONGEST_VALUE: usize = 1024;
const MOST: usize = 300;
const MOST_BYTES: usize = 32 * 1024;

/// Longer keys are dropped and longer values cut, both without a word.
pub(super) fn read(value: &Value) -> Result<Option<Value>, Refusal> {
    let wrong = || Refusal::invalid("Invalid value for: extendedProperties");
    let mut kept = Map::new();
    let (mut count, mut bytes) = (0, 0);
    for (part, properties) in value.as_object().ok_or_else(wrong)? {
        if !["private", "shared"].contains(&part.as_str()) {
            return Err(wrong());
        }
        let mut part_kept = Map::new();
        for (key, value) in properties.as_object().ok_or_else(wrong)?.iter().filter(|(_, value)| !value.is_null()) {
            let value = value.as_str().ok_or_else(wrong)?;
            count += 1;
            bytes += key.len() + value.len();
            if key.chars().count() <= LONGEST_KEY {
                part_kept.insert(key.clone(), json!(value.chars().take(LONGEST_VALUE).collect::<String>()));
            }
        }
        if !part_kept.is_empty() {
            kept.insert(part.clone(), Value::Object(part_kept));
        }
    }
    if count > MOST || bytes > MOST_BYTES {
        return Err(Refusal::invalid("Too many extended properties."));
    }
    Ok((!kept.is_empty()).then_some(Value::Object(kept)))
}
