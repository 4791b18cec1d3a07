//! `events.list`.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::super::access::Visit;
use super::super::call::{Call, Outcome, wrong_parameter};
use super::super::paging;
use super::get::scope_shows_times_only;
use super::listing::{empty_page, listing, window};
use super::resource::{resource, times, tombstone};
use crate::google::model::{Calendar, Event, Window, World, zone_named};
use crate::google::refusal::Refusal;

/// What a sync token excludes.
const NOT_WITH_SYNC: [&str; 8] = [
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "timeMin",
    "timeMax",
    "updatedMin",
];
/// A listing of only these events has no sync token.
const NOT_TO_SYNC: [&str; 6] =
    ["iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "updatedMin"];

/// What is asked.
struct Question {
    window: Window,
    single: bool,
    deleted: bool,
    since: Option<u64>,
    updated_min: Option<Timestamp>,
    words: Vec<String>,
    zone: TimeZone,
}

pub(in super::super) fn list(world: &mut World, visit: &Visit<'_>) -> Outcome {
    let scope = visit.admit(world, visit.calendar_id())?;
    let late = world.quirks.empty_first_page;
    let calendar = visit.calendar(world)?;
    let asked = question(visit, calendar)?;
    if late && visit.call.parameter("pageToken").is_none() {
        return empty_page(calendar, visit);
    }
    let events = match asked.single {
        true => expanded(calendar, &asked, visit.now),
        false => calendar.events.values().cloned().collect(),
    };
    let order = match visit.call.parameter("orderBy") {
        None => |event: &Event, _: &TimeZone| event.id.clone(),
        Some("startTime") if asked.single => {
            |event: &Event, zone: &TimeZone| format!("{:020} {}", event.start.instant(zone).as_second(), event.id)
        }
        Some("updated") => |event: &Event, _: &TimeZone| format!("{:020} {}", event.updated.as_millisecond(), event.id),
        Some("startTime") => {
            let message = "The requested ordering is not available for the particular query.";
            return Err(Refusal::new(400, "badRequest", message).at("parameter", "orderBy"));
        }
        Some(_) => return Err(wrong_parameter("orderBy")),
    };
    let own_zone = calendar.zone();
    let mut found = Vec::new();
    for event in events.iter().filter(|event| fits(event, calendar, &asked, visit)) {
        let bare = !event.is_live() && !visit.call.flag("showDeleted")?;
        let shown = match bare {
            true => tombstone(event, &asked.zone),
            false if scope_shows_times_only(scope) => times(event, &asked.zone),
            false => resource(event, calendar, &asked.zone),
        };
        found.push((order(event, &own_zone), shown));
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    listing(calendar, visit, found, !NOT_TO_SYNC.iter().any(|name| visit.call.parameter(name).is_some()))
}

fn question(visit: &Visit<'_>, calendar: &Calendar) -> Result<Question, Refusal> {
    let call = visit.call;
    let since = paging::since(call, &calendar.id, calendar.oldest_sync)?;
    if since.is_some() {
        if let Some(name) = NOT_WITH_SYNC.iter().find(|name| call.parameter(name).is_some()) {
            let message = format!("Sync token cannot be used together with {name}.");
            return Err(Refusal::new(400, "invalidParameterCombination", message).at("parameter", *name));
        }
        if call.parameter("showDeleted") == Some("false") {
            return Err(wrong_parameter("showDeleted"));
        }
    }
    let updated_min = call.instant("updatedMin")?;
    if call.all("privateExtendedProperty").chain(call.all("sharedExtendedProperty")).any(|pair| !pair.contains('=')) {
        return Err(wrong_parameter("privateExtendedProperty"));
    }
    Ok(Question {
        window: window(visit)?,
        single: call.flag("singleEvents")?,
        deleted: call.flag("showDeleted")? || since.is_some() || updated_min.is_some(),
        since,
        updated_min,
        words: call.parameter("q").unwrap_or_default().split_whitespace().map(str::to_lowercase).collect(),
        zone: call.parameter("timeZone").map_or_else(|| Ok(calendar.zone()), zone_named)?,
    })
}

/// Single events and instances, instead of series.
fn expanded(calendar: &Calendar, asked: &Question, now: Timestamp) -> Vec<Event> {
    let mut events = Vec::new();
    for event in calendar.events.values().filter(|event| event.instance_of.is_none()) {
        match &event.series {
            None => events.push(event.clone()),
            // What is synchronised is changed events: of a series all instances, each as new as the series or its own exception.
            Some(_) if event.is_live() => events.extend(calendar.instances(event, &asked.window, now)),
            Some(_) => {}
        }
    }
    events.extend(calendar.events.values().filter(|event| event.dropped).cloned());
    events
}

fn fits(event: &Event, calendar: &Calendar, asked: &Question, visit: &Visit<'_>) -> bool {
    let (call, zone) = (visit.call, calendar.zone());
    // Somebody who sees a living series must know which of its occurrences are gone.
    let hole = event.instance_of.is_some() && !event.dropped && !asked.single;
    let shown = event.is_live() || hole || (asked.deleted && (!event.dropped || asked.since.is_some()));
    let within = match &event.series {
        Some(_) if asked.window.from.is_some() || asked.window.until.is_some() => {
            calendar.instances(event, &asked.window, visit.now).iter().any(Event::is_live)
        }
        _ => event.overlaps(&asked.window, &zone),
    };
    shown
        && within
        && asked.since.is_none_or(|since| event.revision > since)
        && asked.updated_min.is_none_or(|least| event.updated >= least)
        && call.parameter("iCalUID").is_none_or(|uid| event.ical_uid == uid)
        && call.all("eventTypes").next().is_none_or(|_| call.all("eventTypes").any(|kind| kind == "default"))
        && has_properties(event, call, "private", "privateExtendedProperty")
        && has_properties(event, call, "shared", "sharedExtendedProperty")
        && has_words(event, &asked.words)
}

fn has_properties(event: &Event, call: &Call, part: &str, parameter: &str) -> bool {
    call.all(parameter).all(|pair| {
        let Some((key, wanted)) = pair.split_once('=') else { return false };
        let properties = event.fields.get("extendedProperties").and_then(|all| all.get(part));
        properties.and_then(|all| all.get(key)).and_then(Value::as_str) == Some(wanted)
    })
}

fn has_words(event: &Event, words: &[String]) -> bool {
    let mut text: Vec<&str> =
        ["summary", "description", "location"].iter().filter_map(|name| event.fields.get(*name)?.as_str()).collect();
    for guest in event.fields.get("attendees").and_then(Value::as_array).into_iter().flatten() {
        text.extend(["displayName", "email"].iter().filter_map(|name| guest.get(*name)?.as_str()));
    }
    let text = text.join("\n").to_lowercase();
    words.iter().all(|word| text.contains(word))
}
