//! One answer of the events endpoint, read whole or refused; an event in it that can't be used is named, and stops no other.
//! Pure: bytes in, a page out.

use http::{Response, StatusCode, header};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::clients::{SourceError, Told};
use crate::happened::{Skipped, Unread};
use crate::ical::{self, Limits, Piece};
use crate::ids::EventId;
use crate::outbound::json_values;
use crate::quoted::Quoted;

/// A page of events, and where the next one is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// The events, in the order told.
    pub(super) events: Vec<Result<Told, Skipped>>,
    /// The cursor of the next page; none on the last.
    pub(super) next: Option<String>,
}

/// Reads the answer to the first question (`first`) or to one for a further page; none where the phone is not known.
pub(super) fn read(response: &Response<Vec<u8>>, first: bool) -> Result<Option<Page>, SourceError> {
    match response.status() {
        StatusCode::OK => read_body(response).map(Some),
        StatusCode::NOT_FOUND if first => Ok(None),
        StatusCode::NOT_FOUND => unavailable("answered 404 to the question for a further page, so a page is missing"),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(SourceError::Unavailable(format!(
            "Puentes refuses our secure_key (status {}): puentes.secret must be the secret that Puentes uses",
            response.status().as_u16()
        ))),
        status if status.is_redirection() => unavailable(&redirected(response)),
        status => unavailable(&format!("answered with status {}", status.as_u16())),
    }
}

fn unavailable<T>(what: &str) -> Result<T, SourceError> {
    Err(SourceError::Unavailable(format!("Puentes {what}")))
}

fn unreadable<T>(why: &str) -> Result<T, SourceError> {
    Err(SourceError::Unreadable(format!("Puentes's answer can't be read: {why}")))
}

/// Names where a redirect leads without its query, which may repeat the key.
fn redirected(response: &Response<Vec<u8>>) -> String {
    let target = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    let place = target.and_then(|target| Url::parse(target).ok()).and_then(|mut url| {
        url.set_query(None);
        url.set_fragment(None);
        url.set_username("").ok()?;
        url.set_password(None).ok()?;
        Some(format!(" to {url}"))
    });
    format!(
        "redirects{} (status {}), and redirects are not followed: set puentes.events_url to the final address",
        place.unwrap_or_default(),
        response.status().as_u16()
    )
}

fn read_body(response: &Response<Vec<u8>>) -> Result<Page, SourceError> {
    let declared = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let media_type = declared.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    match media_type.as_str() {
        "application/json" => match std::str::from_utf8(response.body()) {
            Ok(text) => read_json(text.trim_start_matches('\u{feff}')),
            Err(_) => unreadable("it is not UTF-8, as JSON has to be"),
        },
        "text/calendar" => match ical::decode(response.body(), charset(declared)) {
            Ok(text) => read_calendar(&text),
            Err(not_text) => unreadable(&not_text.to_string()),
        },
        "" => unreadable("it has no Content-Type; application/json or text/calendar is expected"),
        other => unreadable(&format!(
            "its Content-Type is {:#}; application/json or text/calendar is expected",
            Quoted(other)
        )),
    }
}

/// The charset that a Content-Type names.
fn charset(declared: &str) -> Option<&str> {
    let parameters = declared.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut charsets = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    charsets.next().map(|(_, value)| value.trim().trim_matches('"'))
}

/// The JSON form. `next` must be there, `null` on the last page: a page without it may be one of many, and the events
/// of the others would be taken for deleted.
#[derive(Deserialize)]
struct Wire {
    events: Vec<Value>,
    next: Value,
}

/// Values of one page's JSON: those of more than 60,000 events.
const MAX_VALUES: usize = 200_000;

fn read_json(text: &str) -> Result<Page, SourceError> {
    if json_values(text.as_bytes()) > MAX_VALUES {
        return unreadable(&format!(
            "one page has more than {MAX_VALUES} values; say fewer events, and where the next page is"
        ));
    }
    let wire: Wire = match serde_json::from_str(text) {
        Ok(wire) => wire,
        Err(error) => return unreadable(&json_trouble(&error)),
    };
    let next = match wire.next {
        Value::Null => None,
        Value::String(cursor) if !cursor.is_empty() => Some(cursor),
        Value::Number(cursor) => Some(cursor.to_string()),
        _ => return unreadable("`next` must be a cursor (a text that is not empty) or null"),
    };
    let events = wire.events.into_iter().enumerate().map(|(index, event)| read_event(event, index)).collect();
    Ok(Page { events, next })
}

fn read_event(event: Value, index: usize) -> Result<Told, Skipped> {
    let place = format!("events[{index}]");
    let Value::Object(mut members) = event else { return Err(nameless(place, "it is no object")) };
    let Some(Value::String(event_id)) = members.remove("event_id") else {
        return Err(nameless(place, "event_id is missing, or is not a text"));
    };
    let id = EventId::new(event_id.as_str()).map_err(|error| nameless(place, error))?;
    match members.remove("event_data") {
        Some(Value::String(event_data)) => Ok(Told { event_id, event_data }),
        _ => Err(Skipped { event: Some(id), why: Unread::NoText }),
    }
}

fn nameless(place: String, reason: impl ToString) -> Skipped {
    Skipped { event: None, why: Unread::NoId { place, reason: reason.to_string() } }
}

/// serde's words without the values that it quotes: an answer may hold anything.
fn json_trouble(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    if error.is_eof() {
        format!("the JSON ends in the middle, at line {line}, column {column}")
    } else if let Some(field) = text.strip_prefix("missing field ").and_then(|rest| rest.split('`').nth(1)) {
        match field {
            "next" => "`next` is missing; say null on the last page".to_owned(),
            field => format!("`{field}` is missing, at line {line}, column {column}"),
        }
    } else if error.is_data() {
        format!(
            "the JSON is not {{\"events\": [{{\"event_id\": \"…\", \"event_data\": \"…\"}}], \"next\": null}}, at line {line}, column {column}"
        )
    } else {
        format!("it is not JSON, at line {line}, column {column}")
    }
}

fn read_calendar(text: &str) -> Result<Page, SourceError> {
    match ical::split(text, &Limits { max_bytes: usize::MAX, ..Limits::default() }) {
        Ok(pieces) => Ok(Page { events: pieces.into_iter().map(read_piece).collect(), next: None }),
        Err(error) => unreadable(&error.to_string()),
    }
}

fn read_piece(piece: Piece) -> Result<Told, Skipped> {
    let place = format!("line {}", piece.line);
    let Some(uid) = piece.uid else { return Err(nameless(place, "the event has no UID")) };
    match EventId::new(uid.as_str()) {
        Ok(_) => Ok(Told { event_id: uid, event_data: piece.text }),
        Err(error) => Err(nameless(place, error)),
    }
}
