//! No token, code or state shows: not in a log at its most talkative, not in the database.

use serde_json::json;
use simulators::google::{CLIENT_SECRET, Options, start};
use simulators::wire::Rule;
use testing::eventually;
use testing::gateway::{Gateway, Phone};
use testing::person;
use testing::stage::ical;

/// How Google's access and refresh tokens begin.
const TOKENS: [&str; 2] = ["ya29.", "1//0"];

fn holds(hay: &[u8], needle: &str) -> bool {
    hay.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[test]
fn what_a_consent_leaves_is_in_no_log_and_no_file() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let google = runtime.block_on(start("127.0.0.1:0".parse().unwrap(), Options::default())).unwrap();
    let more = format!(
        "[log]\nlevel = \"trace,ureq=trace,ureq::run=trace,ureq_proto=trace,rustls=trace,hyper=trace\"\n[google]\n{}",
        google.settings()
    );
    let gateway = Gateway::start(&[], &more);
    let phone = Phone::nth(1);
    let left = person::consents(&gateway, &phone, &google.url);
    let post = |id: &str| {
        let body = phone.body(json!({"event_data": ical(id, "Cita")}));
        gateway.client().send("POST", "/events", &phone.headers(), &body).unwrap().status
    };
    let patience = std::time::Duration::from_secs(30);
    assert_eq!(post("a"), 202);
    phone.wait_until_synced(&gateway, patience);
    google.expire_access_tokens();
    assert_eq!(post("b"), 202);
    phone.wait_until_synced(&gateway, patience);
    assert_eq!(google.tokens().refreshed, 1);
    // A Google that repeats what it was sent.
    let parrot = format!("{{\"error\": \"invalid_grant\", \"error_description\": \"{CLIENT_SECRET}\"}}");
    let rule = Rule { pattern: "POST /token".to_owned(), status: Some(500), body: parrot, ..Rule::default() };
    google.set_faults(vec![rule]).unwrap();
    google.expire_access_tokens();
    assert_eq!(post("c"), 202);
    eventually("Google's refusal", patience, || {
        let held = gateway.client().send("GET", "/events/c", &phone.headers(), b"").unwrap().text();
        held.contains("invalid_grant").then_some(())
    });

    let mut traces = vec![("the log".to_owned(), gateway.whole_log().into_bytes())];
    for file in std::fs::read_dir(gateway.database().parent().unwrap()).unwrap().map(|file| file.unwrap().path()) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("pasarela.db") && file.is_file() {
            traces.push((name, std::fs::read(file).unwrap()));
        }
    }
    let log = String::from_utf8_lossy(&traces[0].1);
    assert!(
        log.contains("consent_returned") && log.contains("/calendar/v3/calendars"),
        "the log is really that talkative"
    );
    let needles = [left.state.as_str(), &left.code, &left.ticket, CLIENT_SECRET, TOKENS[0], TOKENS[1]];
    for (name, bytes) in &traces {
        for needle in needles {
            assert!(!holds(bytes, needle), "{name} holds {needle}");
        }
    }
}
