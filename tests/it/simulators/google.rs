//! The simulated Google over real sockets, and its handle.

use jiff::SignedDuration;
use serde_json::{Value, json};
use simulators::google::{self, Google, Quirks, Trouble, USER};

use super::*;

const PRIMARY: &str = "/calendar/v3/calendars/primary/events";

async fn start() -> Google {
    let tokens = vec![(USER.to_owned(), "T".to_owned())];
    google::start(ANY, google::Options { tokens, ..Default::default() }).await.expect("started")
}

async fn ask(server: &Google, line: &str, body: &str) -> Got {
    let mut client = Client { authorization: "Bearer T", ..Client::connect(server.address).await };
    client.ask(line, body).await
}

fn event(id: &str) -> String {
    let (start, end) = (json!({ "dateTime": "2026-11-05T10:00:00Z" }), json!({ "dateTime": "2026-11-05T11:00:00Z" }));
    json!({ "id": id, "summary": "x", "start": start, "end": end }).to_string()
}

async fn insert(server: &Google, id: &str) -> Got {
    ask(server, &format!("POST {PRIMARY}?sendUpdates=none"), &event(id)).await
}

#[tokio::test]
async fn an_insert_whose_answer_is_lost_is_a_duplicate_the_second_time() {
    let server = start().await;
    server
        .set_faults(vec![Rule { lost: Some(Lost::Answer), times: Some(1), ..rule("^POST .*/events") }])
        .expect("rules");
    assert!(insert(&server, "pabcd1").await.cut);
    assert_eq!(insert(&server, "pabcd1").await.status, 409);
    assert_eq!(server.events(USER).len(), 1);
    let outcomes: Vec<_> =
        server.calls().iter().map(|call| call.rsplit(' ').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(outcomes, ["200", "409"], "what was carried out is on record, whoever heard of it");
    assert_eq!(server.counts().of("POST"), 2);
    server.clear_counts();
    assert_eq!((server.calls().len(), server.counts().total), (0, 0));
}

#[tokio::test]
async fn the_person_does_in_google_what_the_gateway_did_not_expect() {
    let server = start().await;
    insert(&server, "pabcd1").await;
    let path = ["calendars", "primary", "events", "pabcd1"];
    server.person(USER, "PATCH", &path, Some(&json!({ "summary": "mía" }))).expect("edited");
    assert_eq!(server.events(USER)[0]["summary"], "mía");
    server.person(USER, "DELETE", &path, None).expect("deleted");
    assert_eq!(server.events(USER)[0]["status"], "cancelled");
    let again = server.person(USER, "DELETE", &path, None).expect_err("gone already");
    assert_eq!(again, "410 deleted: Resource has been deleted");
    let made = server.person(USER, "POST", &["calendars"], Some(&json!({ "summary": "propio" }))).expect("made");
    let id = made["id"].as_str().expect("an id");
    assert!(server.share(id, "luis@example.com") && !server.share("nothing", "luis@example.com"));
    assert_eq!(server.calendars("luis@example.com").len(), 1);
    server.person(USER, "DELETE", &["calendars", id], None).expect("deleted");
    assert_eq!(server.calendars(USER).len(), 1);
    assert_eq!(server.events(id), Vec::<Value>::new());
}

#[tokio::test]
async fn trouble_quirks_and_the_clock_are_set_from_the_same_process() {
    let server = start().await;
    let trouble = Trouble {
        pattern: "/events".to_owned(),
        code: 429,
        reason: "rateLimitExceeded".to_owned(),
        ..Trouble::default()
    };
    server.set_trouble(vec![Trouble { retry_after: Some(4), ..trouble }]).expect("trouble");
    let got = insert(&server, "pabcd1").await;
    assert!(got.status == 429 && got.head.contains("retry-after: 4\r\n"));
    assert!(server.set_trouble(vec![Trouble { pattern: "(".to_owned(), ..Trouble::default() }]).is_err());
    server.set_trouble(Vec::new()).expect("no trouble");
    server.set_quirks(Quirks { user_units_per_minute: Some(1), ..Quirks::default() });
    assert_eq!(insert(&server, "pabcd1").await.status, 200);
    assert_eq!(insert(&server, "pabcd2").await.status, 403);
    server.advance(SignedDuration::from_secs(60));
    assert_eq!(insert(&server, "pabcd2").await.status, 200);
    server.set_clock("2027-01-01T00:00:00Z".parse().expect("an instant"));
    server.set_quirks(Quirks::default());
    insert(&server, "pabcd3").await;
    assert!(server.events(USER)[2]["created"].as_str().expect("a time").starts_with("2027-01-01T00:00"));
    assert_eq!((server.mails().len(), server.refused_scopes().len(), server.tokens().refreshed), (0, 0, 0));
    assert!(server.settings().contains(&format!("token_url = \"{}/token\"", server.url)));
    server.stop().await;
}

#[tokio::test]
async fn half_a_listing_and_a_late_one_come_as_on_any_wire() {
    let server = start().await;
    insert(&server, "pabcd1").await;
    server.set_faults(vec![Rule { lost: Some(Lost::Half), ..rule("^GET .*/events") }]).expect("rules");
    let got = ask(&server, &format!("GET {PRIMARY}"), "").await;
    assert!(got.cut && got.status == 200 && !got.body.is_empty());
    server.set_faults(Vec::new()).expect("no rules");
    let whole = ask(&server, &format!("GET {PRIMARY}?fields=items/id"), "").await;
    assert_eq!(String::from_utf8_lossy(&whole.body), "{\"items\":[{\"id\":\"pabcd1\"}]}");
}
