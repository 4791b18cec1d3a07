//! The same work without the gateway: one listing, then batches of fifty updates over two connections.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::json;
use simulators::google::{Google, USER};

use testing::lab::Stopwatch;
use testing::wire::Client;

/// Opens everything at the simulator.
pub(crate) const TOKEN: &str = "a-token-of-the-bench";
const PER_BATCH: u32 = 50;
/// As many as the gateway uses for one calendar.
const CONNECTIONS: usize = 2;

/// The seconds that it takes to list and to change so many events.
pub(crate) fn seconds(google: &Google, events: u32) -> f64 {
    let made = google.person(USER, "POST", &["calendars"], Some(&json!({"summary": "Raw"}))).unwrap();
    let calendar = made["id"].as_str().unwrap().to_owned();
    let at = |hour| json!({"dateTime": format!("2027-03-01T{hour}:00:00"), "timeZone": "America/Guayaquil"});
    let event =
        |n: u32, title: &str| json!({"id": format!("bare{n:05}"), "summary": title, "start": at(10), "end": at(11)});
    for n in 0..events {
        google.person(USER, "POST", &["calendars", &calendar, "events"], Some(&event(n, "Before"))).unwrap();
    }
    let path = format!("/calendar/v3/calendars/{}/events", calendar.replace('@', "%40"));
    let batch = |from: u32| {
        let part = |n: u32| {
            let body = event(n, &format!("Round {n}")).to_string();
            format!(
                "--b\r\nContent-Type: application/http\r\nContent-ID: <{n}>\r\n\r\nPUT {path}/bare{n:05}?sendUpdates=none \
                 HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}\r\n",
                body.len()
            )
        };
        (from..from + PER_BATCH).map(part).chain(["--b--\r\n".to_owned()]).collect::<String>()
    };
    let batches: Vec<String> = (0..events).step_by(PER_BATCH as usize).map(batch).collect();
    let watch = Stopwatch::start();
    let listing = format!("{path}?maxResults=2500&fields=items(id,etag)");
    let bearer = format!("Bearer {TOKEN}");
    let authorization = ("Authorization", bearer.as_str());
    let listed = client(google).send("GET", &listing, &[authorization], b"").unwrap();
    assert_eq!(listed.status, 200, "{}", listed.text());
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| {
                let mut client = client(google);
                while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let headers = [("Content-Type", "multipart/mixed; boundary=b"), authorization];
                    let answer = client.send("POST", "/batch/calendar/v3", &headers, batch.as_bytes()).unwrap();
                    assert_eq!(answer.status, 200, "{}", answer.text());
                }
            });
        }
    });
    let seconds = watch.seconds();
    google.person(USER, "DELETE", &["calendars", &calendar], None).unwrap();
    seconds
}

fn client(google: &Google) -> Client {
    Client::new(google.url.trim_start_matches("http://"))
}
