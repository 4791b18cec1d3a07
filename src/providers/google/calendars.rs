//! The calendars of an account.

use serde::Deserialize;

use super::call::excess;
use super::refusal::reaction;
use super::requests;
use super::session::Session;
use crate::calendar::Zone;
use crate::providers::RemoteError;
use crate::providers::account::{AccountCalendar, WishedCalendar};

/// Makes a calendar; answers its id, which nothing but this answer ever tells (docs/providers.md#google-scopes).
pub(super) fn create(session: &Session<'_>, wished: &WishedCalendar<'_>) -> Result<String, RemoteError> {
    let answer = session.call(&requests::create_calendar(wished.name, wished.description, wished.zone.name()))?;
    match answer.text("id") {
        Some(id) if answer.is_success() => Ok(id.to_owned()),
        _ if answer.is_success() => {
            Err(RemoteError::Unsure { retry_after: None, why: "Google made a calendar without a name".to_owned() })
        }
        _ => Err(reaction(&answer)),
    }
}

/// Pages of the calendars of one account, of up to 250 each.
const MAX_PAGES: usize = 40;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: String,
    #[serde(default)]
    summary: String,
    summary_override: Option<String>,
    #[serde(default)]
    time_zone: String,
}

/// The calendars that the person owns, their main one first.
pub(super) fn list(session: &Session<'_>) -> Result<Vec<AccountCalendar>, RemoteError> {
    let mut choices = Vec::new();
    let mut page: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let answer = session.call(&requests::list_calendars(page.as_deref()))?;
        if !answer.is_success() {
            return Err(reaction(&answer));
        }
        for item in answer.body.get("items").and_then(serde_json::Value::as_array).into_iter().flatten() {
            let Ok(entry) = Entry::deserialize(item) else { continue };
            let name = entry.summary_override.unwrap_or(entry.summary);
            let zone = Zone::named(&entry.time_zone);
            let choice = AccountCalendar { address: entry.id, name, zone, writable: true };
            if item.get("primary").and_then(serde_json::Value::as_bool) == Some(true) {
                choices.insert(0, choice);
            } else {
                choices.push(choice);
            }
        }
        page = answer.text("nextPageToken").map(str::to_owned);
        if page.is_none() {
            return Ok(choices);
        }
    }
    Err(excess("the list of an account's calendars has no end"))
}
