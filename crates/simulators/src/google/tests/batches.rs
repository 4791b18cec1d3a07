//! Batches.

use super::*;

/// The inner status of each part, by its content id.
fn batch(site: &GoogleSite, parts: &[(&str, &str, Value)]) -> Vec<(String, u16)> {
    let mut body = String::new();
    for (id, line, inner) in parts {
        let inner = if inner.is_null() { String::new() } else { inner.to_string() };
        body.push_str(&format!(
            "--b1\r\nContent-Type: application/http\r\nContent-ID: <{id}>\r\n\r\n{line} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{inner}\r\n"
        ));
    }
    let heard = send(site, &format!("{body}--b1--"));
    assert_eq!(heard.status, 200, "{}", heard.body);
    statuses(&heard)
}

fn send(site: &GoogleSite, body: &str) -> Heard {
    let headers = [("content-type", "multipart/mixed; boundary=b1"), ("authorization", "Bearer T")];
    wire::ask(site, "POST /batch/calendar/v3", &headers, body)
}

fn statuses(heard: &Heard) -> Vec<(String, u16)> {
    let boundary = heard.header("content-type").split("boundary=").nth(1).expect("a boundary");
    let mark = format!("--{boundary}");
    let parts = heard.body.split(&mark).skip(1).filter(|part| !part.starts_with("--"));
    let one = |part: &str| {
        let id =
            part.split("Content-ID: <response-").nth(1).and_then(|rest| rest.split('>').next()).unwrap_or_default();
        let status = part.split("HTTP/1.1 ").nth(1).and_then(|rest| rest.get(..3)?.parse().ok()).expect("a status");
        (id.to_owned(), status)
    };
    parts.map(one).collect()
}

fn put(id: &str) -> String {
    format!("PUT {EVENTS}/{id}?sendUpdates=none")
}

#[test]
fn each_part_stands_for_itself() {
    let site = site();
    insert(&site, json!({ "id": "pabcd1" }));
    let told = batch(
        &site,
        &[
            ("a + 1", &put("pabcd1"), event(json!({ "summary": "ñ" }))),
            ("b", &put("pnone1"), event(json!({}))),
            ("c", &format!("DELETE {EVENTS}/pabcd1?sendUpdates=none"), Value::Null),
            ("d", "GET /elsewhere", Value::Null),
            ("e", "GET http://any.example/calendar/v3/colors", Value::Null),
        ],
    );
    let wanted =
        [("a + 1", 200), ("b", 404), ("c", 204), ("d", 404), ("e", 200)].map(|(id, status)| (id.to_owned(), status));
    assert_eq!(told, wanted);
    let calls = control(&site, "GET /__sim/calls", Value::Null);
    assert_eq!(calls.as_array().map(Vec::len), Some(5), "the calls inside are on record: {calls}");
}

#[test]
fn batches_have_limits_and_a_shape() {
    let site = site();
    let part = "--b1\nContent-Type: application/http\n\nGET /calendar/v3/colors\n\n";
    assert_eq!(send(&site, &format!("{}--b1--", part.repeat(50))).status, 200);
    assert_eq!(send(&site, &format!("{}--b1--", part.repeat(51))).status, 400);
    quirks(&site, json!({ "batch_limit": 1000 }));
    assert_eq!(send(&site, &format!("{}--b1--", part.repeat(51))).status, 200);
    for broken in ["", "--b1--", part, "--b1\nContent-Type: text/plain\n\nGET /\n\n--b1--"] {
        assert_eq!(send(&site, broken).status, 400, "{broken:?}");
    }
    let json = wire::ask(&site, "POST /batch", &[("content-type", "application/json")], "{}");
    assert_eq!(json.status, 400);
}

#[test]
fn a_part_may_bring_its_own_token() {
    let site = site();
    let own =
        "--b1\nContent-Type: application/http\n\nGET /calendar/v3/calendars/primary\nAuthorization: Bearer L\n\n--b1--";
    assert!(send(&site, own).body.contains(LUIS));
    let bad = own.replace("Bearer L", "Bearer x");
    assert_eq!(statuses(&send(&site, &bad)), [(String::new(), 401)]);
}

#[test]
fn parts_clash_in_any_order() {
    let site = site();
    quirks(&site, json!({ "batch_conflict_every": 2, "batch_reversed": true }));
    let post = format!("POST {EVENTS}?sendUpdates=none");
    let told =
        batch(&site, &[("a", &post, event(json!({ "id": "pabcd1" }))), ("b", &post, event(json!({ "id": "pabcd1" })))]);
    assert_eq!(told, [("a".to_owned(), 409), ("b".to_owned(), 200)], "the last was first");
}
