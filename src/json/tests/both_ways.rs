//! JSON → iCalendar → JSON loses nothing but what is named, and what is named is lost.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::ical;

/// What iCalendar has words for of a document, and the names of the rest: written down here a second time.
fn said(document: &Document) -> (Document, Vec<Unsaid>) {
    let mut unsaid = Vec::new();
    let mut document = document.clone();
    strip(&mut document, &mut unsaid);
    if let Some(repeats) = &mut document.repeats {
        repeats.overrides.iter_mut().for_each(|(_, one)| strip(one, &mut unsaid));
    }
    unsaid.sort();
    unsaid.dedup();
    (document, unsaid)
}

fn strip(document: &mut Document, unsaid: &mut Vec<Unsaid>) {
    let said = Arc::make_mut(&mut document.said);
    let mut lost = |is: bool, what| unsaid.extend(is.then_some(what));
    lost(said.res_model.take().is_some() | said.res_id.take().is_some(), Unsaid::Record);
    lost(!std::mem::take(&mut said.opaque).is_empty(), Unsaid::Opaque);
    let venues = said.venues.len();
    said.venues.retain(|venue| venue.uri.is_some());
    lost(said.venues.len() < venues, Unsaid::Place);
    let mut reminders: Vec<(i64, Reminder)> = Vec::new();
    for mut one in std::mem::take(&mut said.reminders) {
        lost(one.method == Method::Sms, Unsaid::ReminderSms);
        lost(one.to != To::Organizer, Unsaid::ReminderTo);
        one.to = To::Organizer;
        let minutes = i64::from(one.value) * [1, 60, 1_440, 10_080][one.unit as usize];
        let units = [(10_080, Unit::Weeks), (1_440, Unit::Days), (60, Unit::Hours), (1, Unit::Minutes)];
        let (size, unit) = units.into_iter().find(|(size, _)| minutes % size == 0).unwrap();
        (one.value, one.unit) =
            if minutes == 0 { (0, Unit::Minutes) } else { (u32::try_from(minutes / size).unwrap(), unit) };
        if one.method != Method::Sms && !reminders.iter().any(|(_, known)| *known == one) {
            reminders.push((-minutes, one));
        }
    }
    reminders.sort_by_key(|(seconds, one)| (one.method == Method::Email, *seconds));
    said.reminders = reminders.into_iter().map(|(_, one)| one).collect();
    let mut known = |who: &mut Organizer| {
        lost(who.user_id.take().is_some() | who.partner_id.take().is_some(), Unsaid::PersonId);
        lost(who.email.is_some() && who.phone.take().is_some(), Unsaid::PersonPhone);
        lost(*who == Organizer::default(), Unsaid::PersonNameless);
        *who != Organizer::default()
    };
    if let Some(who) = &mut said.organizer
        && !known(who)
    {
        said.organizer = None;
    }
    said.attendees.retain_mut(|guest| known(&mut guest.who));
    let place = |who: &Organizer| {
        who.email.clone().or(who.phone.clone().map(|phone| format!("tel:{phone}"))).unwrap_or_default()
    };
    said.attendees
        .sort_by_key(|guest| (place(&guest.who), guest.who.name.clone(), guest.state as u8, guest.role as u8));
    said.attendees.dedup();
}

fn goes_and_comes_back(document: &Document) {
    let (wanted, named) = said(document);
    assert_eq!(document.unshown(), named);
    let event = document.event();
    assert_eq!(Document::of(&event), (wanted.clone(), Vec::new()));
    let file = ical::export(&event, "a@b").unwrap().text;
    let again = reading::ical(&file).unwrap_or_else(|error| panic!("{error}\n{file}"));
    assert_eq!(again.notes, Vec::<String>::new(), "{file}");
    let back = Document::of(&again.event).0;
    assert_eq!(back.text(), wanted.text(), "{file}");
    assert_eq!(back, wanted);
}

/// Fields of an event besides when, each with a value that it can have.
fn fields() -> Vec<(&'static str, Value)> {
    vec![
        ("name", json!("Cita; con, todo\n\"esto\"")),
        ("description", json!("Línea uno\nlínea dos \\ y más")),
        ("location", json!("Av. Amazonas 12, Quito")),
        (
            "locations",
            json!([{ "uri": "https://meet.google.com/abc", "label": "Meet", "features": ["VIDEO"] }, { "kind": "ask" }]),
        ),
        (
            "locations",
            json!([{ "kind": "phone_host", "uri": "tel:+593991234567" }, { "kind": "link", "uri": "https://teams.microsoft.com/x" }]),
        ),
        ("url", json!("https://example.org/a?b=c,d")),
        ("status", json!("tentative")),
        ("status", json!("cancelled")),
        ("privacy", json!("confidential")),
        ("show_as", json!("tentative")),
        ("show_as", json!("free")),
        ("categories", json!(["b", "a,b"])),
        ("color", json!("#ff0000")),
        ("priority", json!(3)),
        ("geo", json!({ "latitude": -0.18, "longitude": -78.5 })),
        ("organizer", json!({ "name": "Ana \"la\" Jefa", "email": "ana@example.com" })),
        ("organizer", json!({ "name": "Ana", "phone": "+593991234567", "user_id": 4 })),
        ("organizer", json!({ "partner_id": 4 })),
        (
            "attendees",
            json!([{ "email": "josé@ejemplo.es", "name": "José", "role": "chair", "state": "accepted" }, { "name": "Sala", "resource": true }]),
        ),
        (
            "attendees",
            json!([{ "phone": "+593991234567" }, { "user_id": 3 }, { "email": "b@example.com", "phone": "123456", "role": "opt_participant" }]),
        ),
        (
            "attendees",
            json!([{ "email": "c@example.com", "state": "declined", "role": "non_participant" }, { "email": "a@example.com", "state": "tentative" }]),
        ),
        (
            "reminders",
            json!([{ "interval_value": 7, "interval_unit": "days" }, { "interval_value": 0 }, { "method": "email" }]),
        ),
        (
            "reminders",
            json!([{ "method": "sms" }, { "to": "attendees" }, { "interval_value": 120 }, { "interval_value": 2, "interval_unit": "hours" }]),
        ),
        (
            "attachments",
            json!([{ "url": "https://example.org/a.pdf", "name": "a b.pdf", "media_type": "application/pdf" }]),
        ),
        ("res_model", json!("crm.lead")),
        ("res_id", json!(42)),
        ("company_id", json!(1)),
    ]
}

fn times() -> Vec<Value> {
    vec![
        json!({ "start_datetime": "2027-01-05T10:00:00", "end_datetime": "2027-01-05T11:00:00" }),
        json!({ "start_datetime": "2027-01-05T10:00:00", "end_datetime": "2027-01-05T10:00:00", "timezone": "Europe/Madrid" }),
        json!({ "start_datetime": "2027-01-05T10:00:00Z", "end_datetime": "2027-01-06T11:00:00Z", "timezone": "UTC" }),
        json!({ "start_datetime": "2027-01-05T20:00:00", "end_datetime": "2027-01-06T14:00:00", "end_timezone": "Europe/Madrid" }),
        json!({ "start_date": "2027-01-05" }),
        json!({ "start_date": "2027-02-27", "end_date": "2027-03-02" }),
    ]
}

fn repetitions() -> Vec<Value> {
    vec![
        Value::Null,
        json!({ "rrule_type": "daily", "count": 30 }),
        json!({ "rrule_type": "weekly", "weekdays": 127, "interval": 2 }),
        json!({ "rules": ["FREQ=DAILY;INTERVAL=3"], "except_rules": ["FREQ=MONTHLY;BYMONTHDAY=1"], "dates": ["2027-05-01"] }),
        json!({ "rrule_type": "daily", "until": "2027-06-01", "except_dates": ["2027-01-10", "2027-03-03"] }),
    ]
}

/// A body by the dice; the occurrence that differs is the first.
fn bodies() -> impl Strategy<Value = Value> {
    let some = || subsequence(fields(), 0..9);
    (select(times()), some(), select(repetitions()), proptest::option::of(some())).prop_map(
        |(mut body, said, repeats, other)| {
            let first = body
                .get("start_date")
                .or(body.get("start_datetime"))
                .unwrap()
                .as_str()
                .unwrap()
                .trim_end_matches('Z')
                .to_owned();
            let object = body.as_object_mut().unwrap();
            object.extend(said.into_iter().map(|(name, value)| (name.to_owned(), value)));
            if !repeats.is_null() {
                object.insert("recurrence".to_owned(), repeats);
                if let Some(other) = other {
                    let change: serde_json::Map<_, _> =
                        other.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
                    body["recurrence"]["overrides"] = json!({ first: change });
                }
            }
            body
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_body_goes_to_icalendar_and_comes_back(body in bodies()) {
        kept(&body);
        goes_and_comes_back(&document(&body));
    }

    #[test]
    fn an_answer_that_is_sent_back_says_the_same(body in bodies(), camel in any::<bool>()) {
        let document = document(&body);
        let answer = Value::Object(document.answer(&Beside { uid: "a@b".to_owned(), ..Beside::default() }));
        let answer = spelled(answer, if camel { Spelling::Camel } else { Spelling::Snake });
        let again = Body::read(&answer.to_string(), &Defaults::default()).map(|body| body.document);
        prop_assert_eq!(again.as_ref(), Ok(&document));
        let change = Body::change(&answer.to_string(), &document, &Defaults::default()).map(|body| body.document);
        prop_assert_eq!(change.as_ref(), Ok(&document));
    }

    #[test]
    fn a_change_is_what_it_says_and_twice_is_once(body in bodies(), other in subsequence(fields(), 0..6)) {
        let before = document(&body);
        let patch: serde_json::Map<_, _> = other.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let patch = Value::Object(patch).to_string();
        let once = Body::change(&patch, &before, &Defaults::default()).unwrap().document;
        let twice = Body::change(&patch, &once, &Defaults::default()).unwrap().document;
        prop_assert_eq!(&twice, &once);
        prop_assert_eq!(Document::parse(&once.text()), Ok(once));
    }
}
