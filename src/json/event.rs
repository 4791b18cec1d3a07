//! A document into what a calendar can show of it.

use std::collections::HashMap;
use std::sync::Arc;

use super::document::Document;
use super::people::{Guest, Organizer};
use super::reminders::{Method, To};
use super::said::{File, Said, ShowAs};
use super::unsaid::{Unsaid, each_once};
use super::venues::Venue;
use crate::calendar::{
    Alarm, Attachment, AttachmentData, Attendance, Details, Event, Extra, ExtraValue, Override, Particulars, Person,
    RecurrenceId,
};

/// The word that Outlook has for what is neither free nor busy for sure.
pub(super) const BUSY_STATUS: &str = "X-MICROSOFT-CDO-BUSYSTATUS";

/// And its meaning.
pub(super) const TENTATIVE: &str = "TENTATIVE";

impl Document {
    /// The event as a calendar has it.
    pub fn event(&self) -> Event {
        // What occurrences share is made once and stays shared.
        let mut made: HashMap<*const Said, Arc<Particulars>> = HashMap::new();
        let mut details = |document: &Self| {
            let particulars =
                made.entry(Arc::as_ptr(&document.said)).or_insert_with(|| Arc::new(particulars(&document.said)));
            let recurrence = document.repeats.as_ref().map(|repeats| repeats.recurrence.clone());
            Details { span: document.time.span.clone(), recurrence, particulars: Arc::clone(particulars) }
        };
        let master = details(self);
        let overrides = self.repeats.iter().flat_map(|repeats| &repeats.overrides);
        let overrides = overrides.map(|(at, one)| Override {
            replaces: RecurrenceId { at: at.clone(), and_later: false },
            details: details(one),
        });
        let overrides = overrides.collect();
        Event { master, overrides }
    }

    /// What the event of this document does not say, as iCalendar has no word for it.
    pub fn unshown(&self) -> Vec<Unsaid> {
        let mut unsaid = Vec::new();
        let mut last = None;
        let overrides = self.repeats.iter().flat_map(|repeats| &repeats.overrides).map(|(_, one)| one);
        for document in std::iter::once(self).chain(overrides) {
            if last != Some(Arc::as_ptr(&document.said)) {
                unshown(&document.said, &mut unsaid);
            }
            last = Some(Arc::as_ptr(&document.said));
        }
        each_once(unsaid)
    }
}

fn particulars(said: &Said) -> Particulars {
    let mut attendees: Vec<Attendance> = said.attendees.iter().filter_map(attendance).collect();
    attendees.sort_by(|one, other| one.person.address.cmp(&other.person.address).then_with(|| one.cmp(other)));
    attendees.dedup();
    let mut alarms: Vec<Alarm> = said.reminders.iter().filter_map(|one| one.alarm()).collect();
    alarms.sort();
    alarms.dedup();
    let tentative = Extra {
        name: BUSY_STATUS.to_owned(),
        parameters: Vec::new(),
        value: ExtraValue::Texts(vec![TENTATIVE.to_owned()]),
    };
    Particulars {
        summary: said.name.clone(),
        description: said.description.clone(),
        location: said.location.clone(),
        geo: said.geo,
        url: said.url.clone(),
        status: Some(said.status()),
        free: said.show_as == ShowAs::Free,
        class: Some(said.privacy),
        categories: said.categories.clone(),
        color: said.color.clone(),
        priority: said.priority,
        organizer: said.organizer.as_ref().and_then(person),
        attendees,
        alarms,
        attachments: said.attachments.iter().map(attachment).collect(),
        conferences: said.venues.iter().filter_map(Venue::conference).collect(),
        extras: (said.show_as == ShowAs::Tentative).then_some(tentative).into_iter().collect(),
        ..Particulars::default()
    }
}

fn attachment(file: &File) -> Attachment {
    let File { url, name, media_type } = file;
    Attachment { data: AttachmentData::Uri(url.clone()), media_type: media_type.clone(), name: name.clone() }
}

/// Somebody as a calendar names them: by e-mail, else by phone, else by name alone.
fn person(who: &Organizer) -> Option<Person> {
    let phone = who.phone.as_ref().map(|phone| format!("tel:{}", phone.replace([' ', '(', ')'], "")));
    let address = who.email.clone().or(phone).unwrap_or_default();
    let name = who.name.clone().filter(|name| !name.eq_ignore_ascii_case(&address));
    (!address.is_empty() || name.is_some()).then_some(Person { name, address })
}

fn attendance(guest: &Guest) -> Option<Attendance> {
    let Guest { who, state, role, resource } = guest;
    Some(Attendance { person: person(who)?, answer: *state, attends: *role, resource: *resource })
}

fn unshown(said: &Said, unsaid: &mut Vec<Unsaid>) {
    let who = said.organizer.iter().chain(said.attendees.iter().map(|guest| &guest.who));
    for who in who {
        let Organizer { name: _, email, phone, user_id, partner_id } = who;
        let lost = [
            (user_id.is_some() || partner_id.is_some(), Unsaid::PersonId),
            (email.is_some() && phone.is_some(), Unsaid::PersonPhone),
            (person(who).is_none(), Unsaid::PersonNameless),
        ];
        unsaid.extend(lost.into_iter().filter(|(is, _)| *is).map(|(_, what)| what));
    }
    let lost = [
        (said.res_model.is_some() || said.res_id.is_some(), Unsaid::Record),
        (!said.opaque.is_empty(), Unsaid::Opaque),
        (said.reminders.iter().any(|one| one.method == Method::Sms), Unsaid::ReminderSms),
        (said.reminders.iter().any(|one| one.to != To::Organizer), Unsaid::ReminderTo),
        (said.venues.iter().any(|venue| venue.uri.is_none()), Unsaid::Place),
    ];
    unsaid.extend(lost.into_iter().filter(|(is, _)| *is).map(|(_, what)| what));
}
