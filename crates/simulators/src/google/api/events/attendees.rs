//! `attendees`.

use serde_json::{Value, json};

use crate::google::refusal::Refusal;

const WRITABLE: [&str; 7] =
    ["email", "displayName", "optional", "resource", "responseStatus", "comment", "additionalGuests"];
const IGNORED: [&str; 3] = ["id", "organizer", "self"];
const RESPONSES: [&str; 4] = ["needsAction", "declined", "tentative", "accepted"];

pub(super) fn read(value: &Value) -> Result<Value, Refusal> {
    let list = value.as_array().ok_or_else(|| Refusal::invalid("Invalid value for: attendees"))?;
    list.iter().map(one).collect::<Result<Vec<_>, _>>().map(Value::Array)
}

fn one(value: &Value) -> Result<Value, Refusal> {
    let wrong = |why: &str| Refusal::invalid(format!("Invalid attendee: {why}"));
    let map = value.as_object().ok_or_else(|| wrong("not an object"))?;
    if let Some(name) = map.keys().find(|name| ![&WRITABLE[..], &IGNORED[..]].concat().contains(&name.as_str())) {
        return Err(wrong(name));
    }
    let email = map.get("email").and_then(Value::as_str).ok_or_else(|| wrong("email"))?;
    let is_address = email.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'));
    if !is_address || email.contains(char::is_whitespace) {
        return Err(Refusal::invalid("Invalid attendee email."));
    }
    let mut kept = map.clone();
    kept.retain(|name, value| WRITABLE.contains(&name.as_str()) && !value.is_null());
    let response = kept.entry("responseStatus").or_insert_with(|| json!("needsAction"));
    if !response.as_str().is_some_and(|response| RESPONSES.contains(&response)) {
        return Err(wrong("responseStatus"));
    }
    Ok(Value::Object(kept))
}
