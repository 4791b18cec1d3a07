//! Bodies of operations: JSON, parsed without a detour.

use poem::{Request, RequestBody};
use poem_openapi::payload::Payload;
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use serde::de::DeserializeOwned;

use crate::http::{Code, Problem};

/// The largest body: 1 MiB of iCalendar text and what JSON's escapes add to it.
pub(super) const LIMIT: usize = 2 << 20;

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
    use serde::Deserialize;

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
