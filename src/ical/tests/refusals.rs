//! What is refused, and where the error points.

use super::*;

/// Line, property and reason of the error.
#[track_caller]
fn refused(text: &str) -> (Option<usize>, String, String) {
    let error = read(text).map(|draft| draft.event).expect_err(text);
    (error.line, error.property.unwrap_or_default(), error.reason)
}

/// The line, counted in the whole text, and the property that an event is refused for.
#[track_caller]
fn pointed_at(body: &str) -> (usize, String) {
    let (line, property, _) = refused(&event(body));
    (line.expect("a line"), property)
}

const START: &str = "DTSTART:20261105T100000Z";

#[test]
fn what_is_not_a_whole_calendar() {
    for (text, line, part) in [
        ("", None, "empty"),
        ("\n\n", None, "empty"),
        ("hello", Some(1), "not iCalendar"),
        ("{\"a\": 1}", Some(1), "not iCalendar"),
        ("\nBEGIN:VEVENT\nEND:VEVENT\n", Some(2), "outside of a calendar"),
        ("BEGIN:VCARD\nEND:VCARD\n", Some(1), "outside of a calendar"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20261105\nEND:VEVENT\n", Some(1), "cut short"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20261105\n", Some(2), "cut short"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20261105\nEND:VCALENDAR\n", Some(5), "VEVENT of line 2"),
        ("BEGIN:VCALENDAR\nEND:VCALENDAR\n", None, "no VEVENT"),
        ("BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR\n", Some(3), "no BEGIN"),
    ] {
        let (at, _, reason) = refused(text);
        assert_eq!(at, line, "{text:?}: {reason}");
        assert!(reason.contains(part), "{text:?}: {reason}");
    }
}

#[test]
fn every_text_that_was_cut_somewhere() {
    for (name, text) in fixtures::FIXTURES {
        let whole = text.rfind("END:VCALENDAR").unwrap() + "END:VCALENDAR".len();
        for cut in (0..whole).filter(|cut| text.is_char_boundary(*cut)) {
            assert!(read(&text[..cut]).is_err(), "{name} cut at {cut} is taken");
            assert!(split(&text[..cut], &Limits::default()).is_err(), "{name} cut at {cut} is split");
        }
    }
}

#[test]
fn components_that_are_no_events() {
    for kind in ["VTODO", "VJOURNAL", "VFREEBUSY"] {
        let (line, _, reason) = refused(&format!("BEGIN:VCALENDAR\nBEGIN:{kind}\nUID:a\nEND:{kind}\nEND:VCALENDAR\n"));
        assert_eq!(line, Some(2));
        assert!(reason.contains(kind), "{reason}");
    }
}

#[test]
fn an_event_without_a_uid_or_a_start() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261105\nEND:VEVENT\nEND:VCALENDAR\n";
    let draft = read(text).unwrap();
    let error = draft.name(None).unwrap_err();
    assert_eq!((error.line, error.property.as_deref()), (Some(2), Some("UID")));
    assert_eq!(draft.name(Some("given")), Ok("given"));
    assert_eq!(pointed_at("SUMMARY:x"), (2, "DTSTART".to_owned()));
    assert_eq!(pointed_at("DTSTART:"), (2, "DTSTART".to_owned()));
}

#[test]
fn two_events_in_one_text() {
    let one = "BEGIN:VEVENT\nUID:a\nDTSTART:20261105\nEND:VEVENT\n";
    let two = "BEGIN:VEVENT\nDTSTART:20261106\nUID:b\nEND:VEVENT\n";
    let (line, property, _) = refused(&format!("BEGIN:VCALENDAR\n{one}{two}END:VCALENDAR\n"));
    assert_eq!((line, property.as_str()), (Some(8), "UID"));
    let (line, _, reason) = refused(&format!("BEGIN:VCALENDAR\n{one}{one}END:VCALENDAR\n"));
    assert_eq!(line, Some(7));
    assert!(reason.contains("two events of one UID"), "{reason}");
}

#[test]
fn dates_that_are_none() {
    for body in [
        "DTSTART:tomorrow",
        "DTSTART:20261305T100000Z",
        "DTSTART:20260230",
        "DTSTART:20261105T250000Z",
        "DTSTART:18991231",
        "DTSTART:22010101",
        "DTSTART;TZID=Customized Time Zone:20261105T100000",
        "DTSTART;TZID=Nowhere/City:20261105T100000",
    ] {
        assert_eq!(pointed_at(&format!("SUMMARY:x\n{body}")), (5, "DTSTART".to_owned()), "{body}");
    }
    let (_, _, reason) = refused(&event("DTSTART;TZID=Nowhere/City:20261105T100000"));
    assert!(reason.contains("Nowhere/City"), "{reason}");
}

#[test]
fn ends_that_are_none() {
    for body in [
        "DTEND:20261105T095959Z",
        "DTEND:20381105T100000Z",
        "DTEND:soon",
        "DTEND:20261105T110000",
        "DURATION:-PT1H",
        "DURATION:P4000D",
        "DURATION:an hour",
    ] {
        let name = body.split(':').next().unwrap();
        assert_eq!(pointed_at(&format!("{START}\n{body}")), (5, name.to_owned()), "{body}");
    }
}

#[test]
fn rules_that_are_none_or_would_be_misread() {
    for rule in [
        "COUNT=3",
        "FREQ=FORTNIGHTLY",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=4294967297",
        "FREQ=DAILY;INTERVAL=65537",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=MONTHLY;BYMONTHDAY=257",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=DAILY;BYHOUR=-1",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=",
        "FREQ=WEEKLY;BYDAY=2MO",
        "FREQ=WEEKLY;BYMONTHDAY=3",
        "FREQ=DAILY;BYEASTER=1",
        "FREQ=DAILY;UNTIL=never",
        "FREQ=YEARLY;RSCALE=CHINESE;SKIP=FORWARD",
        "FREQ=MONTHLY;BYSETPOS=1",
        "FREQ=MINUTELY",
        "FREQ=SECONDLY;INTERVAL=60",
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9;BYMINUTE=0,5,10,15,20,25,30,35,40,45",
        "daily",
    ] {
        assert_eq!(pointed_at(&format!("{START}\nRRULE:{rule}")), (5, "RRULE".to_owned()), "{rule}");
    }
}

#[test]
fn a_series_in_a_zone_that_no_calendar_knows() {
    let odd = "BEGIN:VTIMEZONE\nTZID:Odd\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0117\n\
               TZOFFSETTO:+0117\nEND:STANDARD\nEND:VTIMEZONE\n";
    let text = event("DTSTART;TZID=Odd:20261105T100000\nRRULE:FREQ=DAILY");
    let (line, property, reason) = refused(&text.replace("BEGIN:VEVENT", &format!("{odd}BEGIN:VEVENT")));
    assert_eq!((line, property.as_str()), (Some(12), "DTSTART"));
    assert!(reason.contains("Odd"), "{reason}");
}

#[test]
fn floods() {
    let small = Limits { max_bytes: 200, ..Limits::default() };
    assert!(parse(&event(&format!("{START}\nSUMMARY:{}", "x".repeat(200))), &small).is_err());
    let lines = event(&format!("{START}\n{}", "X:\n".repeat(200_000)));
    assert!(refused(&lines).2.contains("lines"));
    let deep = format!("{}{}", "BEGIN:X\n".repeat(50), "END:X\n".repeat(50));
    assert!(refused(&event(&deep)).2.contains("inside each other"));
    let dates = "20261105T100000Z,".repeat(10_001);
    let (_, property, _) = refused(&event(&format!("{START}\nRRULE:FREQ=DAILY\nEXDATE:{dates}20261105T100000Z")));
    assert_eq!(property, "EXDATE");
    let overrides = format!("END:VEVENT\nBEGIN:VEVENT\nUID:a@b\n{START}\nRECURRENCE-ID:20261105T100000Z\n");
    let few = Limits { max_overrides: 3, ..Limits::default() };
    let text = |count| event(&format!("{START}\nRRULE:FREQ=DAILY\n{}", overrides.repeat(count)));
    assert!(parse(&text(3), &few).is_ok());
    assert!(parse(&text(4), &few).is_err());
}

#[test]
fn many_zones_without_names() {
    let mut zones = String::new();
    let mut dates = String::new();
    for n in 0..40 {
        zones.push_str(&format!(
            "BEGIN:VTIMEZONE\nTZID:Z{n}\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0117\n\
             TZOFFSETTO:+0117\nEND:STANDARD\nEND:VTIMEZONE\n"
        ));
        dates.push_str(&format!("EXDATE;TZID=Z{n}:20261105T100000\n"));
    }
    let text =
        event(&format!("{START}\nRRULE:FREQ=DAILY\n{dates}")).replace("BEGIN:VEVENT", &format!("{zones}BEGIN:VEVENT"));
    assert_eq!(refused(&text).1, "EXDATE");
}

#[test]
fn occurrences_without_their_series() {
    let one = "BEGIN:VEVENT\nUID:a\nDTSTART:20261105\nRECURRENCE-ID:20261105\nEND:VEVENT\n";
    let two = "BEGIN:VEVENT\nUID:a\nDTSTART:20261112\nRECURRENCE-ID:20261112\nEND:VEVENT\n";
    assert!(read(&format!("BEGIN:VCALENDAR\n{one}END:VCALENDAR\n")).unwrap().event.overrides.is_empty());
    let (line, property, _) = refused(&format!("BEGIN:VCALENDAR\n{one}{two}END:VCALENDAR\n"));
    assert_eq!((line, property.as_str()), (Some(5), "RECURRENCE-ID"));
}
