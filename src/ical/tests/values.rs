//! Points in time, lengths, offsets and rules in every spelling, read to their end or not at all.

use super::*;
use crate::ical::length::Length;
use crate::ical::written::{Written, utc_offset};

#[test]
fn points_in_time() {
    for (text, meant) in [
        ("20270910", "20270910"),
        ("2027-09-10", "20270910"),
        ("20270910Z", "20270910"),
        ("20270910T123456", "20270910T123456"),
        ("20270910t123456z", "20270910T123456Z"),
        (" 20270910T123456Z ", "20270910T123456Z"),
        ("20270910T123456.789Z", "20270910T123456Z"),
        ("20270910T123456.0", "20270910T123456"),
        ("20270910T1234Z", "20270910T123400Z"),
        ("20270910T1234", "20270910T123400"),
        ("20270910T12Z", "20270910T120000Z"),
        ("20270910T12", "20270910T120000"),
        ("20270910T12:34:56Z", "20270910T123456Z"),
        ("20270910T12:34Z", "20270910T123400Z"),
        ("2027-09-10T12:34:56.789+03:00", "20270910T093456Z"),
        ("2027-09-10T12:34:56-0330", "20270910T160456Z"),
        ("2027-09-10 12:34:56", "20270910T123456"),
        ("20270910 123456Z", "20270910T123456Z"),
        ("20270910123456", "20270910T123456"),
        ("20270910T123456+0300", "20270910T093456Z"),
        ("20270910T123456-05", "20270910T173456Z"),
        ("20270910T1234-0500", "20270910T173400Z"),
        ("20270910T123456 UTC", "20270910T123456Z"),
        ("20270910T123456GMT", "20270910T123456Z"),
        ("20270910T123456 GMT+0200", "20270910T103456Z"),
        ("20270910T240000", "20270911T000000"),
        ("20270910T24:00Z", "20270911T000000Z"),
        ("20271231T240000", "20280101T000000"),
        ("20270910T235960Z", "20270910T235959Z"),
        // A fold that came apart, or a space of a template.
        ("20270910T12 3456", "20270910T123456"),
    ] {
        let body = format!("DTSTART:{text}\nDURATION:P1D");
        let written = lines(&rewritten(&event(&body)), &["DTSTART"])[0].clone();
        assert_eq!(written.rsplit_once(':').unwrap().1, meant, "{text}");
        let told = Written::read(text).unwrap().repaired();
        let as_is = text.trim().eq_ignore_ascii_case(meant) || text.contains(":60") || text.contains("5960");
        assert_eq!(told, (!as_is).then(|| meant.to_owned()), "{text}");
        assert_eq!(read(&event(&body)).unwrap().notes.is_empty(), as_is, "{text}");
    }
}

/// What is no point in time, or could be two.
const NO_POINTS: [&str; 40] = [
    "",
    "T",
    "Z",
    "2027",
    "2027091",
    "202709100",
    "20270910T",
    "T120000",
    "20270910TZ",
    "20270910T1",
    "20270910T120",
    "20270910T12000",
    "20270910T1200000",
    "20270910TI20000Z",
    "20270910T12000OZ",
    "20270910T120000%Z",
    "20270910T120000ZZ",
    "20270910T120000Z0",
    "20270910T120000.Z",
    "20270910T1200.00Z",
    "20270910T120000X",
    "20270910T120000EST",
    "20270910T120000+3",
    "20270910T120000+030",
    "20270910T120000+1900",
    "20270910T120000+0260",
    "20270910T1200-05",
    "20270910T12-0500",
    "20270910T12:3000",
    "20270910T1230:00",
    "20270910T9",
    "2027-0910",
    "2027-9-10",
    "10-09-2027",
    "09/10/2027",
    "2027091020270911",
    "20270910T250000Z",
    "20270910T240001",
    "20270230",
    "20270910T120000\\n",
];

#[test]
fn what_is_no_point_in_time_is_refused_wherever_one_stands() {
    for text in NO_POINTS {
        assert!(Written::read(text).is_err(), "{text:?} is {:?}", Written::read(text));
        for (property, before) in [
            ("DTSTART", ""),
            ("DTEND", "DTSTART:20270910T100000Z\n"),
            ("RDATE", "DTSTART:20270910T100000Z\n"),
            ("EXDATE", "DTSTART:20270910T100000Z\nRRULE:FREQ=DAILY\n"),
            ("RDATE;VALUE=PERIOD", "DTSTART:20270910T100000Z\n"),
            ("RRULE", "DTSTART:20270910T100000Z\n"),
            (
                "RECURRENCE-ID",
                "DTSTART:20270910T100000Z\nRRULE:FREQ=DAILY\nEND:VEVENT\nBEGIN:VEVENT\nUID:a@b\nDTSTART:20270910T100000Z\n",
            ),
        ] {
            let value = match property {
                "RDATE;VALUE=PERIOD" => format!("{text}/PT1H"),
                "RRULE" => format!("FREQ=DAILY;UNTIL={text}"),
                _ if text.is_empty() => continue,
                _ => text.to_owned(),
            };
            let whole = event(&format!("{before}{property}:{value}"));
            let error = read(&whole).map(|draft| draft.event).expect_err(&whole);
            let name = property.split(';').next().unwrap();
            assert_eq!(error.property.as_deref(), Some(name), "{whole}");
            assert_eq!(error.line, Some(4 + before.matches('\n').count()), "{whole}");
        }
    }
}

#[test]
fn a_property_of_one_point_gives_one() {
    for body in ["DTSTART:20270910,20270911", "DTSTART:20270910;TZID=Europe/Madrid", "DTSTART:,"] {
        let error = read(&event(body)).map(|draft| draft.event).expect_err(body);
        assert_eq!((error.line, error.property.as_deref()), (Some(4), Some("DTSTART")), "{body}");
    }
    let one_too_many = read(&event("DTSTART:20270910T100000Z,")).unwrap();
    assert_eq!(one_too_many.event.master.span.start.instant().unwrap().to_string(), "2027-09-10T10:00:00Z");
}

#[test]
fn a_date_that_is_declared_is_one() {
    let start = |value: &str| read(&event(&format!("DTSTART;VALUE=DATE:{value}")));
    for (value, notes) in [("20270910", 0), ("20270910T000000", 0), ("20270910T000000Z", 0), ("20270910T103000", 1)] {
        let draft = start(value).unwrap();
        assert!(draft.event.master.span.start.is_date(), "{value}");
        assert_eq!(draft.notes.len(), notes, "{value}: {:?}", draft.notes);
    }
    assert!(start("20270910T230000Z").is_err(), "it is another day elsewhere");
    assert!(start("20270910T1030").unwrap().event.master.span.start.is_date());
    // calcard takes all values of a list for dates that follow one.
    let body = "DTSTART:20270910T100000Z\nRRULE:FREQ=DAILY\nEXDATE:20270911,20270912T100000Z,20270913T110000Z";
    let written = lines(&rewritten(&event(body)), &["EXDATE"]);
    assert_eq!(written, ["EXDATE:20270911T100000Z", "EXDATE:20270912T100000Z", "EXDATE:20270913T110000Z"]);
}

#[test]
fn lengths() {
    for (text, days, clock, repaired) in [
        ("P1W", 7, 0, false),
        ("p2d", 2, 0, false),
        ("P1DT2H3M4S", 1, 7_384, false),
        ("+PT90M", 0, 5_400, false),
        ("PT1H", 0, 3_600, false),
        ("PT1H5M", 0, 3_900, false),
        ("P1W3DT7H28M16S", 10, 26_896, false),
        ("PT0S", 0, 0, false),
        ("PT1D", 1, 0, true),
        ("PT1W1D2H3M4S", 8, 7_384, true),
        ("PT0DT0H10M0S", 0, 600, true),
        ("P1H30M", 0, 5_400, true),
        ("P1D30M", 1, 1_800, true),
        ("P30S", 0, 30, true),
        ("P1DT", 1, 0, true),
        ("PT1 5M", 0, 900, true),
    ] {
        let length = Length::read(text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((length.days(), length.clock(), length.is_repaired()), (days, clock, repaired), "{text}");
    }
    assert_eq!(Length::read("-PT15M").unwrap().seconds(), -900);
    assert!(!Length::read("-PT0S").unwrap().is_negative());
}

#[test]
fn what_is_no_length_is_refused_wherever_one_stands() {
    for text in [
        "1H",
        "P",
        "PT",
        "P1",
        "PT1",
        "PT1H30",
        "P1M",
        "P1W30M",
        "P1Y",
        "PTH",
        "PT1.5H",
        "PT1S0H",
        "PT1D0H",
        "P1H0D",
        "PT1H53S",
        "P1D1D",
        "PP1D",
        "P1DD",
        "--PT1H",
        "PT-1H",
        "PT1H,",
        "P99999999999D",
        "an hour",
        "P1T1H",
        "PT1H%",
    ] {
        assert!(Length::read(text).is_err(), "{text:?} is {:?}", Length::read(text));
        let period = format!("RDATE;VALUE=PERIOD:20270911T100000Z/{text}");
        for (name, line) in [("DURATION", format!("DURATION:{text}")), ("RDATE", period)] {
            let whole = event(&format!("DTSTART:20270910T100000Z\n{line}"));
            let error = match read(&whole) {
                // A comma ends a value of RDATE.
                Ok(_) if name == "RDATE" && text.ends_with(',') => continue,
                result => result.map(|draft| draft.event).expect_err(&whole),
            };
            assert_eq!((error.line, error.property.as_deref()), (Some(5), Some(name)), "{whole}");
        }
        if !["P", "PT"].contains(&text) {
            let alarm = format!("DTSTART:20270910\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:{text}\nEND:VALARM");
            let draft = read(&event(&alarm)).unwrap();
            assert_eq!((draft.event.master.alarms.len(), draft.notes.len()), (0, 1), "{text}");
        }
    }
}

#[test]
fn a_reminder_repeats_as_it_says_or_comes_once() {
    let alarm = |lines: &str| {
        let body = format!("DTSTART:20270910\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT1H\n{lines}\nEND:VALARM");
        let draft = read(&event(&body)).unwrap();
        (draft.event.master.alarms[0].repeat, draft.notes.len())
    };
    assert_eq!(alarm("REPEAT:2\nDURATION:PT5M"), (Some((2, 300)), 0));
    assert_eq!(alarm("X-A:1"), (None, 0));
    for lines in ["REPEAT:2x\nDURATION:PT5M", "REPEAT:+2\nDURATION:PT5M", "REPEAT:2\nDURATION:PT5", "REPEAT:2"] {
        assert_eq!(alarm(lines), (None, 1), "{lines}");
    }
    let body = "DTSTART:20270910\nBEGIN:VALARM\nTRIGGER;RELATED=ENDE:-PT1H\nEND:VALARM";
    assert_eq!(read(&event(body)).unwrap().notes.len(), 1, "from which edge is not known");
}

#[test]
fn offsets() {
    for (text, seconds) in
        [("+0200", 7_200), ("-0330", -12_600), ("+053015", 19_815), ("+02:00", 7_200), ("0000", 0), ("-0000", 0)]
    {
        assert_eq!(utc_offset(text), Some(seconds), "{text}");
    }
    for text in [
        "", "+", "0200", "+2", "+02", "+020", "+02000", "+0200000", "++0200", "+0260", "+1900", "+0200Z", "+02:000",
        "+020:0",
    ] {
        assert_eq!(utc_offset(text), None, "{text}");
    }
}

#[test]
fn rules_say_each_thing_once_and_in_their_own_numbers() {
    let rule = |text: &str| {
        let body = format!("DTSTART:20270910T100000Z\nRRULE:{text}");
        read(&event(&body)).map(|draft| (lines(&rewritten(&event(&body)), &["RRULE"])[0].clone(), draft.notes.len()))
    };
    for (text, written, notes) in [
        ("FREQ=DAILY;COUNT=-1", "FREQ=DAILY", 1),
        ("FREQ=DAILY;UNTIL=22010101T000000Z", "FREQ=DAILY", 1),
        ("FREQ=DAILY;UNTIL=99991231", "FREQ=DAILY", 1),
        ("FREQ=DAILY;UNTIL=00010101", "FREQ=DAILY", 1),
        ("FREQ=DAILY;UNTIL=2027-12-31T10:00:00Z", "FREQ=DAILY;UNTIL=20271231T100000Z", 1),
        ("FREQ=DAILY;INTERVAL=2;interval=2", "FREQ=DAILY;INTERVAL=2", 0),
        ("FREQ=daily;;count=3;", "FREQ=DAILY;COUNT=3", 0),
        ("FREQ=DAILY;COUNT=3;BYHOUR=09", "FREQ=DAILY;COUNT=3;BYHOUR=9", 0),
    ] {
        assert_eq!(rule(text).unwrap(), (format!("RRULE:{written}"), notes), "{text}");
    }
    for text in [
        "FREQ=DAILY;COUNT=-2",
        "FREQ=DAILY;COUNT=3x",
        "FREQ=DAILY;UNTIL=18991230",
        "FREQ=DAILY;INTERVAL=2;INTERVAL=3",
        "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=DAILY;BYHOUR=009",
        "FREQ=DAILY;BYMONTH=012",
        "FREQ=MONTHLY;BYDAY=001MO",
        "FREQ=DAILY COUNT=3",
        "FREQ=DAILY,COUNT=3",
    ] {
        assert!(rule(text).is_err(), "{text}: {:?}", rule(text));
    }
}

#[test]
fn a_value_that_is_broken_over_lines_is_refused() {
    for (line, body) in [
        (4, "DTSTART:20270910\nT120000Z"),
        (4, "DTSTART:\n20270910T120000Z"),
        (5, "DTSTART:20270910T100000Z\nRRULE:FREQ=DAILY;\nCOUNT=3"),
        (5, "DTSTART:20270910T100000Z\nRRULE:FREQ=DAILY\n;COUNT=3"),
        (5, "DTSTART:20270910T100000Z\nDTEND:\n20270910T120000Z"),
        (6, "DTSTART:20270910T100000Z\nRRULE:FREQ=DAILY\nEXDATE:20270911T100000Z\n,20270912T100000Z"),
    ] {
        let error = read(&event(body)).map(|draft| draft.event).expect_err(body);
        assert_eq!(error.line, Some(line), "{body}");
        assert!(error.reason.contains("broken over two lines"), "{error}");
    }
    // What can't be the rest of it is none.
    assert!(read(&event("DTSTART:20270910\nSUMMARY=testevent")).is_ok());
}

#[test]
fn one_zone_serves_both_ends() {
    let when = |body: &str| lines(&rewritten(&event(body)), &["DTSTART", "DTEND"]);
    let both = ["DTSTART;TZID=Europe/Madrid:20270910T100000", "DTEND;TZID=Europe/Madrid:20270910T110000"];
    assert_eq!(when("DTSTART:20270910T100000\nDTEND;TZID=Europe/Madrid:20270910T110000"), both);
    assert_eq!(when("DTSTART;TZID=Europe/Madrid:20270910T100000\nDTEND:20270910T110000"), both);
    let flight = ["DTSTART;TZID=Europe/Madrid:20270910T100000", "DTEND;TZID=America/Lima:20270910T150000"];
    assert_eq!(when(&flight.join("\n")), flight);
}

#[test]
fn a_range_that_is_not_known_is_refused() {
    let series =
        "DTSTART:20270910T100000Z\nRRULE:FREQ=DAILY\nEND:VEVENT\nBEGIN:VEVENT\nUID:a@b\nDTSTART:20270911T120000Z";
    let named = |range: &str| read(&event(&format!("{series}\nRECURRENCE-ID;RANGE={range}:20270911T100000Z")));
    assert!(named("thisandfuture").unwrap().event.overrides[0].replaces.and_later);
    for range in ["THISANDPRIOR", "THISANDFUTUR", ""] {
        assert_eq!(named(range).unwrap_err().property.as_deref(), Some("RECURRENCE-ID"), "{range}");
    }
}
