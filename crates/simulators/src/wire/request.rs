//! A complete request, read to its end before a site sees it.

use bytes::Bytes;
use hyper::HeaderMap;
use percent_encoding::percent_decode_str;

/// A request with its whole body.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method, as sent: `PUT`, `PROPFIND`, …
    pub method: String,
    /// The path as sent, still percent-encoded, without the query.
    pub path: String,
    /// The query as sent, without the question mark.
    pub query: String,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
}

impl Request {
    /// The path's segments, decoded; empty ones (double or final slashes) are left out.
    pub fn segments(&self) -> Vec<String> {
        decoded_segments(&self.path)
    }

    /// A header's value, when it is there once and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The first query parameter of this name, decoded as forms are (a `+` is a space).
    pub fn parameter(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.query.as_bytes())
            .find_map(|(key, value)| (key == name).then(|| value.into_owned()))
    }

    /// The fields of a form sent as `application/x-www-form-urlencoded`.
    pub fn form(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// `http://host:port` as the client addressed this server.
    pub fn origin(&self) -> String {
        format!("http://{}", self.header("host").unwrap_or("localhost"))
    }

    /// `METHOD path?query`, what fault rules are matched against.
    pub fn line(&self) -> String {
        let mark = if self.query.is_empty() { "" } else { "?" };
        format!("{} {}{mark}{}", self.method, self.path, self.query)
    }
}

/// Splits a path into decoded segments, leaving out empty ones.
pub(crate) fn decoded_segments(path: &str) -> Vec<String> {
    path.split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect()
}
