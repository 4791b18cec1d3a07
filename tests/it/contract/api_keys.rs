//! Keys of client systems over the API: made, listed, rotated, revoked, and told of in the audit trail.

use std::time::Duration;

use jiff::Timestamp;
use pasarela::clock::Clock;
use pasarela::scope::{Scope, Scopes};
use serde_json::{Value, json};
use testing::in_process::TestGateway;

use super::expect;
use super::keyed::{list, puentes};

#[test]
fn a_key_is_made_shown_once_rotated_with_an_overlap_and_revoked_at_once() {
    let clock = Clock::standing(Timestamp::from_second(1_796_000_000).unwrap());
    let gateway = TestGateway::at("", clock.clone());
    let first = gateway.api_key(puentes(), Scopes::all());
    let ask = |method: &str, path: &str, body: Option<Value>| gateway.ask_keyed(&first, "", method, path, body);
    let networks = ["127.0.0.1", "10.1.2.3/8"];
    let wanted = json!({"name": " ERP ", "scopes": ["keys:write", "events:read"], "networks": networks});
    let made = ask("POST", "/api/v1/keys", Some(wanted));
    expect(&gateway, "create_key", &made, 201, "");
    let key = made.json["key"].as_str().unwrap().to_owned();
    assert_eq!(made.json["name"], "ERP");
    assert_eq!(made.json["scopes"], json!(["events:read", "keys:write"]));
    assert_eq!(made.json["networks"], json!(["127.0.0.1/32", "10.0.0.0/8"]));
    let part = |name: &str| made.json[name].as_str().unwrap().to_owned();
    assert!(key.starts_with(&part("prefix")) && key.ends_with(&part("last4")));
    assert_eq!(made.header("cache-control"), "no-store");
    let place = made.header("location").to_owned();
    let shown = ask("GET", &place, None);
    assert_eq!((shown.status, &shown.json["state"], shown.json.get("key")), (200, &json!("active"), None));
    assert_eq!(list(&gateway, &key).status, 200);
    let rotate = format!("{place}/rotate");
    let next = ask("POST", &rotate, Some(json!({"overlap": "1h"})));
    expect(&gateway, "rotate_key", &next, 201, "");
    let next_key = next.json["key"].as_str().unwrap().to_owned();
    let old = ask("GET", &place, None).json;
    assert_eq!((&old["state"], &old["rotated_to"]), (&json!("retiring"), &next.json["id"]));
    assert_eq!([&next.json["scopes"], &next.json["networks"]], [&old["scopes"], &old["networks"]]);
    assert_eq!([list(&gateway, &key).status, list(&gateway, &next_key).status], [200, 200]);
    clock.advance(Duration::from_secs(3_600));
    assert_eq!([list(&gateway, &key).status, list(&gateway, &next_key).status], [401, 200]);
    expect(&gateway, "rotate_key", &ask("POST", &rotate, None), 409, "key_over");
    let revoked = ask("DELETE", next.header("location"), None);
    assert_eq!((revoked.status, &revoked.json["state"]), (200, &json!("revoked")));
    let told = list(&gateway, &next_key);
    assert!(told.status == 401 && told.json["detail"].as_str().unwrap().contains("was revoked at"), "{told:?}");
    assert_eq!(ask("DELETE", next.header("location"), None).json["revoked_at"], revoked.json["revoked_at"]);
    assert_eq!(list(&gateway, &first).json["keys"].as_array().unwrap().len(), 3);
}

#[test]
fn no_key_gives_what_it_lacks() {
    let gateway = TestGateway::start();
    let all = gateway.api_key(puentes(), Scopes::all());
    let small = gateway.api_key(puentes(), [Scope::KeysWrite, Scope::EventsRead].into_iter().collect());
    let make = |key: &str, body: Value| gateway.ask_keyed(key, "", "POST", "/api/v1/keys", Some(body));
    let refused = make(&small, json!({"name": "x", "scopes": ["events:read", "events:write"]}));
    expect(&gateway, "create_key", &refused, 403, "scope_missing");
    assert_eq!(refused.json["scope"], "events:write");
    assert_eq!(make(&small, json!({"name": "x"})).json["scopes"], json!(["events:read", "keys:write"]), "its own");
    let large = make(&all, json!({"name": "x"})).header("location").to_owned();
    let refused = gateway.ask_keyed(&small, "", "POST", &format!("{large}/rotate"), None);
    expect(&gateway, "rotate_key", &refused, 403, "scope_missing");
    assert_eq!(gateway.ask_keyed(&all, "", "GET", &large, None).json["rotated_to"], Value::Null);
}

#[test]
fn a_key_that_can_not_be_is_refused_by_its_field_and_none_is_made() {
    let gateway = TestGateway::start();
    let key = gateway.api_key(puentes(), Scopes::all());
    for (field, code, body) in [
        ("name", "invalid_field", json!({})),
        ("name", "invalid_field", json!({"name": "  "})),
        ("name", "invalid_field", json!({"name": "a\nb"})),
        ("name", "invalid_field", json!({"name": "x".repeat(101)})),
        ("scopes", "invalid_field", json!({"name": "x", "scopes": []})),
        ("scopes", "invalid_field", json!({"name": "x", "scopes": ["admin"]})),
        ("networks", "invalid_field", json!({"name": "x", "networks": ["10.0.0.0/33"]})),
        ("networks", "invalid_field", json!({"name": "x", "networks": vec!["10.0.0.1"; 51]})),
        ("expires_at", "invalid_field", json!({"name": "x", "expires_at": "tomorrow"})),
        ("expires_at", "invalid_field", json!({"name": "x", "expires_at": "2001-01-01T00:00:00Z"})),
        ("scope", "unknown_field", json!({"name": "x", "scope": "events:read"})),
        ("", "invalid_holder", json!({"name": "x", "holder": "not a phone"})),
    ] {
        let refused = gateway.ask_keyed(&key, "", "POST", "/api/v1/keys", Some(body.clone()));
        expect(&gateway, "create_key", &refused, 422, code);
        assert!(field.is_empty() || refused.json["field"] == field, "{body}: {refused:?}");
    }
    let location = gateway.ask_keyed(&key, "", "POST", "/api/v1/keys", Some(json!({"name": "x"})));
    let rotate = format!("{}/rotate", location.header("location"));
    for overlap in ["721h", "-1h", "soon", "1"] {
        let refused = gateway.ask_keyed(&key, "", "POST", &rotate, Some(json!({"overlap": overlap})));
        expect(&gateway, "rotate_key", &refused, 422, "invalid_field");
    }
    assert_eq!(list(&gateway, &key).json["keys"].as_array().unwrap().len(), 2);
}

#[test]
fn keys_are_listed_in_pages_in_the_order_in_which_they_were_made() {
    let gateway = TestGateway::start();
    let key = gateway.api_key(puentes(), Scopes::all());
    let page = |query: &str| gateway.ask_keyed(&key, "", "GET", &format!("/api/v1/keys{query}"), None);
    let ids_of = |page: &Value| -> Vec<String> {
        page["keys"].as_array().unwrap().iter().map(|key| key["id"].as_str().unwrap().to_owned()).collect()
    };
    for _ in 0..4 {
        gateway.api_key(puentes(), Scopes::all());
    }
    let (mut ids, mut query) = (Vec::new(), "?limit=2".to_owned());
    loop {
        let some = page(&query).json;
        ids.extend(ids_of(&some));
        let Some(token) = some["next_page_token"].as_str() else { break };
        query = format!("?limit=2&page_token={token}");
    }
    assert_eq!((ids.len(), &ids), (5, &ids_of(&page("").json)));
    for query in ["?limit=0", "?limit=501", "?page_token=x"] {
        expect(&gateway, "list_keys", &page(query), 400, "invalid_parameter");
    }
}

#[test]
fn the_first_use_of_a_minute_is_written_down_with_its_network() {
    let clock = Clock::standing(Timestamp::from_second(1_796_000_040).unwrap());
    let gateway = TestGateway::at("", clock.clone());
    let key = gateway.api_key(puentes(), Scopes::all());
    let seen = || list(&gateway, &key).json["keys"][0]["last_used_at"].clone();
    let noted = |what: &str, before: &Value| {
        testing::eventually(what, Duration::from_secs(30), || Some(seen()).filter(|seen| seen != before))
    };
    let first = noted("the first use", &Value::Null);
    clock.advance(Duration::from_secs(60));
    noted("the use of the next minute", &first);
    assert_eq!(list(&gateway, &key).json["keys"][0]["last_used_from"], "127.0.0.0/24");
}

#[test]
fn whatever_is_done_to_a_key_stands_in_the_audit_trail_without_it() {
    let gateway = TestGateway::start();
    let key = gateway.api_key(puentes(), Scopes::all());
    let by = list(&gateway, &key).json["keys"][0]["id"].clone();
    let made = gateway.ask_keyed(&key, "", "POST", "/api/v1/keys", Some(json!({"name": "ERP"})));
    let place = made.header("location").to_owned();
    gateway.ask_keyed(&key, "", "POST", &format!("{place}/rotate"), None);
    for _ in 0..2 {
        gateway.ask_keyed(&key, "", "DELETE", &place, None);
    }
    let noted = gateway.engine().app.tenants.trail_page(puentes(), None, 10).unwrap();
    let noted: Vec<_> = noted.entries.iter().rev().collect();
    let actions: Vec<&str> = noted.iter().map(|noted| noted.action.as_str()).collect();
    assert_eq!(actions, ["key.created", "key.created", "key.rotated", "key.revoked"]);
    assert_eq!((noted[0].actor_kind.as_str(), noted[0].via.as_str()), ("operator", "command_line"));
    for noted in &noted[1..] {
        assert_eq!(
            (noted.actor_kind.as_str(), noted.actor_id.as_deref(), noted.via.as_str()),
            ("key", by.as_str(), "api")
        );
        assert!(noted.request_id.is_some());
        assert_eq!(noted.object.as_deref(), made.json["id"].as_str());
    }
    let text = format!("{noted:?}");
    assert!(!text.contains(made.json["key"].as_str().unwrap()) && !text.contains("pas_live"), "{text}");
}

#[test]
fn the_audit_trail_is_told_in_pages_to_its_own_client_system_alone() {
    let gateway = TestGateway::start();
    let (erp, shop) = (gateway.client("erp"), gateway.client("shop"));
    let key = gateway.api_key(erp, Scopes::all());
    for _ in 0..3 {
        gateway.api_key(shop, Scopes::all());
        gateway.api_key(erp, Scopes::all());
    }
    let page = |query: &str| gateway.ask_keyed(&key, "", "GET", &format!("/api/v1/audit{query}"), None);
    let whole = page("").json["entries"].as_array().unwrap().clone();
    let actions: Vec<&str> = whole.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["key.created", "key.created", "key.created", "key.created", "client.added"]);
    assert_eq!((&whole[0]["actor"]["kind"], &whole[0]["actor"]["id"]), (&json!("operator"), &Value::Null));
    let (mut told, mut query) = (Vec::new(), "?limit=2".to_owned());
    loop {
        let some = page(&query);
        told.extend(some.json["entries"].as_array().unwrap().clone());
        let Some(token) = some.json["next_page_token"].as_str() else { break };
        query = format!("?limit=2&page_token={token}");
    }
    assert_eq!(told, whole);
    let theirs = gateway.api_key(shop, Scopes::all());
    let token = page("?limit=2").json["next_page_token"].as_str().unwrap().to_owned();
    let stolen = gateway.ask_keyed(&theirs, "", "GET", &format!("/api/v1/audit?page_token={token}"), None);
    expect(&gateway, "list_audit", &stolen, 400, "invalid_parameter");
}
