use super::*;

fn times(body: &str) -> (Value, Value, Vec<String>) {
    let mapped = of(body);
    (mapped.body["start"].clone(), mapped.body["end"].clone(), mapped.degradations)
}

fn zoned(at: &str, zone: &str) -> Value {
    json!({"dateTime": at, "timeZone": zone})
}

#[test]
fn each_kind_of_time_is_written_in_its_own_way() {
    let date = |date: &str| json!({ "date": date });
    let cases = [
        ("DTSTART;VALUE=DATE:20261105", date("2026-11-05"), date("2026-11-06")),
        ("DTSTART;VALUE=DATE:20261105\nDTEND;VALUE=DATE:20261108", date("2026-11-05"), date("2026-11-08")),
        (
            "DTSTART:20261105T100000Z\nDURATION:PT90M",
            zoned("2026-11-05T10:00:00Z", "UTC"),
            zoned("2026-11-05T11:30:00Z", "UTC"),
        ),
        (
            "DTSTART;TZID=Europe/Madrid:20261105T100000\nDTEND;TZID=America/Guayaquil:20261105T170000",
            zoned("2026-11-05T10:00:00", "Europe/Madrid"),
            zoned("2026-11-05T17:00:00", "America/Guayaquil"),
        ),
    ];
    for (body, start, end) in cases {
        assert_eq!(times(body), (start, end, Vec::new()), "{body}");
    }
}

#[test]
fn a_floating_time_gets_the_calendars_zone() {
    let event = events(&[
        "DTSTART:20261105T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20261110T235959\nEXDATE:20261107T100000",
        "DTSTART:20261106T120000\nDURATION:PT1H\nRECURRENCE-ID:20261106T100000",
    ]);
    let mapped = mapped_in(&event, "Europe/Madrid", "id");
    assert_eq!(mapped.body["start"], zoned("2026-11-05T10:00:00", "Europe/Madrid"));
    assert_eq!(
        lines(&mapped),
        ["RRULE:FREQ=DAILY;UNTIL=20261110T225959Z", "EXDATE;TZID=Europe/Madrid:20261107T100000"]
    );
    assert_eq!(mapped.exceptions[0].suffix, "_20261106T090000Z");
    assert_eq!(mapped.exceptions[0].body["start"], zoned("2026-11-06T12:00:00", "Europe/Madrid"));
    assert_eq!(mapped.degradations, [said::FLOATING]);
}

#[test]
fn what_has_no_length_gets_a_minute() {
    let told = vec![crate::ical::said::NO_LENGTH.to_owned()];
    let start = |at| zoned(at, "Europe/Madrid");
    assert_eq!(
        times("DTSTART;TZID=Europe/Madrid:20261105T100000"),
        (start("2026-11-05T10:00:00"), start("2026-11-05T10:01:00"), told)
    );
}

#[test]
fn an_hour_that_clocks_skip_is_the_one_after_it() {
    let madrid = |at: &str| zoned(at, "Europe/Madrid");
    let cases = [
        ("023000\nDTEND;TZID=Europe/Madrid:20260329T024500", "03:30", "03:45"),
        ("023000\nDTEND;TZID=Europe/Madrid:20260329T034500", "03:30", "03:45"),
        ("023000\nDURATION:PT1H", "03:30", "04:30"),
        ("013000\nDTEND;TZID=Europe/Madrid:20260329T023000", "01:30", "03:30"),
    ];
    for (rest, start, end) in cases {
        let (start, end) = (format!("2026-03-29T{start}:00"), format!("2026-03-29T{end}:00"));
        let found = times(&format!("DTSTART;TZID=Europe/Madrid:20260329T{rest}"));
        assert_eq!(found, (madrid(&start), madrid(&end), Vec::new()), "{rest}");
    }
}

#[test]
fn an_hour_that_comes_twice_is_its_first_coming() {
    let (start, end, _) = times("DTSTART;TZID=Europe/Madrid:20261025T023000\nDTEND;TZID=Europe/Madrid:20261025T030000");
    assert_eq!(start, zoned("2026-10-25T02:30:00+02:00", "Europe/Madrid"));
    assert_eq!(end, zoned("2026-10-25T03:00:00", "Europe/Madrid"));
}

#[test]
fn a_series_that_starts_in_a_skipped_hour_keeps_its_hour() {
    let start = "DTSTART;TZID=Europe/Madrid:20260329T023000\nDURATION:PT30M";
    let cases = [
        (
            "RRULE:FREQ=DAILY",
            "2026-03-30T02:30:00",
            vec!["RRULE:FREQ=DAILY", "RDATE;TZID=Europe/Madrid:20260329T033000"],
        ),
        (
            "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;COUNT=4",
            "2026-04-06T02:30:00",
            vec!["RRULE:FREQ=WEEKLY;COUNT=3;INTERVAL=2;BYDAY=MO,SU", "RDATE;TZID=Europe/Madrid:20260329T033000"],
        ),
        ("RRULE:FREQ=DAILY;COUNT=1", "2026-03-29T03:30:00", vec![]),
        (
            "RRULE:FREQ=DAILY\nEXDATE;TZID=Europe/Madrid:20260329T023000",
            "2026-03-30T02:30:00",
            vec!["RRULE:FREQ=DAILY", "EXDATE;TZID=Europe/Madrid:20260329T023000"],
        ),
    ];
    for (rest, first, expected) in cases {
        let mapped = of(&format!("{start}\n{rest}"));
        assert_eq!(mapped.body["start"], zoned(first, "Europe/Madrid"), "{rest}");
        assert_eq!(lines(&mapped), expected, "{rest}");
        assert_eq!(mapped.degradations, Vec::<String>::new());
    }
    let first_called_off = "DTSTART;TZID=Europe/Madrid:20260329T023000\nRECURRENCE-ID;TZID=Europe/Madrid:20260329T023000\nSTATUS:CANCELLED";
    let mapped = mapped(&events(&[&format!("{start}\nRRULE:FREQ=DAILY"), first_called_off]));
    assert_eq!(lines(&mapped), ["RRULE:FREQ=DAILY", "EXDATE;TZID=Europe/Madrid:20260329T023000"]);
}
