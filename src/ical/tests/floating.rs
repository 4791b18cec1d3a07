//! Times that say no zone, in calendars that name one.

use super::*;

/// The times of an event in a calendar that names a zone of its own.
fn times_in(own: &str, body: &str) -> Vec<String> {
    let text = rewritten(&event(body).replace("BEGIN:VEVENT", &format!("{own}\nBEGIN:VEVENT")));
    lines(&text, &["DTSTART", "DTEND", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"])
}

#[test]
fn times_without_a_zone_are_in_the_calendar_s_own() {
    let own = "X-WR-TIMEZONE:Europe/Amsterdam";
    for (body, written) in [
        (
            "DTSTART:20270105T100000\nDTEND:20270105T110000",
            ["DTSTART;TZID=Europe/Amsterdam:20270105T100000", "DTEND;TZID=Europe/Amsterdam:20270105T110000"],
        ),
        // Eight hours of the night in which the clocks go forward.
        (
            "DTSTART:20270327T230000\nDURATION:PT8H",
            ["DTSTART;TZID=Europe/Amsterdam:20270327T230000", "DTEND;TZID=Europe/Amsterdam:20270328T080000"],
        ),
        (
            "DTSTART;TZID=:20270105T100000\nDTEND;TZID=\"\":20270105T110000",
            ["DTSTART;TZID=Europe/Amsterdam:20270105T100000", "DTEND;TZID=Europe/Amsterdam:20270105T110000"],
        ),
        ("DTSTART:20270105T100000Z\nDURATION:PT1H", ["DTSTART:20270105T100000Z", "DTEND:20270105T110000Z"]),
        (
            "DTSTART;TZID=Asia/Tokyo:20270105T100000\nDTEND;TZID=Asia/Tokyo:20270105T110000",
            ["DTSTART;TZID=Asia/Tokyo:20270105T100000", "DTEND;TZID=Asia/Tokyo:20270105T110000"],
        ),
        ("DTSTART;VALUE=DATE:20270105", ["DTSTART;VALUE=DATE:20270105", "DTEND;VALUE=DATE:20270106"]),
    ] {
        assert_eq!(times_in(own, body), written, "{body}");
    }
    let floating = "DTSTART:20270105T100000\nDTEND:20270105T110000";
    assert_eq!(times_in("X-WR-TIMEZONE:UTC", floating)[0], "DTSTART:20270105T100000Z");
    assert_eq!(times_in("TIMEZONE-ID:Europe/Madrid", floating)[0], "DTSTART;TZID=Europe/Madrid:20270105T100000");
    assert_eq!(times_in("X-WR-TIMEZONE:", floating)[0], "DTSTART:20270105T100000");
}

#[test]
fn the_calendar_s_own_zone_is_that_of_all_times_of_a_series() {
    let body = "DTSTART:20270105T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20270110T100000\nEXDATE:20270106T100000\n\
                RDATE:20270201T100000";
    let written = [
        "DTSTART;TZID=Europe/Amsterdam:20270105T100000",
        "DTEND;TZID=Europe/Amsterdam:20270105T110000",
        "RRULE:FREQ=DAILY;UNTIL=20270110T090000Z",
        "RDATE;TZID=Europe/Amsterdam:20270201T100000",
        "EXDATE;TZID=Europe/Amsterdam:20270106T100000",
    ];
    assert_eq!(times_in("X-WR-TIMEZONE:Europe/Amsterdam", body), written);
    // A point of a series that says no zone is in that of the series, not in the calendar's.
    let other = "DTSTART;TZID=Asia/Tokyo:20270105T100000\nRRULE:FREQ=DAILY\nEXDATE:20270106T100000";
    assert_eq!(times_in("X-WR-TIMEZONE:Europe/Amsterdam", other)[3], "EXDATE;TZID=Asia/Tokyo:20270106T100000");
}

#[test]
fn a_calendar_s_own_zone_that_is_none_leaves_times_as_they_are_and_is_said() {
    for own in ["X-WR-TIMEZONE:Mi zona", "X-WR-TIMEZONE:CST"] {
        let text = event("DTSTART:20270105T100000").replace("BEGIN:VEVENT", &format!("{own}\nBEGIN:VEVENT"));
        let draft = read(&text).unwrap();
        assert_eq!(draft.event.master.span.start, crate::calendar::When::Floating("2027-01-05T10:00".parse().unwrap()));
        let name = own.split_once(':').unwrap().1;
        assert_eq!(
            draft.notes,
            [format!("the calendar's own zone {name:?} is not known: times without a zone stay without")]
        );
        let utc = text.replace("T100000", "T100000Z");
        assert_eq!(read(&utc).unwrap().notes, Vec::<String>::new(), "nothing is lost where no time needs it");
    }
    let exact = event("DTSTART:20270105T100000").replace("BEGIN:VEVENT", "X-WR-TIMEZONE:Europe/Madrid\nBEGIN:VEVENT");
    assert_eq!(read(&exact).unwrap().notes, Vec::<String>::new(), "what is meant is what is written");
}
