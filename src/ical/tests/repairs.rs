//! What has one meaning only is read with that meaning.

use super::*;

/// The points in time that are written for an event.
#[track_caller]
fn times(body: &str) -> Vec<String> {
    lines(&rewritten(&event(body)), &["DTSTART", "DTEND", "RRULE", "RDATE", "EXDATE"])
}

#[test]
fn an_end_is_always_written() {
    for (body, end) in [
        ("DTSTART;VALUE=DATE:20261105", "DTEND;VALUE=DATE:20261106"),
        ("DTSTART:20261105", "DTEND;VALUE=DATE:20261106"),
        ("DTSTART;VALUE=DATE:20261105\nDTEND;VALUE=DATE:20261105", "DTEND;VALUE=DATE:20261106"),
        ("DTSTART;VALUE=DATE:20261105\nDTEND;VALUE=DATE:20261104", "DTEND;VALUE=DATE:20261106"),
        ("DTSTART;VALUE=DATE:20261105\nDURATION:P3D", "DTEND;VALUE=DATE:20261108"),
        ("DTSTART;VALUE=DATE:20261105\nDURATION:PT36H", "DTEND;VALUE=DATE:20261107"),
        ("DTSTART;VALUE=DATE:20261105\nDTEND:20261106T000000", "DTEND;VALUE=DATE:20261106"),
        ("DTSTART;VALUE=DATE:20261105\nDTEND:20261106T170000Z", "DTEND;VALUE=DATE:20261107"),
        // What has no length is written with a minute.
        ("DTSTART:20261105T100000Z", "DTEND:20261105T100100Z"),
        ("DTSTART:20261105T100000Z\nDTEND:20261105T100000Z", "DTEND:20261105T100100Z"),
        (
            "DTSTART;TZID=Europe/Madrid:20261105T100000\nDTEND:20261105T090000Z",
            "DTEND;TZID=Europe/Madrid:20261105T100100",
        ),
        ("DTSTART:20261105T100000Z\nDURATION:P1DT90M", "DTEND:20261106T113000Z"),
        ("DTSTART:20261105T100000\nDURATION:PT1H", "DTEND:20261105T110000"),
        ("DTSTART:20261105T100000Z\nDTEND;VALUE=DATE:20261106", "DTEND:20261106T000000Z"),
    ] {
        assert_eq!(times(body)[1], end, "{body}");
    }
}

#[test]
fn days_last_by_the_calendar_and_hours_by_the_clock() {
    // Clocks go back in Madrid on 25 October 2026.
    let start = "DTSTART;TZID=Europe/Madrid:20261024T120000";
    assert_eq!(times(&format!("{start}\nDURATION:P1D"))[1], "DTEND;TZID=Europe/Madrid:20261025T120000");
    assert_eq!(times(&format!("{start}\nDURATION:PT24H"))[1], "DTEND;TZID=Europe/Madrid:20261025T110000");
}

#[test]
fn a_start_in_the_hour_that_clocks_skip_does_not_come_after_its_end() {
    let body = "DTSTART;TZID=Europe/Madrid:20260329T023000\nDTEND;TZID=Europe/Madrid:20260329T030000";
    let written = times(body);
    assert_eq!(written, ["DTSTART;TZID=Europe/Madrid:20260329T033000", "DTEND;TZID=Europe/Madrid:20260329T040000"]);
    let series = times(&format!("{body}\nRRULE:FREQ=DAILY"));
    assert_eq!(series[..2], body.split('\n').collect::<Vec<_>>());
}

#[test]
fn an_instant_with_a_zone_is_that_instant_in_that_zone() {
    let written = times("DTSTART;TZID=America/Guayaquil:20261105T150000Z");
    assert_eq!(written[0], "DTSTART;TZID=America/Guayaquil:20261105T100000");
    assert_eq!(times("DTSTART:20261105T100000-0500")[0], "DTSTART:20261105T150000Z");
}

#[test]
fn until_is_what_the_standard_asks_for() {
    for (start, until, written) in [
        ("DTSTART;TZID=Europe/Madrid:20261105T100000", "20261217", "20261217T225959Z"),
        ("DTSTART;TZID=Europe/Madrid:20261105T100000", "20261217T100000", "20261217T090000Z"),
        ("DTSTART;TZID=Europe/Madrid:20261105T100000", "20261217T090000Z", "20261217T090000Z"),
        ("DTSTART:20261105T100000Z", "20261217", "20261217T235959Z"),
        ("DTSTART:20261105T100000", "20261217T235959Z", "20261217T235959"),
        ("DTSTART;VALUE=DATE:20261105", "20261217T235959Z", "20261217"),
    ] {
        let written = format!("RRULE:FREQ=WEEKLY;UNTIL={written}");
        assert_eq!(times(&format!("{start}\nRRULE:FREQ=WEEKLY;UNTIL={until}"))[2], written, "{start} {until}");
    }
}

#[test]
fn of_two_ends_of_a_rule_the_first_counts() {
    let rule = |count| {
        format!("DTSTART;TZID=Europe/Madrid:20261105T100000\nRRULE:FREQ=WEEKLY;COUNT={count};UNTIL=20261126T090000Z")
    };
    // 5, 12, 19 and 26 November.
    assert_eq!(times(&rule(3))[2], "RRULE:FREQ=WEEKLY;COUNT=3");
    assert_eq!(times(&rule(4))[2], "RRULE:FREQ=WEEKLY;COUNT=4");
    assert_eq!(times(&rule(5))[2], "RRULE:FREQ=WEEKLY;UNTIL=20261126T090000Z");
    assert_eq!(times(&rule(90_000))[2], "RRULE:FREQ=WEEKLY;UNTIL=20261126T090000Z");
}

#[test]
fn a_rule_that_ended_before_its_start_leaves_the_start_alone() {
    assert_eq!(times("DTSTART:20261105T100000Z\nRRULE:FREQ=DAILY;UNTIL=20261001").len(), 2);
}

#[test]
fn exceptions_and_additions_take_the_kind_and_the_zone_of_the_start() {
    let zoned = "DTSTART;TZID=Europe/Madrid:20261105T100000\nRRULE:FREQ=WEEKLY";
    for (exdate, written) in [
        ("EXDATE:20261112T090000Z", "EXDATE;TZID=Europe/Madrid:20261112T100000"),
        ("EXDATE;TZID=America/New_York:20261112T040000", "EXDATE;TZID=Europe/Madrid:20261112T100000"),
        ("EXDATE:20261112T100000", "EXDATE;TZID=Europe/Madrid:20261112T100000"),
        ("EXDATE;VALUE=DATE:20261112", "EXDATE;TZID=Europe/Madrid:20261112T100000"),
        ("RDATE:20261113T090000Z", "RDATE;TZID=Europe/Madrid:20261113T100000"),
    ] {
        assert_eq!(times(&format!("{zoned}\n{exdate}"))[3], written, "{exdate}");
    }
    let dates = "DTSTART;VALUE=DATE:20261105\nRRULE:FREQ=WEEKLY";
    assert_eq!(times(&format!("{dates}\nEXDATE:20261112T000000"))[3], "EXDATE;VALUE=DATE:20261112");
    let utc = "DTSTART:20261105T100000Z\nRRULE:FREQ=WEEKLY";
    assert_eq!(times(&format!("{utc}\nEXDATE;TZID=Europe/Madrid:20261112T110000"))[3], "EXDATE:20261112T100000Z");
}

#[test]
fn a_period_among_the_dates_is_an_occurrence_with_its_own_length() {
    let series = "DTSTART;TZID=Europe/Madrid:20261105T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY\nSUMMARY:Clase";
    for period in ["20261113T090000Z/PT2H", "20261113T090000Z/20261113T110000Z"] {
        let text = rewritten(&event(&format!("{series}\nRDATE;VALUE=PERIOD:{period}")));
        assert_eq!(
            lines(&text, &["RDATE", "RECURRENCE-ID", "DTEND", "SUMMARY"]),
            [
                "DTEND;TZID=Europe/Madrid:20261105T110000",
                "RDATE;TZID=Europe/Madrid:20261113T100000",
                "SUMMARY:Clase",
                "RECURRENCE-ID;TZID=Europe/Madrid:20261113T100000",
                "DTEND;TZID=Europe/Madrid:20261113T120000",
                "SUMMARY:Clase",
            ]
        );
    }
}

#[test]
fn an_occurrence_is_named_in_the_zone_of_its_series() {
    let series = "DTSTART;TZID=Europe/Madrid:20261105T100000\nRRULE:FREQ=WEEKLY\nEND:VEVENT\nBEGIN:VEVENT\nUID:a@b";
    for id in [
        "RECURRENCE-ID:20261119T090000Z",
        "RECURRENCE-ID;TZID=Europe/Madrid:20261119T100000",
        "RECURRENCE-ID;VALUE=DATE:20261119",
        "RECURRENCE-ID;TZID=America/New_York:20261119T040000",
    ] {
        let text = rewritten(&event(&format!("{series}\n{id}\nDTSTART:20261119T110000Z")));
        let written = "\nRECURRENCE-ID;TZID=Europe/Madrid:20261119T100000\n";
        assert!(text.contains(written), "{id}\n{text}");
    }
    let later = "RECURRENCE-ID;RANGE=THISANDFUTURE:20261119T090000Z\nDTSTART:20261119T110000Z";
    let text = rewritten(&event(&format!("{series}\n{later}")));
    assert!(text.contains("RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Madrid:20261119T100000\n"), "{text}");
}

#[test]
fn of_two_changes_of_one_occurrence_the_newer_counts() {
    let change = |id, sequence, title| {
        format!(
            "END:VEVENT\nBEGIN:VEVENT\nUID:a@b\n{id}\nSEQUENCE:{sequence}\nDTSTART:20261119T110000Z\nSUMMARY:{title}\n"
        )
    };
    let body = format!(
        "DTSTART;TZID=Europe/Madrid:20261105T100000\nRRULE:FREQ=WEEKLY\n{}{}",
        change("RECURRENCE-ID:20261119T090000Z", 2, "new"),
        change("RECURRENCE-ID;TZID=Europe/Madrid:20261119T100000", 1, "old"),
    );
    let overrides = read(&event(body.trim())).unwrap().event.overrides;
    assert_eq!(overrides.iter().map(|one| one.details.summary.as_str()).collect::<Vec<_>>(), ["new"]);
}

#[test]
fn midnights_that_outlook_marks_are_whole_days() {
    let body = |to| format!("DTSTART:20261105T000000Z\nDTEND:2026{to}\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE");
    assert_eq!(times(&body("1107T000000Z")), ["DTSTART;VALUE=DATE:20261105", "DTEND;VALUE=DATE:20261107"]);
    assert_eq!(times(&body("1105T000000Z")), ["DTSTART;VALUE=DATE:20261105", "DTEND;VALUE=DATE:20261106"]);
    assert_eq!(times(&body("1106T120000Z")), ["DTSTART:20261105T000000Z", "DTEND:20261106T120000Z"]);
}

#[test]
fn one_happening_in_a_zone_of_the_texts_own_is_written_in_utc() {
    let odd = "BEGIN:VTIMEZONE\nTZID:Odd\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0117\n\
               TZOFFSETTO:+0117\nEND:STANDARD\nEND:VTIMEZONE\n";
    let text = event("DTSTART;TZID=Odd:20261105T100000").replace("BEGIN:VEVENT", &format!("{odd}BEGIN:VEVENT"));
    assert_eq!(lines(&rewritten(&text), &["DTSTART"]), ["DTSTART:20261105T084300Z"]);
    assert!(read(&text).unwrap().notes[0].contains("Odd"));
}

#[test]
fn a_description_that_was_not_folded_stays_whole() {
    let text = rewritten(&event("DTSTART:20261105\nDESCRIPTION:uno\nTel: 555\n\ny otra cosa\nSUMMARY:x"));
    assert_eq!(lines(&text, &["DESCRIPTION", "SUMMARY"]), ["SUMMARY:x", "DESCRIPTION:uno\\nTel: 555\\ny otra cosa"]);
}

#[test]
fn a_broken_reminder_does_not_lose_the_appointment() {
    for alarm in
        ["ACTION:DISPLAY", "ACTION:PROCEDURE\nTRIGGER:-PT5M", "ACTION:DISPLAY\nTRIGGER:soon", "TRIGGER:-P5000D"]
    {
        let draft = read(&event(&format!("DTSTART:20261105\nBEGIN:VALARM\n{alarm}\nEND:VALARM"))).unwrap();
        assert!(draft.event.master.alarms.is_empty(), "{alarm}");
        assert_eq!(draft.notes.len(), 1, "{alarm}");
    }
}

#[test]
fn method_and_todo_beside_an_event_are_left_out() {
    let text = event("DTSTART:20261105")
        .replace("BEGIN:VEVENT", "METHOD:REQUEST\nBEGIN:VTODO\nUID:t\nEND:VTODO\nBEGIN:VEVENT");
    let text = rewritten(&text);
    assert!(!text.contains("METHOD") && !text.contains("VTODO"));
}
