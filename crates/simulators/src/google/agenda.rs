//! `GET /calendar/r`: what a person sees in Google's own pages.

use hyper::Response;
use jiff::Timestamp;
use serde_json::Value;

use super::model::{Calendar, Event, Moment, Window, World};
use crate::agenda::{Agenda, Entry, Shown, Time};
use crate::wire::{Body, Request, text};

/// The page of one user (`?user=`, else the first), on the clock of their primary calendar or of `?zone=`.
pub(super) fn page(world: &World, request: &Request, now: Timestamp) -> Response<Body> {
    let asked = request.parameter("user");
    let user = world.users.iter().find(|user| asked.as_ref().is_none_or(|asked| asked == *user));
    let Some(user) = user else { return text(404, "no such user\n") };
    let own = world.calendars.get(user).map(|calendar| calendar.time_zone.clone());
    let zone = request.parameter("zone").or(own).unwrap_or_else(|| "UTC".to_owned());
    let mut agenda = Agenda::new(user, zone, now);
    agenda.lead = "Google Calendar (simulado)";
    agenda.path = "/calendar/r";
    agenda.others = world.users.iter().filter(|other| *other != user).cloned().collect();
    let listed = world.calendars.values().filter(|one| one.entries.contains_key(user));
    agenda.calendars = listed.map(|calendar| shown(calendar, user, &agenda, now)).collect();
    agenda.page()
}

fn shown(calendar: &Calendar, user: &str, agenda: &Agenda, now: Timestamp) -> Shown {
    let live = |event: &&Event| event.is_live() && event.instance_of.is_none();
    let events: Vec<&Event> = calendar.events.values().filter(live).collect();
    let entries = events.iter().flat_map(|event| entries(calendar, event, agenda, now)).collect();
    Shown { name: calendar.summary().to_owned(), color: color(calendar, user), count: events.len(), entries }
}

/// When an event takes place; a series as often as the agenda reaches.
fn entries(calendar: &Calendar, event: &Event, agenda: &Agenda, now: Timestamp) -> Vec<Entry> {
    let (from, until) = agenda.window();
    let window = Window { from: Some(from), until: Some(until) };
    let instances = match event.series {
        Some(_) => calendar.instances(event, &window, now),
        None => vec![event.clone()],
    };
    let on = instances.iter().filter(|one| one.is_live() && one.overlaps(&window, agenda.local()));
    on.map(|one| entry(one, event.series.is_some(), agenda)).collect()
}

fn entry(one: &Event, repeats: bool, agenda: &Agenda) -> Entry {
    let text = |name: &str| one.fields.get(name).and_then(Value::as_str).map(str::to_owned);
    let time = match (&one.start, &one.end) {
        (Moment::Day(first), Moment::Day(end)) => Time::Days(*first, end.yesterday().unwrap_or(*first)),
        (_, end) => Time::Until(end.instant(agenda.local())),
    };
    Entry {
        start: one.start.instant(agenda.local()),
        time,
        title: text("summary"),
        place: text("location"),
        repeats,
        zone: one.start.zone().map(str::to_owned),
    }
}

/// The colour of the calendar in the user's list; it was checked when it was set.
fn color(calendar: &Calendar, user: &str) -> String {
    let entry = calendar.entries.get(user).and_then(|entry| entry.fields.get("backgroundColor"));
    let usual = if calendar.primary { "#4986e7" } else { "#1f9d68" };
    entry.and_then(Value::as_str).unwrap_or(usual).to_owned()
}
