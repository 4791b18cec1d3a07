//! Putting the answers of a batch together.

use hyper::{Response, StatusCode};

use crate::google::sent::Sent;
use crate::wire::{Body, reply};

/// The answer: each part with the id of its request and an inner status line.
pub(super) fn response(parts: impl Iterator<Item = (Option<String>, Sent)>) -> Response<Body> {
    let boundary = format!("batch_{}", std::iter::repeat_with(fastrand::alphanumeric).take(20).collect::<String>());
    let mut body = String::new();
    for (id, sent) in parts {
        body.push_str(&format!("--{boundary}\r\nContent-Type: application/http\r\n"));
        if let Some(id) = id {
            let id = id.trim_start_matches('<').trim_end_matches('>');
            body.push_str(&format!("Content-ID: <response-{id}>\r\n"));
        }
        let reason = StatusCode::from_u16(sent.status).ok().and_then(|status| status.canonical_reason()).unwrap_or("");
        body.push_str(&format!("\r\nHTTP/1.1 {} {reason}\r\n", sent.status));
        for (name, value) in &sent.headers {
            body.push_str(&format!("{name}: {value}\r\n"));
        }
        body.push_str(&format!("Content-Length: {}\r\n\r\n{}\r\n", sent.body.len(), sent.body));
    }
    body.push_str(&format!("--{boundary}--\r\n"));
    reply(200, &format!("multipart/mixed; boundary={boundary}"), body)
}
