//! The fields of an event, one by one.

use serde_json::{Map, Value};

use super::super::call::Call;
use super::super::colors;
use super::{attendees, extended, reminders};
use crate::google::refusal::Refusal;

/// What may be sent and has no effect: read-only, old, or about things that the simulator does not have.
const IGNORED: [&str; 20] = [
    "kind",
    "etag",
    "htmlLink",
    "created",
    "updated",
    "creator",
    "recurringEventId",
    "originalStartTime",
    "hangoutLink",
    "locked",
    "conferenceData",
    "gadget",
    "attendeesOmitted",
    "endTimeUnspecified",
    "birthdayProperties",
    "focusTimeProperties",
    "outOfOfficeProperties",
    "workingLocationProperties",
    "anyoneCanAddSelf",
    "privateCopy",
];

/// A checked value as it is kept; `None` when there is nothing to keep, as with a default.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(name: &str, value: &Value, call: &Call) -> Result<Option<Value>, Refusal> {
    let wrong = || Refusal::invalid(format!("Invalid value for: {name}"));
    match name {
        // Google publishes no limits; these are the ones that may safely be assumed.
        "summary" => text(value, 1024).ok_or_else(wrong),
        "description" | "location" => text(value, 8192).ok_or_else(wrong),
        "colorId" => {
            let id = value.as_str().ok_or_else(wrong)?;
            let known = colors::EVENT.iter().any(|(known, ..)| *known == id);
            if known { Ok(Some(value.clone())) } else { Err(Refusal::invalid("Invalid event color id.")) }
        }
        "visibility" => one_of(value, &["default", "public", "private", "confidential"]).ok_or_else(wrong),
        "transparency" => one_of(value, &["opaque", "transparent"]).ok_or_else(wrong),
        "eventType" => one_of(value, &["default"]).ok_or_else(wrong),
        "guestsCanInviteOthers" | "guestsCanSeeOtherGuests" => flag(value, true).ok_or_else(wrong),
        "guestsCanModify" => flag(value, false).ok_or_else(wrong),
        "attendees" => attendees::read(value).map(Some),
        "reminders" => reminders::read(value).map(Some),
        "extendedProperties" => extended::read(value),
        "source" => source(value).map(Some).ok_or_else(|| Refusal::invalid("Invalid source.")),
        "attachments" => {
            let fine = value.as_array().is_some_and(|list| list.len() <= 25);
            let kept = call.flag("supportsAttachments")?.then(|| value.clone());
            if fine { Ok(kept) } else { Err(wrong()) }
        }
        "eventLabelId" => {
            let kept = (call.parameter("eventLabelVersion") == Some("1")).then(|| value.clone());
            if value.is_string() { Ok(kept) } else { Err(wrong()) }
        }
        _ if IGNORED.contains(&name) => Ok(None),
        _ => Err(Refusal::invalid(format!("Unknown name \"{name}\""))),
    }
}

/// `None`: no text, or too long. An empty one is not kept.
#[expect(clippy::option_option, reason = "outside: is it allowed; inside: is it kept")]
fn text(value: &Value, most: usize) -> Option<Option<Value>> {
    let text = value.as_str().filter(|text| text.chars().count() <= most)?;
    Some((!text.is_empty()).then(|| value.clone()))
}

/// The first of the values is the default.
#[expect(clippy::option_option, reason = "outside: is it allowed; inside: is it kept")]
fn one_of(value: &Value, values: &[&str]) -> Option<Option<Value>> {
    let text = value.as_str().filter(|text| values.contains(text))?;
    Some((values.first() != Some(&text)).then(|| value.clone()))
}

#[expect(clippy::option_option, reason = "outside: is it allowed; inside: is it kept")]
fn flag(value: &Value, usual: bool) -> Option<Option<Value>> {
    let flag = value.as_bool()?;
    Some((flag != usual).then(|| value.clone()))
}

fn source(value: &Value) -> Option<Value> {
    let map: &Map<String, Value> = value.as_object()?;
    let known = map.iter().all(|(name, value)| ["title", "url"].contains(&name.as_str()) && value.is_string());
    let url = url::Url::parse(map.get("url")?.as_str()?).ok()?;
    (known && ["http", "https"].contains(&url.scheme())).then(|| value.clone())
}
