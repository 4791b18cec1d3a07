//! `events.insert`, `events.import` and `events.move`.

use serde_json::Value;

use super::super::access::Visit;
use super::super::call::{Outcome, Reply};
use super::draft::{Draft, cancels, check_id};
use super::mail;
use super::resource::resource;
use crate::google::model::{Event, Status, World};
use crate::google::refusal::Refusal;

pub(in super::super) fn insert(world: &mut World, visit: &Visit<'_>) -> Outcome {
    visit.calendar(world)?;
    let body = visit.call.object()?;
    if cancels(&body) {
        return Err(Refusal::invalid("Invalid value for: status"));
    }
    let draft = Draft::read(&body, visit.call)?;
    if let Some(id) = &draft.id {
        check_id(id)?;
    }
    if draft.id.is_some() && draft.ical_uid.is_some() {
        return Err(Refusal::invalid("Only one of id and iCalUID may be given."));
    }
    let mails = mail::allowed(visit)?;
    let id = draft.id.clone().unwrap_or_else(|| world.id(24));
    let calendar = visit.calendar(world)?;
    let same_uid = |event: &Event| draft.ical_uid.as_ref() == Some(&event.ical_uid);
    // What was deleted still has its id.
    if calendar.events.contains_key(&id) || (draft.ical_uid.is_some() && calendar.events.values().any(same_uid)) {
        return Err(Refusal::duplicate());
    }
    let mut event = created(draft, id, visit);
    event.organizer = None;
    store(world, visit, event, mails)
}

/// A private copy of somebody else's event; no mail. The same iCalUID again replaces what is there, unless it was deleted.
pub(in super::super) fn import(world: &mut World, visit: &Visit<'_>) -> Outcome {
    visit.calendar(world)?;
    let draft = Draft::read(&visit.call.object()?, visit.call)?;
    let Some(uid) = draft.ical_uid.clone() else { return Err(Refusal::required("Missing iCalUID.")) };
    if draft.id.is_some() {
        return Err(Refusal::invalid("Only one of id and iCalUID may be given."));
    }
    let id = world.id(24);
    let calendar = visit.calendar(world)?;
    let there = calendar.events.values().find(|event| event.ical_uid == uid && event.instance_of.is_none());
    let there = there.cloned();
    if there.as_ref().is_some_and(|event| !event.is_live()) {
        return Err(Refusal::duplicate());
    }
    let mut event = created(draft, there.as_ref().map_or(id, |there| there.id.clone()), visit);
    event.created = there.map_or(event.created, |there| there.created);
    store(world, visit, event, false)
}

/// Takes the event into another calendar; a tombstone stays behind.
pub(in super::super) fn relocate(world: &mut World, visit: &Visit<'_>) -> Outcome {
    let Some(destination) = visit.call.parameter("destination") else {
        return Err(Refusal::required("Required parameter: destination").at("parameter", "destination"));
    };
    let destination = visit.resolve(destination).to_owned();
    visit.admit(world, &destination)?;
    let etag = world.etag();
    let calendar = visit.calendar(world)?;
    let event = calendar.find(&visit.route.event).ok_or_else(Refusal::not_found)?;
    if event.instance_of.is_some() || !event.is_live() || event.organizer.is_some() {
        return Err(Refusal::new(403, "cannotChangeOrganizer", "This event cannot be moved."));
    }
    let taken = world.calendars.get(&destination).is_none_or(|there| there.events.contains_key(&event.id));
    if taken {
        return Err(Refusal::duplicate());
    }
    let calendar = visit.calendar(world)?;
    calendar.put(Event { status: Status::Cancelled, updated: visit.now, ..event.clone() }, etag);
    calendar.drop_stale_exceptions(&event.id, etag);
    let there = world.calendars.get_mut(&destination).ok_or_else(Refusal::not_found)?;
    there.put(event.clone(), etag + 1);
    let stored = there.events.get(&event.id).map(|event| resource(event, there, &there.zone()));
    Ok(Reply::ok(stored.unwrap_or_default()))
}

fn created(draft: Draft, id: String, visit: &Visit<'_>) -> Event {
    let somebody_else = |organizer: &Value| organizer.get("email").and_then(Value::as_str) != Some(&visit.caller.user);
    Event {
        ical_uid: draft.ical_uid.unwrap_or_else(|| format!("{id}@google.com")),
        id,
        status: draft.status,
        sequence: draft.sequence.unwrap_or(0),
        start: draft.start,
        end: draft.end,
        recurrence: draft.recurrence,
        series: draft.series,
        fields: draft.fields,
        organizer: draft.organizer.filter(somebody_else),
        instance_of: None,
        dropped: false,
        creator: visit.caller.user.clone(),
        created: visit.now,
        updated: visit.now,
        etag: 0,
        revision: 0,
    }
}

fn store(world: &mut World, visit: &Visit<'_>, event: Event, mails: bool) -> Outcome {
    let etag = world.etag();
    if mails {
        mail::send(world, &event, "invitation");
    }
    let calendar = visit.calendar(world)?;
    let id = event.id.clone();
    calendar.put(event, etag);
    let stored = calendar.events.get(&id).map(|event| resource(event, calendar, &calendar.zone()));
    Ok(Reply::ok(stored.unwrap_or_default()))
}
