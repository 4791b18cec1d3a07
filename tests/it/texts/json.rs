//! iCalendar → JSON → iCalendar loses nothing but what is named, and what is named is lost.

use std::sync::Arc;

use pasarela::calendar::{
    Alarm, AlarmKind, AttachmentData, Details, Edge, Event, ExtraValue, Particulars, Person, Trigger,
};
use pasarela::ical;
use pasarela::json::{Document, Unsaid};
use pasarela::reading;

use super::Sample;

/// Checks one event; answers how many things of it have no word in JSON.
pub(super) fn comes_back(sample: &Sample) -> usize {
    let Sample { name, event, .. } = sample;
    let (document, unsaid) = Document::of(event);
    let back = document.event();
    let (wanted, named) = said(event);
    assert_eq!(unsaid, named, "{name}");
    assert_eq!(shown(&back), shown(&wanted), "{name}: {unsaid:?}");
    assert_eq!(ical::fingerprint(&back), ical::fingerprint(&wanted), "{name}: {unsaid:?}");
    assert_eq!(document.unshown(), [], "{name}");
    // A text without any zone is the one thing that is shown and can't be sent.
    if document.time.zone_name().is_some() || document.time.is_all_day() {
        let text = document.text();
        assert_eq!(Document::parse(&text).as_ref(), Ok(&document), "{name}: {text}");
    }
    // And as a file: but for what never happens, which without rules is one happening there, and for files behind a link with
    // two schemes, at which readers of broken quotes part what stands in good ones.
    let two = |uri: &str| {
        uri.split_once(':').is_some_and(|(_, rest)| rest.split('/').next().is_some_and(|host| host.contains(':')))
    };
    let odd = |said: &Particulars| {
        said.attachments.iter().any(|one| matches!(&one.data, AttachmentData::Uri(uri) if two(uri)))
    };
    let all = std::iter::once(&event.master).chain(event.overrides.iter().map(|one| &one.details));
    if !ical::happens(event) || all.into_iter().any(|details| odd(details)) {
        return unsaid.len();
    }
    let file = ical::export(&back, "a@b").unwrap().text;
    let again = reading::ical(&file).unwrap_or_else(|error| panic!("{name}: {error}\n{file}"));
    assert_eq!(Document::of(&again.event), (document, Vec::new()), "{name}:\n{file}");
    unsaid.len()
}

/// An event in the words of a failure.
fn shown(event: &Event) -> String {
    let mut event = event.clone();
    each(&mut event, |said| {
        said.status = said.status.or(Some(pasarela::calendar::Status::Confirmed));
        said.class = said.class.or(Some(pasarela::calendar::Class::Public));
        (said.sequence, said.created, said.last_modified, said.stamp) = (0, None, None, None);
    });
    format!("{event:?}")
}

fn each(event: &mut Event, mut change: impl FnMut(&mut Particulars)) {
    let all = std::iter::once(&mut event.master).chain(event.overrides.iter_mut().map(|one| &mut one.details));
    for Details { particulars, .. } in all {
        change(Arc::make_mut(particulars));
    }
}

/// What JSON has words for of an event, and the names of the rest: written down here a second time.
fn said(event: &Event) -> (Event, Vec<Unsaid>) {
    let mut event = event.clone();
    let mut unsaid = Vec::new();
    if event.overrides.iter().any(|one| one.replaces.and_later) {
        unsaid.push(Unsaid::AndLater);
        event.overrides.iter_mut().for_each(|one| one.replaces.and_later = false);
    }
    each(&mut event, |said| {
        let mut lost = |is: bool, what| unsaid.extend(is.then_some(what));
        lost(said.html.take().is_some(), Unsaid::Html);
        let files = said.attachments.len();
        said.attachments.retain(|one| matches!(one.data, AttachmentData::Uri(_)));
        lost(said.attachments.len() < files, Unsaid::InlineFile);
        let (extras, free) = (said.extras.len(), said.free);
        said.extras.retain(|extra| {
            let tentative = ExtraValue::Texts(vec!["TENTATIVE".to_owned()]);
            extra.name == "X-MICROSOFT-CDO-BUSYSTATUS"
                && extra.value == tentative
                && extra.parameters.is_empty()
                && !free
        });
        lost(said.extras.len() < extras, Unsaid::Extra);
        let mut alarms = Vec::new();
        for Alarm { kind, trigger, text, repeat } in std::mem::take(&mut said.alarms) {
            let minutes = matches!(trigger, Trigger::Relative { edge: Edge::Start, seconds } if seconds <= 0 && seconds % 60 == 0);
            lost(!minutes, Unsaid::ReminderTime);
            if minutes {
                lost(text.is_some(), Unsaid::ReminderText);
                lost(repeat.is_some(), Unsaid::ReminderRepeat);
                lost(kind == AlarmKind::Audio, Unsaid::ReminderSound);
                let kind = if kind == AlarmKind::Email { kind } else { AlarmKind::Display };
                alarms.push(Alarm { kind, trigger, text: None, repeat: None });
            }
        }
        alarms.sort();
        alarms.dedup();
        said.alarms = alarms;
        let mut known = |person: &mut Person| {
            let phone = person.address.starts_with("tel:");
            let email = person.address.len() <= 254 && ical::is_email(&person.address);
            if !phone && !person.address.is_empty() && !email {
                unsaid.push(Unsaid::Address);
                person.address.clear();
            }
            person.name.is_some() || !person.address.is_empty()
        };
        said.organizer = said.organizer.take().and_then(|mut who| known(&mut who).then_some(who));
        said.attendees.retain_mut(|one| known(&mut one.person));
        let organizer = said.organizer.clone();
        let leads = |one: &pasarela::calendar::Attendance| {
            one.attends == pasarela::calendar::Attends::Chair
                && one.answer == pasarela::calendar::Participation::Accepted
                && !one.resource
                && Some(&one.person) == organizer.as_ref()
        };
        said.attendees.retain(|one| !leads(one));
        said.attendees.sort_by(|one, other| one.person.address.cmp(&other.person.address).then_with(|| one.cmp(other)));
    });
    unsaid.sort();
    unsaid.dedup();
    (event, unsaid)
}
