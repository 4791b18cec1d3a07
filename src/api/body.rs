//! Bodies: read once, within a limit and a time; parsed without a detour.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use poem::http::{HeaderMap, header};
use poem::{Body, Request, RequestBody};
use poem_openapi::payload::Payload;
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use serde::de::DeserializeOwned;

use super::problem::{Code, Problem};

/// The largest body: 1 MiB of iCalendar text and what JSON's escapes add to it.
pub(super) const LIMIT: usize = 2 << 20;
/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);
/// How much of an unwanted body is read and thrown away, and for how long: who hangs up while a client still writes takes the
/// answer away with it (RFC 9112 §9.6).
const THROWN_AWAY: usize = 8 * LIMIT;
const THROWING_AWAY: Duration = Duration::from_secs(5);

type Incoming = BoxBody<Bytes, io::Error>;

/// Reads the body of an operation whole.
///
/// # Errors
/// As [`read_within`].
pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    read_within(LIMIT, headers, body).await
}

/// Reads a body whole that may have `limit` bytes.
///
/// # Errors
/// `body_too_large`, `request_timeout`, or `invalid_json` when the sender broke off.
pub(crate) async fn read_within(limit: usize, headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        throw_away(headers, body).await;
        return Err(too_large(limit));
    }
    let mut body: Incoming = body.into();
    match tokio::time::timeout(PATIENCE, Limited::new(&mut body, limit).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            throw_away(headers, body.into()).await;
            Err(too_large(limit))
        }
        Ok(Err(_)) => Err(Problem::new(Code::InvalidJson, "The body broke off.")),
        Err(_) => {
            Err(Problem::new(Code::RequestTimeout, "The body did not arrive within 30 s. Send the request again."))
        }
    }
}

/// Lets a client finish writing a body that nobody wants, within bounds, so that it gets to read the answer. One that asked
/// first (`Expect: 100-continue`) has not begun to write.
pub(crate) async fn throw_away(headers: &HeaderMap, body: Body) {
    if headers.contains_key(header::EXPECT) {
        return;
    }
    let mut body: Incoming = body.into();
    let reading = async {
        let mut read = 0;
        while read < THROWN_AWAY {
            match body.frame().await {
                Some(Ok(frame)) => read += frame.data_ref().map_or(0, Bytes::len),
                Some(Err(_)) | None => return,
            }
        }
    };
    // Late or not: the answer goes out now.
    let _ = tokio::time::timeout(THROWING_AWAY, reading).await;
}

fn too_large(limit: usize) -> Problem {
    Problem::new(Code::BodyTooLarge, format!("The body is larger than {limit} bytes."))
}

/// A JSON body, read straight into its type. No body at all is an empty object.
pub(super) struct Sent<T>(pub(super) T);

impl<T: DeserializeOwned> Sent<T> {
    fn parse(body: &[u8]) -> Result<T, Problem> {
        let body = if body.is_empty() { b"{}".as_slice() } else { body };
        serde_json::from_slice(body).map_err(|_| explain::<T>(body))
    }
}

/// Reads again, slowly, to name the field. Only what was expected is told, never what was there: it may be a secret.
fn explain<T: DeserializeOwned>(body: &[u8]) -> Problem {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let (path, error) = match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Err(error) => (error.path().to_string(), error.into_inner()),
        Ok(_) => return Problem::new(Code::InvalidJson, "There is something after the end of the JSON object."),
    };
    let place = format!("line {}, column {}", error.line(), error.column());
    if !error.is_data() {
        return Problem::new(Code::InvalidJson, format!("The body is not valid JSON: see {place}."));
    }
    let words = error.to_string();
    let quoted = |text: &str| text.split('`').nth(1).unwrap_or_default().to_owned();
    let within = |name: String| if path == "." { name } else { format!("{path}.{name}") };
    let (field, why) = if words.starts_with("missing field") {
        (within(quoted(&words)), "is missing".to_owned())
    } else if words.starts_with("duplicate field") {
        (within(quoted(&words)), "stands twice".to_owned())
    } else {
        let expected = words.split_once(", expected ").map_or("another value", |(_, rest)| rest);
        let expected = expected.split(" at line ").next().unwrap_or(expected);
        (path, format!("must be {expected}"))
    };
    let name = if field == "." { "The body".to_owned() } else { format!("The field {field}") };
    Problem::new(Code::InvalidField, format!("{name} {why} ({place}).")).with("field", field)
}

impl<T: Type> Payload for Sent<T> {
    const CONTENT_TYPE: &'static str = "application/json";

    fn check_content_type(content_type: &str) -> bool {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("application/json")
            || (essence.len() > 5
                && essence.get(essence.len() - 5..).is_some_and(|end| end.eq_ignore_ascii_case("+json")))
    }

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<'a, T: Type + DeserializeOwned> ApiExtractor<'a> for Sent<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        <Self as Payload>::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = vec![MetaMediaType { content_type: Self::CONTENT_TYPE, schema: Self::schema_ref() }];
        Some(MetaRequest { description: None, content, required: true })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let bytes = body.take()?.into_bytes().await?;
        match request.content_type() {
            Some(content_type) if !bytes.is_empty() && !Self::check_content_type(content_type) => Err(Problem::new(
                Code::UnsupportedMediaType,
                "Send the body as JSON with Content-Type: application/json.",
            )
            .into()),
            _ => Ok(Self(Self::parse(&bytes)?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;
    use serde::Deserialize;
    use tokio::io::AsyncWriteExt;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Outer {
        #[serde(rename = "event_data")]
        _event_data: String,
        #[serde(rename = "caldav")]
        _caldav: Option<Inner>,
    }

    #[derive(Debug, Deserialize)]
    struct Inner {
        #[serde(rename = "password")]
        _password: String,
    }

    fn refused(body: &str) -> (Code, String, String) {
        let problem = Sent::<Outer>::parse(body.as_bytes()).unwrap_err();
        let shown = problem.example();
        let text = |name: &str| shown[name].as_str().unwrap_or_default().to_owned();
        (problem.code(), text("field"), text("detail"))
    }

    #[test]
    fn a_wrong_field_is_named_by_its_path() {
        let table = [
            ("{}", "event_data", "is missing"),
            ("", "event_data", "is missing"),
            (r#"{"event_data":7}"#, "event_data", "must be a string"),
            (r#"{"event_data":"x","event_data":"y"}"#, "event_data", "stands twice"),
            (r#"{"event_data":"x","caldav":{}}"#, "caldav.password", "is missing"),
            (r#"{"event_data":"x","caldav":{"password":["x"]}}"#, "caldav.password", "must be a string"),
            ("[]", ".", "must be"),
        ];
        for (body, field, why) in table {
            let (code, named, detail) = refused(body);
            assert_eq!((code, named.as_str()), (Code::InvalidField, field), "{body}: {detail}");
            assert!(detail.contains(why), "{body}: {detail}");
        }
    }

    #[test]
    fn what_is_no_json_is_named_by_its_place() {
        for body in
            ["{", "{\"event_data\":\"x\"", "event_data=x", "{\"event_data\":\"x\"} x", "{\"event_data\":\"\u{1}\"}"]
        {
            let (code, _, detail) = refused(body);
            assert_eq!(code, Code::InvalidJson, "{body}: {detail}");
        }
    }

    #[test]
    fn no_value_is_told_because_it_may_be_a_secret() {
        let bodies =
            [r#"{"event_data":"x","caldav":"hunter2"}"#, r#"{"event_data":"x","caldav":{"password":{"hunter2":1}}}"#];
        for body in bodies {
            let (_, _, detail) = refused(body);
            assert!(!detail.contains("hunter2"), "{detail}");
        }
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_refused_announced_or_not() {
        let mut headers = HeaderMap::new();
        let exact = read(&headers, Body::from(vec![b' '; LIMIT])).await.unwrap();
        assert_eq!(exact.len(), LIMIT);
        assert_eq!(read(&headers, Body::from(vec![b' '; LIMIT + 1])).await.unwrap_err().code(), Code::BodyTooLarge);
        headers.insert(header::CONTENT_LENGTH, (LIMIT + 1).into());
        assert_eq!(read(&headers, Body::empty()).await.unwrap_err().code(), Code::BodyTooLarge);
    }

    #[tokio::test(start_paused = true)]
    async fn an_unwanted_body_is_read_to_its_end_within_bounds() {
        let (sender, receiver) = tokio::io::duplex(64);
        let mut headers = HeaderMap::new();
        let writing = tokio::spawn(async move {
            let mut sender = sender;
            sender.write_all(&vec![b'x'; 4 * LIMIT]).await
        });
        throw_away(&headers, Body::from_async_read(receiver)).await;
        assert!(writing.await.unwrap().is_ok(), "the client could write all");
        let (_silent, receiver) = tokio::io::duplex(64);
        throw_away(&headers, Body::from_async_read(receiver)).await;
        headers.insert(header::EXPECT, HeaderValue::from_static("100-continue"));
        let (sender, receiver) = tokio::io::duplex(64);
        throw_away(&headers, Body::from_async_read(receiver)).await;
        assert!({ sender }.write_all(b"x").await.is_err(), "who asks first is not waited for");
    }

    #[test]
    fn json_by_any_of_its_names_is_json() {
        type Payload = Sent<String>;
        for name in ["application/json", "Application/JSON; charset=utf-8", "application/problem+json"] {
            assert!(<Payload as super::Payload>::check_content_type(name), "{name}");
        }
        for name in ["text/plain", "application/x-www-form-urlencoded", "json", "+json", ""] {
            assert!(!<Payload as super::Payload>::check_content_type(name), "{name}");
        }
    }
}
