//! ORGANIZER and ATTENDEE.

use calcard::icalendar::{
    ICalendarParameterName, ICalendarParameterValue, ICalendarParticipationRole, ICalendarParticipationStatus,
    ICalendarProperty, ICalendarUserTypes,
};

use super::source::{Property, Source};
use crate::calendar::{Attendance, Participation, Person};
use crate::ical::text::clean;

/// Who called it, and who is asked to come: each address once, in order of the addresses, because sources list them
/// in any order.
pub(in crate::ical) fn read(source: &Source<'_>) -> (Option<Person>, Vec<Attendance>) {
    let organizer = source.first(ICalendarProperty::Organizer).and_then(person);
    let mut attendees: Vec<Attendance> = source.all(ICalendarProperty::Attendee).filter_map(attendance).collect();
    attendees.sort_by(|one, other| one.person.address.cmp(&other.person.address).then_with(|| one.cmp(other)));
    attendees.dedup_by(|one, other| one.person.address.eq_ignore_ascii_case(&other.person.address));
    (organizer, attendees)
}

fn person(property: Property<'_>) -> Option<Person> {
    let value = property.text().unwrap_or_default();
    let address = strip_mailto(&value).trim();
    let email = property.parameter(&ICalendarParameterName::Email).map(clean);
    let name = property.parameter(&ICalendarParameterName::Cn).map(clean).filter(|name| !name.is_empty());
    // Exchange writes `invalid:nomail` where it has no address.
    let usable = !address.is_empty() && !address.eq_ignore_ascii_case("invalid:nomail");
    let address = if usable { address.to_owned() } else { email.unwrap_or_default() };
    let name = name.filter(|name| !name.eq_ignore_ascii_case(&address));
    (!address.is_empty() || name.is_some()).then_some(Person { name, address })
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
    let optional = matches!(
        parameter(ICalendarParameterName::Role),
        Some(ICalendarParameterValue::Role(
            ICalendarParticipationRole::OptParticipant | ICalendarParticipationRole::NonParticipant
        ))
    );
    let resource = matches!(
        parameter(ICalendarParameterName::Cutype),
        Some(ICalendarParameterValue::Cutype(ICalendarUserTypes::Room | ICalendarUserTypes::Resource))
    );
    Some(Attendance { person, answer, optional, resource })
}
