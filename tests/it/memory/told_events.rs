//! What a client system answers when it is asked for all events.

use std::time::Duration;

use testing::eventually;
use testing::gateway::{Gateway, Phone};
use testing::resident;
use testing::servers::SimulatedCaldav;
use testing::told::Told;

/// A loaded machine reads an answer in far less.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a gateway grows by, in bytes, while a linked person's events are asked for and this is said; and why that failed.
fn growth(say: impl FnOnce(&Told)) -> (u64, String) {
    let (calendar, told) = (SimulatedCaldav::start(), Told::start());
    let settings = format!("puentes.events_url = {:?}", told.url());
    let gateway = Gateway::start(&[calendar.server.host()], &settings);
    let phone = Phone::nth(1);
    phone.link(&gateway, &calendar.server, None);
    phone.wait_until_synced(&gateway, PATIENCE);
    let runs = || gateway.client().send("GET", "/link", &phone.headers(), b"").unwrap().json()["last_resync"].clone();
    eventually("the first run to end", PATIENCE, || (runs()["state"] == "succeeded").then_some(()));
    say(&told);
    let mut why = String::new();
    let grown = resident::growth(gateway.child.as_ref().unwrap(), || {
        let asked = phone.body(serde_json::json!({}));
        gateway.client().send("POST", "/resync", &phone.headers(), &asked).unwrap();
        let run = eventually("the run to fail", PATIENCE, || Some(runs()).filter(|run| run["state"] == "failed"));
        why = run.to_string();
    });
    (grown, why)
}

#[test]
fn json_of_many_small_values_costs_little_more_than_its_bytes() {
    const SENT: usize = 15 << 20;
    let objects = "{\"a\":0},".repeat(SENT / 8);
    let (grown, why) = growth(|told| told.says(200, format!("{{\"events\":[{objects}{{}}],\"next\":null}}")));
    println!("{SENT} bytes of small values cost {:.1} MB", resident::megabytes(grown));
    assert!(why.contains("more than 200000 values"), "{why}");
    assert!(grown < 4 * SENT as u64, "{grown}");
}

#[test]
fn a_long_zone_of_many_events_has_a_most() {
    let zone = format!("BEGIN:VTIMEZONE\r\nTZID:A\r\nCOMMENT:{}\r\nEND:VTIMEZONE\r\n", "x".repeat(2 << 20));
    let event = |n: usize| {
        format!(
            "BEGIN:VEVENT\r\nUID:{n}\r\nDTSTART;TZID=A:20270101T000000\r\nDTSTAMP:20260101T000000Z\r\nEND:VEVENT\r\n"
        )
    };
    let events: String = (0..500).map(event).collect();
    let text = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{zone}{events}END:VCALENDAR\r\n");
    let (grown, why) = growth(|told| told.calendar(&text));
    println!("a zone of 2 MiB in 500 events costs {:.1} MB", resident::megabytes(grown));
    assert!(why.contains("more than 64 MiB"), "{why}");
    assert!(grown < 128 << 20, "{grown}");
}
