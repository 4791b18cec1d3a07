//! An event as the API answers it.

use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::super::access::etag_text;
use crate::google::model::{Calendar, Event, Moment};

/// The whole event; times on the clock of `zone`.
pub(in crate::google) fn resource(event: &Event, calendar: &Calendar, zone: &TimeZone) -> Value {
    let mut map = unmodified(event, zone);
    let millis = |at: jiff::Timestamp| at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
    let own = calendar.primary && event.creator == calendar.owner;
    let creator = if own { json!({ "email": event.creator, "self": true }) } else { json!({ "email": event.creator }) };
    let organizer = match &event.organizer {
        Some(other) => other.clone(),
        None if calendar.primary => json!({ "email": calendar.id, "self": true }),
        None => json!({ "email": calendar.id, "displayName": calendar.summary(), "self": true }),
    };
    let link = data_encoding::BASE64URL_NOPAD.encode(format!("{} {}", event.id, calendar.id).as_bytes());
    for (name, value) in [
        ("htmlLink", json!(format!("https://www.google.com/calendar/event?eid={link}"))),
        ("created", json!(millis(event.created))),
        ("updated", json!(millis(event.updated))),
        ("creator", creator),
        ("organizer", organizer),
        ("iCalUID", json!(event.ical_uid)),
        ("eventType", json!("default")),
    ] {
        map.insert(name.to_owned(), value);
    }
    Value::Object(with_head(event, zone, map))
}

/// What a client could have written to get this event: a PATCH is merged into it.
pub(in crate::google) fn unmodified(event: &Event, zone: &TimeZone) -> Map<String, Value> {
    let mut map = event.fields.clone();
    map.insert("status".to_owned(), json!(event.status.text()));
    map.insert("start".to_owned(), event.start.json(zone));
    map.insert("end".to_owned(), event.end.json(zone));
    map.insert("sequence".to_owned(), json!(event.sequence));
    if !event.recurrence.is_empty() {
        map.insert("recurrence".to_owned(), json!(event.recurrence));
    }
    map
}

/// Of a cancelled event, for those who synchronise: no more than that it is gone.
pub(super) fn tombstone(event: &Event, zone: &TimeZone) -> Value {
    let status = [("status".to_owned(), json!(event.status.text()))].into_iter().collect();
    Value::Object(with_head(event, zone, status))
}

/// Times only, for who may see no more.
pub(super) fn times(event: &Event, zone: &TimeZone) -> Value {
    let mut map = unmodified(event, zone);
    let shown = ["status", "start", "end", "recurrence", "transparency"];
    map.retain(|name, _| shown.contains(&name.as_str()));
    map.insert("visibility".to_owned(), json!("private"));
    Value::Object(with_head(event, zone, map))
}

fn with_head(event: &Event, zone: &TimeZone, mut map: Map<String, Value>) -> Map<String, Value> {
    map.insert("kind".to_owned(), json!("calendar#event"));
    map.insert("etag".to_owned(), json!(etag_text(event.etag)));
    map.insert("id".to_owned(), json!(event.id));
    if let Some((master, original)) = &event.instance_of {
        map.insert("recurringEventId".to_owned(), json!(master));
        map.insert("originalStartTime".to_owned(), Moment::json(original, zone));
    }
    map
}
