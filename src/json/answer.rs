//! What an answer says of an event: everything, and beside it what only we know.

use serde_json::{Map, Value, json};

use super::document::Document;
use super::simple;

/// What stands beside a document in an answer. Times are RFC 3339.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Beside {
    /// The event's public id; of an occurrence, its own.
    pub id: String,
    /// The client's own name for it.
    pub client_reference: Option<String>,
    /// The UID, where the document names none.
    pub uid: String,
    /// Its revision as an entity tag, in quotes.
    pub etag: String,
    /// How often it changed in a way that guests have to know.
    pub sequence: u32,
    /// When it was first told.
    pub created_at: Option<String>,
    /// When it was last told.
    pub updated_at: Option<String>,
    /// Of an occurrence: the start that it would have had, and its series.
    pub occurrence: Option<(String, String)>,
    /// The series that it was split from.
    pub split_from: Option<String>,
    /// How it stands in the calendar.
    pub synced: Option<Synced>,
}

/// How an event stands in a calendar.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Synced {
    /// `synced`, `pending`, `failed`, `not_linked`.
    pub state: String,
    /// Which provider.
    pub provider: Option<String>,
    /// The provider's id of it.
    pub external_id: Option<String>,
    /// When it was last written there.
    pub last_synced_at: Option<String>,
    /// The hash of what was written.
    pub hash: Option<String>,
    /// What the provider says against it.
    pub provider_reason: Option<String>,
    /// What of it the calendar can't show.
    pub degradations: Vec<String>,
}

impl Document {
    /// The whole answer, in `snake_case`; see [`super::spelled`].
    pub fn answer(&self, beside: &Beside) -> Map<String, Value> {
        let mut fields = self.shown();
        let uid = self.uid.as_ref().unwrap_or(&beside.uid);
        let (at, series) = beside.occurrence.as_ref().map_or((None, None), |(at, series)| (Some(at), Some(series)));
        let ours = json!({
            "id": beside.id, "client_reference": beside.client_reference, "uid": uid, "etag": beside.etag,
            "sequence": beside.sequence, "created_at": beside.created_at, "updated_at": beside.updated_at,
            "recurrence_id": at, "series_id": series, "base_event_id": series, "is_virtual_instance": series.is_some(),
            "split_from": beside.split_from, "booking_id": null,
        });
        let sync = beside.synced.as_ref().map_or(Value::Null, Synced::show);
        let at_the_top = |name: &str| sync.get(name).cloned().unwrap_or(Value::Null);
        let top = json!({
            "external_id": at_the_top("external_id"), "sync_provider": at_the_top("provider"),
            "last_synced_at": at_the_top("last_synced_at"), "sync_hash": at_the_top("hash"),
        });
        for more in [ours, top] {
            if let Value::Object(more) = more {
                fields.extend(more);
            }
        }
        fields.insert("sync".to_owned(), sync);
        fields
    }

    /// All that a client may write of it, whole.
    pub fn shown(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        for name in ["start_datetime", "end_datetime", "timezone", "start_date", "end_date"] {
            fields.insert(name.to_owned(), Value::Null);
        }
        fields.insert("all_day".to_owned(), false.into());
        self.said.show(&mut fields);
        self.time.write(&mut fields);
        fields.insert("recurring".to_owned(), self.repeats.is_some().into());
        fields.insert("recurrence".to_owned(), self.recurrence_shown().map_or(Value::Null, Value::Object));
        fields
    }

    /// How it repeats: rules, and the simple fields where they say as much.
    fn recurrence_shown(&self) -> Option<Map<String, Value>> {
        let repeats = self.repeats.as_ref()?;
        let silent = json!({ "rules": [], "dates": [], "except_dates": [], "overrides": {} });
        let mut fields = if let Value::Object(silent) = silent { silent } else { Map::new() };
        fields.extend(repeats.write(self));
        if let [rule] = repeats.recurrence.rules.as_slice() {
            fields.extend(simple::shown(rule, self.time.clock.as_ref()).unwrap_or_default());
        }
        Some(fields)
    }
}

impl Synced {
    fn show(&self) -> Value {
        let Self { state, provider, external_id, last_synced_at, hash, provider_reason, degradations } = self;
        json!({
            "state": state, "provider": provider, "external_id": external_id, "last_synced_at": last_synced_at,
            "hash": hash, "provider_reason": provider_reason, "degradations": degradations,
        })
    }
}
