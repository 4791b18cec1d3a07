//! What the document says of what may be sent is what is taken: body or none, null or not, lists, ids.

use pasarela::ids::EventId;
use serde_json::{Value, json};
use testing::in_process::{PHONE, TestGateway, key};

use super::{expect, ical, of_puentes, served};

#[test]
fn a_body_may_be_left_out_where_the_document_says_so() {
    let gateway = TestGateway::start();
    let mut optional = Vec::new();
    for (method, path, operation) in of_puentes(&served(&gateway)) {
        let Some(required) = operation["requestBody"]["required"].as_bool() else { continue };
        let answer = gateway.ask(&method, &path.replace("{event_id}", "a"), None);
        let missing = answer.status == 422 && answer.code() == "invalid_field";
        assert_eq!(missing, required, "{method} {path}: {answer:?}");
        if !required {
            optional.push(path);
        }
    }
    assert_eq!(optional, ["/link", "/resync"]);
}

/// Every field of every body, the phone and the key among them, with the key in the headers.
#[test]
fn a_field_may_be_null_where_the_document_says_so_and_only_a_text_where_it_says_text() {
    let gateway = TestGateway::start();
    let document = served(&gateway);
    let mut fields = 0;
    for (method, path, operation) in of_puentes(&document) {
        let Some(schema) = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str() else {
            continue;
        };
        let schema = &document["components"]["schemas"][schema.rsplit('/').next().unwrap()];
        let path = path.replace("{event_id}", "a");
        for (name, field) in schema["properties"].as_object().unwrap() {
            fields += 1;
            let refused = |value: Value| {
                let mut body = json!({});
                if name != "event_data" && schema["properties"]["event_data"].is_object() {
                    body["event_data"] = ical("a", "x").into();
                }
                body[name] = value;
                let answer = gateway.ask(&method, &path, Some(body));
                (answer.status, answer.json["field"].as_str()) == (422, Some(name))
            };
            assert_eq!(refused(Value::Null), field["nullable"] != true, "{method} {path} {name}");
            assert!(refused(json!({"a": [7]})) || name == "caldav", "{method} {path} {name}");
            assert!(refused(json!(["a", "b"])), "{method} {path} {name}: a list is no object");
        }
    }
    assert_eq!(fields, 16);
}

#[test]
fn a_list_is_no_body() {
    let gateway = TestGateway::start();
    let key = key(PHONE);
    let headers = [("X-Phone-Number", PHONE), ("X-Secure-Key", key.as_str())];
    let list = json!([PHONE, key, ical("a", "x"), "a"]).to_string();
    for (method, path, operation) in
        [("POST", "/link", "create_link"), ("POST", "/events", "create_event"), ("POST", "/resync", "create_resync")]
    {
        for body in ["[]", "[null, null]", &list] {
            let answer = gateway.send_text(method, path, &headers, Some(body));
            expect(&gateway, operation, &answer, 422, "invalid_field");
            assert_eq!(answer.json["field"], ".", "{answer:?}");
        }
    }
    assert_eq!(gateway.ask("GET", "/events", None).json["events"], json!([]));
}

#[test]
fn an_id_has_the_limits_that_the_document_names_wherever_it_stands() {
    let gateway = TestGateway::start();
    let document = served(&gateway);
    let limits = |schema: &Value| (schema["minLength"].clone(), schema["maxLength"].clone(), schema["pattern"].clone());
    let sent = limits(&document["components"]["schemas"]["NewEvent"]["properties"]["event_id"]);
    assert_eq!((&sent.0, &sent.1), (&json!(1), &json!(EventId::MAX_BYTES)));
    let longest = "x".repeat(EventId::MAX_BYTES);
    for (method, path, operation) in of_puentes(&document) {
        if !path.contains("{event_id}") {
            continue;
        }
        let parameters = operation["parameters"].as_array().unwrap();
        let id = parameters.iter().find(|parameter| parameter["name"] == "event_id").unwrap();
        assert_eq!(limits(&id["schema"]), sent, "{method} {path}");
        let body = (method == "PUT").then(|| json!({"event_data": ical("a", "y")}));
        let name = operation["operationId"].as_str().unwrap();
        for bad in ["a%0Ab", "%C2%85", &format!("{longest}x")] {
            let answer = gateway.ask(&method, &path.replace("{event_id}", bad), body.clone());
            expect(&gateway, name, &answer, 422, "invalid_event_id");
        }
        gateway.ask("DELETE", &format!("/events/{longest}"), None);
        let made = json!({"event_data": ical("a", "x"), "event_id": longest});
        assert_eq!(gateway.ask("POST", "/events", Some(made)).status, 202);
        assert!(gateway.ask(&method, &path.replace("{event_id}", &longest), body).status < 300, "{method} {path}");
    }
}

#[test]
fn a_request_s_own_name_is_taken_or_replaced_and_never_refused() {
    let gateway = TestGateway::start();
    let name = served(&gateway)["components"]["parameters"]["RequestId"]["schema"].clone();
    assert_eq!(name, json!({"type": "string"}), "nothing that is sent is against the document");
    for sent in ["", "with space", &"x".repeat(500)] {
        let answer = gateway.send("GET", "/healthz", &[("X-Request-Id", sent)], None);
        assert_eq!(answer.status, 200);
        assert_ne!(answer.header("x-request-id"), sent);
    }
}
