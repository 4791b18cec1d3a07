//! ORGANIZER and ATTENDEE.

use calcard::icalendar::{
    ICalendarParameterName, ICalendarParameterValue, ICalendarParticipationRole, ICalendarParticipationStatus,
    ICalendarProperty, ICalendarUserTypes,
};

use super::source::{Property, Source};
use crate::calendar::{Attendance, Attends, Participation, Person};
use crate::ical::text::clean;

/// Who called it, and who is asked to come: each address once, in order of the addresses, because sources list them
/// in any order.
pub(in crate::ical) fn read(source: &Source<'_>) -> (Option<Person>, Vec<Attendance>) {
    let organizer = source.first(ICalendarProperty::Organizer).and_then(|property| named(source, property, person));
    let attendees = source.all(ICalendarProperty::Attendee).filter_map(|property| named(source, property, attendance));
    let mut attendees: Vec<Attendance> = attendees.collect();
    attendees.sort_by(|one, other| one.person.address.cmp(&other.person.address).then_with(|| one.cmp(other)));
    attendees.dedup_by(|one, other| is_same(&one.person, &other.person));
    (organizer, attendees)
}

/// Whoever a property names; that it names nobody is said.
fn named<T>(source: &Source<'_>, property: Property<'_>, read: impl Fn(Property<'_>) -> Option<T>) -> Option<T> {
    let read = read(property);
    if read.is_none() {
        source.note(format!("{} is left out: it names nobody", property.entry.name.as_str()));
    }
    read
}

/// Whether two entries are one person. Families share an address, and rooms have none: then the name decides.
fn is_same(one: &Person, other: &Person) -> bool {
    let named_alike = match (&one.name, &other.name) {
        (Some(name), Some(other)) => name == other,
        _ => !one.address.is_empty(),
    };
    named_alike && one.address.eq_ignore_ascii_case(&other.address)
}

fn person(property: Property<'_>) -> Option<Person> {
    let value = property.text().unwrap_or_default();
    let address = strip_mailto(&value).trim();
    let email = property.parameter(&ICalendarParameterName::Email).map(clean);
    let name = property.parameter(&ICalendarParameterName::Cn).map(name).filter(|name| !name.is_empty());
    // Exchange writes `invalid:nomail` where it has no address.
    let usable = !address.is_empty() && !address.eq_ignore_ascii_case("invalid:nomail");
    let address = if usable { address.to_owned() } else { email.unwrap_or_default() };
    let name = name.filter(|name| !name.eq_ignore_ascii_case(&address));
    (!address.is_empty() || name.is_some()).then_some(Person { name, address })
}

/// A name as it is meant: `^'` and `^n` are how quotes and line ends stand in a parameter (RFC 6868 §3.1). A quote is a
/// single one, as most readers of parameters have no other.
fn name(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let meant = match (c, chars.peek()) {
            ('^', Some('n')) => Some(' '),
            ('^', Some('\'')) => Some('\''),
            ('^', Some('^')) => Some('^'),
            _ => None,
        };
        if meant.is_some() {
            chars.next();
        }
        plain.push(meant.unwrap_or(c));
    }
    clean(&plain).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn strip_mailto(address: &str) -> &str {
    match address.split_at_checked("mailto:".len()) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("mailto:") => rest,
        _ => address,
    }
}

fn attendance(property: Property<'_>) -> Option<Attendance> {
    let person = person(property)?;
    let parameter = |name| property.entry.parameter(&name);
    let answer = match parameter(ICalendarParameterName::Partstat) {
        Some(ICalendarParameterValue::Partstat(ICalendarParticipationStatus::Accepted)) => Participation::Accepted,
        Some(ICalendarParameterValue::Partstat(ICalendarParticipationStatus::Declined)) => Participation::Declined,
        Some(ICalendarParameterValue::Partstat(ICalendarParticipationStatus::Tentative)) => Participation::Tentative,
        _ => Participation::None,
    };
    let attends = match parameter(ICalendarParameterName::Role) {
        Some(ICalendarParameterValue::Role(ICalendarParticipationRole::Chair)) => Attends::Chair,
        Some(ICalendarParameterValue::Role(ICalendarParticipationRole::OptParticipant)) => Attends::Optional,
        Some(ICalendarParameterValue::Role(ICalendarParticipationRole::NonParticipant)) => Attends::Informed,
        _ => Attends::Required,
    };
    let resource = matches!(
        parameter(ICalendarParameterName::Cutype),
        Some(ICalendarParameterValue::Cutype(ICalendarUserTypes::Room | ICalendarUserTypes::Resource))
    );
    Some(Attendance { person, answer, attends, resource })
}
