//! How a problem looks on the wire, and in the document.

use poem::Response;
use poem::http::header;
use poem_openapi::Object;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Parts, Problem};

/// Where the explanation of a code is served; `type` leads there.
pub(crate) const TYPE_PREFIX: &str = "/problems/";

impl Problem {
    /// The answer. `request_id` lets a person find the request in the log.
    pub fn respond(&self, request_id: Option<&str>) -> Response {
        let body = Body { parts: &self.0, request_id };
        let mut response = Response::builder()
            .status(self.code().status())
            .header(header::CONTENT_TYPE, "application/problem+json")
            .body(serde_json::to_vec(&body).unwrap_or_default());
        for (name, value) in &self.0.headers {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        response
    }

    /// The body alone, for examples.
    pub(crate) fn example(&self) -> serde_json::Value {
        serde_json::to_value(Body { parts: &self.0, request_id: Some("6f1c2a9be0d4-00002a") }).unwrap_or_default()
    }
}

struct Body<'a> {
    parts: &'a Parts,
    request_id: Option<&'a str>,
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let code = self.parts.code;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", &format_args!("{TYPE_PREFIX}{}", code.word()))?;
        map.serialize_entry("title", code.title())?;
        map.serialize_entry("status", &code.number())?;
        map.serialize_entry("detail", &self.parts.detail)?;
        map.serialize_entry("code", code.word())?;
        if let Some(id) = self.request_id {
            map.serialize_entry("request_id", id)?;
        }
        for (name, value) in &self.parts.members {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// What went wrong, as RFC 9457 says it. Programs decide by `code` (and the status); `detail` is for people and may change its words.
#[derive(Debug, Object)]
#[oai(rename = "Problem")]
pub(crate) struct ProblemDocument {
    /// Where this kind of problem is explained, relative to the gateway's address.
    #[oai(rename = "type")]
    type_: String,
    /// The kind of problem in words; the same each time.
    title: String,
    /// The HTTP status again.
    status: u16,
    /// What is wrong with this very request.
    detail: String,
    /// The kind of problem for programs. It never changes its meaning; new ones may come.
    code: String,
    /// Names this request in the gateway's log; the same as in the header `X-Request-Id`.
    request_id: String,
    /// With `invalid_ical`: the line of `event_data`, from 1, where one can be named.
    line: Option<u64>,
    /// With `invalid_ical`: the iCalendar property, where one can be named.
    property: Option<String>,
    /// With `invalid_ical`: what is wrong, in a sentence.
    reason: Option<String>,
    /// With `invalid_field`, `unknown_field` and `invalid_parameter`: its name, e.g. `caldav.url`.
    field: Option<String>,
    /// With `unknown_field`: the field that was probably meant, where one is near enough.
    nearest: Option<String>,
    /// With `scope_missing`: the scope that the key lacks.
    scope: Option<String>,
    /// Of a body that is no event: where in it, as a JSON pointer (RFC 6901); empty for the whole.
    pointer: Option<String>,
    /// Of a body that is no event: the kind of mistake, for programs.
    mistake: Option<String>,
    /// With `calendar_not_found`: the calendars of the account that can be written, by name.
    available: Option<Vec<String>>,
    /// With `provider_not_available`: the providers that this gateway offers.
    providers: Option<Vec<String>>,
    /// With `too_many_attempts`, `too_many_logins`, `rate_limited`, `busy` and `storage_unavailable`: seconds to wait; the same as in the header `Retry-After`.
    retry_after: Option<u64>,
    /// With `confirmation_needed` and `puentes_unavailable`: the run that ended so; `GET /resync/{resync_id}` shows it.
    resync_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use poem::http::StatusCode;
    use poem_openapi::types::ParseFromJSON;

    use super::super::Code;
    use super::*;

    #[tokio::test]
    async fn a_problem_is_what_rfc_9457_says() {
        let problem = Problem::new(Code::InvalidIcal, "line 3: DTSTART: no such day")
            .with("line", 3)
            .header(header::RETRY_AFTER, "7");
        let response = problem.respond(Some("abc"));
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(response.content_type(), Some("application/problem+json"));
        assert_eq!(response.header(header::RETRY_AFTER), Some("7"));
        let body = response.into_body().into_string().await.unwrap();
        assert_eq!(
            body,
            r#"{"type":"/problems/invalid_ical","title":"The iCalendar data is not valid","status":422,"detail":"line 3: DTSTART: no such day","code":"invalid_ical","request_id":"abc","line":3}"#
        );
    }

    #[test]
    fn what_is_rendered_is_what_the_document_says() {
        let known = [
            ("line", 1.into()),
            ("property", "DTSTART".into()),
            ("reason", "x".into()),
            ("field", "x".into()),
            ("nearest", "x".into()),
            ("scope", "events:read".into()),
            ("pointer", "/end_datetime".into()),
            ("mistake", "end_before_start".into()),
            ("available", vec!["Home"].into()),
            ("providers", vec!["caldav"].into()),
            ("retry_after", 60.into()),
            ("resync_id", "x".into()),
        ];
        for code in Code::ALL {
            let problem =
                known.iter().fold(Problem::new(*code, "x"), |problem, (name, value): &(_, serde_json::Value)| {
                    problem.with(name, value.clone())
                });
            ProblemDocument::parse_from_json(Some(problem.example())).unwrap();
        }
    }

    #[tokio::test]
    async fn what_failed_inside_stays_inside() {
        let problem = Problem::internal("disk full at /var/lib/x");
        assert_eq!(problem.cause(), Some("disk full at /var/lib/x"));
        let body = problem.respond(None).into_body().into_string().await.unwrap();
        assert!(!body.contains("disk"), "{body}");
        assert!(!problem.to_string().contains("disk"));
    }
}
