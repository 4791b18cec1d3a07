//! What an event says besides when, property by property and people as people, for texts that are edited.

use std::collections::BTreeMap;

use super::component::{state, texts};
use super::links;
use crate::calendar::{Alarm, AlarmKind, Attendance, Attends, Details, Edge, Participation, Person, Trigger};
use crate::ical::content_line::{ContentLine, Head, Lines};

/// What an event says: its lines by the names of their properties, not folded, and its reminders.
pub(in crate::ical) struct Spoken {
    pub(in crate::ical) lines: BTreeMap<String, Vec<String>>,
    /// Each with its BEGIN and END, folded.
    pub(in crate::ical) alarms: Vec<String>,
}

/// What an event says.
pub(in crate::ical) fn spoken(details: &Details) -> Spoken {
    let mut alone = details.clone();
    alone.organizer = None;
    alone.attendees.clear();
    let mut lines = Lines::new();
    let mut degradations = Vec::new();
    texts(&mut lines, &mut degradations, &alone);
    state(&mut lines, &alone);
    links::write(&mut lines, &mut degradations, &alone);
    let mut spoken = Spoken { lines: BTreeMap::new(), alarms: Vec::new() };
    let text = lines.finish().replace("\r\n ", "");
    let people = details.organizer.iter().filter_map(organizer).chain(details.attendees.iter().filter_map(attendee));
    for line in text.lines().map(str::to_owned).chain(people.map(ContentLine::into_text)) {
        let name = line.split([';', ':']).next().unwrap_or_default().to_owned();
        spoken.lines.entry(name).or_default().push(line);
    }
    spoken.alarms = details.alarms.iter().map(|one| alarm(one, details)).collect();
    spoken
}

fn organizer(person: &Person) -> Option<ContentLine> {
    named(Head::of("ORGANIZER"), person).uri(&address(person))
}

fn attendee(one: &Attendance) -> Option<ContentLine> {
    let head = named(Head::of("ATTENDEE"), &one.person);
    let head = head.parameter("CUTYPE", if one.resource { "RESOURCE" } else { "" });
    let role = match one.attends {
        Attends::Required => "",
        Attends::Optional => "OPT-PARTICIPANT",
        Attends::Chair => "CHAIR",
        Attends::Informed => "NON-PARTICIPANT",
    };
    let head = head.parameter("ROLE", role);
    let answer = match one.answer {
        Participation::None => "NEEDS-ACTION",
        Participation::Accepted => "ACCEPTED",
        Participation::Declined => "DECLINED",
        Participation::Tentative => "TENTATIVE",
    };
    head.parameter("PARTSTAT", answer).uri(&address(&one.person))
}

fn named(head: Head, person: &Person) -> Head {
    head.parameter("CN", person.name.as_deref().unwrap_or_default())
}

fn address(person: &Person) -> String {
    let address = &person.address;
    if address.contains(':') { address.clone() } else { format!("mailto:{address}") }
}

fn alarm(alarm: &Alarm, details: &Details) -> String {
    let mut lines = Lines::new();
    let text = alarm.text.as_deref().unwrap_or(&details.summary);
    lines.push(&ContentLine::begin("VALARM"));
    lines.push(&match alarm.trigger {
        Trigger::Relative { edge: Edge::Start, seconds } => Head::of("TRIGGER").duration(seconds),
        Trigger::Relative { edge: Edge::End, seconds } => {
            Head::of("TRIGGER").parameter("RELATED", "END").duration(seconds)
        }
        Trigger::At(at) => Head::of("TRIGGER").typed_instant(at),
    });
    match alarm.kind {
        AlarmKind::Audio => lines.push(&Head::of("ACTION").word("AUDIO")),
        AlarmKind::Display => {
            lines.push(&Head::of("ACTION").word("DISPLAY"));
            lines.push(&Head::of("DESCRIPTION").text(text));
        }
        AlarmKind::Email => {
            lines.push(&Head::of("ACTION").word("EMAIL"));
            lines.push(&Head::of("SUMMARY").text(&details.summary));
            lines.push(&Head::of("DESCRIPTION").text(text));
            let to = details.organizer.as_ref().and_then(|who| Head::of("ATTENDEE").uri(&address(who)));
            to.iter().for_each(|line| lines.push(line));
        }
    }
    if let Some((times, pause)) = alarm.repeat {
        lines.push(&Head::of("REPEAT").number(times));
        lines.push(&Head::of("DURATION").duration(pause));
    }
    lines.push(&ContentLine::end("VALARM"));
    lines.finish()
}
