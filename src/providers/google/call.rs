//! One call of the Calendar API, before it is known whether it travels alone or in a batch; and its answer.

use http::{HeaderMap, Method};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

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
