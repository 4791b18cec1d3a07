//! What the operations about events answer.

use poem::http::header;
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::payload::{Json, Payload};
use poem_openapi::registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, Registry};
use poem_openapi::types::Type;

use super::sent::CALENDAR;
use super::view::{EventAnswer, View};

#[derive(ApiResponse)]
pub(super) enum Made {
    /// The same event is held under the same `client_reference` already: nothing was changed.
    #[oai(status = 200)]
    Same(
        Json<EventAnswer>,
        /// The tag of this answer.
        #[oai(header = "ETag")]
        String,
        #[oai(header = "Preference-Applied")] Option<String>,
    ),
    /// The event is in the holder's calendar.
    #[oai(status = 201)]
    Written(
        Json<EventAnswer>,
        /// The tag of this answer.
        #[oai(header = "ETag")]
        String,
        /// Where the event is now.
        #[oai(header = "Location")]
        String,
        #[oai(header = "Preference-Applied")] Option<String>,
    ),
    /// The event is safely stored, and not in a calendar yet; `sync` says why. It goes there by itself.
    #[oai(status = 202)]
    Stored(
        Json<EventAnswer>,
        /// The tag of this answer.
        #[oai(header = "ETag")]
        String,
        /// Where the event is now.
        #[oai(header = "Location")]
        String,
        #[oai(header = "Preference-Applied")] Option<String>,
    ),
}

#[derive(ApiResponse)]
pub(super) enum Revised {
    /// The calendar shows it; or nothing was to be changed.
    #[oai(status = 200)]
    Written(
        Json<EventAnswer>,
        /// The tag of this answer.
        #[oai(header = "ETag")]
        String,
        #[oai(header = "Preference-Applied")] Option<String>,
    ),
    /// The change is safely stored, and not in a calendar yet; `sync` says why. It goes there by itself.
    #[oai(status = 202)]
    Stored(
        Json<EventAnswer>,
        /// The tag of this answer.
        #[oai(header = "ETag")]
        String,
        #[oai(header = "Preference-Applied")] Option<String>,
    ),
}

#[derive(ApiResponse)]
pub(super) enum Erased {
    /// What was meant is gone from the calendar, or never was in one.
    #[oai(status = 204)]
    Gone(#[oai(header = "Preference-Applied")] Option<String>),
    /// It is not held any more, and still in the calendar; it is removed from there by itself.
    #[oai(status = 202)]
    Going(Json<EventAnswer>, #[oai(header = "Preference-Applied")] Option<String>),
}

/// One event: as JSON, as iCalendar, or nothing where the asker has it already.
pub(super) enum Shown {
    Json(View),
    Calendar { text: String, tag: String },
    Known { tag: String },
}

impl IntoResponse for Shown {
    fn into_response(self) -> Response {
        match self {
            Self::Json(View { body, tag }) => {
                Json(EventAnswer(body)).into_response().with_header(header::ETAG, tag).into_response()
            }
            Self::Calendar { text, tag } => Response::builder()
                .content_type("text/calendar; charset=utf-8")
                .header(header::ETAG, tag)
                .header(header::CONTENT_DISPOSITION, "attachment; filename=\"event.ics\"")
                .body(text),
            Self::Known { tag } => {
                Response::builder().status(poem::http::StatusCode::NOT_MODIFIED).header(header::ETAG, tag).finish()
            }
        }
    }
}

impl ApiResponse for Shown {
    fn meta() -> MetaResponses {
        let tag = || MetaHeader {
            name: "ETAG".to_owned(),
            description: Some("The tag of this answer.".to_owned()),
            required: true,
            deprecated: false,
            schema: String::schema_ref(),
        };
        let json = MetaMediaType { content_type: Json::<EventAnswer>::CONTENT_TYPE, schema: EventAnswer::schema_ref() };
        let calendar = MetaMediaType { content_type: CALENDAR, schema: String::schema_ref() };
        let response = |status, description, content| MetaResponse {
            description,
            status: Some(status),
            status_range: None,
            content,
            headers: vec![tag()],
        };
        MetaResponses {
            responses: vec![
                response(
                    200,
                    "The event: as iCalendar (RFC 5545) where the address ends with `.ics` or `Accept` asks for `text/calendar`, else as JSON.",
                    vec![json, calendar],
                ),
                response(304, "The answer is the one whose tag was sent in `If-None-Match`.", Vec::new()),
            ],
        }
    }

    fn register(registry: &mut Registry) {
        EventAnswer::register(registry);
    }
}
