//! `freeBusy`: when calendars are busy, without saying with what.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::access::Visit;
use super::call::{Outcome, Reply};
use crate::google::model::{Calendar, Window, World, clock, read_instant, zone_named};
use crate::google::refusal::Refusal;

/// Longer windows are refused: about three months.
const LONGEST: SignedDuration = SignedDuration::from_hours(92 * 24);
const MOST_CALENDARS: usize = 50;

pub(super) fn query(world: &mut World, visit: &Visit<'_>) -> Outcome {
    let body = visit.call.object()?;
    let bound = |name: &str| {
        let text = body.get(name).and_then(Value::as_str).ok_or_else(|| Refusal::required(format!("Missing {name}.")));
        text.and_then(|text| read_instant(text).ok_or_else(|| Refusal::invalid(format!("Invalid value for: {name}"))))
    };
    let (from, until) = (bound("timeMin")?, bound("timeMax")?);
    if until <= from {
        return Err(Refusal::new(400, "timeRangeEmpty", "The specified time range is empty."));
    }
    if until.duration_since(from) > LONGEST {
        return Err(Refusal::new(400, "timeRangeTooLong", "The requested time range is too long."));
    }
    let zone = match body.get("timeZone") {
        Some(Value::String(name)) => zone_named(name)?,
        _ => TimeZone::UTC,
    };
    let items = body.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut calendars = Map::new();
    for (at, item) in items.iter().enumerate() {
        let id = item.get("id").and_then(Value::as_str).ok_or_else(|| Refusal::required("Missing id."))?;
        let found = if at < MOST_CALENDARS { readable(world, visit, id) } else { Err("tooManyCalendarsRequested") };
        let answer = match found {
            Ok(calendar) => json!({ "busy": busy(calendar, from, until, &zone, visit.now) }),
            Err(reason) => json!({ "errors": [{ "domain": "global", "reason": reason }], "busy": [] }),
        };
        calendars.insert(id.to_owned(), answer);
    }
    let (from, until) = (clock(from, &TimeZone::UTC), clock(until, &TimeZone::UTC));
    Ok(Reply::ok(json!({ "kind": "calendar#freeBusy", "timeMin": from, "timeMax": until, "calendars": calendars })))
}

/// `calendar.freebusy` alone opens only calendars of the user's own.
fn readable<'a>(world: &'a World, visit: &Visit<'_>, id: &str) -> Result<&'a Calendar, &'static str> {
    let calendar = world.calendars.get(visit.resolve(id)).ok_or("notFound")?;
    let wide = ["calendar", "calendar.readonly", "calendar.events.freebusy"];
    let wide = wide.iter().any(|scope| visit.caller.scopes.contains(*scope));
    let open = if wide { calendar.is_open_to(&visit.caller.user) } else { calendar.owner == visit.caller.user };
    open.then_some(calendar).ok_or("notFound")
}

fn busy(calendar: &Calendar, from: Timestamp, until: Timestamp, shown: &TimeZone, now: Timestamp) -> Vec<Value> {
    let zone = calendar.zone();
    let window = Window { from: Some(from), until: Some(until) };
    let mut times: Vec<(Timestamp, Timestamp)> = Vec::new();
    for event in calendar.events.values().filter(|event| event.is_live() && event.instance_of.is_none()) {
        let instances = match event.series {
            Some(_) => calendar.instances(event, &window, now),
            None => vec![event.clone()],
        };
        let blocks = instances.iter().filter(|one| one.is_live() && one.overlaps(&window, &zone));
        let blocks = blocks.filter(|one| one.fields.get("transparency") != Some(&json!("transparent")));
        times.extend(blocks.map(|one| (one.start.instant(&zone).max(from), one.end.instant(&zone).min(until))));
    }
    times.sort();
    let mut merged: Vec<(Timestamp, Timestamp)> = Vec::new();
    for (start, end) in times {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    let period =
        |(start, end): &(Timestamp, Timestamp)| json!({ "start": clock(*start, shown), "end": clock(*end, shown) });
    merged.iter().map(period).collect()
}
