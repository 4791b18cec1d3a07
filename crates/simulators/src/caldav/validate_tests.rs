//! What is taken and what is refused, and with which precondition.

use super::validate;

const GOOD: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Madrid\r\n\
BEGIN:STANDARD\r\nDTSTART:20251026T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n\
BEGIN:VEVENT\r\nUID:a@x\r\nDTSTAMP:20261101T080000Z\r\nDTSTART;TZID=Europe/Madrid:20261105T100000\r\n\
DTEND;TZID=Europe/Madrid:20261105T110000\r\nRRULE:FREQ=WEEKLY;UNTIL=20261217T090000Z\r\n\
EXDATE;TZID=Europe/Madrid:20261112T100000\r\nSUMMARY:Clase\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:a@x\r\nRECURRENCE-ID;TZID=Europe/Madrid:20261119T100000\r\nDTSTAMP:20261101T080000Z\r\n\
DTSTART;TZID=Europe/Madrid:20261119T120000\r\nDURATION:PT1H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/// The precondition that is broken and the explanation, or "taken".
fn verdict(text: &str) -> String {
    match validate(text.as_bytes(), false) {
        Ok(_) => "taken".to_owned(),
        Err(no) => format!("{} {}: {}", no.status, no.condition.expect("a condition").name.local, no.why),
    }
}

#[track_caller]
fn refused(from: &str, to: &str, precondition: &str, why: &str) {
    assert!(GOOD.contains(from), "the good object has {from:?}");
    let verdict = verdict(&GOOD.replacen(from, to, 1));
    assert!(verdict.starts_with(&format!("403 {precondition}: ")) && verdict.contains(why), "{verdict}");
}

#[test]
fn a_series_with_an_override_and_its_zone_is_taken() {
    assert_eq!(verdict(GOOD), "taken");
    let good = validate(GOOD.as_bytes(), false).expect("good");
    assert_eq!((good.uid.as_str(), good.mails.len()), ("a@x", 0));
}

#[test]
fn the_bytes_must_be_as_the_rfc_has_them() {
    let data = "valid-calendar-data";
    refused("SUMMARY:Clase\r\n", "SUMMARY:Clase\n", data, "bare");
    refused("SUMMARY:Clase", &format!("SUMMARY:{}", "x".repeat(80)), data, "75");
    refused("END:VCALENDAR\r\n", "END:VCALENDAR", data, "last line");
    refused("END:VCALENDAR\r\n", "", data, "does not end");
    refused("SUMMARY:Clase", "SUMMARY Clase", data, "not a content line");
    assert!(validate(b"BEGIN:VCALENDAR\r\nX:\xff\r\nEND:VCALENDAR\r\n", false).is_err());
}

#[test]
fn the_calendar_says_its_version_and_who_made_it_and_no_method() {
    refused("VERSION:2.0\r\n", "", "valid-calendar-data", "VERSION");
    refused("VERSION:2.0", "VERSION:1.0", "valid-calendar-data", "VERSION");
    refused("PRODID:-//x//y//EN\r\n", "", "valid-calendar-data", "PRODID");
    refused("PRODID", "METHOD:PUBLISH\r\nPRODID", "valid-calendar-object-resource", "METHOD");
}

#[test]
fn an_event_has_its_stamp_start_and_end() {
    let data = "valid-calendar-data";
    refused("DTSTAMP:20261101T080000Z\r\n", "", data, "DTSTAMP");
    refused("DTSTAMP:20261101T080000Z", "DTSTAMP:20261101T080000", data, "UTC");
    refused("DTSTART;TZID=Europe/Madrid:20261105T100000\r\n", "", data, "DTSTART");
    refused("DTEND;TZID=Europe/Madrid:20261105T110000\r\n", "", data, "neither");
    refused("SUMMARY:Clase", "DURATION:PT1H", data, "both");
    refused("20261105T110000", "20261105T100000", data, "not after");
    refused("DTEND;TZID=Europe/Madrid:20261105T110000", "DTEND;VALUE=DATE:20261106", data, "type");
    refused("20261105T110000", "20261135T110000", data, "DTEND is not");
    refused("DURATION:PT1H", "DURATION:-PT1H", data, "DURATION");
}

#[test]
fn a_series_is_of_one_kind_and_ends_once() {
    let data = "valid-calendar-data";
    refused("UNTIL=20261217T090000Z", "UNTIL=20261217", data, "UNTIL");
    refused("UNTIL=", "COUNT=3;UNTIL=", data, "COUNT and UNTIL");
    refused("RRULE:FREQ=WEEKLY;", "RRULE:", data, "FREQ");
    refused("EXDATE;TZID=Europe/Madrid:20261112T100000", "EXDATE;VALUE=DATE:20261112", data, "EXDATE");
    refused("DURATION:PT1H", "DURATION:PT1H\r\nRRULE:FREQ=DAILY", "valid-calendar-object-resource", "override");
}

#[test]
fn there_is_one_uid_and_one_master() {
    let object = "valid-calendar-object-resource";
    refused("UID:a@x\r\n", "UID:b@x\r\n", object, "same one UID");
    refused("RECURRENCE-ID;TZID=Europe/Madrid:20261119T100000\r\n", "", object, "without RECURRENCE-ID");
    refused("UID:a@x\r\n", "", "valid-calendar-data", "UID");
    refused("UID:a@x\r\nDTSTAMP", "UID:a@x\r\nUID:a@x\r\nDTSTAMP", "valid-calendar-data", "UID");
    let twice = GOOD.replace("END:VCALENDAR\r\n", "");
    let (_, again) = twice.rsplit_once("BEGIN:VEVENT").expect("an override");
    let twice = format!("{twice}BEGIN:VEVENT{again}END:VCALENDAR\r\n");
    assert!(verdict(&twice).contains("two components with one RECURRENCE-ID"));
}

#[test]
fn each_zone_is_described_and_only_events_are_taken() {
    refused("TZID:Europe/Madrid\r\n", "TZID:Madrid\r\n", "valid-calendar-object-resource", "no VTIMEZONE");
    let todo = GOOD.replace("BEGIN:VEVENT", "BEGIN:VTODO").replace("END:VEVENT", "END:VTODO");
    assert!(verdict(&todo).starts_with("403 supported-calendar-component"));
    let (head, rest) = GOOD.split_once("BEGIN:VEVENT").expect("an event");
    assert!(verdict(&format!("{head}END:VCALENDAR\r\n")).contains("no UID"), "{rest}");
}

#[test]
fn a_mebibyte_is_taken_and_one_octet_more_is_not() {
    let padding = |octets: usize| {
        let mut lines = String::new();
        while lines.len() + 75 < octets {
            lines.push_str(&format!(" {}\r\n", "x".repeat(72)));
        }
        let left = octets - lines.len();
        lines.push_str(&format!(" {}\r\n", "x".repeat(left.saturating_sub(3))));
        lines
    };
    let sized = |size: usize| {
        let text = GOOD.replacen("SUMMARY:Clase\r\n", &format!("SUMMARY:Clase\r\n{}", padding(size - GOOD.len())), 1);
        assert_eq!(text.len(), size);
        verdict(&text)
    };
    assert_eq!(sized(1024 * 1024), "taken");
    assert!(sized(1024 * 1024 + 1).starts_with("403 max-resource-size"));
}

#[test]
fn guests_are_mailed_unless_the_client_forbids_it() {
    let mails = |line: &str| {
        let text = GOOD.replacen("SUMMARY:Clase", line, 1);
        validate(text.as_bytes(), false).expect("good").mails.len()
    };
    assert_eq!(mails("ATTENDEE:mailto:b@x\r\nORGANIZER:mailto:a@x"), 2);
    assert_eq!(mails("ATTENDEE;SCHEDULE-AGENT=SERVER:mailto:b@x"), 1);
    assert_eq!(mails("ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:b@x\r\nORGANIZER;SCHEDULE-AGENT=NONE:mailto:a@x"), 0);
}

#[test]
fn a_lenient_server_takes_what_most_take_but_not_everything() {
    let poor = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nEND:VEVENT\nEND:VCALENDAR\n";
    assert_eq!(validate(poor.as_bytes(), true).expect("taken").uid, "a");
    assert!(validate(b"hello", true).is_err());
    assert!(validate(poor.replace("UID:a\n", "").as_bytes(), true).is_err());
}
