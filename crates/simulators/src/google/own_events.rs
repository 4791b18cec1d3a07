//! What the person has in the calendar already: the gateway must leave it as it is.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

/// Three events of the person's own in the days after `now`, as bodies of `events.insert`.
pub(super) fn own_events(now: Timestamp, zone: &str) -> Vec<Value> {
    let today = TimeZone::get(zone).unwrap_or(TimeZone::UTC).to_datetime(now).date();
    let day = |days: i64| today.saturating_add(days.days());
    let at = |days: i64, time: &str| json!({ "dateTime": format!("{}T{time}:00", day(days)), "timeZone": zone });
    vec![
        json!({
            "id": "propiocumpleabuela",
            "summary": "Cumpleaños de la abuela",
            "start": { "date": day(3).to_string() },
            "end": { "date": day(4).to_string() },
            "recurrence": ["RRULE:FREQ=YEARLY"],
            "transparency": "transparent",
        }),
        json!({
            "id": "propiogimnasio",
            "summary": "Gimnasio",
            "start": at(1, "06:00"),
            "end": at(1, "07:00"),
            "recurrence": ["RRULE:FREQ=WEEKLY"],
        }),
        json!({ "id": "propiocena", "summary": "Cena con Marta", "start": at(5, "19:30"), "end": at(5, "21:30") }),
    ]
}
