use super::*;

/// A series from the fifth at ten, and an override of the eighth and all later ones with these lines.
fn from_the_eighth(rule: &str, lines: &str) -> Event {
    let series = format!("DTSTART;TZID=Europe/Madrid:20261105T100000\nDURATION:PT1H\n{rule}");
    let range = format!("RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Madrid:20261108T100000\n{lines}");
    events(&[&series, &range])
}

const AT_NOON: &str = "DTSTART;TZID=Europe/Madrid:20261108T120000\nDURATION:PT2H\nSUMMARY:Tarde";
const OFF: &str = "DTSTART;TZID=Europe/Madrid:20261108T100000\nSTATUS:CANCELLED";

#[test]
fn few_later_occurrences_are_all_changed() {
    let rule = "RRULE:FREQ=DAILY;COUNT=7\nEXDATE;TZID=Europe/Madrid:20261109T100000";
    let mapped = mapped(&from_the_eighth(rule, AT_NOON));
    let found: Vec<_> =
        mapped.exceptions.iter().map(|one| (one.suffix.as_str(), &one.body["start"]["dateTime"])).collect();
    let expected =
        ["08", "10", "11"].map(|day| (format!("_202611{day}T090000Z"), json!(format!("2026-11-{day}T12:00:00"))));
    assert_eq!(found, expected.iter().map(|(suffix, at)| (suffix.as_str(), at)).collect::<Vec<_>>());
    assert!(mapped.exceptions.iter().all(|one| one.body["summary"] == "Tarde"));
    assert_eq!(mapped.exceptions[2].body["end"]["dateTime"], "2026-11-11T14:00:00");
    assert_eq!((lines(&mapped).len(), mapped.degradations), (2, vec![]));
}

#[test]
fn an_occurrence_with_a_change_of_its_own_keeps_it() {
    let mut event = from_the_eighth("RRULE:FREQ=DAILY;COUNT=7", AT_NOON);
    let mut own = event.overrides[0].clone();
    own.replaces.and_later = false;
    own.replaces.at = own.replaces.at.at_reading(jiff::civil::date(2026, 11, 10).at(10, 0, 0, 0));
    own.details.summary = "Otra".to_owned();
    event.overrides.push(own);
    let titles: Vec<_> = mapped(&event).exceptions.iter().map(|one| one.body["summary"].clone()).collect();
    assert_eq!(titles, ["Tarde", "Tarde", "Otra", "Tarde"]);
}

#[test]
fn many_later_occurrences_are_told() {
    let other_zone = "DTSTART:20261108T120000Z\nDURATION:PT1H";
    for (rule, change) in [
        ("RRULE:FREQ=DAILY", AT_NOON),
        ("RRULE:FREQ=DAILY;COUNT=65", AT_NOON),
        ("RRULE:FREQ=DAILY;COUNT=7\nEXRULE:FREQ=WEEKLY", AT_NOON),
        ("RRULE:FREQ=DAILY;COUNT=7", other_zone),
    ] {
        let mapped = mapped(&from_the_eighth(rule, change));
        assert_eq!(
            (mapped.exceptions.len(), mapped.degradations.as_slice()),
            (1, [said::AND_LATER.to_owned()].as_slice())
        );
    }
    assert_eq!(mapped(&from_the_eighth("RRULE:FREQ=DAILY;COUNT=64", AT_NOON)).exceptions.len(), 61);
}

#[test]
fn a_series_that_was_called_off_from_a_day_on_ends_before_it() {
    let cases = [
        ("RRULE:FREQ=DAILY", "RRULE:FREQ=DAILY;UNTIL=20261108T085959Z"),
        ("RRULE:FREQ=DAILY;COUNT=9", "RRULE:FREQ=DAILY;UNTIL=20261108T085959Z"),
        ("RRULE:FREQ=DAILY;COUNT=3", "RRULE:FREQ=DAILY;COUNT=3"),
        ("RRULE:FREQ=DAILY;UNTIL=20261106T090000Z", "RRULE:FREQ=DAILY;UNTIL=20261106T090000Z"),
    ];
    for (rule, expected) in cases {
        let mapped = mapped(&from_the_eighth(rule, OFF));
        assert_eq!(lines(&mapped)[0], expected, "{rule}");
        assert_eq!((mapped.exceptions, mapped.degradations), (vec![], vec![]), "{rule}");
    }
    let dates = "DTSTART;VALUE=DATE:20261105\nRRULE:FREQ=DAILY\nRDATE;VALUE=DATE:20271105";
    let off = |day: &str| {
        format!("DTSTART;VALUE=DATE:{day}\nRECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:{day}\nSTATUS:CANCELLED")
    };
    let ended = mapped(&events(&[dates, &off("20261108")]));
    assert_eq!(lines(&ended), ["RRULE:FREQ=DAILY;UNTIL=20261107", "EXDATE;VALUE=DATE:20261108"]);
    assert!(!crate::ical::happens(&events(&[dates, &off("20261105")])));
}

#[test]
fn many_ranges_together_change_a_thousand_later_occurrences_and_no_more() {
    let start = jiff::civil::date(2026, 11, 5).at(10, 0, 0, 0);
    let name = |day: i64| (start + jiff::Span::new().days(day)).strftime("%Y%m%dT%H%M%S").to_string();
    let ranges = (1..100).map(|n| {
        let at = name(n * 40);
        format!("RECURRENCE-ID;RANGE=THISANDFUTURE:{at}\nDTSTART:{at}\nDURATION:PT2H")
    });
    let series = format!("DTSTART:{}\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4000", name(0));
    let all: Vec<String> = std::iter::once(series).chain(ranges).collect();
    let mapped = mapped(&events(&all.iter().map(String::as_str).collect::<Vec<_>>()));
    // Each range has 39 later occurrences before the next one: 25 of them fit.
    assert_eq!(mapped.exceptions.len(), 99 + 25 * 39);
    assert!(mapped.degradations.contains(&said::AND_LATER.to_owned()), "{:?}", mapped.degradations);
}
