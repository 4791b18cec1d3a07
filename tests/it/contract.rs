//! The HTTP contract: the committed document, and each row and each refusal of it against the running product.

mod agreed;
mod api_keys;
mod calendar;
mod calendar_links;
mod changes;
mod document;
mod events;
mod feeds;
mod forms;
mod gate;
mod isolation;
mod keyed;
pub(crate) mod link;
mod pages;
mod quoting;
mod refusals;
mod resync;
mod server;
mod tokens;

use serde_json::{Value, json};
use testing::in_process::{Answer, TestGateway};

/// A small event, of this id and title.
fn ical(uid: &str, summary: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T000000Z\r\n\
         DTSTART:20261203T143000Z\r\nDTEND:20261203T150000Z\r\nSUMMARY:{summary}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// The body of a `POST /events`.
fn event(uid: &str, summary: &str) -> Option<Value> {
    Some(json!({"event_data": ical(uid, summary)}))
}

/// The document as the product serves it.
fn served(gateway: &TestGateway) -> Value {
    let answer = gateway.send("GET", "/openapi.json", &[], None);
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    answer.json
}

/// Every operation of a document: its method, its path and itself.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, methods): (&String, &Value)| {
        let methods = methods.as_object().unwrap().clone();
        let path = path.clone();
        methods.into_iter().map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation))
    };
    paths.iter().flat_map(of_path).collect()
}

/// Those of Puentes's family, and those that need no key.
fn of_puentes(document: &Value) -> Vec<(String, String, Value)> {
    operations(document).into_iter().filter(|(_, _, operation)| operation["x-scope"].is_null()).collect()
}

/// Those of the family of client systems: each has a scope.
fn of_client_systems(document: &Value) -> Vec<(String, String, Value)> {
    operations(document).into_iter().filter(|(_, _, operation)| operation["x-scope"].is_string()).collect()
}

/// Checks that an answer is what was expected, and that the document of the operation says so too.
pub(crate) fn expect(gateway: &TestGateway, operation: &str, answer: &Answer, status: u16, code: &str) {
    if code.is_empty() {
        assert_eq!(answer.status, status, "{operation}: {answer:?}");
    } else {
        assert_eq!((answer.status, answer.code()), (status, code), "{operation}: {answer:?}");
    }
    let document = served(gateway);
    let all = operations(&document);
    let (_, _, described) = all.iter().find(|(_, _, it)| it["operationId"] == operation).unwrap();
    let response = &described["responses"][status.to_string()];
    assert!(response.is_object(), "{operation} does not document {status}");
    if !code.is_empty() {
        let examples = &response["content"]["application/problem+json"]["examples"];
        assert!(examples[code].is_object(), "{operation} does not document {status} {code}");
    }
}
