//! Whose events it knows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ics::Component;

/// One event as the endpoint tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventView {
    /// The client system's id of the event.
    pub event_id: String,
    /// iCalendar text, as it was put in.
    pub event_data: String,
}

/// All phone numbers with their events.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    people: BTreeMap<String, Person>,
}

#[derive(Debug)]
struct Person {
    /// The phone number as it was first written.
    phone: String,
    events: BTreeMap<String, String>,
}

/// Two ways of writing a phone number are one person's when their digits are the same.
fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

impl Agenda {
    /// The phone numbers, as they were first written.
    pub(super) fn phones(&self) -> Vec<String> {
        self.people.values().map(|person| person.phone.clone()).collect()
    }

    /// A person's events by id; `None` for an unknown phone number.
    pub(super) fn events(&self, phone: &str) -> Option<&BTreeMap<String, String>> {
        self.people.get(&digits(phone)).map(|person| &person.events)
    }

    /// Puts an event in, or in the place of the one with its id; the phone number is known from then on.
    pub(super) fn put(&mut self, phone: &str, event: EventView) {
        self.know(phone).insert(event.event_id, event.event_data);
    }

    /// Replaces all events of a phone number.
    pub(super) fn replace(&mut self, phone: &str, events: Vec<EventView>) {
        *self.know(phone) = events.into_iter().map(|event| (event.event_id, event.event_data)).collect();
    }

    /// Deletes an event; `false` when there is none.
    pub(super) fn delete(&mut self, phone: &str, event_id: &str) -> bool {
        self.people.get_mut(&digits(phone)).is_some_and(|person| person.events.remove(event_id).is_some())
    }

    /// Forgets a phone number; `false` when it was not known.
    pub(super) fn forget(&mut self, phone: &str) -> bool {
        self.people.remove(&digits(phone)).is_some()
    }

    fn know(&mut self, phone: &str) -> &mut BTreeMap<String, String> {
        let new = || Person { phone: phone.to_owned(), events: BTreeMap::new() };
        &mut self.people.entry(digits(phone)).or_insert_with(new).events
    }
}

/// All events in one calendar. What cannot be read goes in as it is, and breaks the whole.
pub(super) fn one_calendar<'a>(events: impl Iterator<Item = &'a String>) -> String {
    let mut whole = Component { name: "VCALENDAR".to_owned(), ..Component::default() };
    let mut broken = String::new();
    for event in events {
        match Component::read(event) {
            Ok(calendar) => {
                for child in calendar.children {
                    let known = child.name == "VTIMEZONE" && whole.children.contains(&child);
                    if !known {
                        whole.children.push(child);
                    }
                }
            }
            Err(_) => broken.push_str(event),
        }
    }
    let head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Puentes//simulator//ES\r\n";
    format!("{head}{broken}{}", whole.write().strip_prefix("BEGIN:VCALENDAR\r\n").unwrap_or_default())
}
