//! Bodies of operations: JSON, parsed without a detour, or a form with the same names.

use std::fmt::{self, Display};
use std::marker::PhantomData;

use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaRequest, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::form::{Form, NotUtf8};
use super::media::{FORM, JSON, Media};
use crate::http::{Code, Problem};
use crate::quoted::Quoted;

/// The largest body: 1 MiB of iCalendar text and what escapes add to it.
pub(super) const LIMIT: usize = 2 << 20;

/// A body, read straight into its type. No body at all is an empty object.
pub(super) struct Sent<T>(pub(super) T);

impl<T: DeserializeOwned> Sent<T> {
    /// Reads a body that says of itself to be `media`.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub(super) fn parse(media: Media, body: &[u8]) -> Result<T, Problem> {
        if body.is_empty() {
            return Self::parse_json(b"{}");
        }
        media.refused()?;
        if media.is_form() { Self::parse_form(body) } else { Self::parse_json(body) }
    }

    fn parse_json(body: &[u8]) -> Result<T, Problem> {
        serde_json::from_slice(body).map(|Object(sent)| sent).map_err(|_| explain::<Object<T>>(body))
    }

    fn parse_form(body: &[u8]) -> Result<T, Problem> {
        let form = Form::read(body).map_err(|NotUtf8 { field }| {
            let field = field.map_or_else(|| ".".to_owned(), |field| format!("{:#}", Quoted(&field)));
            wrong(field, "is not text in UTF-8", None)
        })?;
        let read = serde_path_to_error::deserialize(form).map(|Object(sent)| sent);
        read.map_err(|error| field(&error.path().to_string(), error.inner(), None))
    }
}

/// What is named by its fields. By itself serde reads the fields of a struct from a list as well, by their places, which no
/// document says and no sender means.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = T;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(fields))
            }
        }

        deserializer.deserialize_map(Fields(PhantomData)).map(Self)
    }
}

/// Reads a field that is an object in a body; none where it is null.
pub(super) fn object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::<Object<T>>::deserialize(deserializer)?.map(|Object(inner)| inner))
}

/// Reads `phone_number` or `secure_key` of a body, which the gate has looked at: they must be texts, and are not kept.
pub(super) fn proof<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    struct Text;

    impl Visitor<'_> for Text {
        type Value = Self;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a string")
        }

        fn visit_str<E: serde::de::Error>(self, _text: &str) -> Result<Self, E> {
            Ok(self)
        }
    }

    impl<'de> Deserialize<'de> for Text {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_str(Self)
        }
    }

    Option::<Text>::deserialize(deserializer).map(|_| None)
}

/// Reads JSON again, slowly, to name the field. Only what was expected is told, never what was there: it may be a secret.
fn explain<T: DeserializeOwned>(body: &[u8]) -> Problem {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let (path, error) = match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Err(error) => (error.path().to_string(), error.into_inner()),
        Ok(_) => return Problem::new(Code::InvalidJson, "There is something after the end of the JSON object."),
    };
    let place = format!("line {}, column {}", error.line(), error.column());
    // A list where a word of several is asked for counts as bad syntax for serde.
    if !error.is_data() && serde_json::from_slice::<IgnoredAny>(body).is_err() {
        return Problem::new(Code::InvalidJson, format!("The body is not valid JSON: see {place}."));
    }
    field(&path, &error, Some(&place))
}

/// Which field is wrong, and why, by serde's words for it.
fn field(path: &str, error: &impl Display, place: Option<&str>) -> Problem {
    let words = error.to_string();
    let quoted = |text: &str| text.split('`').nth(1).unwrap_or_default().to_owned();
    let within = |name: String| if path == "." { name } else { format!("{path}.{name}") };
    if words.starts_with("missing field") {
        wrong(within(quoted(&words)), "is missing", place)
    } else if words.starts_with("duplicate field") {
        wrong(within(quoted(&words)), "stands twice", place)
    } else if let Some(rest) = words.strip_prefix("unknown field `") {
        unknown(path, rest)
    } else {
        // What was there comes first, and may hold any words: only what follows the last "expected" is serde's own.
        let expected = words.rsplit_once(", expected ").map_or("another value", |(_, rest)| rest);
        let expected = expected.split(" at line ").next().unwrap_or(expected);
        wrong(path.to_owned(), &format!("must be {expected}"), place)
    }
}

/// `words` is what serde says of a name that is none of its: that name, and those that there are.
fn unknown(path: &str, words: &str) -> Problem {
    let (name, rest) = words.split_once("`, ").unwrap_or((words, ""));
    let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    // serde_path_to_error counts the name itself to the path.
    let path = if path == "." { name } else { path };
    let shown = format!("{:#}", Quoted(path));
    let problem = match nearest(name, &known) {
        Some(meant) => Problem::new(Code::UnknownField, format!("There is no field {shown}; did you mean {meant}?"))
            .with("nearest", meant),
        None => {
            Problem::new(Code::UnknownField, format!("There is no field {shown}. There are: {}.", known.join(", ")))
        }
    };
    problem.with("field", shown)
}

/// What was probably meant.
fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let distance = |known: &&str| strsim::damerau_levenshtein(name, known);
    let best = known.iter().copied().min_by_key(distance)?;
    (distance(&best) <= 1 + name.chars().count() / 4).then_some(best)
}

fn wrong(field: String, why: &str, place: Option<&str>) -> Problem {
    let name = if field == "." { "The body".to_owned() } else { format!("The field {field}") };
    let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
    Problem::new(Code::InvalidField, format!("{name} {why}{place}.")).with("field", field)
}

impl<'a, T: Type + DeserializeOwned> ApiExtractor<'a> for Sent<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = [JSON, FORM].map(|content_type| MetaMediaType { content_type, schema: T::schema_ref() });
        // Where an empty object will do, so does no body.
        let required = serde_json::from_str::<T>("{}").is_err();
        Some(MetaRequest { description: None, content: content.into(), required })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let bytes = body.take()?.into_bytes().await?;
        let media = Media::of(request.headers(), &bytes);
        Ok(Self(Self::parse(media, &bytes)?))
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
        #[serde(rename = "caldav", default, deserialize_with = "object")]
        _caldav: Option<Inner>,
        #[serde(rename = "phone_number", default, deserialize_with = "proof")]
        phone_number: Option<String>,
    }

    #[derive(Debug, Deserialize)]
    struct Inner {
        #[serde(rename = "password")]
        _password: String,
    }

    fn refused(body: &str) -> (Code, String, String) {
        refusal(Media::Json, body)
    }

    fn refusal(media: Media, body: &str) -> (Code, String, String) {
        let problem = Sent::<Outer>::parse(media, body.as_bytes()).unwrap_err();
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
            (r#"{"event_data":"x","caldav":["hunter2"]}"#, "caldav", "must be an object"),
            (r#"{"event_data":"x","phone_number":7}"#, "phone_number", "must be a string"),
            ("[]", ".", "must be an object"),
            (r#"["x"]"#, ".", "must be an object"),
            ("null", ".", "must be an object"),
        ];
        for (body, field, why) in table {
            let (code, named, detail) = refused(body);
            assert_eq!((code, named.as_str()), (Code::InvalidField, field), "{body}: {detail}");
            assert!(detail.contains(why), "{body}: {detail}");
        }
    }

    #[test]
    fn the_phone_may_stand_beside_the_rest_or_be_null_and_is_not_kept() {
        for (media, body) in [
            (Media::Json, r#"{"event_data":"x","phone_number":"hunter2"}"#),
            (Media::Json, r#"{"event_data":"x","phone_number":null,"caldav":null}"#),
            (Media::Form, "event_data=x&phone_number=hunter2"),
        ] {
            assert_eq!(Sent::<Outer>::parse(media, body.as_bytes()).unwrap().phone_number, None, "{body}");
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
        let bodies = [
            r#"{"event_data":"x","caldav":"hunter2"}"#,
            r#"{"event_data":"x","caldav":"x, expected hunter2"}"#,
            r#"{"event_data":"x","caldav":{"password":{"hunter2":1}}}"#,
        ];
        for body in bodies {
            let (_, _, detail) = refused(body);
            assert!(!detail.contains("hunter2"), "{detail}");
        }
    }

    #[test]
    fn a_wrong_field_of_a_form_is_named_by_its_path() {
        let table = [
            ("event_data", "stands twice", "event_data=x&event_data=y"),
            ("event_data", "is missing", "event_datum=x"),
            ("event_data", "must be a string", "event_data[a]=x"),
            ("event_data", "is not text in UTF-8", "event_data=%F1"),
            ("caldav.password", "is missing", "event_data=x&caldav[username]=hunter2"),
            ("caldav.password", "stands twice", "event_data=x&caldav[password]=hunter2&caldav.password=hunter2"),
            ("caldav", "must be an object", "event_data=x&caldav=hunter2"),
            (".", "is not text in UTF-8", "%F1=x"),
        ];
        for (field, why, body) in table {
            let (code, named, detail) = refusal(Media::Form, body);
            assert_eq!((code, named.as_str()), (Code::InvalidField, field), "{body}: {detail}");
            assert!(detail.contains(why) && !detail.contains("hunter2"), "{body}: {detail}");
        }
    }

    #[test]
    fn what_is_not_read_is_told_how_to_send_it() {
        for (media, says) in [
            (Media::Parts, "http_build_query"),
            (Media::Mislabelled, "application/json"),
            (Media::OtherCharset, "UTF-8"),
            (Media::Other, "application/x-www-form-urlencoded"),
        ] {
            let (code, _, detail) = refusal(media, "event_data=x");
            assert!(code == Code::UnsupportedMediaType && detail.contains(says), "{media:?}: {detail}");
            assert_eq!(refusal(media, "").0, Code::InvalidField, "no body has no kind");
        }
    }
}
