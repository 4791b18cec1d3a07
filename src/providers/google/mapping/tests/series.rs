use super::*;

const DAILY: &str =
    "DTSTART;TZID=Europe/Madrid:20261105T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=10\nSUMMARY:Clase";

/// An occurrence that should be on that day at ten, with these lines.
fn occurrence(day: &str, rest: &str) -> String {
    format!("RECURRENCE-ID;TZID=Europe/Madrid:202611{day}T100000\nDURATION:PT1H\n{rest}")
}

#[test]
fn the_lines_of_a_series() {
    let madrid = "DTSTART;TZID=Europe/Madrid:20261105T100000\nDURATION:PT1H\n";
    let utc = "DTSTART:20261105T100000Z\nDURATION:PT1H\n";
    let date = "DTSTART;VALUE=DATE:20261105\n";
    let cases = [
        (madrid, "RRULE:FREQ=DAILY;UNTIL=20261110", vec!["RRULE:FREQ=DAILY;UNTIL=20261110T225959Z"]),
        (date, "RRULE:FREQ=DAILY;UNTIL=20261110T225959Z", vec!["RRULE:FREQ=DAILY;UNTIL=20261110"]),
        (utc, "RRULE:FREQ=DAILY\nEXDATE:20261106T100000Z", vec!["RRULE:FREQ=DAILY", "EXDATE:20261106T100000Z"]),
        (
            madrid,
            "RRULE:FREQ=DAILY\nEXDATE:20261106T090000Z",
            vec!["RRULE:FREQ=DAILY", "EXDATE;TZID=Europe/Madrid:20261106T100000"],
        ),
        (date, "RRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:20261106", vec!["RRULE:FREQ=DAILY", "EXDATE;VALUE=DATE:20261106"]),
        (date, "RRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY", vec!["RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY"]),
        (
            madrid,
            "RDATE;TZID=Europe/Madrid:20261109T120000,20261105T100000",
            vec!["RDATE;TZID=Europe/Madrid:20261109T120000"],
        ),
    ];
    for (start, rest, expected) in cases {
        assert_eq!(lines(&of(&format!("{start}{rest}"))), expected, "{start}{rest}");
    }
}

#[test]
fn a_period_is_a_date_and_an_occurrence_of_its_own() {
    let mapped = of("DTSTART:20261105T100000Z\nDURATION:PT1H\nRDATE;VALUE=PERIOD:20261106T100000Z/PT3H");
    assert_eq!(lines(&mapped), ["RDATE:20261106T100000Z"]);
    assert_eq!(mapped.exceptions[0].suffix, "_20261106T100000Z");
    assert_eq!(mapped.exceptions[0].body["end"]["dateTime"], "2026-11-06T13:00:00Z");
}

#[test]
fn a_changed_occurrence_is_an_exception() {
    let later = occurrence("07", "DTSTART;TZID=Europe/Madrid:20261107T173000\nSUMMARY:Más tarde\nSEQUENCE:4");
    let sooner = occurrence("06", "DTSTART;TZID=Europe/Madrid:20261106T080000");
    let mapped = mapped(&events(&[DAILY, &later, &sooner]));
    assert_eq!(lines(&mapped), ["RRULE:FREQ=DAILY;COUNT=10"]);
    let [first, second] = mapped.exceptions.as_slice() else { panic!("{:?}", mapped.exceptions) };
    assert_eq!(
        (first.suffix.as_str(), first.original_start.as_str()),
        ("_20261106T090000Z", "2026-11-06T10:00:00+01:00")
    );
    assert_eq!((second.suffix.as_str(), second.sequence), ("_20261107T090000Z", 4));
    assert_eq!(second.body["summary"], "Más tarde");
    assert_eq!(second.body["start"]["dateTime"], "2026-11-07T17:30:00");
    assert!(!second.body.contains_key("recurrence"));
    assert_eq!(mapped.degradations, Vec::<String>::new());
}

#[test]
fn a_changed_whole_day_is_found_by_its_date() {
    let series = "DTSTART;VALUE=DATE:20261105\nRRULE:FREQ=DAILY;COUNT=5";
    let mapped = mapped(&events(&[series, "DTSTART;VALUE=DATE:20261109\nRECURRENCE-ID;VALUE=DATE:20261106"]));
    let one = &mapped.exceptions[0];
    assert_eq!((one.suffix.as_str(), one.original_start.as_str()), ("_20261106", "2026-11-06"));
}

#[test]
fn an_occurrence_that_was_called_off_is_left_out() {
    let off = occurrence("06", "DTSTART;TZID=Europe/Madrid:20261106T100000\nSTATUS:CANCELLED");
    let mapped = mapped(&events(&[DAILY, &off]));
    assert_eq!(lines(&mapped), ["RRULE:FREQ=DAILY;COUNT=10", "EXDATE;TZID=Europe/Madrid:20261106T100000"]);
    assert_eq!((mapped.exceptions, mapped.degradations), (Vec::new(), Vec::new()));
}

#[test]
fn a_changed_occurrence_has_an_instance_to_hang_on() {
    let at = |day: &str| {
        format!(
            "RECURRENCE-ID;TZID=Europe/Madrid:202611{day}T100000\nDTSTART;TZID=Europe/Madrid:20261201T100000\nDURATION:PT1H"
        )
    };
    for day in ["05", "14"] {
        let mapped = mapped(&events(&[DAILY, &at(day)]));
        assert_eq!((lines(&mapped).len(), mapped.exceptions.len()), (1, 1), "{day}");
    }
    // The start is always an occurrence, whatever the rule says of it.
    let thursday = DAILY.replace("DAILY;COUNT=10", "WEEKLY;BYDAY=MO");
    assert_eq!(lines(&mapped(&events(&[&thursday, &at("05")]))), ["RRULE:FREQ=WEEKLY;BYDAY=MO"]);
    // Excluded, and yet there: what is there counts.
    let excluded = format!("{DAILY}\nEXDATE;TZID=Europe/Madrid:20261106T100000");
    assert_eq!(lines(&mapped(&events(&[&excluded, &at("06")]))), ["RRULE:FREQ=DAILY;COUNT=10"]);
    // A single happening has no instances.
    let single = "DTSTART;TZID=Europe/Madrid:20261105T100000\nDURATION:PT1H";
    assert_eq!(lines(&mapped(&events(&[single, &at("05")]))), ["RDATE;TZID=Europe/Madrid:20261105T100000"]);
    // What repeats within a day and never ends Google can't hold; a change of it needs a date of its own.
    let hourly = DAILY.replace("DAILY;COUNT=10", "HOURLY");
    assert_eq!(lines(&mapped(&events(&[&hourly, &at("06")]))), ["RDATE;TZID=Europe/Madrid:20261106T100000"]);
}

#[test]
fn an_occurrence_is_found_however_long_the_series_is() {
    let old = "DTSTART;TZID=Europe/Madrid:19900105T100000\nDURATION:PT1H\nRRULE:FREQ=";
    for rule in ["DAILY", "WEEKLY;BYDAY=MO,TU,FR", "YEARLY;BYMONTH=11;BYDAY=1FR"] {
        let one = occurrence("06", "DTSTART;TZID=Europe/Madrid:20261106T120000");
        let mapped = mapped(&events(&[&format!("{old}{rule}"), &one]));
        assert_eq!(lines(&mapped).len(), 1, "{rule}");
    }
}

#[test]
fn a_rule_within_a_day_is_written_out_or_told() {
    let start = "DTSTART:20261105T100000Z\nDURATION:PT10M\nRRULE:FREQ=";
    let mapped = of(&format!("{start}HOURLY;INTERVAL=2;COUNT=3"));
    assert_eq!(lines(&mapped), ["RDATE:20261105T120000Z", "RDATE:20261105T140000Z"]);
    let until = of(&format!("{start}MINUTELY;INTERVAL=30;UNTIL=20261105T110000Z"));
    assert_eq!(lines(&until), ["RDATE:20261105T103000Z", "RDATE:20261105T110000Z"]);
    for endless in ["HOURLY", "HOURLY;COUNT=501", "HOURLY;UNTIL=20280101T000000Z"] {
        let mapped = of(&format!("{start}{endless}"));
        assert_eq!(
            (lines(&mapped), mapped.degradations.as_slice()),
            (vec![], [said::WITHIN_DAY.to_owned()].as_slice())
        );
    }
}
