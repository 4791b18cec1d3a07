//! One call of the Calendar API, before it is known whether it travels alone or in a batch; and its answer.

use http::{HeaderMap, Method};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::outbound::json_values;
use crate::providers::RemoteError;

/// One call.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ApiCall {
    pub(super) method: Method,
    /// Below the root, without a slash at its start: `calendar/v3/calendars/…`.
    pub(super) path: String,
    /// The version that the object must still have.
    pub(super) if_match: Option<String>,
    pub(super) body: Option<Value>,
}

/// What came back.
#[derive(Clone, Debug)]
pub(super) struct ApiAnswer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    /// Null where there was none, or none that can be read.
    pub(super) body: Value,
}

/// Values of one answer: four times of what the largest page of a listing has.
pub(super) const MAX_VALUES: usize = 100_000;

/// What an answer's body says; null where it says nothing that can be read.
///
/// # Errors
/// [`RemoteError::Excess`] where it says more than is taken.
pub(super) fn value(body: &[u8]) -> Result<Value, RemoteError> {
    if json_values(body) > MAX_VALUES {
        return Err(excess(&format!("one answer of Google's has more than {MAX_VALUES} values")));
    }
    Ok(serde_json::from_slice(body).unwrap_or(Value::Null))
}

/// Google answers more than is taken.
pub(super) fn excess(why: &str) -> RemoteError {
    RemoteError::Excess { why: why.to_owned() }
}

impl ApiAnswer {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A member of the answer that is a text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name).and_then(Value::as_str)
    }
}

/// What may stand in a path or a query as it is (RFC 3986 §2.3).
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text as part of a path or a query.
pub(super) fn part(text: &str) -> String {
    utf8_percent_encode(text, KEPT).to_string()
}

impl ApiCall {
    pub(super) fn new(method: Method, path: String) -> Self {
        Self { method, path, if_match: None, body: None }
    }

    pub(super) fn get(path: String) -> Self {
        Self::new(Method::GET, path)
    }

    #[must_use]
    pub(super) fn with_body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_a_most_of_values() {
        let many = |count: usize| format!("[{}0]", "0,".repeat(count - 2));
        assert!(value(many(MAX_VALUES).as_bytes()).is_ok_and(|value| value.is_array()));
        assert!(matches!(value(many(MAX_VALUES + 1).as_bytes()), Err(RemoteError::Excess { .. })));
        assert_eq!(value(b"<html>"), Ok(Value::Null));
    }
}
