//! A linked calendar whose server begins to answer what ends others: the link rests with that reason, nobody else notices, the
//! process goes on, also after a start, and it goes on by itself once the server is well.

use std::time::Duration;

use serde_json::{Value, json};
use testing::eventually;
use testing::faults::{FaultProxy, Requests};
use testing::gateway::{Gateway, Phone, appointment};
use testing::resident;
use testing::servers::SimulatedCaldav;
use testing::told::Told;

/// A loaded machine starts a process and looks through a calendar in far less.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes that one poisoned answer may cost; each of these ends a gateway that takes it as it comes.
const MOST: u64 = 64 << 20;

/// Answers that grow when they are read, as an attacker sends them.
fn poisons() -> Vec<String> {
    let long = "n".repeat(120_000);
    let (hrefs, properties) = ("<href>/a</href>".repeat(4_000), "<displayname>x</displayname>".repeat(4_000));
    vec![
        format!("<x xmlns='{long}'>{}</x>", "<a/>".repeat(40_000)),
        format!(
            "<response>{hrefs}<propstat><prop>{properties}</prop><status>HTTP/1.1 200 OK</status></propstat></response>"
        ),
        format!("<x>{}</x>", "<a/>".repeat(1_000_000)),
    ]
}

fn answer(inside: &str) -> Vec<u8> {
    let body = format!("<multistatus xmlns='DAV:'>{inside}</multistatus>");
    format!("HTTP/1.1 207 X\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn linked(gateway: &Gateway, phone: &Phone) -> Value {
    gateway.client().send("GET", "/link", &phone.headers(), b"").unwrap().json()
}

fn resync(gateway: &Gateway, phone: &Phone) {
    let asked = gateway.client().send("POST", "/resync", &phone.headers(), &phone.body(json!({}))).unwrap();
    assert!((200..300).contains(&asked.status), "{}", asked.text());
}

/// Once the link says that something is not taken.
fn rests(gateway: &Gateway, phone: &Phone) -> Value {
    eventually("the link to rest", PATIENCE, || {
        let link = linked(gateway, phone);
        link["reason"].as_str().is_some_and(|why| why.contains("is not taken")).then_some(link)
    })
}

#[test]
fn a_poisoned_account_rests_with_its_reason_and_ends_nothing() {
    let calendar = SimulatedCaldav::start();
    let proxy = FaultProxy::start(calendar.server.host(), &[]);
    let told = Told::start();
    let text = appointment("one@it", "Cita", 3);
    told.events(&[("one@it".to_owned(), text.clone())]);
    let mut gateway = Gateway::start(&[&proxy.host()], &format!("puentes.events_url = {:?}", told.url()));
    let phone = Phone::nth(1);
    phone.link(&gateway, &calendar.server.behind(&proxy.url()), None);
    let event = phone.body(json!({ "event_data": text }));
    assert!(gateway.client().send("POST", "/events", &phone.headers(), &event).unwrap().status < 300);
    phone.wait_until_synced(&gateway, PATIENCE);
    for poison in poisons() {
        proxy.says(Requests::Method("PROPFIND"), answer(&poison));
        let grown = resident::growth(gateway.child.as_ref().unwrap(), || {
            resync(&gateway, &phone);
            let link = rests(&gateway, &phone);
            assert_eq!(link["state"], "active", "{link}");
        });
        assert!(grown < MOST, "{} bytes cost {grown}", poison.len());
        // Whoever starts it anew has the same gateway, and the same link that rests.
        gateway.kill();
        gateway.run();
        rests(&gateway, &phone);
        proxy.says_nothing();
        resync(&gateway, &phone);
        let well = eventually("the link to go on", PATIENCE, || {
            Some(linked(&gateway, &phone)).filter(|link| link["reason"].is_null() && link["pending"] == 0)
        });
        assert_eq!(well["state"], "active", "{well}");
        phone.wait_until_synced(&gateway, PATIENCE);
    }
}
