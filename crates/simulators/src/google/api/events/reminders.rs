//! `reminders`.

use serde_json::{Value, json};

use crate::google::refusal::Refusal;

const MOST: usize = 5;
const LONGEST: i64 = 40_320;

pub(super) fn read(value: &Value) -> Result<Value, Refusal> {
    let wrong = || Refusal::invalid("Invalid value for: reminders");
    let map = value.as_object().ok_or_else(wrong)?;
    if map.keys().any(|name| !["useDefault", "overrides"].contains(&name.as_str())) {
        return Err(wrong());
    }
    let default = match map.get("useDefault") {
        None | Some(Value::Null) => false,
        Some(value) => value.as_bool().ok_or_else(wrong)?,
    };
    let overrides = match map.get("overrides") {
        None | Some(Value::Null) => Vec::new(),
        Some(value) => value.as_array().ok_or_else(wrong)?.iter().map(one).collect::<Result<_, _>>()?,
    };
    if default && !overrides.is_empty() {
        let message = "Cannot specify both default reminders and overrides at the same time.";
        return Err(Refusal::new(400, "cannotUseDefaultRemindersAndSpecifyOverride", message));
    }
    if overrides.len() > MOST {
        return Err(Refusal::invalid("Too many override reminders."));
    }
    let mut kept = json!({ "useDefault": default });
    if let Some(kept) = kept.as_object_mut().filter(|_| !overrides.is_empty()) {
        kept.insert("overrides".to_owned(), Value::Array(overrides));
    }
    Ok(kept)
}

fn one(value: &Value) -> Result<Value, Refusal> {
    let wrong = || Refusal::invalid("Invalid override reminder.");
    let map = value.as_object().filter(|map| map.keys().all(|name| ["method", "minutes"].contains(&name.as_str())));
    let map = map.ok_or_else(wrong)?;
    let method = map.get("method").and_then(Value::as_str).filter(|method| ["email", "popup"].contains(method));
    let minutes = map.get("minutes").and_then(Value::as_i64).filter(|minutes| (0..=LONGEST).contains(minutes));
    Ok(json!({ "method": method.ok_or_else(wrong)?, "minutes": minutes.ok_or_else(wrong)? }))
}
