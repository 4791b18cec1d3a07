//! `visibility` of instances: making one stricter makes the whole series stricter; making one laxer has no effect.

use serde_json::{Map, Value};

use crate::google::model::{Calendar, Event};

fn is_strict(fields: &Map<String, Value>) -> bool {
    fields.get("visibility").and_then(Value::as_str).is_some_and(|text| ["private", "confidential"].contains(&text))
}

fn take(event: &mut Event, visibility: Option<Value>) {
    match visibility {
        Some(visibility) => drop(event.fields.insert("visibility".to_owned(), visibility)),
        None => drop(event.fields.remove("visibility")),
    }
}

/// Settles the visibility of an exception that is about to be stored, and that of its series; `etag` is for what changes beside it.
pub(super) fn settle(calendar: &mut Calendar, exception: &mut Event, master: &str, etag: u64) {
    let Some(series) = calendar.events.get(master).cloned() else { return };
    let own = |event: &Event| event.fields.get("visibility").cloned();
    match (is_strict(&series.fields), is_strict(&exception.fields)) {
        (true, false) => take(exception, own(&series)),
        (false, true) => {
            let others: Vec<Event> =
                calendar.exceptions(master).filter(|one| one.id != exception.id).cloned().collect();
            for mut event in others.into_iter().chain([series]) {
                take(&mut event, own(exception));
                calendar.put(event, etag);
            }
        }
        _ => {}
    }
}
