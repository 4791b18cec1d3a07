//! Made-up answers of Puentes's.

use http::{Response, header};
use testing::fuzz::Target;

use super::answer;

const WORDS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u0000",
    "null",
    "1e999",
    "{\"events\":[",
    "\"event_id\":\"a\"",
    "\"event_data\":\"BEGIN:VCALENDAR\"",
    "\"next\":",
    "],\"next\":null}",
    "BEGIN:VCALENDAR\r\n",
    "END:VCALENDAR\r\n",
    "BEGIN:VEVENT\r\n",
    "END:VEVENT\r\n",
    "BEGIN:VTIMEZONE\r\n",
    "END:VTIMEZONE\r\n",
    "UID:",
    "TZID:",
    ";TZID=\"",
    "X-WR-TIMEZONE:",
    "\r\n ",
    "\r",
    "\n",
    "\u{feff}",
    "ñ",
    "\u{ff}",
];

#[test]
fn fuzz_answers() {
    let target = Target { name: "puentes", examples: &["tests/fixtures/puentes", "tests/fixtures/ics"], words: WORDS };
    target.play(|bytes| {
        let media =
            ["application/json", "text/calendar", "text/calendar; charset=utf-16", "text/calendar; charset=\"\""];
        let told = media.map(|media| {
            let response = Response::builder().header(header::CONTENT_TYPE, media).body(bytes.to_vec()).unwrap();
            match answer::read(&response, true) {
                Ok(page) => page.map_or("none".to_owned(), |page| {
                    let well = page.events.iter().filter(|event| event.is_ok()).count();
                    format!("{} {} {}", page.events.len().min(4), well.min(4), page.next.is_some())
                }),
                Err(error) => error.to_string().chars().filter(|sign| !sign.is_ascii_digit()).take(60).collect(),
            }
        });
        told.join("; ")
    });
}
