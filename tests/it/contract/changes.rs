//! `GET /api/v1/changes`: every change once and in order, by whatever steps it is read, and never a part for the whole.

use std::fs;

use jiff::Timestamp;
use pasarela::clients::puentes;
use pasarela::clock::Clock;
use pasarela::ids::{ClientSystemId, Tenant};
use pasarela::scope::Scopes;
use pasarela::store::{StoreError, changes};
use serde_json::{Value, json};
use testing::in_process::{Answer, PHONE, TestGateway};

use super::{event, expect};

/// A gateway that stands at a time, and a key of Puentes for it.
fn started() -> (TestGateway, Clock, String) {
    let clock = Clock::standing(Timestamp::from_second(1_796_000_000).unwrap());
    let gateway = TestGateway::at("", clock.clone());
    let key = gateway.api_key(Tenant::proven(puentes::ID), Scopes::all());
    (gateway, clock, key)
}

fn hold(gateway: &TestGateway, ids: &[&str]) {
    for id in ids {
        assert_eq!(gateway.ask("POST", "/events", event(id, id)).status, 202);
    }
}

fn ask(gateway: &TestGateway, key: &str, query: &str) -> Answer {
    gateway.ask_keyed(key, "", "GET", &format!("/api/v1/changes{query}"), None)
}

/// The changes behind a cursor (from the beginning where there is none), and the cursor behind them.
fn behind(gateway: &TestGateway, key: &str, cursor: &str) -> (Vec<(i64, String, String)>, String) {
    let query = if cursor.is_empty() { String::new() } else { format!("?cursor={cursor}") };
    let answer = ask(gateway, key, &query);
    assert_eq!(answer.status, 200, "{answer:?}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let told = answer.json["changes"].as_array().unwrap().iter().map(|change| {
        let reference = text(&change["event"]["client_reference"]);
        (change["number"].as_i64().unwrap(), text(&change["type"]), reference)
    });
    (told.collect(), text(&answer.json["cursor"]))
}

/// What is expected of changes: number, type and event.
fn told(expected: &[(i64, &str, &str)]) -> Vec<(i64, String, String)> {
    expected.iter().map(|(number, what, id)| (*number, (*what).to_owned(), (*id).to_owned())).collect()
}

#[test]
fn whoever_goes_on_from_cursor_to_cursor_hears_every_change_once_and_in_order() {
    let (gateway, clock, key) = started();
    let nothing = ask(&gateway, &key, "");
    expect(&gateway, "list_changes", &nothing, 200, "");
    assert_eq!((&nothing.json["changes"], &nothing.json["has_more"]), (&json!([]), &json!(false)));
    let from_the_start = nothing.json["cursor"].as_str().unwrap();
    hold(&gateway, &["a", "b"]);
    assert_eq!(gateway.ask("PUT", "/events/a", event("a", "A")).status, 202);
    assert_eq!(gateway.ask("PUT", "/events/a", event("a", "A")).status, 200, "the same again is no change");
    assert_eq!(gateway.ask("DELETE", "/events/b", None).status, 204);
    let all = told(&[
        (1, "event.created", "a"),
        (2, "event.created", "b"),
        (3, "event.changed", "a"),
        (4, "event.deleted", "b"),
    ]);
    let (whole, end) = behind(&gateway, &key, "");
    assert_eq!(whole, all);
    assert_eq!(behind(&gateway, &key, from_the_start).0, all);
    let mut one_by_one = Vec::new();
    let mut cursor = from_the_start.to_owned();
    for left in (0..4).rev() {
        let answer = ask(&gateway, &key, &format!("?limit=1&cursor={cursor}"));
        assert_eq!(answer.json["has_more"], left > 0);
        one_by_one.extend(answer.json["changes"].as_array().unwrap().clone());
        cursor = answer.json["cursor"].as_str().unwrap().to_owned();
    }
    assert_eq!(json!(one_by_one), ask(&gateway, &key, "").json["changes"]);
    assert_eq!((behind(&gateway, &key, &cursor), &cursor), ((vec![], end.clone()), &end), "at the end one stays there");
    let latest = ask(&gateway, &key, "?cursor=latest");
    assert_eq!((&latest.json["changes"], latest.json["cursor"].as_str()), (&json!([]), Some(end.as_str())));
    hold(&gateway, &["c"]);
    assert_eq!(behind(&gateway, &key, &end).0, told(&[(5, "event.created", "c")]));
    let first = &ask(&gateway, &key, "?limit=1").json["changes"][0];
    let id = first["event"]["id"].as_str().unwrap();
    assert!(id.starts_with("ev_") && id.len() == 35, "{first}");
    let at = clock.now().to_string();
    let named = json!({ "id": id, "client_reference": "a" });
    let expected = json!({ "number": 1, "at": at, "type": "event.created", "customer_id": PHONE, "event": named });
    assert_eq!(*first, expected);
}

#[test]
fn a_cursor_outlives_a_restart_but_not_a_database_that_was_put_back() {
    let (mut gateway, _, key) = started();
    hold(&gateway, &["a"]);
    let (_, early) = behind(&gateway, &key, "");
    gateway.restart();
    let database = gateway.engine().config.database.clone();
    gateway.stop();
    let backup = fs::read(&database).unwrap();
    gateway.restart();
    hold(&gateway, &["b", "c"]);
    let (_, late) = behind(&gateway, &key, &early);
    gateway.stop();
    fs::write(&database, backup).unwrap();
    gateway.restart();
    assert_eq!(behind(&gateway, &key, &early).0, vec![], "what was before the backup is as it was");
    expect(&gateway, "list_changes", &ask(&gateway, &key, &format!("?cursor={late}")), 410, "cursor_expired");
    hold(&gateway, &["d", "e", "f"]);
    // Under the number of `late` something else is told by now.
    expect(&gateway, "list_changes", &ask(&gateway, &key, &format!("?cursor={late}")), 410, "cursor_expired");
    assert_eq!(behind(&gateway, &key, &early).0.len(), 3);
}

#[test]
fn what_is_not_kept_any_more_is_told_as_such_and_never_as_nothing() {
    let (gateway, clock, key) = started();
    let (_, start) = behind(&gateway, &key, "");
    hold(&gateway, &["a", "b", "c"]);
    let cursor_at = |n: usize| ask(&gateway, &key, &format!("?limit={n}")).json["cursor"].as_str().unwrap().to_owned();
    let cursors = [cursor_at(1), cursor_at(2), cursor_at(3)];
    let later = clock.now() + std::time::Duration::from_secs(1);
    let forget = move |most: usize| {
        gateway.engine().store.write(move |tx| changes::forget(tx, puentes::ID, later, most)).unwrap();
        gateway
    };
    let gateway = forget(1);
    expect(&gateway, "list_changes", &ask(&gateway, &key, &format!("?cursor={start}")), 410, "cursor_expired");
    expect(&gateway, "list_changes", &ask(&gateway, &key, &format!("?cursor={}", cursors[0])), 410, "cursor_expired");
    assert_eq!(behind(&gateway, &key, &cursors[1]).0, told(&[(3, "event.created", "c")]));
    assert_eq!(behind(&gateway, &key, "").0.len(), 2, "without a cursor it begins with the oldest that is kept");
    let all: Result<usize, StoreError> =
        gateway.engine().store.write(move |tx| changes::forget(tx, puentes::ID, later, 99));
    assert_eq!(all.unwrap(), 1);
    assert_eq!(
        behind(&gateway, &key, &cursors[2]).0,
        vec![],
        "whoever is at the end stays there, however long nothing happens"
    );
}

#[test]
fn what_is_no_cursor_is_refused_and_one_of_others_is_told_as_one_that_is_over() {
    let (gateway, _, key) = started();
    hold(&gateway, &["a", "b"]);
    let (_, cursor) = behind(&gateway, &key, "");
    for bad in ["x", "", "LATEST", "7", &format!("{cursor}0"), "%00", "ñ", &"0".repeat(5_000)] {
        let answer = ask(&gateway, &key, &format!("?cursor={bad}"));
        expect(&gateway, "list_changes", &answer, 400, "invalid_parameter");
        assert_eq!(answer.json["field"], "cursor");
    }
    let twice = ask(&gateway, &key, &format!("?cursor={cursor}&cursor={cursor}"));
    expect(&gateway, "list_changes", &twice, 400, "invalid_parameter");
    for limit in ["0", "501", "-1", "x"] {
        let answer = ask(&gateway, &key, &format!("?limit={limit}"));
        expect(&gateway, "list_changes", &answer, 400, "invalid_parameter");
    }
    let other = gateway.engine().app.changes.after(Tenant::proven(ClientSystemId(2)), None, 9).unwrap();
    assert_eq!(other.changes, [], "whoever else there is hears nothing of it");
    let theirs = other.cursor.to_text();
    let made_up = format!("{}{}", &theirs[..13], &cursor[13..]);
    let answers = [theirs, made_up].map(|cursor| {
        let answer = gateway.send(
            "GET",
            &format!("/api/v1/changes?cursor={cursor}"),
            &[("X-Api-Key", &key), ("X-Request-Id", "same")],
            None,
        );
        expect(&gateway, "list_changes", &answer, 410, "cursor_expired");
        answer.text
    });
    assert_eq!(answers[0], answers[1]);
}
