//! What makers really send, read and written again.

use super::*;

macro_rules! fixture {
    ($name:ident) => {
        (stringify!($name), include_str!(concat!("../../../tests/fixtures/ics/", stringify!($name), ".ics")))
    };
}

pub(super) const FIXTURES: [(&str, &str); 9] = [
    fixture!(apple_calendar),
    fixture!(bom_and_dates),
    fixture!(google_export),
    fixture!(odoo),
    fixture!(outlook_all_day),
    fixture!(outlook_label_zone),
    fixture!(outlook_weekly_series),
    fixture!(plain_script),
    fixture!(thunderbird),
];

#[test]
fn what_makers_send_is_written_for_the_strictest_server() {
    for (name, text) in FIXTURES {
        let draft = read(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let object = write(&draft.event, &key(), draft.uid.as_deref().unwrap(), People::AsText).unwrap();
        strict::check(&object.text);
        let notes = [draft.notes, object.degradations].concat().join("\n");
        insta::assert_snapshot!(name, format!("{}\n--\n{notes}", unfolded(&object.text)));
    }
}

/// What the strictest servers ask of an object (lessons: Cyrus, iCloud), checked apart from how it is written.
pub(super) mod strict {
    pub(crate) fn check(text: &str) {
        assert!(text.ends_with("END:VCALENDAR\r\n"), "{text}");
        for line in text.strip_suffix("\r\n").unwrap().split("\r\n") {
            assert!(line.len() <= 75, "a line of more than 75 octets: {line}");
            assert!(!line.contains(['\r', '\n']), "a bare line end: {line:?}");
        }
        let text = text.replace("\r\n ", "");
        let lines: Vec<&str> = text.lines().collect();
        let has = |start: &str| lines.iter().any(|line| line.starts_with(start));
        assert!(has("VERSION:2.0") && has("PRODID:") && !has("METHOD"), "{text}");
        assert!(!has("ORGANIZER") && !has("ATTENDEE"), "{text}");
        let mut uids = Vec::new();
        for event in text.split("BEGIN:VEVENT").skip(1) {
            let event = event.split("END:VEVENT").next().unwrap();
            let own = event.split("BEGIN:VALARM").next().unwrap();
            for name in ["UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "X-PASARELA-UID"] {
                let count = own.lines().filter(|line| line.split([':', ';']).next() == Some(name)).count();
                assert_eq!(count, 1, "{name} in {event}");
            }
            assert!(!own.lines().any(|line| line.starts_with("DURATION")), "{event}");
            let at = |name: &str| {
                let line = own.lines().find(|line| line.starts_with(name)).unwrap();
                line[name.len()..].rsplit_once(':').unwrap()
            };
            let ((zone, start), (end_zone, end)) = (at("DTSTART"), at("DTEND"));
            assert!(zone != end_zone || start.ends_with('Z') != end.ends_with('Z') || start < end, "DTEND in {event}");
            uids.push(own.lines().find(|line| line.starts_with("UID:")).unwrap().to_owned());
        }
        uids.dedup();
        assert_eq!(uids.len(), 1, "one UID: {text}");
        let dated = ["DTSTART", "DTEND", "RDATE", "EXDATE", "RECURRENCE-ID"];
        for line in lines.iter().filter(|line| dated.contains(&line.split([':', ';']).next().unwrap())) {
            if let Some((_, rest)) = line.split_once(";TZID=") {
                let zone = rest.split(':').next().unwrap();
                assert!(lines.contains(&format!("TZID:{zone}").as_str()), "no VTIMEZONE for {zone}: {text}");
            }
        }
    }
}
