//! Answers that a page of another site may read (CORS; the Fetch standard, §3.2).

use poem::http::{HeaderMap, HeaderValue, header};

/// What of an answer's head such a page may read besides what every page may.
const EXPOSED: HeaderValue =
    HeaderValue::from_static("ETag, Location, Preference-Applied, Retry-After, WWW-Authenticate, X-Request-Id");

/// The origin whose pages may read an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShownTo(pub(crate) HeaderValue);

impl ShownTo {
    /// Says so in the head of the answer. Cookies never go with such a request, so nothing is said of credentials.
    pub(crate) fn say(&self, headers: &mut HeaderMap) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, self.0.clone());
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
    }
}
