//! What listings of events share: the window that is asked for, and the frame around what was found.

use serde_json::{Value, json};

use super::super::access::{Visit, etag_text};
use super::super::call::{Outcome, Reply};
use super::super::paging::{self, Cursor};
use crate::google::model::{Calendar, Window};
use crate::google::refusal::Refusal;

/// `timeMin` and `timeMax`.
pub(super) fn window(visit: &Visit<'_>) -> Result<Window, Refusal> {
    let window = Window { from: visit.call.instant("timeMin")?, until: visit.call.instant("timeMax")? };
    if let (Some(from), Some(until)) = (window.from, window.until)
        && until <= from
    {
        return Err(
            Refusal::new(400, "timeRangeEmpty", "The specified time range is empty.").at("parameter", "timeMax")
        );
    }
    Ok(window)
}

/// The frame around a list of events; `sync`: with a sync token on the last page.
pub(super) fn listing(calendar: &Calendar, visit: &Visit<'_>, found: Vec<(String, Value)>, sync: bool) -> Outcome {
    let cursor = Cursor::read(visit.call, calendar.revision)?;
    let page = cursor.page(visit.call, found, visit.call.page_size(250, 2500)?);
    framed(calendar, visit, &cursor, page, sync)
}

/// The first page of a list of events, on which there is none.
pub(super) fn empty_page(calendar: &Calendar, visit: &Visit<'_>) -> Outcome {
    let cursor = Cursor { after: None, revision: calendar.revision };
    let page = (Vec::new(), Some(cursor.before_all(visit.call)));
    framed(calendar, visit, &cursor, page, false)
}

fn framed(
    calendar: &Calendar,
    visit: &Visit<'_>,
    cursor: &Cursor,
    (items, next): (Vec<Value>, Option<String>),
    sync: bool,
) -> Outcome {
    let mut body = json!({
        "kind": "calendar#events",
        "etag": etag_text(calendar.etag + calendar.revision),
        "summary": calendar.summary(),
        "updated": calendar.events.values().map(|event| event.updated).max().unwrap_or(calendar.updated)
            .strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
        "timeZone": calendar.time_zone,
        "accessRole": if calendar.owner == visit.caller.user { "owner" } else { "writer" },
        "defaultReminders": [],
        "items": items,
    });
    let token = match next {
        Some(next) => Some(("nextPageToken", next)),
        None => sync.then(|| ("nextSyncToken", paging::sync_token(visit.call, &calendar.id, cursor.revision))),
    };
    if let (Some((name, token)), Some(body)) = (token, body.as_object_mut()) {
        body.insert(name.to_owned(), json!(token));
    }
    if let (Some(text), Some(body)) = (calendar.fields.get("description"), body.as_object_mut()) {
        body.insert("description".to_owned(), text.clone());
    }
    Ok(Reply::ok(body))
}
