//! What only decorates an event never costs the appointment: written so that every server takes it, and left out where a
//! server refuses the event for it.

use serde_json::{Value, json};
use simulators::caldav::{Options, Quirks};
use testing::in_process::TestGateway;
use testing::servers::CaldavServer;
use testing::stage::Stage;

/// Properties as makers spell them, which kept real servers from taking the event.
const SPELLINGS: [&str; 5] = [
    r"X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=Calle 1\; Quito:geo:-0.18,-78.48",
    "X-PUENTES-REF:",
    "X-APPLE-TRAVEL-START;ROUTING=CAR;VALUE=URI;X-TITLE=Casa:",
    r#"X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE="Café \"Luna\"";X-EMPTY=;X_BAD=1:geo:1,2"#,
    "COMMENT;ALTREP:Hola",
];

fn text(uid: &str, line: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:{uid}\nDTSTART:20270105T090000Z\nDURATION:PT1H\nSUMMARY:Clase\n{line}\nEND:VEVENT\nEND:VCALENDAR\n"
    )
}

fn event(uid: &str, line: &str) -> Option<Value> {
    Some(json!({ "event_data": text(uid, line) }))
}

#[test]
fn real_servers_take_events_whatever_their_ornaments_look_like() {
    for server in CaldavServer::all() {
        let gateway = TestGateway::with(&format!("[caldav]\nallowed_hosts = [\"{}\"]\n", server.host()));
        let account = json!({"url": server.url, "username": server.username, "password": server.password});
        let linked = gateway.ask("POST", "/link", Some(json!({"provider": "caldav", "caldav": account})));
        assert_eq!(linked.status, 201, "{}: {linked:?}", server.name);
        for (nth, line) in SPELLINGS.into_iter().enumerate() {
            let made = gateway.ask("POST", "/events", event(&format!("e{nth}"), line));
            assert_eq!(
                (made.status, &made.json["sync"]["state"]),
                (201, &json!("synced")),
                "{}: {line} {made:?}",
                server.name
            );
        }
        assert_eq!(gateway.ask("DELETE", "/link", None).status, 200, "{}", server.name);
    }
}

#[test]
fn an_event_that_is_refused_for_its_ornaments_is_written_without_them() {
    for status in [400, 403, 415, 422] {
        let quirks = Quirks { refuses: Some((status, "X-PUENTES-REF".to_owned())), ..Quirks::default() };
        let stage = Stage::with(Options { quirks, ..Options::default() }, "");
        assert_eq!(stage.link().status, 201);
        let made = stage.gateway.ask("POST", "/events", event("a", "X-PUENTES-REF:7\nCOMMENT:Hola"));
        assert_eq!((made.status, &made.json["sync"]["state"]), (201, &json!("synced")), "{status}: {made:?}");
        let left_out = "left out, as the calendar refuses the event with it: COMMENT, X-PUENTES-REF";
        assert_eq!(made.json["sync"]["degradations"], json!([left_out]), "{status}");
        let changed = stage.gateway.ask("PUT", "/events/a", event("a", "X-PUENTES-REF:8\nLOCATION:Quito"));
        assert_eq!((changed.status, &changed.json["sync"]["state"]), (200, &json!("synced")), "{status}: {changed:?}");
        let [place] = stage.ours().into_keys().collect::<Vec<_>>().try_into().unwrap();
        let written = stage.text(&place);
        assert!(written.contains("LOCATION:Quito") && !written.contains("X-PUENTES-REF"), "{status}: {written}");
    }
}

#[test]
fn an_event_that_is_refused_without_its_ornaments_as_well_fails_by_the_first_reason() {
    let quirks = Quirks { refuses: Some((403, "SUMMARY:Clase".to_owned())), ..Quirks::default() };
    let stage = Stage::with(Options { quirks, ..Options::default() }, "");
    assert_eq!(stage.link().status, 201);
    let made = stage.gateway.ask("POST", "/events", event("a", "X-PUENTES-REF:7"));
    assert_eq!((made.status, &made.json["sync"]["state"]), (202, &json!("failed")), "{made:?}");
    assert!(stage.ours().is_empty());
}
