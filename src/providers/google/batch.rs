//! Several calls in one request (docs/providers.md#google-batches): `multipart/mixed` with a whole HTTP message in each
//! part.
//! Pure: calls in, bytes out, and back.

use std::collections::HashMap;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::call::{self, ApiAnswer, ApiCall};

/// What parts the parts. A body that held it would need a line that starts with it, and JSON holds no line breaks in
/// its texts and none between them here.
const BOUNDARY: &str = "pasarela-batch";
/// More header lines than a part ever has.
const MOST_HEADERS: usize = 64;

/// The `Content-Type` of a batch.
pub(super) fn content_type() -> String {
    format!("multipart/mixed; boundary={BOUNDARY}")
}

/// Writes the calls down; `root` is the path that their paths are below, beginning and ending with a slash.
pub(super) fn write(calls: &[&ApiCall], root: &str) -> Vec<u8> {
    let mut text = String::new();
    for (number, call) in calls.iter().enumerate() {
        text.push_str(&format!("--{BOUNDARY}\r\nContent-Type: application/http\r\nContent-ID: <{number}>\r\n\r\n"));
        text.push_str(&format!("{} {root}{} HTTP/1.1\r\n", call.method, call.path));
        if let Some(version) = &call.if_match {
            text.push_str(&format!("If-Match: {version}\r\n"));
        }
        match &call.body {
            Some(body) => {
                let body = body.to_string();
                let length = body.len();
                text.push_str(&format!("Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}\r\n"));
            }
            None => text.push_str("\r\n"),
        }
    }
    text.push_str(&format!("--{BOUNDARY}--\r\n"));
    text.into_bytes()
}

/// Reads the answers, in the order of the calls; none for a call that got none that can be read.
pub(super) fn read(content_type: &str, body: &[u8], calls: usize) -> Vec<Option<ApiAnswer>> {
    let mut found: HashMap<usize, ApiAnswer> = boundary(content_type)
        .map(|boundary| parts(body, boundary).into_iter().filter_map(part).collect())
        .unwrap_or_default();
    (0..calls).map(|number| found.remove(&number)).collect()
}

fn boundary(content_type: &str) -> Option<&str> {
    let (_, rest) = content_type.split_once("boundary=")?;
    let boundary = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => rest.split([';', ' ']).next()?,
    };
    (!boundary.is_empty()).then_some(boundary)
}

/// What stands between the boundary lines.
fn parts<'b>(body: &'b [u8], boundary: &str) -> Vec<&'b [u8]> {
    let delimiter = format!("--{boundary}");
    let delimiter = delimiter.as_bytes();
    let starts_line = |at: usize| at == 0 || body.get(at - 1) == Some(&b'\n');
    let places: Vec<usize> = body
        .windows(delimiter.len())
        .enumerate()
        .filter(|(at, window)| *window == delimiter && starts_line(*at))
        .map(|(at, _)| at)
        .collect();
    let next = places.iter().skip(1);
    places.iter().zip(next).filter_map(|(from, to)| body.get(from + delimiter.len()..*to)).collect()
}

/// One part: its number, and the HTTP message in it.
fn part(text: &[u8]) -> Option<(usize, ApiAnswer)> {
    let text = text.strip_prefix(b"\r\n").or(text.strip_prefix(b"\n"))?;
    let mut slots = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let httparse::Status::Complete((length, headers)) = httparse::parse_headers(text, &mut slots).ok()? else {
        return None;
    };
    let id = headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-id"))?;
    let id = std::str::from_utf8(id.value).ok()?.trim().trim_start_matches('<').trim_end_matches('>');
    let number = id.strip_prefix("response-")?.parse().ok()?;
    Some((number, message(text.get(length..)?)?))
}

fn message(text: &[u8]) -> Option<ApiAnswer> {
    let mut slots = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut head = httparse::Response::new(&mut slots);
    let length = match head.parse(text).ok()? {
        httparse::Status::Complete(length) => length,
        // A part without a body may end with its status line.
        httparse::Status::Partial => text.len(),
    };
    let mut headers = HeaderMap::new();
    for header in head.headers.iter() {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(header.name), HeaderValue::from_bytes(header.value)) {
            headers.append(name, value);
        }
    }
    let status = head.code?;
    let body = text.get(length..).unwrap_or_default().trim_ascii();
    Some(ApiAnswer { status, headers, body: call::value(body).ok()? })
}

#[cfg(test)]
mod tests {
    use http::Method;
    use serde_json::json;

    use super::*;

    #[test]
    fn calls_are_written_as_google_documents_them() {
        let mut put = ApiCall::new(Method::PUT, "calendar/v3/calendars/c%40g/events/a".to_owned())
            .with_body(json!({"summary": "ñ"}));
        put.if_match = Some("\"34\"".to_owned());
        let delete = ApiCall::new(Method::DELETE, "calendar/v3/calendars/c%40g/events/b".to_owned());
        let text = String::from_utf8(write(&[&put, &delete], "/")).unwrap();
        assert_eq!(
            text,
            "--pasarela-batch\r\nContent-Type: application/http\r\nContent-ID: <0>\r\n\r\n\
             PUT /calendar/v3/calendars/c%40g/events/a HTTP/1.1\r\nIf-Match: \"34\"\r\n\
             Content-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"summary\":\"ñ\"}\r\n\
             --pasarela-batch\r\nContent-Type: application/http\r\nContent-ID: <1>\r\n\r\n\
             DELETE /calendar/v3/calendars/c%40g/events/b HTTP/1.1\r\n\r\n--pasarela-batch--\r\n"
        );
    }

    const ANSWER: &str = "--b_1\r\nContent-Type: application/http\r\nContent-ID: <response-1>\r\n\r\n\
        HTTP/1.1 204 No Content\r\n\r\n\r\n--b_1\r\nContent-Type: application/http\r\n\
        Content-ID: <response-0>\r\n\r\nHTTP/1.1 403 Forbidden\r\nRetry-After: 9\r\nContent-Type: application/json\r\n\
        \r\n{\"error\":\r\n {\"code\": 403}}\r\n--b_1--\r\n";

    #[test]
    fn answers_come_back_to_their_calls_in_whatever_order() {
        let answers = read("multipart/mixed; boundary=b_1", ANSWER.as_bytes(), 3);
        let [Some(first), Some(second), None] = answers.as_slice() else { panic!("{answers:?}") };
        assert_eq!((first.status, first.body.pointer("/error/code")), (403, Some(&json!(403))));
        assert_eq!(first.headers["retry-after"], "9");
        assert_eq!((second.status, &second.body), (204, &serde_json::Value::Null));
        let quoted = read("multipart/mixed; boundary=\"b_1\"; x=y", ANSWER.replace('\r', "").as_bytes(), 2);
        assert!(quoted.iter().all(Option::is_some), "{quoted:?}");
    }

    #[test]
    fn half_an_answer_leaves_doubts_and_nothing_worse() {
        for cut in 0..ANSWER.len() {
            let answers = read("multipart/mixed; boundary=b_1", &ANSWER.as_bytes()[..cut], 2);
            assert!(answers.iter().flatten().all(|answer| matches!(answer.status, 204 | 403)), "{cut}");
        }
        assert!(read("text/html", ANSWER.as_bytes(), 1)[0].is_none());
        assert!(read("multipart/mixed; boundary=", ANSWER.as_bytes(), 1)[0].is_none());
    }
}
