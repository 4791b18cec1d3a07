//! What makers and scripts really send that others stumble over, and what it means.

use super::*;

macro_rules! odd {
    ($name:ident) => {
        include_str!(concat!("../../../tests/fixtures/ics/odd/", stringify!($name), ".ics"))
    };
}

/// Names of the lines that say when.
const WHEN: [&str; 6] = ["DTSTART", "DTEND", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"];

/// When each VEVENT is that is written for a text, and what is noted about it.
#[track_caller]
fn means(text: &str, when: &[&str], note: &str) {
    let draft = read(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let written = unfolded(&write(&draft.event, &key(), "id", People::AsText).unwrap().text);
    assert_eq!(lines(&written, &WHEN), when, "{text}");
    let notes = draft.notes.join("\n");
    assert!(
        if note.is_empty() { notes.is_empty() } else { notes.contains(note) },
        "{notes:?} is not {note:?} for {text}"
    );
}

#[track_caller]
fn refused(text: &str, at: (usize, &str), part: &str) {
    let error = read(text).map(|draft| draft.event).expect_err(text);
    assert_eq!((error.line, error.property.as_deref()), (Some(at.0), Some(at.1)), "{error}");
    assert!(error.reason.contains(part), "{error}");
}

#[test]
fn times_in_spellings_of_their_own() {
    let utc = |from: &str, to: &str| [format!("DTSTART:{from}"), format!("DTEND:{to}")];
    for (text, from, to) in [
        (odd!(time_with_fraction), "20270910T120000Z", "20270910T130000Z"),
        (odd!(time_with_colons), "20270910T123000Z", "20270910T133000Z"),
        (odd!(date_with_dashes_and_offset), "20270910T090000Z", "20270910T100000Z"),
        (odd!(utc_with_milliseconds), "20260105T090000Z", "20260105T100000Z"),
        (odd!(utc_in_letters), "20260105T090000Z", "20260105T100000Z"),
    ] {
        let when = utc(from, to);
        means(text, &[&when[0], &when[1]], " is read as ");
    }
    let guayaquil = |at: &str| format!("TZID=America/Guayaquil:{at}");
    let midnight = [guayaquil("20270105T220000"), guayaquil("20270106T000000")];
    let when = [format!("DTSTART;{}", midnight[0]), format!("DTEND;{}", midnight[1])];
    means(odd!(time_24_00), &[&when[0], &when[1]], "\"20270105T240000\" is read as 20270106T000000");
    refused(odd!(time_percent_z), (7, "DTSTART"), "T120000%Z\" is not a date or a time");
    refused(odd!(t_without_time), (6, "DTSTART"), "\"20260105T\" is not a date or a time");
    means(odd!(space_before_values), &["DTSTART:20271010T100000", "DTEND:20271010T120000"], "");
    let days = ["DTSTART;VALUE=DATE:20271222", "DTEND;VALUE=DATE:20280101"];
    means(odd!(value_date_with_midnights), &days, "");
    let madrid = ["DTSTART;TZID=Europe/Madrid:20260105T090000", "DTEND;TZID=Europe/Madrid:20260105T100000"];
    means(odd!(end_with_zone_start_without), &madrid, "both are taken in it");
}

#[test]
fn lengths_that_are_cut_or_have_two_meanings() {
    refused(odd!(duration_cut), (7, "DURATION"), "\"PT1H30\" is not a duration");
    refused(odd!(duration_months), (7, "DURATION"), "\"P1M\" is not a duration");
}

#[test]
fn exceptions_and_ends_of_series() {
    let guayaquil = |rule: &'static str, hour: &str, end: &str| {
        let at = |name: &str, time: &str| format!("{name};TZID=America/Guayaquil:20270107T{time}");
        [at("DTSTART", hour), at("DTEND", end), rule.to_owned()]
    };
    let [start, end, rule] = guayaquil("RRULE:FREQ=WEEKLY;COUNT=4", "100000", "110000");
    let off = "EXDATE;TZID=America/Guayaquil:20270114T100000";
    means(odd!(exdate_without_seconds), &[&start, &end, &rule, off], "is read as 20270114T150000Z");
    let [start, end, rule] = guayaquil("RRULE:FREQ=WEEKLY;UNTIL=20270128T140000Z", "100000", "110000");
    means(odd!(until_without_seconds), &[&start, &end, &rule], "is read as 20270128T140000Z");
    let madrid = |at: &str| format!("TZID=Europe/Madrid:202601{at}0000");
    let (start, end) = (format!("DTSTART;{}", madrid("05T09")), format!("DTEND;{}", madrid("05T10")));
    let off = [format!("EXDATE;{}", madrid("06T09")), format!("EXDATE;{}", madrid("07T09"))];
    let daily = "RRULE:FREQ=DAILY;COUNT=5";
    means(odd!(exdate_semicolon), &[&start, &end, daily, &off[0], &off[1]], "EXDATE: a comma was expected");
    means(odd!(until_far_away), &[&start, &end, "RRULE:FREQ=WEEKLY"], "read as a rule without end");
    let lima = ["DTSTART;TZID=America/Lima:20270104T090000", "DTEND;TZID=America/Lima:20270104T093000"];
    means(odd!(until_year_one), &[lima[0], lima[1], "RRULE:FREQ=WEEKLY"], "read as a rule without end");
    let day = |at: &str, next: &str| [format!("DTSTART;VALUE=DATE:{at}"), format!("DTEND;VALUE=DATE:{next}")];
    let [start, end] = day("20261229", "20261230");
    let rule = "RRULE:FREQ=MONTHLY;UNTIL=20270329;BYSETPOS=-1;BYDAY=TU";
    means(odd!(until_allday_utc_eve), &[&start, &end, rule], "the last day may be missing");
    let [start, end] = day("20270912", "20270913");
    means(odd!(until_before_start_allday), &[&start, &end], "ends before the event starts");
    let [start, end] = day("20270307", "20270308");
    means(odd!(until_utc_eve_of_start), &[&start, &end], "ends before the event starts");
    refused(odd!(never_matching_rule), (9, "RRULE"), "never happens");
}

#[test]
fn rules_that_others_stop_at() {
    let berlin = |at: &str| format!("TZID=Europe/Berlin:202701{at}00");
    let when = [format!("DTSTART;{}", berlin("06T0945")), format!("DTEND;{}", berlin("06T1115"))];
    let rule = "RRULE:FREQ=WEEKLY;UNTIL=20270127T084500Z";
    let off = format!("EXDATE;{}", berlin("20T0945"));
    means(odd!(rrule_trailing_semicolon), &[&when[0], &when[1], rule, &off], "");
    let bogota = ["DTSTART;TZID=America/Bogota:20271031T090000", "DTEND;TZID=America/Bogota:20271031T100000"];
    let rule = "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU";
    means(odd!(rrule_lowercase_leading_semicolon), &[bogota[0], bogota[1], rule], "");
    let ten = |day: &str| {
        ["DTSTART", "DTEND"].map(|name| {
            let hour = if name == "DTEND" { "11" } else { "10" };
            format!("{name};TZID=America/Guayaquil:202701{day}T{hour}0000")
        })
    };
    let [start, end] = ten("04");
    let off = "EXDATE;TZID=America/Guayaquil:20270106T100000";
    means(odd!(count_with_exdate), &[&start, &end, "RRULE:FREQ=DAILY;COUNT=5", off], "");
    let [start, end] = ten("08");
    means(odd!(daily_weekdays_count), &[&start, &end, "RRULE:FREQ=DAILY;COUNT=3;BYDAY=MO,TU,WE,TH,FR"], "");
    let day = ["DTSTART;VALUE=DATE:20260426", "DTEND;VALUE=DATE:20260427"];
    let rule = "RRULE:FREQ=YEARLY;UNTIL=20270430;BYMONTH=4;BYSETPOS=-1;BYDAY=SA,SU";
    means(odd!(bysetpos_weekend), &[day[0], day[1], rule], "");
}

#[test]
fn changed_occurrences_and_their_names() {
    refused(odd!(override_of_no_occurrence), (15, "RECURRENCE-ID"), "no occurrence at 20270105T120000");
    for text in [
        odd!(override_twice_two_spellings),
        odd!(override_moved_a_week),
        odd!(recurrence_id_bare_date),
        odd!(recurrence_id_other_zone),
    ] {
        let draft = read(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!((draft.event.overrides.len(), draft.notes), (1, vec![]), "{text}");
    }
    let newer = read(odd!(two_masters_by_sequence)).unwrap();
    assert_eq!((newer.event.master.sequence, newer.event.overrides.len()), (2, 0), "{:?}", newer.event);
    assert_eq!(newer.event.master.recurrence.unwrap().except_dates.len(), 1);
    assert!(newer.notes.join("\n").contains("the newer one (SEQUENCE 2) counts"), "{:?}", newer.notes);
    let draft = read(odd!(override_of_an_exception)).unwrap();
    assert_eq!(draft.notes, ["an occurrence is both excluded and changed: the change is shown"]);
    assert!(draft.event.master.recurrence.unwrap().except_dates.is_empty());
    assert_eq!(draft.event.overrides[0].details.summary, "y");
    assert!(!happens(&read(odd!(every_occurrence_excepted)).unwrap().event));
}

#[test]
fn reminders() {
    for (text, trigger) in [
        (odd!(trigger_bare_p), Some("TRIGGER:PT0S")),
        (odd!(trigger_pt1d), Some("TRIGGER:-P1D")),
        (odd!(trigger_pt0dt0h10m), Some("TRIGGER:-PT10M")),
        (odd!(trigger_weeks_and_days), Some("TRIGGER:-P10DT7H28M16S")),
        (odd!(trigger_no_value_datetime), Some("TRIGGER;VALUE=DATE-TIME:20270115T143635Z")),
        (odd!(trigger_no_pt), None),
    ] {
        let written = rewritten(text);
        let found: Vec<&str> = written.lines().filter(|line| line.starts_with("TRIGGER")).collect();
        assert_eq!(found, trigger.into_iter().collect::<Vec<_>>(), "{text}");
        assert_eq!(read(text).unwrap().notes.is_empty(), trigger.is_some(), "{text}");
    }
}
