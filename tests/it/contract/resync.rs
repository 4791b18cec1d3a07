use serde_json::{Value, json};
use simulators::wire::Rule;
use testing::in_process::{Answer, PHONE, key};
use testing::told::Told;

use super::link::Pair;
use super::{event, expect, ical};

fn agenda(events: usize) -> Vec<(String, String)> {
    (0..events).map(|n| (format!("e{n}"), ical(&format!("e{n}"), "told"))).collect()
}

fn linked(told: &Told) -> Pair {
    let pair = Pair::start(&format!("puentes.events_url = {:?}\nsync.answer_within = \"30s\"", told.url()));
    assert_eq!(pair.link().status, 201);
    pair
}

/// Asks for a resync once the one that came with the link is over, and waits for its end.
fn resync(pair: &Pair, body: Value) -> Answer {
    let first = pair.gateway.ask("POST", "/resync", None);
    assert_ne!(first.status, 202, "{first:?}");
    pair.gateway.ask("POST", "/resync", Some(body))
}

#[test]
fn a_resync_makes_the_calendar_what_puentes_says() {
    let told = Told::start();
    let pair = linked(&told);
    assert_eq!(pair.gateway.ask("POST", "/events", event("local", "x")).status, 201);
    told.events(&agenda(3));
    let ended = resync(&pair, json!({"mode": "repair"}));
    expect(&pair.gateway, "create_resync", &ended, 200, "");
    assert_eq!(
        (&ended.json["state"], &ended.json["total"], &ended.json["done"]),
        (&json!("succeeded"), &json!(3), &json!(3)),
        "{ended:?}"
    );
    assert_eq!(pair.events(), 3);
    let path = format!("/resync/{}", ended.json["resync_id"].as_str().unwrap());
    let shown = pair.gateway.ask("GET", &path, None);
    expect(&pair.gateway, "get_resync", &shown, 200, "");
    assert_eq!(shown.json, ended.json);
    let stranger = pair.gateway.ask_as("+593991234568", "GET", &path, None);
    expect(&pair.gateway, "get_resync", &stranger, 404, "resync_not_found");
    let rebuilt = pair.gateway.ask("POST", "/resync", Some(json!({"mode": "rebuild"})));
    assert_eq!(
        (rebuilt.status, &rebuilt.json["mode"], &rebuilt.json["state"]),
        (200, &json!("rebuild"), &json!("succeeded"))
    );
    assert_eq!(pair.events(), 3);
}

#[test]
fn a_resync_that_puentes_does_not_answer_changes_nothing() {
    let told = Told::start();
    told.events(&agenda(2));
    let pair = linked(&told);
    assert_eq!(pair.gateway.ask("POST", "/resync", None).status, 200);
    for (status, body) in [(500, "down"), (200, "{\"events\": ["), (200, "{}")] {
        told.says(status, body.to_owned());
        let failed = pair.gateway.ask("POST", "/resync", None);
        expect(&pair.gateway, "create_resync", &failed, 502, "puentes_unavailable");
        let path = format!("/resync/{}", failed.json["resync_id"].as_str().unwrap());
        assert_eq!(pair.gateway.ask("GET", &path, None).json["state"], "failed");
        assert_eq!(pair.events(), 2);
    }
}

#[test]
fn a_whole_calendar_is_split_and_its_zone_goes_with_each_event() {
    let told = Told::start();
    let pair = linked(&told);
    let one = |uid: &str| {
        format!(
            "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:20270105T100000\r\nDURATION:PT1H\r\nSUMMARY:{uid}\r\nEND:VEVENT\r\n"
        )
    };
    let events = [one("a"), one("b")].concat();
    told.calendar(&format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-TIMEZONE:Europe/Amsterdam\r\n{events}END:VCALENDAR\r\n"
    ));
    let ended = resync(&pair, json!({"mode": "repair"}));
    assert_eq!((&ended.json["state"], &ended.json["total"]), (&json!("succeeded"), &json!(2)), "{ended:?}");
    let texts = pair.texts();
    assert_eq!(texts.len(), 2);
    for text in texts {
        assert!(text.contains("DTSTART;TZID=Europe/Amsterdam:20270105T100000"), "{text}");
    }
}

#[test]
fn a_sudden_shrink_waits_for_a_confirmation() {
    let told = Told::start();
    told.events(&agenda(30));
    let pair = linked(&told);
    assert_eq!(pair.gateway.ask("POST", "/resync", None).status, 200);
    assert_eq!(pair.events(), 30);
    told.events(&[]);
    let held = pair.gateway.ask("POST", "/resync", None);
    expect(&pair.gateway, "create_resync", &held, 409, "confirmation_needed");
    assert!(held.json["detail"].as_str().unwrap().contains("\"confirm\": true"), "{held:?}");
    assert_eq!(pair.events(), 30);
    let confirmed = pair.gateway.ask("POST", "/resync", Some(json!({"confirm": true})));
    assert_eq!((confirmed.status, &confirmed.json["counts"]["deleted"]), (200, &json!(30)), "{confirmed:?}");
    assert_eq!(pair.events(), 0);
}

#[test]
fn without_an_endpoint_of_puentes_there_is_nothing_to_ask() {
    let pair = Pair::start("");
    assert_eq!(pair.link().status, 201);
    expect(&pair.gateway, "create_resync", &pair.gateway.ask("POST", "/resync", None), 502, "puentes_unavailable");
    let wrong = pair.gateway.ask("POST", "/resync", Some(json!({"mode": "gently"})));
    expect(&pair.gateway, "create_resync", &wrong, 422, "invalid_field");
}

#[test]
fn who_does_not_wait_for_a_resync_is_told_where_to_ask() {
    let told = Told::start();
    let pair = linked(&told);
    // The one that came with the link is over, and the next can't get on.
    assert_eq!(pair.gateway.ask("POST", "/resync", None).status, 200);
    let refuses = Rule { pattern: "^PUT".to_owned(), status: Some(503), ..Rule::default() };
    pair.caldav.set_faults(vec![refuses]).unwrap();
    told.events(&agenda(1));
    let headers = [("X-Phone-Number", PHONE), ("X-Secure-Key", &key(PHONE)), ("Prefer", "respond-async")];
    let going = pair.gateway.send("POST", "/resync", &headers, None);
    expect(&pair.gateway, "create_resync", &going, 202, "");
    assert_eq!((going.header("preference-applied"), &going.json["state"]), ("respond-async", &json!("in_progress")));
    assert_eq!(going.header("location"), format!("/resync/{}", going.json["resync_id"].as_str().unwrap()));
}
