//! What an event says besides when, property by property and people as people, for texts that are edited.

use std::collections::BTreeMap;

use super::component::{alarm_as_said, state, texts};
use super::{guests, links};
use crate::calendar::{Alarm, Details, People};
use crate::ical::content_line::{ContentLine, Lines};

/// What an event says: its lines by the names of their properties, not folded, and its reminders.
pub(in crate::ical) struct Spoken {
    pub(in crate::ical) lines: BTreeMap<String, Vec<String>>,
    /// Each with its BEGIN and END, folded.
    pub(in crate::ical) alarms: Vec<String>,
}

/// What an event says.
pub(in crate::ical) fn spoken(details: &Details) -> Spoken {
    let people = guests::parted(details, People::AsSaid);
    let mut lines = Lines::new();
    let mut degradations = Vec::new();
    texts(&mut lines, &mut degradations, details, &people.text);
    state(&mut lines, details);
    links::write(&mut lines, &mut degradations, details);
    let mut spoken = Spoken { lines: BTreeMap::new(), alarms: Vec::new() };
    let text = lines.finish().replace("\r\n ", "");
    let people = guests::lines(&people.guests, People::AsSaid).into_iter().map(ContentLine::into_text);
    for line in text.lines().map(str::to_owned).chain(people) {
        let name = line.split([';', ':']).next().unwrap_or_default().to_owned();
        spoken.lines.entry(name).or_default().push(line);
    }
    spoken.alarms = details.alarms.iter().map(|one| alarm(one, details)).collect();
    spoken
}

fn alarm(alarm: &Alarm, details: &Details) -> String {
    let mut lines = Lines::new();
    alarm_as_said(&mut lines, alarm, details);
    lines.finish()
}
