//! Bodies in, documents, events and answers out.

mod bodies;
mod both_ways;
mod changes;
mod fuzz;
mod refusals;
mod series;

use serde_json::{Value, json};

use super::*;
use crate::reading;

/// What holds without a word: the zone of Guayaquil.
fn defaults() -> Defaults {
    Defaults::in_zone(Some("America/Guayaquil"))
}

/// The document of a body.
fn document(body: &Value) -> Document {
    match Body::read(&body.to_string(), &defaults()) {
        Ok(body) => body.document,
        Err(error) => panic!("{error}\n{body}"),
    }
}

/// The text that is kept of a body, as a value. It reads as itself.
fn kept(body: &Value) -> Value {
    let document = document(body);
    let text = document.text();
    assert_eq!(Document::parse(&text).as_ref(), Ok(&document), "{text}");
    serde_json::from_str(&text).unwrap()
}

/// Why a body is refused.
fn refused(body: &Value) -> (&'static str, String, String) {
    let error = Body::read(&body.to_string(), &defaults()).expect_err(&body.to_string());
    (error.code.as_str(), error.pointer, error.reason)
}

/// A body of one hour with these fields besides.
fn with(fields: Value) -> Value {
    let mut body = json!({
        "name": "Cita", "start_datetime": "2027-01-05T10:00:00-05:00", "end_datetime": "2027-01-05T11:00:00-05:00",
    });
    if let (Value::Object(body), Value::Object(fields)) = (&mut body, fields) {
        body.extend(fields);
    }
    body
}
