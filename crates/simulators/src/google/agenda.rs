//! `GET /calendar/r`: the agenda as a person would see it, so that whoever tries the gateway sees events arrive, change and go.

use std::collections::BTreeMap;
use std::fmt::Write;

use hyper::Response;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::model::{Calendar, Event, Moment, Window, World};
use crate::page::{escape, page as frame, spanish_date};
use crate::wire::{Body, Request, reply, text};

const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 42);
const SECONDS: u32 = 2;

/// One line of the agenda.
struct Line {
    at: Timestamp,
    html: String,
}

/// The page of one user (`?user=`, else the first), on the clock of their primary calendar or of `?zone=`.
pub(super) fn page(world: &World, request: &Request, now: Timestamp) -> Response<Body> {
    let asked = request.parameter("user");
    let user = world.users.iter().find(|user| asked.as_ref().is_none_or(|asked| asked == *user));
    let Some(user) = user else { return text(404, "no such user\n") };
    let own = world.calendars.get(user).map(|calendar| calendar.time_zone.clone());
    let zone = request.parameter("zone").or(own).unwrap_or_else(|| "UTC".to_owned());
    let local = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    let listed: Vec<&Calendar> = world.calendars.values().filter(|one| one.entries.contains_key(user)).collect();
    let mut body = format!("<p>Google Calendar (simulado)</p><h1>Agenda de {}</h1>", escape(user));
    let _ = write!(body, "<p>Las próximas seis semanas, hora de {}. Se actualiza sola.</p>", escape(&city(&zone)));
    body.extend(listed.iter().map(|calendar| pill(calendar, user)));
    body.push_str(&days(&listed, user, now, &local));
    let others: String = world.users.iter().filter(|other| *other != user).map(|other| link(other)).collect();
    if !others.is_empty() {
        let _ = write!(body, "<h2>Otras personas</h2><nav>{others}</nav>");
    }
    reply(200, "text/html; charset=utf-8", frame("Agenda", Some(SECONDS), &body))
}

fn link(user: &str) -> String {
    let query: String = url::form_urlencoded::byte_serialize(user.as_bytes()).collect();
    format!("<a class=pill href=\"/calendar/r?user={query}\">{}</a>", escape(user))
}

fn pill(calendar: &Calendar, user: &str) -> String {
    let count = calendar.events.values().filter(|event| event.is_live() && event.instance_of.is_none()).count();
    let (color, name) = (color(calendar, user), escape(calendar.summary()));
    format!("<span class=pill><span class=dot style=\"background:{color}\"></span>{name} · {count}</span>")
}

fn days(calendars: &[&Calendar], user: &str, now: Timestamp, local: &TimeZone) -> String {
    let today = local.to_datetime(now).date();
    let from = today.to_zoned(local.clone()).map_or(now, |midnight| midnight.timestamp());
    let window = Window { from: Some(from), until: from.saturating_add(AHEAD).ok() };
    let mut days: BTreeMap<Date, Vec<Line>> = BTreeMap::new();
    for calendar in calendars {
        let color = color(calendar, user);
        for event in calendar.events.values().filter(|event| event.is_live() && event.instance_of.is_none()) {
            let instances = match event.series {
                Some(_) => calendar.instances(event, &window, now),
                None => vec![event.clone()],
            };
            for one in instances.iter().filter(|one| one.is_live() && one.overlaps(&window, local)) {
                let at = one.start.instant(local);
                let day = local.to_datetime(at).date().max(today);
                days.entry(day).or_default().push(Line { at, html: line(one, event, &color, local) });
            }
        }
    }
    if days.is_empty() {
        return "<p class=empty>Todavía no hay nada en la agenda.</p>".to_owned();
    }
    let mut html = String::new();
    for (day, mut lines) in days {
        lines.sort_by_key(|line| line.at);
        let when = if day == today { "hoy · " } else { "" };
        let _ = write!(html, "<h2>{when}{}</h2><ul>", spanish_date(day));
        html.extend(lines.into_iter().map(|line| line.html));
        html.push_str("</ul>");
    }
    html
}

fn line(one: &Event, event: &Event, color: &str, local: &TimeZone) -> String {
    let text = |name: &str| one.fields.get(name).and_then(Value::as_str).map(escape);
    let mut details = String::new();
    if let Some(place) = text("location") {
        let _ = write!(details, "<small>{place}</small> ");
    }
    if event.series.is_some() {
        details.push_str("<small title=\"se repite\">↻</small> ");
    }
    if let Some(zone) = one.start.zone()
        && let Ok(there) = TimeZone::get(zone)
    {
        let at = one.start.instant(local);
        if there.to_datetime(at) != local.to_datetime(at) {
            let _ = write!(
                details,
                "<small>{} en {}</small>",
                there.to_datetime(at).strftime("%H:%M"),
                escape(&city(zone))
            );
        }
    }
    let what = text("summary").unwrap_or_else(|| "(sin título)".to_owned());
    format!(
        "<li class=event style=\"border-left-color:{color}\"><span class=time>{}</span><span class=what><b>{what}</b>{details}</span></li>",
        hours(one, local)
    )
}

fn hours(one: &Event, local: &TimeZone) -> String {
    match (&one.start, &one.end) {
        (Moment::Day(first), Moment::Day(end)) => {
            let last = end.yesterday().unwrap_or(*first);
            if last > *first { format!("hasta el {}", last.day()) } else { "todo el día".to_owned() }
        }
        (start, end) => {
            let time = |moment: &Moment| local.to_datetime(moment.instant(local)).strftime("%H:%M").to_string();
            format!("{}–{}", time(start), time(end))
        }
    }
}

fn city(zone: &str) -> String {
    zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")
}

/// The colour of the calendar in the user's list; it was checked when it was set.
fn color(calendar: &Calendar, user: &str) -> String {
    let entry = calendar.entries.get(user).and_then(|entry| entry.fields.get("backgroundColor"));
    let usual = if calendar.primary { "#4986e7" } else { "#1f9d68" };
    entry.and_then(Value::as_str).unwrap_or(usual).to_owned()
}
