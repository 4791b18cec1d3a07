//! The document of an event that came as iCalendar.

use std::collections::HashMap;
use std::sync::Arc;

use super::document::{Document, Repeats};
use super::event::{BUSY_STATUS, TENTATIVE};
use super::people::{Guest, Organizer, is_email, is_phone};
use super::reminders::Reminder;
use super::said::{File, Said, ShowAs};
use super::time::Time;
use super::unsaid::{Unsaid, each_once};
use super::venues::Venue;
use crate::calendar::{
    Alarm, Attachment, AttachmentData, Attendance, Class, Details, Event, Extra, ExtraValue, Override, Particulars,
    Person, Status,
};

impl Document {
    /// The document that says what an event says, and what of it has no word in JSON.
    pub fn of(event: &Event) -> (Self, Vec<Unsaid>) {
        let Event { master, overrides } = event;
        let mut unsaid = Vec::new();
        // What occurrences share is made once and stays shared.
        let mut made: HashMap<*const Particulars, Arc<Said>> = HashMap::new();
        let mut document = |details: &Details, unsaid: &mut Vec<Unsaid>| {
            let known = made.entry(Arc::as_ptr(&details.particulars));
            let said = Arc::clone(known.or_insert_with(|| Arc::new(said(&details.particulars, unsaid))));
            Self { uid: None, time: Time::of(&details.span), said, repeats: None }
        };
        let mut whole = document(master, &mut unsaid);
        let mut changed = Vec::with_capacity(overrides.len());
        for Override { replaces, details } in overrides {
            if replaces.and_later {
                unsaid.push(Unsaid::AndLater);
            }
            changed.push((replaces.at.clone(), document(details, &mut unsaid)));
        }
        whole.repeats = master.recurrence.as_ref().map(|recurrence| {
            let mut repeats = Repeats { recurrence: recurrence.clone(), overrides: changed };
            repeats.settle();
            repeats
        });
        (whole, each_once(unsaid))
    }
}

fn said(from: &Particulars, unsaid: &mut Vec<Unsaid>) -> Said {
    let Particulars {
        summary,
        description,
        html,
        location,
        geo,
        url,
        status,
        free,
        class,
        categories,
        color,
        priority,
        organizer,
        attendees,
        alarms,
        attachments,
        conferences,
        sequence: _,
        created: _,
        last_modified: _,
        stamp: _,
        extras,
    } = from;
    let tentative = extras.iter().any(is_tentative) && !free;
    let lost = [
        (html.is_some(), Unsaid::Html),
        (extras.iter().any(|extra| !is_tentative(extra)), Unsaid::Extra),
        (extras.iter().any(is_tentative) && *free, Unsaid::Extra),
    ];
    unsaid.extend(lost.into_iter().filter(|(is, _)| *is).map(|(_, what)| what));
    let organizer = organizer.as_ref().and_then(|person| who(person, unsaid));
    Said {
        name: summary.clone(),
        description: description.clone(),
        location: location.clone(),
        venues: conferences.iter().map(Venue::of).collect(),
        url: url.clone(),
        status: status_beside(*status, tentative),
        privacy: class.unwrap_or(Class::Public),
        show_as: match (free, tentative) {
            (true, _) => ShowAs::Free,
            (false, true) => ShowAs::Tentative,
            (false, false) => ShowAs::Busy,
        },
        categories: categories.clone(),
        color: color.clone(),
        priority: *priority,
        geo: *geo,
        attendees: guests(attendees, organizer.as_ref(), unsaid),
        organizer,
        reminders: reminders(alarms, unsaid),
        attachments: attachments.iter().filter_map(|one| file(one, unsaid)).collect(),
        ..Said::default()
    }
}

/// How sure it is, where that does not go without saying. Without a word it is confirmed, also where somebody's program
/// calls it tentative in a word of its own.
fn status_beside(status: Option<Status>, tentative: bool) -> Option<Status> {
    let silent = if tentative { Status::Tentative } else { Status::Confirmed };
    Some(status.unwrap_or(Status::Confirmed)).filter(|status| *status != silent)
}

/// The guests, in the order of what is left of them, as everybody who writes them has it.
fn guests(attendees: &[Attendance], organizer: Option<&Organizer>, unsaid: &mut Vec<Unsaid>) -> Vec<Guest> {
    let guests = attendees.iter().filter_map(|one| guest(one, unsaid));
    let mut guests: Vec<Guest> = guests.filter(|guest| !guest.goes_without_saying(organizer)).collect();
    guests.sort_by_key(|Guest { who, state, role, resource }| {
        let phone = who.phone.as_ref().map(|phone| format!("tel:{phone}"));
        (who.email.clone().or(phone).unwrap_or_default(), who.name.clone(), *state, *role, *resource)
    });
    guests
}

/// The reminders, each once.
fn reminders(alarms: &[Alarm], unsaid: &mut Vec<Unsaid>) -> Vec<Reminder> {
    let mut reminders: Vec<Reminder> = Vec::new();
    for reminder in alarms.iter().filter_map(|alarm| Reminder::of(alarm, unsaid)) {
        if !reminders.contains(&reminder) {
            reminders.push(reminder);
        }
    }
    reminders
}

fn is_tentative(extra: &Extra) -> bool {
    extra.name == BUSY_STATUS
        && extra.parameters.is_empty()
        && matches!(&extra.value, ExtraValue::Texts(texts) if texts.len() == 1 && texts.iter().all(|text| text == TENTATIVE))
}

fn file(one: &Attachment, unsaid: &mut Vec<Unsaid>) -> Option<File> {
    let Attachment { data, media_type, name } = one;
    match data {
        AttachmentData::Uri(url) => Some(File { url: url.clone(), name: name.clone(), media_type: media_type.clone() }),
        AttachmentData::Inline(_) => {
            unsaid.push(Unsaid::InlineFile);
            None
        }
    }
}

/// Somebody, by the kind of address that they have.
fn who(person: &Person, unsaid: &mut Vec<Unsaid>) -> Option<Organizer> {
    let Person { name, address } = person;
    let mut who = Organizer { name: name.clone(), ..Organizer::default() };
    match address.strip_prefix("tel:") {
        Some(phone) if is_phone(phone) => who.phone = Some(phone.to_owned()),
        _ if is_email(address) => who.email = Some(address.clone()),
        _ if address.is_empty() => {}
        _ => unsaid.push(Unsaid::Address),
    }
    (who != Organizer::default()).then_some(who)
}

fn guest(one: &Attendance, unsaid: &mut Vec<Unsaid>) -> Option<Guest> {
    Some(Guest { who: who(&one.person, unsaid)?, state: one.answer, role: one.attends, resource: one.resource })
}
