//! `/feed/{secret}.ics` and `.ifb`: what calendars subscribe to. The address is all that opens it.
//!
//! Rule: the secret stands in the address because nothing else travels with a subscription; so it stands in no log, no answer and no
//! referrer of ours. A secret that is wrong gets the answer of an address that is not there.

use std::io::Write as _;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use poem::http::{HeaderMap, HeaderName, StatusCode, header};
use poem::{Endpoint, Request, Response, ResponseBuilder};

use crate::app::App;
use crate::feeds::{Format, Had, Served};
use crate::http::{Code, Keys, Problem, Served as Operation, takes_gzip};

/// How long a calendar may show a text before it asks again: five minutes.
const CACHE: &str = "private, max-age=300";
/// What stands behind the mark of a compressed text: other bytes, another mark.
const COMPRESSED: &str = "-gz";

/// The door for subscriptions.
pub(super) struct FeedDoor {
    pub(super) app: Arc<App>,
    pub(super) keys: Arc<Keys>,
}

impl Endpoint for FeedDoor {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let served = Operation { operation: "feed", holder: None };
        match self.answer(&request).await {
            Ok(mut response) => {
                response.set_data(served);
                Ok(response)
            }
            Err(problem) => {
                let mut error = poem::Error::from(problem);
                error.set_data(served);
                Err(error)
            }
        }
    }
}

impl FeedDoor {
    async fn answer(&self, request: &Request) -> Result<Response, Problem> {
        let file = request.uri().path().rsplit('/').next().unwrap_or_default();
        let (secret, format) = named(file).ok_or_else(nothing_here)?;
        let (secret, seen) = (secret.to_owned(), seen(request.headers()));
        let from = self.keys.asker(request).household();
        let app = Arc::clone(&self.app);
        let line = self.app.pools.pages(from);
        let served = line.run(move || app.feeds.serve(&secret, format, &seen)).await??;
        let served = served.ok_or_else(nothing_here)?;
        Ok(told(served, takes_gzip(request.headers())))
    }
}

/// The secret in the name of a file, and which text is asked for.
fn named(file: &str) -> Option<(&str, Format)> {
    let (secret, ending) = file.rsplit_once('.')?;
    match ending {
        "ics" => Some((secret, Format::Events)),
        "ifb" => Some((secret, Format::FreeBusy)),
        _ => None,
    }
}

fn nothing_here() -> Problem {
    Problem::new(Code::UnknownRoute, "There is no feed at this address.")
}

/// What the reader has already (RFC 9110 §13.1). A time counts only where there is no mark.
fn seen(headers: &HeaderMap) -> Had {
    let text = |name: HeaderName| headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    let tags: Vec<String> = text(header::IF_NONE_MATCH)
        .flat_map(|line| line.split(','))
        .map(|tag| tag.trim().trim_start_matches("W/").trim_matches('"'))
        .map(|tag| tag.strip_suffix(COMPRESSED).unwrap_or(tag).to_owned())
        .collect();
    let since = text(header::IF_MODIFIED_SINCE).next().filter(|_| tags.is_empty());
    let since = since.and_then(|since| rfc2822::DateTimeParser::new().parse_timestamp(since).ok());
    Had { tags, since }
}

fn told(served: Served, gzip: bool) -> Response {
    let compressed = served.text.as_ref().filter(|_| gzip).and_then(|text| compressed(text.as_bytes()));
    let mark = if gzip { COMPRESSED } else { "" };
    let response = Response::builder()
        .header(header::ETAG, format!("\"{}{mark}\"", served.tag))
        .header(header::LAST_MODIFIED, http_date(served.changed_at))
        .header(header::CACHE_CONTROL, CACHE)
        .header(header::VARY, "Accept-Encoding")
        .header(header::REFERRER_POLICY, "no-referrer")
        .header("x-robots-tag", "noindex");
    match (served.text, compressed) {
        (None, _) => response.status(StatusCode::NOT_MODIFIED).finish(),
        (Some(_), Some(bytes)) => calendar(response).header(header::CONTENT_ENCODING, "gzip").body(bytes),
        (Some(text), None) => calendar(response).body(text),
    }
}

fn calendar(response: ResponseBuilder) -> ResponseBuilder {
    response.content_type("text/calendar; charset=utf-8")
}

/// The same bytes for the same text: no time stands in it.
fn compressed(text: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).ok()?;
    encoder.finish().ok()
}

fn http_date(at: Timestamp) -> String {
    rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&at).unwrap_or_default()
}
