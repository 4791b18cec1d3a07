//! Who would get mail about a write.

use serde_json::Value;

use super::super::access::Visit;
use super::super::call::wrong_parameter;
use crate::google::model::{Event, Mail, World};
use crate::google::refusal::Refusal;

/// Does the call allow mail? Anything but `sendUpdates=none` does.
pub(super) fn allowed(visit: &Visit<'_>) -> Result<bool, Refusal> {
    match visit.call.parameter("sendUpdates") {
        None | Some("all" | "externalOnly") => Ok(true),
        Some("none") => Ok(false),
        Some(_) => Err(wrong_parameter("sendUpdates")),
    }
}

/// Notes the mail that the guests of this event would get.
pub(super) fn send(world: &mut World, event: &Event, what: &str) {
    let guests = event.fields.get("attendees").and_then(Value::as_array).into_iter().flatten();
    let addresses = guests.filter_map(|guest| guest.get("email").and_then(Value::as_str));
    let mails = addresses.filter(|address| *address != event.creator);
    world.mails.extend(mails.map(|to| Mail { to: to.to_owned(), event: event.id.clone(), what: what.to_owned() }));
}
