//! Made-up bodies.

use testing::fuzz::Target;

use super::*;
use crate::ical;

const WORDS: &[&str] = &[
    "\"start_datetime\":",
    "\"endDatetime\":\"2027-01-05T11:00:00-05:00\"",
    "\"timezone\":\"America/New_York\",",
    "\"end_timezone\":\"Europe/Madrid\",",
    "\"all_day\":true,",
    "\"start_date\":\"2027-01-05\",",
    "\"recurrence\":{\"rules\":[\"FREQ=",
    "DAILY;BYDAY=MO,5TU,-1WE",
    "YEARLY;BYMONTH=2;BYMONTHDAY=29",
    ";COUNT=100000",
    "\"rrule_type\":\"weekly\",",
    "\"weekdays\":127,",
    "\"month_by\":\"day\",\"week_of_month\":5,",
    "\"until\":\"2027-06-01\",",
    "\"overrides\":{\"2027-01-05T10:00:00\":{",
    "\"except_dates\":[\"2027-01-12\"],",
    "\"dates\":[\"2027-01-07T15:00:00Z\"],",
    "\"attendees\":[{\"email\":\"a@b\"}],",
    "\"organizer\":{\"name\":",
    "\"reminders\":[{}],",
    "\"locations\":[{\"uri\":\"tel:1234\"}],",
    "\"name\":\"",
    "null",
    "true",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\u0000",
    "\\ud83d\\ude00",
    "-",
    "Z",
    "+14:00",
    "T24:00",
    "9999",
    "0001",
    "1e400",
];

#[test]
fn fuzz_bodies() {
    let target = Target { name: "json", examples: &["tests/fixtures/json"], words: WORDS };
    target.play(|bytes| {
        let Ok(text) = std::str::from_utf8(bytes) else { return "no text".to_owned() };
        match Body::read(text, &defaults()) {
            Ok(Body { document, .. }) => {
                let kept = document.text();
                assert_eq!(Document::parse(&kept).as_ref(), Ok(&document), "{kept}");
                let event = document.event();
                let file = ical::export(&event, "a@b").map(|file| reading::ical(&file.text).map(|draft| draft.event));
                assert!(!matches!(&file, Ok(Err(_))) || !ical::happens(&event), "{file:?}\n{kept}");
                let answer = Value::Object(document.answer(&Beside::default())).to_string();
                let changed = Body::change(&answer, &document, &defaults()).map(|body| body.document);
                assert_eq!(changed.as_ref(), Ok(&document), "{answer}");
                format!("{:?} {} {}", document.unshown(), document.is_series(), file.is_ok())
            }
            Err(error) => format!(
                "{} {}",
                error.code.as_str(),
                error.reason.chars().filter(|c| !c.is_ascii_digit()).take(30).collect::<String>()
            ),
        }
    });
}
