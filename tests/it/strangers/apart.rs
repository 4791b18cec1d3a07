//! Two holders: whatever one asks about what is the other's is answered as if it were not there.

use serde_json::{Value, json};
use testing::in_process::{PHONE, TestGateway};

use crate::contract::link::Pair;

const OTHER: &str = "+593991234568";
const SECRET: &str = "Solo-de-Ana";

fn event(title: &str) -> Value {
    let data = format!(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:theirs\r\nDTSTART:20261203T143000Z\r\nSUMMARY:{title}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    json!({"event_data": data})
}

/// The operations of Puentes's family that name something by an id, with a body where one is needed. The other family's are
/// tried by `contract::isolation`.
fn about(gateway: &TestGateway, phone: &str, event_id: &str, resync_id: &str) -> Vec<(String, u16, Value)> {
    let document = gateway.send("GET", "/openapi.json", &[], None).json;
    let mut told = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        if !path.contains('{') || path.starts_with("/api/") {
            continue;
        }
        for method in methods.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            let body = (method == "PUT").then(|| event("y"));
            let address = path.replace("{event_id}", event_id).replace("{resync_id}", resync_id);
            let mut answer = gateway.ask_as(phone, &method, &address, body);
            for changes in ["request_id", "detail"] {
                // The detail names the id that was asked for, which the asker knows.
                answer.json.as_object_mut().unwrap().remove(changes);
            }
            told.push((format!("{method} {path}"), answer.status, answer.json));
        }
    }
    told
}

#[test]
fn what_is_another_s_is_not_there_for_any_operation() {
    let told = testing::told::Told::start();
    let pair = Pair::start(&format!("puentes.events_url = {:?}\nsync.answer_within = \"30s\"", told.url()));
    let gateway = &pair.gateway;
    assert_eq!(pair.link().status, 201);
    assert_eq!(gateway.ask("POST", "/events", Some(event(SECRET))).status, 201);
    told.events(&[("theirs".to_owned(), event(SECRET)["event_data"].as_str().unwrap().to_owned())]);
    let resync = gateway.ask("POST", "/resync", None).json["resync_id"].as_str().unwrap().to_owned();

    let theirs = about(gateway, OTHER, "theirs", &resync);
    assert_eq!(theirs, about(gateway, OTHER, "nobodys", &"0".repeat(32)));
    assert_eq!(theirs.len(), 4, "{theirs:?}");
    assert!(theirs.iter().all(|(_, status, _)| *status == 404), "{theirs:?}");
    for (method, path) in [("GET", "/events"), ("GET", "/link"), ("DELETE", "/link"), ("POST", "/resync")] {
        let answer = gateway.ask_as(OTHER, method, path, None);
        assert!(!answer.text.contains(SECRET) && !answer.text.contains("alice"), "{method} {path}: {answer:?}");
        assert!(!answer.text.contains(&PHONE[1..]), "{method} {path}: {answer:?}");
    }
    let own = gateway.ask("GET", "/events/theirs", None);
    assert!(own.status == 200 && own.text.contains(SECRET), "nothing became of it: {own:?}");
    assert_eq!((gateway.ask("GET", "/link", None).json["linked"].clone(), pair.events()), (json!(true), 1));
}
