//! Made-up texts of others.

use testing::fuzz::Target;

use super::*;

const WORDS: &[&str] = &[
    "BEGIN:VEVENT\r\n",
    "END:VEVENT\r\n",
    "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n",
    "BEGIN:VTIMEZONE\r\n",
    "END:VTIMEZONE\r\n",
    "BEGIN:STANDARD\r\n",
    "RRULE:FREQ=",
    "YEARLY;BYMONTH=2;BYMONTHDAY=29",
    ";BYSETPOS=-1",
    ";INTERVAL=",
    ";COUNT=",
    ";UNTIL=",
    "SECONDLY",
    ";BYDAY=MO,5TU,-1WE",
    "RDATE;VALUE=PERIOD:20261105T090000Z/PT1H\r\n",
    "EXDATE:20261105T090000Z\r\n",
    "RECURRENCE-ID:20261105T090000Z\r\n",
    "DTSTART;TZID=America/Guayaquil:20261105T090000\r\n",
    "DTSTART;VALUE=DATE:20261105\r\n",
    "DURATION:P1W",
    "ATTENDEE;CN=\"a\":mailto:a@b",
    "ORGANIZER:mailto:",
    "SUMMARY;LANGUAGE=es:",
    "DESCRIPTION:",
    "ATTACH;ENCODING=BASE64;VALUE=BINARY:",
    "\\n",
    "\\",
    "\r\n ",
    "\r\n",
    "\r",
    ":",
    ";",
    ",",
    "\"",
    "=",
    "Z",
    "T24",
    "9999",
    "\u{feff}",
    "ñ",
    "\u{1f600}",
];

#[test]
fn fuzz_texts() {
    let target = Target { name: "ical", examples: &["tests/fixtures/ics"], words: WORDS };
    target.play(|bytes| {
        let Ok(text) = decode(bytes, None) else { return "no text".to_owned() };
        match read(&text) {
            Ok(draft) => {
                let again = write(&draft.event, &key(), "id", People::AsText).map(|object| {
                    let written = read(&object.text);
                    assert!(written.is_ok() || !happens(&draft.event), "{written:?}\n{}", object.text);
                    written.is_ok()
                });
                let again = again.map_err(|_| ());
                format!(
                    "{} {} {} {again:?}",
                    draft.event.overrides.len().min(3),
                    draft.notes.len().min(5),
                    draft.uid.is_some()
                )
            }
            Err(error) => error.reason.chars().filter(|sign| !sign.is_ascii_digit()).take(50).collect(),
        }
    });
}
