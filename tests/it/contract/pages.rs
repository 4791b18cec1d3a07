//! A long list of events: in pages, or whole and in memory only in part.

use serde_json::{Value, json};
use testing::in_process::{Answer, PHONE, TestGateway, key};

use super::{event, expect, served};

/// Holds events of these titles, whose ids they are.
fn hold(gateway: &TestGateway, titles: &[&str]) {
    for title in titles {
        assert_eq!(gateway.ask("POST", "/events", event(title, title)).status, 202);
    }
}

fn ids(answer: &Answer) -> Vec<&str> {
    answer.json["events"].as_array().unwrap().iter().map(|event| event["event_id"].as_str().unwrap()).collect()
}

fn next(answer: &Answer) -> String {
    format!("/events?limit=2&page_token={}", answer.json["next_page_token"].as_str().unwrap())
}

#[test]
fn pages_come_one_after_the_other_and_together_are_the_whole() {
    let gateway = TestGateway::start();
    hold(&gateway, &["a", "b", "c", "d", "e"]);
    let whole = gateway.ask("GET", "/events", None);
    assert_eq!((ids(&whole).len(), &whole.json["next_page_token"]), (5, &Value::Null));
    let first = gateway.ask("GET", "/events?limit=2", None);
    expect(&gateway, "list_events", &first, 200, "");
    let second = gateway.ask("GET", &next(&first), None);
    let third = gateway.ask("GET", &next(&second), None);
    assert_eq!([ids(&first), ids(&second), ids(&third)], [vec!["a", "b"], vec!["c", "d"], vec!["e"]]);
    assert_eq!(third.json.get("next_page_token"), None, "there is no more");
    let all: Vec<Value> =
        [&first, &second, &third].iter().flat_map(|page| page.json["events"].as_array().unwrap().clone()).collect();
    assert_eq!(json!(all), whole.json["events"]);
    let rest = next(&first).replace("limit=2&", "");
    assert_eq!(ids(&gateway.ask("GET", &rest, None)), ["c", "d", "e"], "a hundred where nobody says how many");
    let exact = gateway.ask("GET", "/events?limit=5", None);
    assert_eq!((ids(&exact).len(), exact.json.get("next_page_token")), (5, None));
}

#[test]
fn what_goes_or_comes_between_two_pages_shifts_nothing() {
    let gateway = TestGateway::start();
    hold(&gateway, &["a", "b", "c", "d"]);
    let first = gateway.ask("GET", "/events?limit=2", None);
    for gone in ["a", "b"] {
        assert_eq!(gateway.ask("DELETE", &format!("/events/{gone}"), None).status, 204);
    }
    hold(&gateway, &["e"]);
    let second = gateway.ask("GET", &next(&first), None);
    assert_eq!(ids(&second), ["c", "d"]);
    assert_eq!(ids(&gateway.ask("GET", &next(&second), None)), ["e"]);
}

#[test]
fn a_page_that_nobody_can_mean_is_refused() {
    let gateway = TestGateway::start();
    hold(&gateway, &["a", "b", "c"]);
    let said = &served(&gateway)["components"]["parameters"]["Limit"]["schema"];
    assert_eq!((&said["minimum"], &said["maximum"]), (&json!(1), &json!(500)));
    for limit in ["0", "501", "-1", "x", "", "99999999999999999999999", "1&limit=2"] {
        let refused = gateway.ask("GET", &format!("/events?limit={limit}"), None);
        expect(&gateway, "list_events", &refused, 400, "invalid_parameter");
        assert_eq!(refused.json["field"], "limit", "{limit}");
    }
    assert_eq!(ids(&gateway.ask("GET", "/events?limit=500", None)).len(), 3);
    let token = gateway.ask("GET", "/events?limit=1", None).json["next_page_token"].as_str().unwrap().to_owned();
    for made_up in ["", "x", "1", "00000000000000000000000000"] {
        let refused = gateway.ask("GET", &format!("/events?page_token={made_up}"), None);
        expect(&gateway, "list_events", &refused, 400, "invalid_parameter");
        assert_eq!(refused.json["field"], "page_token", "{made_up}");
    }
    let of_another = gateway.ask_as("+593991234568", "GET", &format!("/events?page_token={token}"), None);
    assert_eq!((of_another.status, of_another.code()), (400, "invalid_parameter"), "a token is its holder's alone");
}

#[test]
fn a_list_of_many_pieces_is_the_same_as_its_events_one_by_one() {
    let gateway = TestGateway::start();
    let long = "a\u{1}\"\\ñ".repeat(20_000);
    for n in 0..9 {
        let body = event(&format!("e{n}"), &if n % 3 == 0 { long.clone() } else { "short".to_owned() });
        assert_eq!(gateway.ask("POST", "/events", body).status, 202);
    }
    let whole = gateway.ask("GET", "/events", None);
    expect(&gateway, "list_events", &whole, 200, "");
    assert_eq!((whole.header("content-length"), whole.header("content-type")), ("", "application/json; charset=utf-8"));
    let each: Vec<Value> = (0..9).map(|n| gateway.ask("GET", &format!("/events/e{n}"), None).json).collect();
    assert_eq!(whole.json, json!({ "events": each }));
    let nobody = gateway.ask_as("+593991234569", "GET", "/events", None);
    assert_eq!((nobody.json, nobody.status), (json!({"events": []}), 200));
}

/// Does to the database what only damage does.
#[expect(clippy::disallowed_methods, reason = "no way of the product leads there")]
fn damage(gateway: &TestGateway, event_id: &str) {
    let database = rusqlite::Connection::open(gateway.folder.path().join("pasarela.db")).unwrap();
    let sql = "UPDATE events SET updated_at = 9000000000000000000 WHERE event_id = ?1";
    assert_eq!(database.execute(sql, [event_id]).unwrap(), 1);
}

#[test]
fn a_list_that_fails_on_its_way_is_broken_off_and_never_looks_whole() {
    let gateway = TestGateway::start();
    let long = "a".repeat(300_000);
    for n in 0..3 {
        assert_eq!(gateway.ask("POST", "/events", event(&format!("e{n}"), &long)).status, 202);
    }
    damage(&gateway, "e2");
    let (host, key) = (testing::settings::host(gateway.url()), key(PHONE));
    let headers = [("X-Phone-Number", PHONE), ("X-Secure-Key", key.as_str())];
    let broken = testing::wire::Client::new(host).send("GET", "/events", &headers, b"");
    assert!(broken.is_err(), "half a list is no answer: {:?}", broken.map(|answer| answer.status));
    damage(&gateway, "e0");
    let refused = gateway.ask("GET", "/events", None);
    assert_eq!((refused.status, refused.code()), (500, "internal"), "what fails before the first word is an error");
}
