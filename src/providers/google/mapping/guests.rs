//! `attendees`: only where a client system wants its guests in the person's own event. The organizer of an event is always the
//! account's owner at Google, so whoever else called it stays text.

use serde_json::{Map, Value};

use crate::calendar::{Attendance, Attends, Details, Participation, People};
use crate::ical::{self, Parted};

/// Parts the people: those with an address can be guests.
pub(super) fn parted(details: &Details, people: People) -> Parted<'_> {
    let are_guests = people == People::AsGuests;
    let all = details.attendees.iter();
    let (guests, text) = all.partition(|one| are_guests && ical::is_email(&one.person.address));
    Parted { text: (details.organizer.as_ref(), text), guests: (None, guests) }
}

/// The guests; none where there are none, which an update takes as "no more".
pub(super) fn attendees(details: &Details, people: People) -> Option<Value> {
    let guests = parted(details, people).guests.1;
    (!guests.is_empty()).then(|| guests.into_iter().map(attendee).collect())
}

fn attendee(one: &Attendance) -> Value {
    let Attendance { person, answer, attends, resource } = one;
    let answer = match answer {
        Participation::None => "needsAction",
        Participation::Accepted => "accepted",
        Participation::Declined => "declined",
        Participation::Tentative => "tentative",
    };
    let mut said = Map::new();
    let mut put = |name: &str, value: Value| drop(said.insert(name.to_owned(), value));
    put("email", person.address.clone().into());
    put("responseStatus", answer.into());
    if let Some(name) = &person.name {
        put("displayName", name.clone().into());
    }
    if matches!(attends, Attends::Optional | Attends::Informed) {
        put("optional", true.into());
    }
    if *resource {
        put("resource", true.into());
    }
    Value::Object(said)
}
