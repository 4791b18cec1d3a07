//! Deletions, of texts.

use fastrand::Rng;

use super::dice::{far, named, series};
use super::list::{list, same};
use super::{read as read_form, which};
use crate::calendar::Event;
use crate::instances::Name;
use crate::reading::Form;
use crate::revise::{Extent, ReviseError, Revised, Which, remove};

fn read(text: &str) -> Event {
    read_form(Form::Ical, text)
}

/// The text that a deletion leaves.
#[track_caller]
fn left(text: &str, extent: Extent, at: &str) -> String {
    match remove(Form::Ical, text, which(extent, at)) {
        Ok(Revised::Changed { text, split: None }) => text,
        other => panic!("{other:?}"),
    }
}

const DAILY: &str = "BEGIN:VCALENDAR\r\nX-DE:otro\r\nBEGIN:VEVENT\r\nUID:a\r\nX-RARO;X=\"1\":se queda\r\nDTSTART:20270105T100000Z\r\n\
                     DURATION:PT1H\r\nRRULE:FREQ=DAILY;X-Y=1;COUNT=3\r\nSUMMARY:Una clase con un título tan largo que la línea se \
                     \r\n pliega\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

#[test]
fn one_is_excluded_and_every_other_line_stays_as_it_came() {
    let text = left(DAILY, Extent::This, "2027-01-06T10:00:00Z");
    let added = "EXDATE:20270106T100000Z\r\nSEQUENCE:1\r\n";
    assert_eq!(text, DAILY.replace("BEGIN:VALARM", &format!("{added}BEGIN:VALARM")));
    let again = remove(Form::Ical, &text, which(Extent::This, "20270106T100000Z"));
    let name = Name::read("20270106T100000Z").unwrap();
    assert_eq!(again, Err(ReviseError::NoSuchOccurrence(name)), "it is gone already");
    let text = left(&text, Extent::This, "2027-01-05T10:00:00Z");
    let none = remove(Form::Ical, &text, which(Extent::This, "2027-01-07T05:00:00-05:00"));
    assert_eq!(none, Ok(Revised::Gone), "it was the last one");
}

#[test]
fn all_later_ones_end_the_rule_and_a_count_becomes_what_was_used() {
    let text = left(DAILY, Extent::Following, "2027-01-07T10:00:00Z");
    assert_eq!(
        text,
        DAILY
            .replace("RRULE:FREQ=DAILY;X-Y=1;COUNT=3", "RRULE:FREQ=DAILY;COUNT=2")
            .replace("BEGIN:VALARM", "SEQUENCE:1\r\nBEGIN:VALARM")
    );
    let endless =
        DAILY.replace(";COUNT=3", "").replace("DTSTART:20270105T100000Z", "DTSTART;TZID=Europe/Madrid:20270105T100000");
    let text = left(&endless, Extent::Following, "2027-06-07T10:00:00");
    assert!(text.contains("RRULE:FREQ=DAILY;UNTIL=20270606T080000Z\r\n"), "in UTC, in summer: {text}");
    let days = endless
        .replace("DTSTART;TZID=Europe/Madrid:20270105T100000", "DTSTART;VALUE=DATE:20270105")
        .replace("DURATION:PT1H\r\n", "");
    assert!(left(&days, Extent::Following, "2027-06-07").contains("RRULE:FREQ=DAILY;UNTIL=20270606\r\n"));
    let floating = endless.replace(";TZID=Europe/Madrid", "");
    assert!(left(&floating, Extent::Following, "2027-06-07T10:00:00").contains(";UNTIL=20270606T100000\r\n"));
    for at in ["2027-01-05T10:00:00Z", "20270105T100000Z"] {
        assert_eq!(
            remove(Form::Ical, DAILY, which(Extent::Following, at)),
            Ok(Revised::Gone),
            "from the first on is all"
        );
    }
    let without_first = left(DAILY, Extent::This, "2027-01-05T10:00:00Z");
    let from_second = remove(Form::Ical, &without_first, which(Extent::Following, "2027-01-06T10:00:00Z"));
    assert_eq!(from_second, Ok(Revised::Gone), "what comes first is the first");
}

#[test]
fn what_no_occurrence_is_changes_nothing() {
    let series = DAILY.replace("RRULE", "EXDATE:20270106T100000Z\r\nRRULE");
    for at in
        ["2027-01-06T10:00:00Z", "2027-01-08T10:00:00Z", "2027-01-05T10:00:01Z", "2027-01-05", "2027-01-05T10:00:00"]
    {
        for extent in [Extent::This, Extent::Following, Extent::All] {
            let refused = remove(Form::Ical, &series, which(extent, at));
            assert!(matches!(refused, Err(ReviseError::NoSuchOccurrence(_))), "{at} {extent:?} {refused:?}");
        }
    }
    let alone = DAILY.replace("RRULE:FREQ=DAILY;X-Y=1;COUNT=3\r\n", "");
    let refused = remove(Form::Ical, &alone, which(Extent::This, "2027-01-05T10:00:00Z"));
    assert!(matches!(refused, Err(ReviseError::NoSuchOccurrence(_))), "no series");
    let silent = |extent| remove(Form::Ical, DAILY, Which { extent: Some(extent), occurrence: None });
    assert_eq!(silent(Extent::This), Err(ReviseError::WhichOccurrence));
    assert_eq!(silent(Extent::Following), Err(ReviseError::WhichOccurrence));
    assert_eq!(silent(Extent::All), Ok(Revised::Gone));
    assert_eq!(
        remove(Form::Ical, DAILY, Which::default()),
        Ok(Revised::Gone),
        "a series without an occurrence is all of it"
    );
    assert_eq!(remove(Form::Ical, &alone, Which { extent: Some(Extent::This), occurrence: None }), Ok(Revised::Gone));
}

#[test]
fn dates_periods_and_changes_go_with_their_occurrence() {
    let series = DAILY.replace(
        "RRULE",
        "RDATE;VALUE=PERIOD:20270110T100000Z/PT3H,20270111T100000Z/PT2H\r\nRDATE:20270112T100000Z\r\nRRULE",
    );
    let text = left(&series, Extent::This, "2027-01-12T10:00:00Z");
    let event = read(&text);
    let happens = list(&event, far());
    let mut model = list(&read(&series), far());
    model.remove(&"2027-01-12T10:00:00".parse().unwrap());
    same(&happens, &model, &text);
    assert!(!text.contains("20270112"), "{text}");
    let text = left(&series, Extent::This, "2027-01-10T10:00:00Z");
    let mut model = list(&read(&series), far());
    model.remove(&"2027-01-10T10:00:00".parse().unwrap());
    same(&list(&read(&text), far()), &model, &text);
    let changed = DAILY.replace("END:VCALENDAR", "BEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID:20270106T100000Z\r\nDTSTART:20270106T180000Z\r\nSUMMARY:Otra\r\nEND:VEVENT\r\nEND:VCALENDAR");
    let text = left(&changed, Extent::This, "2027-01-06T10:00:00Z");
    assert!(!text.contains("Otra") && text.contains("EXDATE:20270106T100000Z"), "{text}");
    let refused = remove(Form::Ical, &changed, which(Extent::This, "2027-01-06T18:00:00Z"));
    assert!(matches!(refused, Err(ReviseError::NoSuchOccurrence(_))), "by its original start alone");
}

#[test]
fn what_is_said_of_all_later_ones_outlives_the_one_it_began_with() {
    let changed = DAILY.replace("COUNT=3", "COUNT=6").replace("END:VCALENDAR", "BEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID;RANGE=THISANDFUTURE:20270107T100000Z\r\nDTSTART:20270107T180000Z\r\nDURATION:PT2H\r\nSUMMARY:Tarde\r\nEND:VEVENT\r\nEND:VCALENDAR");
    let text = left(&changed, Extent::This, "2027-01-07T10:00:00Z");
    assert!(text.contains("RECURRENCE-ID;RANGE=THISANDFUTURE:20270108T100000Z\r\nDTSTART:20270108T180000Z\r\nDURATION:PT2H\r\nSUMMARY:Tarde"), "{text}");
    assert!(text.contains("EXDATE:20270107T100000Z"), "{text}");
}

#[test]
fn whatever_is_deleted_the_others_stay() {
    for seed in testing::cases::seeds(0..3_000) {
        let dice = &mut Rng::with_seed(seed);
        let mut text = series(dice);
        let mut model = list(&read(&text), far());
        for _ in 0..4 {
            let names = named(&read(&text));
            let Some(at) = dice.choice(&names) else { break };
            let extent = if dice.u8(0..3) == 0 { Extent::Following } else { Extent::This };
            let which = Which { extent: Some(extent), occurrence: Some(Name::of(at)) };
            let about = format!("seed {seed} {extent:?} {at:?}\n{text}");
            match extent {
                Extent::Following => model.retain(|order, _| *order < at.order()),
                _ => drop(model.remove(&at.order())),
            }
            match remove(Form::Ical, &text, which) {
                Ok(Revised::Changed { text: left, split: None }) => {
                    same(&list(&read(&left), far()), &model, &format!("{about}\n{left}"));
                    let kept = |text: &str| text.matches("X-OTRA;X-P=1:queda").count();
                    assert_eq!(kept(&left), 1, "{about}\n{left}");
                    let again = remove(Form::Ical, &left, which);
                    assert!(matches!(again, Err(ReviseError::NoSuchOccurrence(_))), "{about}\n{left}");
                    text = left;
                }
                Ok(Revised::Gone) => {
                    assert!(model.is_empty(), "{about}\n{model:?}");
                    break;
                }
                other => panic!("{other:?} {about}"),
            }
        }
    }
}
