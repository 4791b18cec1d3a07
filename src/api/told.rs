//! Bodies of the client systems' family: JSON alone, in which a name that nobody knows is a slip and is told.

use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaRequest, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use serde::de::DeserializeOwned;

use super::body::Sent;
use super::media::{JSON, Media};
use crate::http::{Code, Problem};

/// A body, read straight into its type, which says `deny_unknown_fields`. No body at all is an empty object.
pub(super) struct Told<T>(pub(super) T);

impl<T: DeserializeOwned> Told<T> {
    fn parse(media: Media, body: &[u8]) -> Result<T, Problem> {
        if !body.is_empty() && media != Media::Json {
            return Err(Problem::new(
                Code::UnsupportedMediaType,
                "Send the body as JSON with Content-Type: application/json.",
            ));
        }
        Sent::<T>::parse(Media::Json, body)
    }
}

impl<'a, T: Type + DeserializeOwned> ApiExtractor<'a> for Told<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = vec![MetaMediaType { content_type: JSON, schema: T::schema_ref() }];
        // Where an empty object will do, so does no body.
        let required = serde_json::from_str::<T>("{}").is_err();
        Some(MetaRequest { description: None, content, required })
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
    #[serde(deny_unknown_fields)]
    struct Wanted {
        #[serde(rename = "expires_at")]
        _expires_at: Option<String>,
        #[serde(rename = "name")]
        _name: Option<String>,
    }

    fn refused(media: Media, body: &str) -> (Code, serde_json::Value) {
        let problem = Told::<Wanted>::parse(media, body.as_bytes()).unwrap_err();
        (problem.code(), problem.example())
    }

    #[test]
    fn a_name_that_nobody_knows_is_told_with_the_nearest() {
        let (code, shown) = refused(Media::Json, r#"{"name":"x","expiresat":"hunter2"}"#);
        assert_eq!((code, &shown["field"]), (Code::UnknownField, &"expiresat".into()));
        assert_eq!(shown["nearest"], "expires_at");
        assert!(!shown.to_string().contains("hunter2"), "{shown}");
        let (code, shown) = refused(Media::Json, r#"{"zzzzzzzz":1}"#);
        assert_eq!((code, shown.get("nearest")), (Code::UnknownField, None));
        assert!(shown["detail"].as_str().unwrap().contains("expires_at, name"), "{shown}");
    }

    #[test]
    fn a_form_is_no_body_here() {
        assert_eq!(refused(Media::Form, "name=x").0, Code::UnsupportedMediaType);
        assert!(Told::<Wanted>::parse(Media::Form, b"").is_ok(), "no body has no kind");
    }
}
