//! What a feed answers is read by another maker's parser, over HTTP as a calendar would have it.

use std::fs;
use std::process::Command;

use pasarela::clients::puentes;
use pasarela::ids::Tenant;
use pasarela::scope::Scopes;
use serde_json::{Value, json};
use testing::in_process::{PHONE, TestGateway};

use super::judges::tools;

/// Events of every kind: in a zone, of a whole day, a series with a changed occurrence, one called off, and odd words.
const EVENTS: [&str; 5] = [
    "SUMMARY:Cita\\, «ñ»\\; \\\\ 😀\r\nDTSTART;TZID=America/Guayaquil:20270105T100000\r\nDTEND;TZID=America/Guayaquil:20270105T110000",
    "SUMMARY:Feriado\r\nDTSTART;VALUE=DATE:20270106\r\nDTEND;VALUE=DATE:20270107",
    "SUMMARY:Semanal\r\nDTSTART;TZID=Europe/Madrid:20270105T180000\r\nDTEND;TZID=Europe/Madrid:20270105T190000\r\n\
     RRULE:FREQ=WEEKLY;COUNT=20\r\nEXDATE;TZID=Europe/Madrid:20270112T180000",
    "SUMMARY:Anulada\r\nSTATUS:CANCELLED\r\nDTSTART:20270107T100000Z\r\nDTEND:20270107T110000Z",
    "SUMMARY:Con invitados\r\nORGANIZER:mailto:o@example.org\r\nATTENDEE;CN=Luis:mailto:l@example.org\r\n\
     DTSTART:20270108T100000Z\r\nDTEND:20270108T110000Z\r\nDESCRIPTION:Una línea que es mucho más larga de lo que cabe en una de \
     setenta y cinco octetos\\, y otra\\ny una segunda",
];

#[test]
fn feeds_of_every_kind_are_read_to_the_letter() {
    let clock = pasarela::clock::Clock::standing("2027-01-01T12:00:00Z".parse().unwrap());
    let gateway = TestGateway::at("", clock);
    let key = gateway.api_key(Tenant::proven(puentes::ID), Scopes::all());
    for (n, lines) in EVENTS.iter().enumerate() {
        let text = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:t\r\nBEGIN:VEVENT\r\nUID:e{n}\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        let answer = gateway.ask("POST", "/events", Some(json!({ "event_data": text })));
        assert_eq!(answer.status, 202, "{answer:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    for privacy in ["full", "busy", "free_busy"] {
        let body = Some(json!({ "privacy": privacy, "name": "Citas; de «Ana», hoy" }));
        let made = gateway.ask_keyed(&key, PHONE, "POST", "/api/v1/calendar/feeds", body);
        let file = made.json["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let text = gateway.send("GET", &format!("/feed/{file}"), &[], None).text;
        fs::write(folder.path().join(format!("{privacy}.ics")), text).unwrap();
    }
    let judge = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/texts/judge.py");
    let output = Command::new(tools().join("venv/bin/python")).arg(judge).arg(folder.path()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> = answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let titles = |name: &str| -> Vec<String> {
        let answer = answers.iter().find(|answer| answer["name"] == name).unwrap();
        let said = answer["said"].as_array().unwrap_or_else(|| panic!("{answer}"));
        said.iter().map(|event| event["SUMMARY"].as_str().unwrap().to_owned()).collect()
    };
    let full = ["Cita, «ñ»; \\ 😀", "Feriado", "Semanal", "Anulada", "Con invitados"];
    assert_eq!(titles("full"), full);
    assert_eq!(titles("busy"), ["Ocupado"; 5]);
    assert_eq!(titles("free_busy"), Vec::<String>::new());
}
