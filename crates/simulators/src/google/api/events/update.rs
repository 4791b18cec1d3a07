//! `events.update` (PUT: replaces everything) and `events.patch` (merges).

use serde_json::{Map, Value};

use super::super::access::Visit;
use super::super::call::{Outcome, Reply};
use super::super::route::Method;
use super::draft::{Draft, cancels};
use super::mail;
use super::resource::{resource, unmodified};
use super::store::{cancel, store};
use crate::google::model::{Event, World};
use crate::google::refusal::Refusal;

/// What the organizer shares with the guests: a guest's copy cannot change it.
const SHARED: [&str; 3] = ["summary", "description", "location"];

pub(in super::super) fn update(world: &mut World, visit: &Visit<'_>) -> Outcome {
    let sent = visit.call.object()?;
    let mails = mail::allowed(visit)?;
    let calendar = visit.calendar(world)?;
    let zone = calendar.zone();
    let old = calendar.find(&visit.route.event).ok_or_else(Refusal::not_found)?;
    visit.precondition(old.etag)?;
    if sent.get("id").is_some_and(|id| id.as_str() != Some(&old.id)) {
        return Err(Refusal::invalid("The id of an event cannot be changed."));
    }
    let patch = visit.route.method == Method::EventsPatch;
    let body = if patch { merged(unmodified(&old, &zone), &sent) } else { sent };
    if cancels(&body) && (old.is_live() || !patch) {
        let event = cancel(world, visit, &old, mails)?;
        let calendar = visit.calendar(world)?;
        return Ok(Reply::ok(resource(&event, calendar, &zone)));
    }
    let draft = Draft::read(&body, visit.call)?;
    let event = changed(&old, draft, visit)?;
    let id = event.id.clone();
    store(world, visit, event, old.instance_of.as_ref().map(|(master, _)| master.as_str()), mails)?;
    let calendar = visit.calendar(world)?;
    let stored = calendar.events.get(&id).map(|event| resource(event, calendar, &zone));
    Ok(Reply::ok(stored.unwrap_or_default()))
}

/// `null` takes a field away, objects are merged, everything else is replaced (RFC 7396).
fn merged(mut base: Map<String, Value>, patch: &Map<String, Value>) -> Map<String, Value> {
    for (name, value) in patch {
        let kept = base.remove(name);
        match (kept, value) {
            (_, Value::Null) => {}
            (Some(Value::Object(kept)), Value::Object(value)) => {
                base.insert(name.clone(), Value::Object(merged(kept, value)));
            }
            (_, Value::Object(value)) => drop(base.insert(name.clone(), Value::Object(merged(Map::new(), value)))),
            (_, value) => drop(base.insert(name.clone(), value.clone())),
        }
    }
    base
}

fn changed(old: &Event, draft: Draft, visit: &Visit<'_>) -> Result<Event, Refusal> {
    if old.instance_of.is_some() && !draft.recurrence.is_empty() {
        return Err(Refusal::invalid("An instance of a recurring event cannot recur."));
    }
    let moved = (&draft.start, &draft.end, &draft.recurrence) != (&old.start, &old.end, &old.recurrence);
    let shared = |fields: &Map<String, Value>| SHARED.map(|name| fields.get(name).cloned());
    if old.organizer.is_some() && (moved || shared(&draft.fields) != shared(&old.fields)) {
        let message = "Shared properties can only be changed by the organizer of the event.";
        return Err(Refusal::new(403, "forbiddenForNonOrganizer", message));
    }
    if draft.sequence.is_some_and(|sequence| sequence < old.sequence) {
        return Err(Refusal::invalid("Invalid sequence value."));
    }
    let without_reminders = |fields: &Map<String, Value>| {
        let mut fields = fields.clone();
        fields.remove("reminders");
        fields
    };
    // Reminders are the user's own: changing them is no change of the event.
    let touched = moved
        || draft.status != old.status
        || draft.sequence.is_some_and(|sequence| sequence != old.sequence)
        || without_reminders(&draft.fields) != without_reminders(&old.fields);
    let sequence = draft.sequence.unwrap_or(old.sequence + i64::from(moved));
    Ok(Event {
        status: draft.status,
        sequence,
        start: draft.start,
        end: draft.end,
        recurrence: draft.recurrence,
        series: draft.series,
        fields: draft.fields,
        updated: if touched { visit.now } else { old.updated },
        ..old.clone()
    })
}
