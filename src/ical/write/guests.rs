//! People as text at the end of the description. As attendees they would be mailed by servers and count against the
//! person's quota, so they are not written as such.

use crate::calendar::{Attends, Details, Participation, Person};

/// Attendees that are listed; of more, only how many they are is said.
const MOST: usize = 100;

/// The description with the people at its end, plain; none when there is nothing to say.
pub fn description(details: &Details) -> Option<String> {
    let mut blocks: Vec<String> = details.description.iter().cloned().collect();
    blocks.extend(people(details));
    (!blocks.is_empty()).then(|| blocks.join("\n\n"))
}

/// The people, one a line; the words are Spanish, like the pages that the person sees.
fn people(details: &Details) -> Option<String> {
    let mut lines = Vec::new();
    if let Some(organizer) = &details.organizer {
        lines.push(format!("Organiza: {}", shown(organizer)));
    }
    if !details.attendees.is_empty() {
        lines.push("Participantes:".to_owned());
    }
    for attendance in details.attendees.iter().take(MOST) {
        let answer = match attendance.answer {
            Participation::None => "",
            Participation::Accepted => " (acepta)",
            Participation::Declined => " (no asiste)",
            Participation::Tentative => " (quizás)",
        };
        let without_them = matches!(attendance.attends, Attends::Optional | Attends::Informed);
        let optional = if without_them { " (opcional)" } else { "" };
        lines.push(format!("- {}{optional}{answer}", shown(&attendance.person)));
    }
    if let more @ 1.. = details.attendees.len().saturating_sub(MOST) {
        lines.push(format!("y {more} más"));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn shown(person: &Person) -> String {
    match &person.name {
        Some(name) if person.address.is_empty() => name.clone(),
        Some(name) => format!("{name} <{}>", person.address),
        None => person.address.clone(),
    }
}
