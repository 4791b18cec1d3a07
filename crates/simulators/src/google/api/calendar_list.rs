//! `users/me/calendarList`: how the user sees the calendars.

use serde_json::{Map, Value, json};

use super::access::{Visit, etag_text};
use super::call::{Outcome, Reply, wrong_parameter};
use super::colors;
use super::paging::{self, Cursor};
use super::route::Method;
use crate::google::model::{Calendar, Entry, World};
use crate::google::refusal::Refusal;

const COLORS: [&str; 2] = ["backgroundColor", "foregroundColor"];
const WRITABLE: [&str; 8] = [
    "colorId",
    "backgroundColor",
    "foregroundColor",
    "selected",
    "hidden",
    "summaryOverride",
    "defaultReminders",
    "notificationSettings",
];

pub(super) fn list(world: &mut World, visit: &Visit<'_>) -> Outcome {
    let call = visit.call;
    let user = &visit.caller.user;
    let since = paging::since(call, "calendarList", 0)?;
    let (hidden, deleted) = (call.flag("showHidden")?, call.flag("showDeleted")? || since.is_some());
    let writable_only = match call.parameter("minAccessRole") {
        None | Some("freeBusyReader" | "reader" | "writer" | "writerWithoutPrivateAccess") => false,
        Some("owner") => true,
        Some(_) => return Err(wrong_parameter("minAccessRole")),
    };
    let cursor = Cursor::read(call, world.lists)?;
    let mut all: Vec<(String, Value)> = Vec::new();
    for calendar in world.calendars.values() {
        let Some(entry) = calendar.entries.get(user) else { continue };
        let shown = hidden || since.is_some() || entry.fields.get("hidden") != Some(&json!(true));
        if shown && since.is_none_or(|since| entry.revision > since) && (!writable_only || calendar.owner == *user) {
            all.push((calendar.id.clone(), resource(calendar, entry, user)));
        }
    }
    for gone in world.gone.iter().filter(|gone| deleted && gone.user == *user) {
        if since.is_none_or(|since| gone.revision > since) {
            let entry = json!({ "kind": "calendar#calendarListEntry", "id": gone.calendar, "deleted": true });
            all.push((gone.calendar.clone(), entry));
        }
    }
    all.sort_by(|one, other| one.0.cmp(&other.0));
    let (items, next) = cursor.page(call, all, call.page_size(100, 250)?);
    let mut body = json!({ "kind": "calendar#calendarList", "etag": etag_text(world.lists), "items": items });
    let token = match next {
        Some(next) => ("nextPageToken", next),
        None => ("nextSyncToken", paging::sync_token(call, "calendarList", cursor.revision)),
    };
    body.as_object_mut().map(|body| body.insert(token.0.to_owned(), json!(token.1)));
    Ok(Reply::ok(body))
}

pub(super) fn get(world: &mut World, visit: &Visit<'_>) -> Outcome {
    let calendar = visit.calendar(world)?;
    let entry = calendar.entries.get(&visit.caller.user).ok_or_else(Refusal::not_found)?;
    visit.precondition(entry.etag)?;
    Ok(Reply::ok(resource(calendar, entry, &visit.caller.user)))
}

/// Puts a calendar that the user may see into their list.
pub(super) fn insert(world: &mut World, visit: &Visit<'_>) -> Outcome {
    let body = visit.call.object()?;
    let id = body.get("id").and_then(Value::as_str).ok_or_else(|| Refusal::required("Required: id"))?;
    let id = visit.resolve(id).to_owned();
    visit.admit(world, &id)?;
    let fields = read(&body, visit)?;
    if world.calendars.get(&id).is_some_and(|calendar| !calendar.entries.contains_key(&visit.caller.user)) {
        world.list(&id, &visit.caller.user);
    }
    write(world, visit, &id, |entry| entry.fields.extend(fields))
}

/// PUT replaces, PATCH merges.
pub(super) fn update(world: &mut World, visit: &Visit<'_>) -> Outcome {
    let body = visit.call.object()?;
    let fields = read(&body, visit)?;
    let calendar = visit.calendar(world)?;
    let entry = calendar.entries.get(&visit.caller.user).ok_or_else(Refusal::not_found)?;
    visit.precondition(entry.etag)?;
    let id = visit.calendar_id().to_owned();
    let patch = visit.route.method == Method::ListPatch;
    write(world, visit, &id, |entry| {
        if !patch {
            entry.fields.clear();
        }
        for name in body.keys() {
            entry.fields.remove(name);
        }
        entry.fields.extend(fields);
    })
}

pub(super) fn delete(world: &mut World, visit: &Visit<'_>) -> Outcome {
    let calendar = visit.calendar(world)?;
    if calendar.owner == visit.caller.user {
        let message = "The owner of a calendar cannot remove it from their list.";
        return Err(Refusal::new(403, "cannotUnsubscribeFromOwnCalendar", message));
    }
    if !world.unlist(visit.calendar_id(), &visit.caller.user) {
        return Err(Refusal::not_found());
    }
    Ok(Reply::empty())
}

fn write(world: &mut World, visit: &Visit<'_>, id: &str, change: impl FnOnce(&mut Entry)) -> Outcome {
    world.lists += 1;
    let (etag, revision, user) = (world.etag(), world.lists, &visit.caller.user);
    let calendar = world.calendars.get_mut(id).ok_or_else(Refusal::not_found)?;
    let entry = calendar.entries.get_mut(user).ok_or_else(Refusal::not_found)?;
    change(entry);
    (entry.etag, entry.revision) = (etag, revision);
    let entry = entry.clone();
    Ok(Reply::ok(resource(calendar, &entry, user)))
}

fn read(body: &Map<String, Value>, visit: &Visit<'_>) -> Result<Map<String, Value>, Refusal> {
    let rgb = visit.call.flag("colorRgbFormat")?;
    let mut fields = Map::new();
    for (name, value) in body.iter().filter(|(name, _)| WRITABLE.contains(&name.as_str())) {
        let wrong = || Refusal::invalid(format!("Invalid value for: {name}"));
        let fits = match name.as_str() {
            _ if value.is_null() => continue,
            "selected" | "hidden" => value.is_boolean(),
            "defaultReminders" => value.is_array(),
            "notificationSettings" => value.is_object(),
            "colorId" => value.as_str().is_some_and(|id| colors::CALENDAR.iter().any(|(known, ..)| *known == id)),
            color if COLORS.contains(&color) && !rgb => {
                return Err(Refusal::invalid("Colors need colorRgbFormat=true.").at("parameter", "colorRgbFormat"));
            }
            color if COLORS.contains(&color) => value.as_str().is_some_and(is_color),
            _ => value.is_string(),
        };
        if !fits {
            return Err(wrong());
        }
        fields.insert(name.clone(), value.clone());
    }
    if rgb && COLORS.iter().filter(|name| fields.contains_key(**name)).count() == 1 {
        return Err(Refusal::required("backgroundColor and foregroundColor go together."));
    }
    Ok(fields)
}

fn is_color(text: &str) -> bool {
    text.len() == 7 && text.starts_with('#') && text.chars().skip(1).all(|c| c.is_ascii_hexdigit())
}

/// An entry as the API answers it.
fn resource(calendar: &Calendar, entry: &Entry, user: &str) -> Value {
    let mut map = entry.fields.clone();
    let id = map.entry("colorId").or_insert_with(|| json!("14")).clone();
    let color = colors::CALENDAR.iter().find(|(known, ..)| id == *known);
    for (name, shown) in COLORS.iter().zip(color.map(|(_, back, front)| [*back, *front]).into_iter().flatten()) {
        map.entry(*name).or_insert_with(|| json!(shown));
    }
    map.entry("defaultReminders").or_insert_with(|| json!([]));
    let owner = calendar.owner == user;
    for (name, value) in [
        ("kind", json!("calendar#calendarListEntry")),
        ("etag", json!(etag_text(entry.etag))),
        ("id", json!(calendar.id)),
        ("timeZone", json!(calendar.time_zone)),
        ("accessRole", json!(if owner { "owner" } else { "writer" })),
        ("conferenceProperties", json!({ "allowedConferenceSolutionTypes": ["hangoutsMeet"] })),
    ] {
        map.insert(name.to_owned(), value);
    }
    map.extend(calendar.fields.clone());
    map.entry("summary").or_insert_with(|| json!(""));
    if calendar.primary && owner {
        map.insert("primary".to_owned(), json!(true));
    }
    if !calendar.primary {
        map.insert("dataOwner".to_owned(), json!(calendar.owner));
    }
    Value::Object(map)
}
