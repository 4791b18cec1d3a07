//! What is sent for an outcome: alone, or as a part of a batch.

use hyper::Response;
use hyper::header::{HeaderName, HeaderValue};

use super::api::{Outcome, Reply};
use super::refusal::Refusal;
use crate::wire::{Body, text};

/// Status, headers and body.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

impl From<Outcome> for Sent {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Ok(reply) => Self::answered(&reply),
            Err(refusal) => Self::refused(&refusal),
        }
    }
}

const JSON: (&str, &str) = ("Content-Type", "application/json; charset=UTF-8");

impl Sent {
    fn answered(reply: &Reply) -> Self {
        let mut headers: Vec<_> = reply.body.iter().map(|_| (JSON.0, JSON.1.to_owned())).collect();
        headers.extend(reply.etag().map(|etag| ("ETag", etag.to_owned())));
        let body = reply.body.as_ref().map(ToString::to_string).unwrap_or_default();
        Self { status: reply.status, headers, body }
    }

    pub(super) fn refused(refusal: &Refusal) -> Self {
        if refusal.code == 304 {
            return Self { status: 304, headers: Vec::new(), body: String::new() };
        }
        let mut headers = vec![(JSON.0, JSON.1.to_owned())];
        headers.extend(refusal.retry_after.map(|seconds| ("Retry-After", seconds.to_string())));
        if refusal.code == 401 {
            let challenge = "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"";
            headers.push(("WWW-Authenticate", challenge.to_owned()));
        }
        Self { status: refusal.code, headers, body: refusal.json().to_string() }
    }

    pub(super) fn response(self) -> Response<Body> {
        let mut response = text(self.status, self.body);
        response.headers_mut().remove("content-type");
        for (name, value) in self.headers {
            // Both are always ours, and well formed.
            if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value)) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}
