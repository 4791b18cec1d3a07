//! `calendars`: the calendars themselves.

use serde_json::{Map, Value, json};

use super::access::{Visit, etag_text};
use super::call::{Outcome, Reply};
use super::route::Method;
use crate::google::model::{Calendar, World, zone_named};
use crate::google::refusal::Refusal;

/// What a client may write; the time zone is kept apart.
const WRITABLE: [&str; 3] = ["summary", "description", "location"];
/// What it may send without effect.
const IGNORED: [&str; 8] = [
    "kind",
    "etag",
    "id",
    "dataOwner",
    "conferenceProperties",
    "labelProperties",
    "autoAcceptInvitations",
    "workingHours",
];

pub(super) fn insert(world: &mut World, visit: &Visit<'_>) -> Outcome {
    let (fields, zone) = read(&visit.call.object()?)?;
    if !fields.contains_key("summary") {
        return Err(Refusal::required("Missing title.").at("other", "summary"));
    }
    let id = format!("c_{}@group.calendar.google.com", world.id(26));
    let zone = zone.unwrap_or_else(|| "UTC".to_owned());
    world.add_calendar(id.clone(), (&visit.caller.user, visit.caller.client.as_deref()), &zone, fields, visit.now);
    Ok(Reply::ok(world.calendars.get(&id).map(resource).unwrap_or_default()))
}

pub(super) fn get(world: &mut World, visit: &Visit<'_>) -> Outcome {
    let calendar = visit.calendar(world)?;
    visit.precondition(calendar.etag)?;
    Ok(Reply::ok(resource(calendar)))
}

/// PUT replaces, PATCH merges.
pub(super) fn update(world: &mut World, visit: &Visit<'_>) -> Outcome {
    let body = visit.call.object()?;
    let etag = world.etag();
    let calendar = owned(visit, world)?;
    visit.precondition(calendar.etag)?;
    let patch = visit.route.method == Method::CalendarsPatch;
    let (fields, zone) = read(&body)?;
    if !patch && !fields.contains_key("summary") {
        return Err(Refusal::required("Missing title.").at("other", "summary"));
    }
    if patch {
        for name in body.keys().filter(|name| WRITABLE.contains(&name.as_str())) {
            calendar.fields.remove(name);
        }
        calendar.fields.extend(fields);
    } else {
        calendar.fields = fields;
    }
    calendar.time_zone = zone.unwrap_or_else(|| calendar.time_zone.clone());
    (calendar.etag, calendar.updated) = (etag, visit.now);
    Ok(Reply::ok(resource(calendar)))
}

pub(super) fn delete(world: &mut World, visit: &Visit<'_>) -> Outcome {
    let calendar = owned(visit, world)?;
    if calendar.primary {
        return Err(Refusal::new(403, "cannotDeletePrimaryCalendar", "The primary calendar cannot be deleted."));
    }
    visit.precondition(calendar.etag)?;
    world.delete_calendar(visit.calendar_id());
    Ok(Reply::empty())
}

/// Erases everything in the primary calendar, also what the caller did not write.
pub(super) fn clear(world: &mut World, visit: &Visit<'_>) -> Outcome {
    let etag = world.etag();
    let calendar = owned(visit, world)?;
    if !calendar.primary {
        return Err(Refusal::invalid("Only the primary calendar can be cleared."));
    }
    calendar.events.clear();
    calendar.revision += 1;
    calendar.oldest_sync = calendar.revision;
    calendar.etag = etag;
    Ok(Reply::empty())
}

fn owned<'a>(visit: &Visit<'_>, world: &'a mut World) -> Result<&'a mut Calendar, Refusal> {
    let calendar = visit.calendar(world)?;
    if calendar.owner != visit.caller.user {
        return Err(Refusal::new(403, "requiredAccessLevel", "You need to have owner access to this calendar."));
    }
    Ok(calendar)
}

fn read(body: &Map<String, Value>) -> Result<(Map<String, Value>, Option<String>), Refusal> {
    let mut fields = Map::new();
    let mut zone = None;
    for (name, value) in body {
        let known = WRITABLE.contains(&name.as_str()) || name == "timeZone";
        match value {
            _ if IGNORED.contains(&name.as_str()) => {}
            _ if !known => return Err(Refusal::invalid(format!("Unknown name \"{name}\""))),
            Value::Null => {}
            Value::String(text) if name == "timeZone" => {
                zone_named(text)?;
                zone = Some(text.clone());
            }
            Value::String(text) if text.is_empty() => {}
            Value::String(_) => drop(fields.insert(name.clone(), value.clone())),
            _ => return Err(Refusal::invalid(format!("Invalid value for: {name}"))),
        }
    }
    Ok((fields, zone))
}

/// A calendar as the API answers it.
pub(super) fn resource(calendar: &Calendar) -> Value {
    let mut map = calendar.fields.clone();
    map.insert("kind".to_owned(), json!("calendar#calendar"));
    map.insert("etag".to_owned(), json!(etag_text(calendar.etag)));
    map.insert("id".to_owned(), json!(calendar.id));
    map.insert("timeZone".to_owned(), json!(calendar.time_zone));
    map.insert("conferenceProperties".to_owned(), json!({ "allowedConferenceSolutionTypes": ["hangoutsMeet"] }));
    if !calendar.primary {
        map.insert("dataOwner".to_owned(), json!(calendar.owner));
    }
    Value::Object(map)
}
