//! `GET /`: what a person sees in their calendars, without a password.

use hyper::Response;
use jiff::Timestamp;

use super::model::{Calendar, World};
use super::xml::{APPLE, DAV, Element, Name};
use crate::agenda::{Agenda, Entry, Shown, Time};
use crate::ics::{Component, Line, Occurrence, When, occurrences};
use crate::wire::{Body, Request, text};

/// Where the person who looks is, unless `?zone=` says otherwise.
const ZONE: &str = "America/Guayaquil";

/// The page of one user (`?user=`, else the first).
pub(super) fn page(world: &World, request: &Request, now: Timestamp) -> Response<Body> {
    let asked = request.parameter("user");
    let Some((name, user)) = (match &asked {
        Some(name) => world.users.get_key_value(name),
        None => world.users.first_key_value(),
    }) else {
        return text(404, "no such user\n");
    };
    let mut agenda = Agenda::new(name, request.parameter("zone").unwrap_or_else(|| ZONE.to_owned()), now);
    agenda.others = world.users.keys().filter(|other| *other != name).cloned().collect();
    agenda.calendars = user.calendars.iter().map(|(name, calendar)| shown(name, calendar, &agenda)).collect();
    agenda.page()
}

fn shown(name: &str, calendar: &Calendar, agenda: &Agenda) -> Shown {
    let (from, until) = agenda.window();
    let readable = calendar.objects.values().filter_map(|object| Component::read(&object.ics).ok());
    let entries = readable.flat_map(|read| {
        let found = occurrences(&read, from, until, agenda.local());
        found.iter().map(|one| entry(one, agenda)).collect::<Vec<_>>()
    });
    Shown {
        name: property(calendar, DAV, "displayname").unwrap_or_else(|| name.to_owned()),
        color: color(calendar),
        count: calendar.objects.len(),
        entries: entries.collect(),
    }
}

fn entry(one: &Occurrence<'_>, agenda: &Agenda) -> Entry {
    let text = |name: &str| one.event.line(name).map(Line::text).filter(|text| !text.is_empty());
    let time = match &one.start {
        When::Date(first) => {
            Time::Days(*first, agenda.local().to_datetime(one.end).date().yesterday().unwrap_or(*first))
        }
        _ => Time::Until(one.end),
    };
    Entry {
        start: one.start.instant(agenda.local()),
        time,
        title: text("SUMMARY"),
        place: text("LOCATION"),
        repeats: one.repeats,
        zone: if let When::Zoned(_, zone) = &one.start { Some(zone.clone()) } else { None },
    }
}

fn property(calendar: &Calendar, space: &'static str, local: &'static str) -> Option<String> {
    calendar.properties.get(&Name::new(space, local)).map(Element::text).filter(|text| !text.is_empty())
}

/// A colour that may stand in a style attribute.
fn color(calendar: &Calendar) -> String {
    let hex = |color: &String| {
        color.len() >= 7 && color.starts_with('#') && color.chars().skip(1).all(|c| c.is_ascii_hexdigit())
    };
    let color = property(calendar, APPLE, "calendar-color").filter(hex);
    color.and_then(|color| color.get(..7).map(str::to_owned)).unwrap_or_else(|| "#1f9d68".to_owned())
}
