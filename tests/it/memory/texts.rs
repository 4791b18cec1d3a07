//! What client systems say of events: a text that says once what holds many times, and the list of a whole life.

use std::io::{Read, Write};
use std::net::TcpStream;

use jiff::Timestamp;
use pasarela::clients::puentes;
use pasarela::form::Text;
use pasarela::ids::{EventId, Holder, PublicEventId};
use pasarela::store::events::{self, Content};
use pasarela::store::{Store, StoreError, holders};
use serde_json::{Value, json};
use testing::gateway::{Gateway, Phone, appointment};
use testing::resident::{self, megabytes};
use testing::servers::SimulatedCaldav;

/// Sends a text about a person whose calendar is linked, and waits until it is written or refused. Answers what the gateway
/// grew by, and how far the event is.
fn sent(text: &str) -> (u64, Value) {
    let calendar = SimulatedCaldav::start();
    let gateway = Gateway::start(&[calendar.server.host()], "");
    let ana = Phone::nth(1);
    ana.link(&gateway, &calendar.server, None);
    let body = ana.body(json!({ "event_data": text, "event_id": "e" }));
    let headers = [("Content-Type", "application/json"), ("Prefer", "wait=60")];
    let mut sync = Value::Null;
    let grown = resident::growth(gateway.child.as_ref().unwrap(), || {
        let answer = gateway.client().send("POST", "/events", &headers, &body).unwrap();
        sync = answer.json()["sync"].take();
    });
    (grown, sync)
}

fn text(lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:t\nBEGIN:VEVENT\nUID:e\nDTSTART:20261105T100000Z\n{lines}END:VEVENT\nEND:VCALENDAR\n"
    )
}

#[test]
fn fifty_periods_of_a_long_description_cost_one() {
    let periods: String =
        (1..=50).map(|n| format!("RDATE;VALUE=PERIOD:202701{:02}T{:02}0000Z/PT1H\n", 1 + n / 2, n % 2 + 1)).collect();
    let grown = resident::grows_in_proportion("50 periods of N bytes", 450_000, |n| {
        let (grown, sync) = sent(&text(&format!("SUMMARY:x\nDESCRIPTION:{}\n{periods}", "a".repeat(n))));
        let reason = sync["provider_reason"].as_str().unwrap_or_default();
        assert_eq!((&sync["state"], reason.starts_with("too-large: ")), (&json!("failed"), true), "{sync}");
        grown
    });
    assert!(grown[1] < 64 << 20, "{:.0} MB", megabytes(grown[1]));
}

#[test]
fn a_hundred_reminders_of_a_long_title_cost_one() {
    let reminders: String = (1..=100).map(|n| format!("BEGIN:VALARM\nTRIGGER:-PT{n}M\nEND:VALARM\n")).collect();
    let grown = resident::grows_in_proportion("100 reminders of N bytes", 450_000, |n| {
        let (grown, sync) = sent(&text(&format!("SUMMARY:{}\n{reminders}", "a".repeat(n))));
        assert_eq!(sync["state"], "synced", "{sync}");
        grown
    });
    assert!(grown[1] < 64 << 20, "{:.0} MB", megabytes(grown[1]));
}

/// As many as somebody had who was seen.
const A_LIFE: usize = 12_192;

/// A gateway whose first person has so many events.
fn with_events(many: usize) -> (Gateway, Phone) {
    let (mut gateway, ana) = (Gateway::configured(&[], ""), Phone::nth(1));
    let store = Store::open(&gateway.database()).unwrap();
    let holder = Holder::of(puentes::ID, ana.number.clone());
    let filled = store.write(move |tx| {
        let id = holders::ensure(tx, &holder)?;
        for n in 0..many {
            let ical = appointment(&format!("e{n}"), "Cita con la Dra. Vera en la Av. Amazonas N24", 1);
            let mut fingerprint = [0; 32];
            fingerprint[..8].copy_from_slice(&n.to_be_bytes());
            let event_id = EventId::new(format!("e{n}")).unwrap();
            let public_id = PublicEventId::new(Timestamp::UNIX_EPOCH);
            let content = Content { event_id, public_id, text: Text::ical(ical), fingerprint, traits: None };
            events::insert(tx, id, &content, Timestamp::UNIX_EPOCH)?;
        }
        Ok::<_, StoreError>(())
    });
    filled.unwrap();
    drop(store);
    gateway.run();
    (gateway, ana)
}

/// A list that was asked for, of which nothing but the beginning is taken.
fn begun(gateway: &Gateway, ana: &Phone) -> TcpStream {
    let mut stream = TcpStream::connect(gateway.address()).unwrap();
    let (phone, key) = (&ana.number, &ana.key);
    write!(stream, "GET /events HTTP/1.1\r\nHost: x\r\nX-Phone-Number: {phone}\r\nX-Secure-Key: {key}\r\n\r\n")
        .unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    stream
}

#[test]
fn lists_of_a_whole_life_are_never_in_memory() {
    let (gateway, ana) = with_events(A_LIFE);
    let process = gateway.child.as_ref().unwrap();
    let whole = || {
        let states = ana.states(&mut gateway.client()).unwrap();
        assert_eq!(states.pending, A_LIFE);
    };
    let one = resident::growth(process, || (0..5).for_each(|_| whole()));
    let mut open = Vec::new();
    let many = resident::growth(process, || {
        open.extend((0..20).map(|_| begun(&gateway, &ana)));
        whole();
    });
    println!("{A_LIFE} events: listed {:.1} MB, 20 lists that nobody reads {:.1} MB", megabytes(one), megabytes(many));
    assert!(one < 24 << 20, "{:.0} MB for a list", megabytes(one));
    assert!(many < 64 << 20, "{:.0} MB for twenty", megabytes(many));
}
