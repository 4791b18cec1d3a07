//! People: as text at the end of the description, or as guests.
//!
//! As guests they would be mailed by some servers and count against the person's quota, so they are text unless that is asked
//! for; and then each line says that nobody is to be mailed (RFC 6638 §7.1).

use crate::calendar::{Attendance, Attends, Details, Participation, People, Person};
use crate::ical::content_line::{ContentLine, Head};

/// Attendees that are listed; of more, only how many they are is said.
const MOST: usize = 100;

/// The people of an event, some of whom are written as text, the others as guests.
#[derive(Clone, Debug, Default)]
pub struct Parted<'d> {
    /// Who called it and who is asked to come, of those who are text.
    pub text: (Option<&'d Person>, Vec<&'d Attendance>),
    /// The same of those who are guests.
    pub guests: (Option<&'d Person>, Vec<&'d Attendance>),
}

/// Parts the people for a server of CalDAV. Guests need an organizer there (RFC 5545 §3.8.4.1), and both an address.
pub fn parted(details: &Details, people: People) -> Parted<'_> {
    let (organizer, attendees) = (details.organizer.as_ref(), details.attendees.iter());
    let is_guest: fn(&Person) -> bool = match people {
        People::AsGuests if organizer.is_some_and(has_email) => has_email,
        People::AsText | People::AsGuests => |_| false,
        People::AsSaid => |_| true,
    };
    let (guests, text) = attendees.partition(|one| is_guest(&one.person));
    let (organizing, organizes) = organizer.map_or((None, None), |who| match is_guest(who) {
        true => (Some(who), None),
        false => (None, Some(who)),
    });
    Parted { text: (organizes, text), guests: (organizing, guests) }
}

/// The description with people at its end, plain; none when there is nothing to say.
pub fn description(details: &Details, text: &(Option<&Person>, Vec<&Attendance>)) -> Option<String> {
    let mut blocks: Vec<String> = details.description.iter().cloned().collect();
    blocks.extend(as_text(text));
    (!blocks.is_empty()).then(|| blocks.join("\n\n"))
}

/// People, one a line; the words are Spanish, like the pages that the person sees.
fn as_text((organizer, guests): &(Option<&Person>, Vec<&Attendance>)) -> Option<String> {
    let mut lines = Vec::new();
    if let Some(organizer) = organizer {
        lines.push(format!("Organiza: {}", shown(organizer)));
    }
    if !guests.is_empty() {
        lines.push("Participantes:".to_owned());
    }
    for attendance in guests.iter().take(MOST) {
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
    if let more @ 1.. = guests.len().saturating_sub(MOST) {
        lines.push(format!("y {more} más"));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Whether a person has an address that mail could go to.
fn has_email(person: &Person) -> bool {
    is_email(&person.address)
}

/// Whether an address is one that mail could go to: something before and after one `@`, and nothing that no address has.
pub fn is_email(address: &str) -> bool {
    let odd =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, ':' | '<' | '>' | '"' | ',' | ';' | '\\' | '@');
    address
        .rsplit_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !name.contains(odd) && !host.contains(odd))
}

/// The lines of those who are guests.
pub(super) fn lines((organizer, guests): &(Option<&Person>, Vec<&Attendance>), people: People) -> Vec<ContentLine> {
    let organizer = organizer.iter().filter_map(|who| self::organizer(who, people));
    organizer.chain(guests.iter().filter_map(|one| attendee(one, people))).collect()
}

fn organizer(person: &Person, people: People) -> Option<ContentLine> {
    found(named(Head::of("ORGANIZER"), person, people), person)
}

fn attendee(one: &Attendance, people: People) -> Option<ContentLine> {
    let Attendance { person, answer, attends, resource } = one;
    let role = match attends {
        Attends::Required => "",
        Attends::Optional => "OPT-PARTICIPANT",
        Attends::Chair => "CHAIR",
        Attends::Informed => "NON-PARTICIPANT",
    };
    let answer = match answer {
        Participation::None => "NEEDS-ACTION",
        Participation::Accepted => "ACCEPTED",
        Participation::Declined => "DECLINED",
        Participation::Tentative => "TENTATIVE",
    };
    let head = named(Head::of("ATTENDEE"), person, people).parameter("CUTYPE", if *resource { "RESOURCE" } else { "" });
    found(head.parameter("ROLE", role).parameter("PARTSTAT", answer), person)
}

fn named(head: Head, person: &Person, people: People) -> Head {
    let nobody_mails = if people == People::AsGuests { "NONE" } else { "" };
    let head = head.parameter("CN", person.name.as_deref().unwrap_or_default());
    head.parameter("SCHEDULE-AGENT", nobody_mails)
}

/// A line that ends with where to find somebody. Exchange's word for nowhere is understood by most.
pub(super) fn found(head: Head, person: &Person) -> Option<ContentLine> {
    match person.address.as_str() {
        address if is_email(address) => head.mailto(address),
        "" => head.uri("invalid:nomail"),
        address if address.contains(':') => head.uri(address),
        address => head.mailto(address),
    }
}

fn shown(person: &Person) -> String {
    match &person.name {
        Some(name) if person.address.is_empty() => name.clone(),
        Some(name) => format!("{name} <{}>", person.address),
        None => person.address.clone(),
    }
}
