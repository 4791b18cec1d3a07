//! `GET /`: the agenda as a person would see it, so that whoever tries the gateway sees events arrive, change and go.

use std::collections::BTreeMap;
use std::fmt::Write;

use hyper::Response;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::model::{Calendar, User, World};
use super::xml::{APPLE, DAV, Name};
use crate::ics::{Component, Occurrence, When, occurrences};
use crate::page::{escape, page as frame, spanish_date};
use crate::wire::{Body, Request, reply, text};

/// Where the person who looks is, unless `?zone=` says otherwise.
const ZONE: &str = "America/Guayaquil";
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 42);
const SECONDS: u32 = 2;

/// One line of the agenda.
struct Entry {
    at: Timestamp,
    html: String,
}

/// The page of one user (`?user=`, else the first).
pub(super) fn page(world: &World, request: &Request, now: Timestamp) -> Response<Body> {
    let asked = request.parameter("user");
    let Some((name, user)) = (match &asked {
        Some(name) => world.users.get_key_value(name),
        None => world.users.first_key_value(),
    }) else {
        return text(404, "no such user\n");
    };
    let zone = request.parameter("zone").unwrap_or_else(|| ZONE.to_owned());
    let local = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    let mut body = format!("<h1>Agenda de {}</h1>", escape(name));
    let _ = write!(body, "<p>Las próximas seis semanas, hora de {}. Se actualiza sola.</p>", escape(&city(&zone)));
    body.push_str(&pills(user));
    body.push_str(&days(user, now, &local));
    let others = world.users.keys().filter(|other| *other != name).map(|other| {
        let query = url::form_urlencoded::byte_serialize(other.as_bytes()).collect::<String>();
        format!("<a class=pill href=\"/?user={query}\">{}</a>", escape(other))
    });
    let others: String = others.collect();
    if !others.is_empty() {
        let _ = write!(body, "<h2>Otras personas</h2><nav>{others}</nav>");
    }
    reply(200, "text/html; charset=utf-8", frame("Agenda", Some(SECONDS), &body))
}

fn pills(user: &User) -> String {
    let pill = |(name, calendar): (&String, &Calendar)| {
        let shown = property(calendar, DAV, "displayname").unwrap_or_else(|| name.clone());
        let color = color(calendar);
        let count = calendar.objects.len();
        format!(
            "<span class=pill><span class=dot style=\"background:{color}\"></span>{} · {count}</span>",
            escape(&shown)
        )
    };
    user.calendars.iter().map(pill).collect()
}

fn days(user: &User, now: Timestamp, local: &TimeZone) -> String {
    let today = local.to_datetime(now).date();
    let from = today.to_zoned(local.clone()).map_or(now, |midnight| midnight.timestamp());
    let until = from.saturating_add(AHEAD).unwrap_or(Timestamp::MAX);
    let mut days: BTreeMap<Date, Vec<Entry>> = BTreeMap::new();
    for calendar in user.calendars.values() {
        let color = color(calendar);
        for object in calendar.objects.values() {
            let Ok(read) = Component::read(&object.ics) else { continue };
            for one in occurrences(&read, from, until, local) {
                let start = one.start.instant(local);
                let day = local.to_datetime(start).date().max(today);
                days.entry(day).or_default().push(Entry { at: start, html: entry(&one, &color, local) });
            }
        }
    }
    if days.is_empty() {
        return "<p class=empty>Todavía no hay nada en la agenda.</p>".to_owned();
    }
    let mut html = String::new();
    for (day, mut entries) in days {
        entries.sort_by_key(|entry| entry.at);
        let when = if day == today { "hoy · ".to_owned() } else { String::new() };
        let _ = write!(html, "<h2>{when}{}</h2><ul>", spanish_date(day));
        html.extend(entries.into_iter().map(|entry| entry.html));
        html.push_str("</ul>");
    }
    html
}

fn entry(one: &Occurrence<'_>, color: &str, local: &TimeZone) -> String {
    let text = |name: &str| one.event.line(name).map(|line| escape(&line.text())).filter(|text| !text.is_empty());
    let mut details = String::new();
    if let Some(place) = text("LOCATION") {
        let _ = write!(details, "<small>{place}</small> ");
    }
    if one.repeats {
        details.push_str("<small title=\"se repite\">↻</small> ");
    }
    if let When::Zoned(time, zone) = &one.start
        && local.to_datetime(one.start.instant(local)) != *time
    {
        let _ = write!(details, "<small>{} en {}</small>", time.strftime("%H:%M"), escape(&city(zone)));
    }
    let what = text("SUMMARY").unwrap_or_else(|| "(sin título)".to_owned());
    format!(
        "<li class=event style=\"border-left-color:{color}\"><span class=time>{}</span><span class=what><b>{what}</b>{details}</span></li>",
        hours(one, local)
    )
}

fn hours(one: &Occurrence<'_>, local: &TimeZone) -> String {
    let end = local.to_datetime(one.end);
    if let When::Date(first) = one.start {
        let last = end.date().yesterday().unwrap_or(first);
        return if last > first { format!("hasta el {}", last.day()) } else { "todo el día".to_owned() };
    }
    let start = local.to_datetime(one.start.instant(local));
    format!("{}–{}", start.strftime("%H:%M"), end.strftime("%H:%M"))
}

fn city(zone: &str) -> String {
    zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")
}

fn property(calendar: &Calendar, space: &'static str, local: &'static str) -> Option<String> {
    calendar.properties.get(&Name::new(space, local)).map(super::xml::Element::text).filter(|text| !text.is_empty())
}

/// A colour that may stand in a style attribute.
fn color(calendar: &Calendar) -> String {
    let hex = |color: &String| {
        color.len() >= 7 && color.starts_with('#') && color.chars().skip(1).all(|c| c.is_ascii_hexdigit())
    };
    let color = property(calendar, APPLE, "calendar-color").filter(hex);
    color.and_then(|color| color.get(..7).map(str::to_owned)).unwrap_or_else(|| "#1f9d68".to_owned())
}
