mod content;
mod later;
mod makers;
mod properties;
mod reminders;
mod series;
mod texts;
mod times;
mod told;

use serde_json::{Value, json};

use super::*;
use crate::ical::{Limits, parse};

/// The event in a calendar with these lines besides UID.
fn event(body: &str) -> Event {
    events(&[body])
}

/// A series and its changed occurrences, the lines of each.
fn events(bodies: &[&str]) -> Event {
    let events: String = bodies.iter().map(|body| format!("BEGIN:VEVENT\nUID:a@b\n{body}\nEND:VEVENT\n")).collect();
    let text = format!("BEGIN:VCALENDAR\n{events}END:VCALENDAR\n");
    parse(&text, &Limits::default()).unwrap_or_else(|error| panic!("{error}\n{text}")).event
}

fn mapped(event: &Event) -> Mapped {
    mapped_in(event, "America/Guayaquil", "abc@origen")
}

fn mapped_in(event: &Event, zone: &str, event_id: &str) -> Mapped {
    mapped_with(event, zone, event_id, People::AsText)
}

fn mapped_with(event: &Event, zone: &str, event_id: &str, people: People) -> Mapped {
    let zone = Zone::named(zone).unwrap();
    let mark = Mark::from_text("psr0123456789ab");
    let key = RemoteKey::from_text("psr0123456789abkey");
    let event_id = EventId::new(event_id).unwrap();
    to_google(event, &Context { zone: &zone, mark: &mark, key: &key, event_id: &event_id, people })
}

/// What becomes of one event with these lines.
fn of(body: &str) -> Mapped {
    mapped(&event(body))
}

/// An event on a day, with these lines as well.
fn day(body: &str) -> Mapped {
    of(&format!("DTSTART;VALUE=DATE:20261105\n{body}"))
}

fn lines(mapped: &Mapped) -> Vec<&str> {
    let lines = mapped.body.get("recurrence").and_then(Value::as_array);
    lines.into_iter().flatten().map(|line| line.as_str().unwrap()).collect()
}
