//! Taking a batch apart.

use crate::google::api::call::Call;
use crate::wire::{Request, decoded_segments};

/// One part.
pub(super) struct Part {
    /// Its `Content-ID`, as sent.
    pub(super) id: Option<String>,
    /// `None`: not for this API.
    pub(super) call: Option<Call>,
}

type Headers = Vec<(String, String)>;

/// The parts; `None` when the request is no batch.
pub(super) fn parts(request: &Request) -> Option<Vec<Part>> {
    let kind = request.header("content-type")?;
    let (name, parameters) = kind.split_once(';')?;
    if !name.trim().eq_ignore_ascii_case("multipart/mixed") {
        return None;
    }
    let boundary = parameters.split(';').find_map(|part| part.trim().strip_prefix("boundary="))?.trim_matches('"');
    let body = std::str::from_utf8(&request.body).ok()?;
    // The first piece is what stands before the first boundary.
    let pieces: Vec<&str> = body.split(&format!("--{boundary}")).skip(1).collect();
    let (last, parts) = pieces.split_last()?;
    if !last.starts_with("--") {
        return None;
    }
    parts.iter().map(|piece| part(piece, request)).collect()
}

fn part(piece: &str, outer: &Request) -> Option<Part> {
    let piece = piece.strip_prefix("\r\n").or_else(|| piece.strip_prefix('\n'))?;
    let (headers, inner) = head(piece);
    let kind = value(&headers, "content-type")?;
    if !kind.to_ascii_lowercase().starts_with("application/http") {
        return None;
    }
    Some(Part { id: value(&headers, "content-id").map(str::to_owned), call: call(inner, outer)? })
}

/// An inner request; the outer `Authorization` counts unless it has its own. Outer `None`: not a request.
#[expect(clippy::option_option, reason = "outside: is it a request; inside: is it for this API")]
fn call(inner: &str, outer: &Request) -> Option<Option<Call>> {
    let (line, rest) = inner.trim_start().split_once('\n')?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?, words.next()?);
    let (headers, body) = head(rest);
    let target = match target.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => target,
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let Some(below) = path.strip_prefix("/calendar/v3") else { return Some(None) };
    let header = |name| value(&headers, name).map(str::to_owned);
    Some(Some(Call {
        method: method.to_owned(),
        segments: decoded_segments(below),
        parameters: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        authorization: header("authorization").or_else(|| outer.header("authorization").map(str::to_owned)),
        if_match: header("if-match"),
        if_none_match: header("if-none-match"),
        body: body.trim().as_bytes().to_vec(),
        line: format!("{method} {target}"),
    }))
}

/// Headers up to the empty line, and what follows it.
fn head(text: &str) -> (Headers, &str) {
    let mut headers = Headers::new();
    let mut rest = text;
    while let Some((line, after)) = rest.split_once('\n') {
        rest = after;
        let line = line.trim_end_matches('\r');
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    (headers, rest)
}

fn value<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}
