//! The body that says an event: JSON or iCalendar, which are two views of one thing; and the key that makes it count once.

use poem::http::{HeaderMap, header};
use poem::{FromRequest, Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use sha2::{Digest, Sha256};

use super::super::super::media::{JSON, Media};
use super::view::by_hand;
use crate::app::App;
use crate::form::Form;
use crate::http::{Code, Problem};
use crate::ids::Holder;
use crate::intake::{Once, Proposal};
use crate::json::{Body, Defaults};
use crate::store::StoreError;

/// The media type of iCalendar.
pub(super) const CALENDAR: &str = "text/calendar";
/// Bytes of an `Idempotency-Key`.
const MAX_KEY: usize = 255;

/// A body, and what it is written in.
#[derive(Clone, Debug)]
pub(super) struct SentEvent {
    pub(super) form: Form,
    pub(super) text: String,
}

impl SentEvent {
    fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, Problem> {
        let said = headers.get(header::CONTENT_TYPE).and_then(|said| said.to_str().ok()).unwrap_or(JSON);
        let essence = said.split(';').next().unwrap_or_default().trim();
        let form = if essence.eq_ignore_ascii_case(CALENDAR) {
            Form::Ical
        } else if Media::of(headers, body) == Media::Json {
            Form::Json
        } else {
            let detail = "Send the event as JSON with Content-Type: application/json, or as iCalendar with Content-Type: text/calendar.";
            return Err(Problem::new(Code::UnsupportedMediaType, detail));
        };
        let text = String::from_utf8(body.to_vec())
            .map_err(|_| Problem::new(Code::InvalidJson, "The body is not text in UTF-8."))?;
        Ok(Self { form, text })
    }

    /// What it says of an event, and how its client system calls that.
    ///
    /// # Errors
    /// When it is no event.
    pub(super) fn proposal(&self, app: &App, holder: &Holder) -> Result<(Proposal, Option<String>), Problem> {
        match self.form {
            Form::Ical => Ok((Proposal::ical(self.text.clone())?, None)),
            Form::Json => {
                let Body { document, client_reference } = Body::read(&self.text, &defaults(app, holder)?)?;
                Ok((Proposal::json(&document, client_reference.clone()), client_reference))
            }
        }
    }
}

/// What holds where a body is silent.
///
/// # Errors
/// When the store fails.
pub(super) fn defaults(app: &App, holder: &Holder) -> Result<Defaults, StoreError> {
    let zone = app.ranges.chosen_zone(holder)?;
    Ok(Defaults::in_zone(zone.as_ref().map(crate::calendar::Zone::name)))
}

impl<'a> ApiExtractor<'a> for SentEvent {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        by_hand(registry, "NewCalendarEvent");
    }

    fn request_meta() -> Option<MetaRequest> {
        let json =
            MetaMediaType { content_type: JSON, schema: MetaSchemaRef::Reference("NewCalendarEvent".to_owned()) };
        let calendar = MetaMediaType { content_type: CALENDAR, schema: String::schema_ref() };
        Some(MetaRequest { description: None, content: vec![json, calendar], required: true })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let bytes = body.take()?.into_bytes().await?;
        Ok(Self::read(request.headers(), &bytes)?)
    }
}

/// What a request says of being sent twice.
#[derive(Clone, Debug, Default)]
pub(super) struct IdempotencyKey(Option<String>);

impl IdempotencyKey {
    /// What the request is known by; none where it has no key.
    pub(super) fn once(&self, operation: &str, holder: &Holder, sent: &SentEvent) -> Option<Once> {
        let key = self.0.as_ref()?;
        let mut digest = Sha256::new();
        for part in [operation, holder.key.as_str(), sent.form.as_str(), &sent.text] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        Some(Once { key: Sha256::digest(key).into(), digest: digest.finalize().into() })
    }
}

impl<'a> FromRequest<'a> for IdempotencyKey {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> poem::Result<Self> {
        let value = request.headers().get("idempotency-key").filter(|value| !value.is_empty());
        let Some(value) = value else { return Ok(Self(None)) };
        let key = value.to_str().ok().map(str::trim).filter(|key| !key.is_empty() && key.len() <= MAX_KEY);
        let key = key.ok_or_else(|| {
            let detail = format!("Idempotency-Key takes 1 to {MAX_KEY} printable characters, such as a UUID.");
            Problem::new(Code::InvalidParameter, detail).with("field", "Idempotency-Key")
        })?;
        Ok(Self(Some(key.to_owned())))
    }
}

/// A merge patch (RFC 7396), as it was sent.
#[derive(Clone, Debug)]
pub(super) struct SentPatch(pub(super) String);

/// The media type of a merge patch.
const MERGE_PATCH: &str = "application/merge-patch+json";

impl<'a> ApiExtractor<'a> for SentPatch {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        by_hand(registry, "CalendarEventPatch");
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = [JSON, MERGE_PATCH].map(|content_type| MetaMediaType {
            content_type,
            schema: MetaSchemaRef::Reference("CalendarEventPatch".to_owned()),
        });
        Some(MetaRequest { description: None, content: content.into(), required: true })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let bytes = body.take()?.into_bytes().await?;
        let sent = SentEvent::read(request.headers(), &bytes)?;
        if sent.form != Form::Json {
            let detail = "A change is sent as JSON (application/merge-patch+json). A whole event in iCalendar replaces one with PUT.";
            return Err(Problem::new(Code::UnsupportedMediaType, detail).into());
        }
        Ok(Self(sent.text))
    }
}
