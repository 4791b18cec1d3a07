//! Which occurrences a series has, whether any is left, and whether its rules ever happen.

use jiff::ToSpan as _;
use jiff::civil::DateTime;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::calendar::When;
use crate::ical::rule::{self, Reach};
use crate::ical::{expand, given::Given};

const SERIES: &str = "DTSTART;TZID=Europe/Madrid:20270104T110000\nDURATION:PT1H";

/// A series and a change of one of its occurrences.
fn changed(series: &str, occurrence: &str) -> String {
    event(&format!("{series}\nEND:VEVENT\nBEGIN:VEVENT\nUID:a@b\nDTSTART:20270107T150000Z\n{occurrence}"))
}

#[test]
fn a_change_of_an_occurrence_that_is_not_there_is_refused() {
    for (rule, id) in [
        ("RRULE:FREQ=DAILY", ";TZID=Europe/Madrid:20270105T120000"),
        ("RRULE:FREQ=DAILY", ":20270105T110000Z"),
        ("RRULE:FREQ=DAILY", ";TZID=Europe/Madrid:20270103T110000"),
        ("RRULE:FREQ=DAILY;COUNT=3", ";TZID=Europe/Madrid:20270107T110000"),
        ("RRULE:FREQ=DAILY;UNTIL=20270106T100000Z", ";TZID=Europe/Madrid:20270107T110000"),
        ("RRULE:FREQ=DAILY;INTERVAL=2", ";TZID=Europe/Madrid:20270105T110000"),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO,WE", ";VALUE=DATE:20270105"),
        ("RRULE:FREQ=MONTHLY;BYDAY=1MO", ";VALUE=DATE:20270208"),
        ("RDATE;TZID=Europe/Madrid:20270108T110000", ";VALUE=DATE:20270109"),
        ("SUMMARY:once", ";VALUE=DATE:20270105"),
    ] {
        let text = changed(&format!("{SERIES}\n{rule}"), &format!("RECURRENCE-ID{id}"));
        let error = read(&text).map(|draft| draft.event).expect_err(&text);
        assert_eq!((error.line, error.property.as_deref()), (Some(11), Some("RECURRENCE-ID")), "{error}");
        // Calling off what is not there needs nobody to know which it was.
        let off =
            read(&changed(&format!("{SERIES}\n{rule}"), &format!("RECURRENCE-ID{id}\nSTATUS:CANCELLED"))).unwrap();
        assert_eq!((off.event.overrides.len(), off.notes.len()), (0, 1), "{rule} {id}");
    }
}

#[test]
fn a_change_of_an_occurrence_that_is_there_is_taken() {
    for (series, id) in [
        (format!("{SERIES}\nRRULE:FREQ=DAILY"), ":20270105T100000Z"),
        (format!("{SERIES}\nRRULE:FREQ=DAILY;COUNT=3"), ";TZID=Europe/Madrid:20270106T110000"),
        // The start belongs to its series whatever the rule says.
        (format!("{SERIES}\nRRULE:FREQ=WEEKLY;BYDAY=FR"), ";VALUE=DATE:20270104"),
        (format!("{SERIES}\nRRULE:FREQ=HOURLY;INTERVAL=5"), ":20270104T150000Z"),
        (format!("{SERIES}\nRDATE;TZID=Europe/Madrid:20270108T110000"), ";VALUE=DATE:20270108"),
        (SERIES.to_owned(), ";VALUE=DATE:20270104"),
        // 02:30 is skipped on 28 March: the occurrence is at 03:30, which is 01:30 in UTC.
        ("DTSTART;TZID=Europe/Madrid:20270320T023000\nRRULE:FREQ=DAILY".to_owned(), ":20270328T013000Z"),
        (
            "DTSTART;TZID=Europe/Madrid:20270320T023000\nRRULE:FREQ=DAILY".to_owned(),
            ";TZID=Europe/Madrid:20270328T033000",
        ),
        ("DTSTART;VALUE=DATE:20280229\nRRULE:FREQ=YEARLY".to_owned(), ":20320229"),
    ] {
        let text = changed(&series, &format!("RECURRENCE-ID{id}"));
        let draft = read(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!((draft.event.overrides.len(), draft.notes), (1, vec![]), "{text}");
    }
}

#[test]
fn an_occurrence_that_is_excluded_and_changed_has_one_meaning() {
    let at = "RECURRENCE-ID;TZID=Europe/Madrid:20270106T110000";
    let by_date = format!("{SERIES}\nRRULE:FREQ=DAILY\nEXDATE;TZID=Europe/Madrid:20270106T110000,20270107T110000");
    let draft = read(&changed(&by_date, at)).unwrap();
    assert_eq!(draft.event.overrides.len(), 1);
    assert_eq!(draft.event.master.recurrence.unwrap().except_dates.len(), 1, "the other day stays excluded");
    assert_eq!(draft.notes, ["an occurrence is both excluded and changed: the change is shown"]);
    let draft = read(&changed(&by_date, &format!("{at}\nSTATUS:CANCELLED"))).unwrap();
    assert_eq!((draft.event.master.recurrence.unwrap().except_dates.len(), draft.notes.len()), (2, 0));
    let by_rule = format!("{SERIES}\nRRULE:FREQ=DAILY\nEXRULE:FREQ=DAILY;INTERVAL=2");
    let draft = read(&changed(&by_rule, at)).unwrap();
    assert_eq!((draft.event.overrides.len(), draft.notes.len()), (0, 1));
}

#[test]
fn of_versions_of_a_series_the_newest_counts() {
    let version = |sequence: u32, hour: u32| {
        format!(
            "BEGIN:VEVENT\nUID:a\nDTSTART:20270104T{hour}0000Z\nRRULE:FREQ=DAILY\nSEQUENCE:{sequence}\nEND:VEVENT\n"
        )
    };
    let whole = |versions: &[String]| format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", versions.concat());
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let draft = read(&whole(&order.map(|sequence| version(sequence, 10 + sequence)))).unwrap();
        assert_eq!(draft.event.master.span.start.reading().hour(), 12);
        assert!(draft.notes[0].contains("newer"), "{:?}", draft.notes);
    }
    assert_eq!(read(&whole(&[version(1, 10), version(1, 11)])).unwrap_err().line, Some(9));
}

#[test]
fn a_series_without_anything_left_does_not_happen() {
    let off = |day: &str, rest: &str| {
        format!(
            "END:VEVENT\nBEGIN:VEVENT\nUID:a@b\nRECURRENCE-ID{rest};VALUE=DATE:202701{day}\nDTSTART;VALUE=DATE:202701{day}\n\
             STATUS:CANCELLED"
        )
    };
    let (fourth, fifth, all) = (off("04", ""), off("05", ""), off("04", ";RANGE=THISANDFUTURE"));
    let later = off("05", ";RANGE=THISANDFUTURE");
    for (rest, left) in [
        ("RRULE:FREQ=DAILY;COUNT=2\nEXDATE:20270104,20270105", false),
        ("RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20270104,20270105", true),
        ("RRULE:FREQ=DAILY;UNTIL=20270105\nEXDATE:20270104,20270105", false),
        ("RRULE:FREQ=DAILY\nEXDATE:20270104,20270105", true),
        ("RRULE:FREQ=DAILY;COUNT=2\nRDATE:20270301\nEXDATE:20270104,20270105", true),
        ("RDATE:20270301\nEXDATE:20270104,20270301", false),
        ("RRULE:FREQ=DAILY\nEXRULE:FREQ=DAILY", false),
        ("RRULE:FREQ=DAILY\nEXRULE:FREQ=DAILY;INTERVAL=2", true),
        ("RRULE:FREQ=WEEKLY;COUNT=5\nEXRULE:FREQ=DAILY;COUNT=99", false),
        ("RRULE:FREQ=DAILY\nEXRULE:FREQ=DAILY;COUNT=9999", true),
        ("RRULE:FREQ=DAILY;UNTIL=20270101\nEXDATE:20270104", false),
        ("EXDATE:20270104", true),
        (&format!("RRULE:FREQ=DAILY;COUNT=2\nEXDATE:20270105\n{fourth}"), false),
        (&format!("RRULE:FREQ=DAILY;COUNT=2\n{fourth}\n{fifth}"), false),
        (&format!("RRULE:FREQ=DAILY;COUNT=3\n{fourth}\n{fifth}"), true),
        (&format!("RRULE:FREQ=DAILY\n{all}"), false),
        (&format!("RRULE:FREQ=DAILY\n{later}"), true),
        (&format!("RRULE:FREQ=DAILY\n{later}\n{fourth}"), false),
        (&format!("SUMMARY:x\n{fourth}"), false),
        (
            "RRULE:FREQ=DAILY;COUNT=1\nEXDATE:20270104\nEND:VEVENT\nBEGIN:VEVENT\nUID:a@b\nRECURRENCE-ID:20270104\nDTSTART:20270109",
            true,
        ),
    ] {
        let text = event(&format!("DTSTART;VALUE=DATE:20270104\n{rest}"));
        let draft = read(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(happens(&draft.event), left, "{rest}");
    }
}

#[test]
fn a_rule_that_never_happens_is_refused_and_a_rare_one_is_not() {
    let body = |rule: &str| event(&format!("DTSTART:20270105T090000Z\nSUMMARY:x\nRRULE:{rule}"));
    for rule in [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;UNTIL=20280101",
        "FREQ=MONTHLY;BYMONTH=4,6,9,11;BYMONTHDAY=31",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30,31",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-30",
        "FREQ=YEARLY;BYYEARDAY=60;BYMONTH=4",
        "FREQ=YEARLY;BYWEEKNO=30;BYMONTH=2",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=8",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
        "FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=3",
        "FREQ=DAILY;BYHOUR=9;BYSETPOS=2",
        "FREQ=YEARLY;BYMONTH=1;BYDAY=53MO",
        "FREQ=HOURLY;INTERVAL=2;BYHOUR=10",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYMINUTE=0,30;BYSETPOS=3",
        "FREQ=MINUTELY;INTERVAL=30;BYMINUTE=15",
        "FREQ=HOURLY;INTERVAL=24;BYHOUR=8",
    ] {
        let error = read(&body(rule)).map(|draft| draft.event).expect_err(rule);
        assert_eq!((error.line, error.property.as_deref()), (Some(6), Some("RRULE")), "{rule}: {error}");
        assert!(error.reason.contains("never happens"), "{rule}: {error}");
        // As an exception it takes nothing away.
        let except = read(&body(&format!("FREQ=DAILY\nEXRULE:{rule}"))).unwrap();
        assert!(except.event.master.recurrence.unwrap().except_rules.is_empty(), "{rule}");
    }
    for rule in [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=YEARLY;INTERVAL=400;BYMONTH=1;BYMONTHDAY=5",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU",
        "FREQ=YEARLY;BYYEARDAY=366",
        "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO",
        "FREQ=MONTHLY;BYDAY=5MO",
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=5",
        "FREQ=YEARLY;BYDAY=53TU",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=HOURLY;INTERVAL=7;BYHOUR=10;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=HOURLY;INTERVAL=9999;BYHOUR=9",
        "FREQ=DAILY;COUNT=1",
    ] {
        let draft = read(&body(rule)).unwrap_or_else(|error| panic!("{rule}: {error}"));
        assert_eq!((draft.event.master.recurrence.unwrap().rules.len(), draft.notes.len()), (1, 0), "{rule}");
    }
    for rule in [
        "FREQ=YEARLY;INTERVAL=9000",
        "FREQ=YEARLY;INTERVAL=1000;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
    ] {
        let draft = read(&body(rule)).unwrap();
        assert_eq!((draft.event.master.recurrence, draft.notes.len()), (None, 1), "{rule} leaves the start alone");
    }
}

/// The first `limit` occurrences of a rule, as calcard finds them.
fn by_calcard(rule: &str, start: DateTime, limit: usize) -> Vec<DateTime> {
    let text = format!("BEGIN:VEVENT\nDTSTART:{}\nRRULE:{rule}\nEND:VEVENT\n", stamp::compact_reading(start));
    let calcard::Entry::ICalendar(calendar) = calcard::Parser::new(&text).entry() else { panic!("{text}") };
    let events = calendar.expand_dates(calcard::common::timezone::Tz::Floating, limit).events;
    let readings = events.iter().map(|event| jiff::Timestamp::from_second(event.timestamps().0).unwrap());
    readings.map(|at| jiff::tz::TimeZone::UTC.to_datetime(at)).collect()
}

#[test]
fn weekdays_with_and_without_numbers_are_all_of_them() {
    let start = When::Floating(jiff::civil::date(2026, 12, 1).at(9, 0, 0, 0));
    let rule = rule::read("FREQ=MONTHLY;BYDAY=FR,2TU", &start).unwrap().rule;
    let days = expand::readings(&rule, start.reading(), 6).into_iter().map(|at| at.day());
    assert_eq!(days.collect::<Vec<_>>(), [4, 8, 11, 18, 25, 1]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is asked point by point is what is given one by one, here and by calcard.
    #[test]
    fn a_rule_gives_just_the_points_that_it_is_expanded_to(
        frequency in select(vec!["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
        parts in subsequence(vec!["INTERVAL=2", "INTERVAL=5", "BYMONTH=1,6", "BYMONTHDAY=1,15,-1", "BYDAY=MO,SU", "BYDAY=-1FR", "BYHOUR=9,17",
            "BYMINUTE=0,30", "BYSETPOS=1,-1", "BYYEARDAY=1,60,-1", "WKST=SU"], 0..4),
        start in 0..20_000i64,
        shift in -400..400i64,
    ) {
        let mut names: Vec<&str> = parts.iter().map(|part| part.split('=').next().unwrap()).collect();
        names.dedup();
        prop_assume!(names.len() == parts.len());
        let text = std::iter::once(format!("FREQ={frequency}")).chain(parts.iter().map(|part| (*part).to_owned()));
        let text = text.collect::<Vec<_>>().join(";");
        let from: DateTime = jiff::civil::date(2000, 2, 29).at(9, 30, 0, 0) + start.hours();
        let start = When::Floating(from);
        let Ok(read) = rule::read(&text, &start) else { return Ok(()) };
        let expanded = by_calcard(&text, from, 40);
        prop_assert_eq!(&expanded, &expand::readings(&read.rule, from, 40), "{} from {}", text, from);
        prop_assert_eq!(expanded.iter().any(|at| *at > from), rule::reach(&read.rule, from) == Reach::On, "{}", text);
        let given = Given::by_rule(&read.rule, &start);
        let near = expanded.iter().flat_map(|reading| {
            [*reading, *reading + shift.hours(), *reading + 1.day(), *reading - 1.hour(), *reading + shift.days()]
        });
        let Some(last) = expanded.last() else { return Ok(()) };
        for reading in near.filter(|reading| reading <= last) {
            prop_assert_eq!(given.has(&When::Floating(reading)), expanded.contains(&reading), "{} from {} at {}", text, from, reading);
        }
    }
}
