//! Asking a site without a socket, for unit tests.

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use super::{Answer, Request, Site};

/// What was answered. Status 0: the connection was cut or nothing came.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Heard {
    /// A header's value; empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// Asks a site: `line` is `METHOD path?query`.
pub(crate) fn ask(site: &dyn Site, line: &str, headers: &[(&str, &str)], body: &str) -> Heard {
    let (method, target) = line.split_once(' ').expect("METHOD path");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut map = HeaderMap::new();
    map.insert("host", HeaderValue::from_static("sim.example"));
    for (name, value) in headers {
        map.append(name.parse::<HeaderName>().expect("a name"), value.parse().expect("a value"));
    }
    let request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: map,
        body: Bytes::from(body.to_owned()),
    };
    let answer = match path.strip_prefix("/__sim") {
        Some(rest) => {
            let segments = super::decoded_segments(rest);
            let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
            Answer::Reply(site.control(&request, &segments).unwrap_or_else(|| super::text(404, "")))
        }
        None => site.answer(&request),
    };
    match answer {
        Answer::Reply(response) => {
            let (head, body) = response.into_parts();
            let body = String::from_utf8(body.delivered().to_vec()).expect("UTF-8");
            Heard { status: head.status.as_u16(), headers: head.headers, body }
        }
        Answer::Cut | Answer::Silence => Heard { status: 0, headers: HeaderMap::new(), body: String::new() },
    }
}
