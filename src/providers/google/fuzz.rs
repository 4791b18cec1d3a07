//! Made-up answers of Google's.

use http::HeaderMap;
use testing::fuzz::Target;

use super::call::{self, ApiAnswer};
use super::{batch, refusal, seen};

const WORDS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u0000",
    "\\ud83d",
    "null",
    "true",
    "1e999",
    "-0",
    "\"items\":[",
    "\"id\":\"a\"",
    "\"etag\":\"\\\"1\\\"\"",
    "\"recurringEventId\":\"a\"",
    "\"originalStartTime\":{\"dateTime\":\"x\"}",
    "\"nextPageToken\":\"x\"",
    "\"error\":{\"errors\":[{\"reason\":\"quotaExceeded\"}]}",
    "--batch_x\r\n",
    "--batch_x--",
    "Content-ID: <response-",
    "Content-Type: application/http\r\n\r\n",
    "HTTP/1.1 200 OK\r\n",
    "\r\n",
    "\r\n\r\n",
];

#[test]
fn fuzz_answers() {
    let target = Target { name: "google", examples: &["tests/fixtures/google"], words: WORDS };
    target.play(|bytes| {
        let body = match call::value(bytes) {
            Ok(body) => body,
            Err(error) => return error.to_string(),
        };
        let items = seen::items(&body);
        let versions = seen::versions(&items);
        let parsed = versions.values().map(seen::etag_and_sequence).filter(|(etag, _)| !etag.is_empty()).count();
        let kinds: Vec<String> = [200, 401, 403, 404, 410, 412, 429, 500]
            .map(|status| {
                format!("{:?}", refusal::reaction(&ApiAnswer { status, headers: HeaderMap::new(), body: body.clone() }))
            })
            .map(|told| told.chars().take(8).collect())
            .to_vec();
        let parts = batch::read("multipart/mixed; boundary=batch_x", bytes, 4);
        let parts: Vec<Option<u16>> = parts.into_iter().map(|part| part.map(|part| part.status / 100)).collect();
        format!("{} {} {} {kinds:?} {parts:?}", items.len().min(4), versions.len().min(4), parsed.min(4))
    });
}
