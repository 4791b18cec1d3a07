//! Patches by the dice, over made-up series in both forms, against lists of what happens.

use fastrand::Rng;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::dice::{far, named, series};
use super::list::{List, list, same};
use super::{patched, read};
use crate::calendar::{Event, Span, When};
use crate::ical;
use crate::instances::Name;
use crate::json::Document;
use crate::reading::Form;
use crate::revise::{Extent, ReviseError, Revised, Split, Which};

/// A series in a form by the dice. JSON has none whose times float.
fn held(dice: &mut Rng) -> (Form, String) {
    let text = series(dice);
    let event = read(Form::Ical, &text);
    if dice.bool() || matches!(event.master.span.start, When::Floating(_)) {
        return (Form::Ical, text);
    }
    (Form::Json, Document::of(&event).0.text())
}

/// The fields that say a span.
fn times(span: &Span) -> Value {
    match (&span.start, &span.end) {
        (When::Date(start), When::Date(end)) => {
            json!({"start_date": start.to_string(), "end_date": end.to_string()})
        }
        (start, end) => {
            json!({"start_datetime": start.reading().to_string(), "end_datetime": end.reading().to_string()})
        }
    }
}

fn occurrence(dice: &mut Rng, event: &Event) -> Option<When> {
    let names = named(event);
    let at = dice.choice(&names).filter(|_| event.master.recurrence.is_some())?;
    // As ids name it: in the hour that clocks skip the reading is another one.
    Name::of(at).in_series(&event.master.span.start)
}

#[test]
fn a_patch_of_one_changes_that_one() {
    for seed in testing::cases::seeds(0..3_000) {
        let dice = &mut Rng::with_seed(seed);
        let (form, text) = held(dice);
        let event = read(form, &text);
        let Some(at) = occurrence(dice, &event) else { continue };
        let mut model = list(&event, far());
        let span = Span { start: later(&at, 36), end: later(&at, 60) };
        let moves = dice.bool();
        let mut body = json!({"name": "Sola"});
        if moves {
            merge(&mut body, times(&span));
        }
        if let Some((known, title)) = model.get_mut(&at.order()) {
            "Sola".clone_into(title);
            if moves {
                *known = span;
            }
        }
        let which = Which { extent: None, occurrence: Some(Name::of(&at)) };
        let about = format!("seed {seed} {at:?} {body}\n{text}");
        match patched(form, &text, &body.to_string(), which) {
            Ok(Revised::Changed { text: left, split: None }) => {
                same(&list(&read(form, &left), far()), &model, &format!("{about}\n{left}"));
                let again = patched(form, &left, &body.to_string(), which);
                assert_eq!(again, Ok(Revised::Same), "{about}\n{left}");
            }
            other => panic!("{other:?} {about}"),
        }
    }
}

#[test]
fn a_patch_of_all_later_ones_changes_them_and_parts_the_series() {
    for seed in testing::cases::seeds(0..3_000) {
        let dice = &mut Rng::with_seed(seed);
        let (form, text) = held(dice);
        let event = read(form, &text);
        let Some(at) = occurrence(dice, &event) else { continue };
        let before = list(&event, far());
        let first = ical::first_occurrence(&event).map(|first| first.order());
        let is_first = first.is_none_or(|first| at.order() <= first);
        let title = |(order, (span, title)): (_, (Span, String))| {
            let follows = order == at.order() || (is_first || order > at.order()) && title == "Clase";
            (order, (span, if follows { "Nueva".to_owned() } else { title }))
        };
        let model: List = before.into_iter().map(title).collect();
        let which = Which { extent: Some(Extent::Following), occurrence: Some(Name::of(&at)) };
        let about = format!("seed {seed} {at:?}\n{text}");
        let body = r#"{"name": "Nueva"}"#;
        match patched(form, &text, body, which) {
            Ok(Revised::Changed { text: left, split: Some(Split { text: new, at: name }) }) => {
                assert_eq!((name, is_first), (Name::of(&at), false), "{about}");
                let (one, other) = (list(&read(form, &left), far()), list(&read(form, &new), far()));
                let about = format!("{about}\n{left}\n{new}");
                assert!(
                    one.keys().all(|key| *key < at.order()) && other.keys().all(|key| *key >= at.order()),
                    "{about}"
                );
                same(&one.into_iter().chain(other).collect(), &model, &about);
                let again = patched(form, &left, body, which);
                assert!(matches!(again, Err(ReviseError::NoSuchOccurrence(_))), "{again:?} {about}");
            }
            Ok(Revised::Changed { text: left, split: None }) => {
                assert!(is_first, "{about}\n{left}");
                same(&list(&read(form, &left), far()), &model, &format!("{about}\n{left}"));
                assert_eq!(patched(form, &left, body, which), Ok(Revised::Same), "{about}\n{left}");
            }
            other => panic!("{other:?} {about}"),
        }
    }
}

#[test]
fn a_series_that_moves_moves_whole() {
    for seed in testing::cases::seeds(0..3_000) {
        let dice = &mut Rng::with_seed(seed);
        let (form, text) = held(dice);
        // Days of the month have other days beside them each time.
        let event = read(form, &text);
        if text.contains("MONTHLY") || text.contains("YEARLY") || !describes_its_start(&event) {
            continue;
        }
        let by = dice.i64(-40..40);
        let whole = event.master.span.start.is_date();
        let by = if whole { by.rem_euclid(8) * 24 } else { by };
        let longer = if whole { 0 } else { dice.i64(0..2) };
        let own = event.master.span.clone();
        let span = Span { start: later(&own.start, by), end: later(&own.end, by + longer) };
        let body = times(&span);
        let about = format!("seed {seed} {by} {body}\n{text}");
        // By the clock, so that a night whose clocks change is no other case.
        let moved = |one: &Span, unmoved: bool| {
            let start = if unmoved { later(&one.start, by) } else { one.start.clone() };
            if one.length() == own.length() { span.starting(start) } else { one.starting(start) }
        };
        let until = "2028-01-01T00:00:00".parse().unwrap();
        let mut model: Vec<(Span, String)> = Vec::new();
        for (order, (one, title)) in list(&event, until) {
            let alone = event
                .overrides
                .iter()
                .any(|other| other.replaces.at.order() == order && other.details.span.start.order() != order);
            model.push((moved(&one, !alone), title));
        }
        let which = Which::default();
        match patched(form, &text, &body.to_string(), which) {
            Ok(Revised::Changed { text: left, split: None }) => {
                let after = list(&read(form, &left), until);
                let mut after: Vec<(Span, String)> = after.into_values().collect();
                let about = format!("{about}\n{left}");
                let near = |one: &Span| one.start.reading() < "2027-08-01T00:00:00".parse().unwrap();
                model.retain(|(one, _)| near(one));
                after.retain(|(one, _)| near(one));
                let order = |(one, title): &(Span, String)| (one.start.order(), one.end.order(), title.clone());
                model.sort_by_key(order);
                after.sort_by_key(order);
                for (one, other) in model.iter().zip(&after) {
                    assert_eq!(other, one, "{about}");
                }
                assert_eq!(after.len(), model.len(), "{about}");
                assert_eq!(patched(form, &left, &body.to_string(), which), Ok(Revised::Same), "{about}");
            }
            Ok(Revised::Same) => assert_eq!((by, longer), (0, 0), "{about}"),
            other => panic!("{other:?} {about}"),
        }
    }
}

/// Whether each rule gives the start: another one stays where it is when that moves.
fn describes_its_start(event: &Event) -> bool {
    let start = &event.master.span.start;
    let mut rules = event.master.recurrence.iter().flat_map(|repeats| &repeats.rules);
    rules.all(|rule| ical::occurrences_from(rule, start, start.reading(), 1).first() == Some(start))
}

fn later(point: &When, hours: i64) -> When {
    point.at_reading(point.reading().checked_add(SignedDuration::from_hours(hours)).unwrap())
}

fn merge(body: &mut Value, more: Value) {
    if let (Value::Object(body), Value::Object(more)) = (body, more) {
        body.extend(more);
    }
}
