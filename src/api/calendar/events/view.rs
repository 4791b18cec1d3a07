//! Events as answers show them.

use std::borrow::Cow;

use jiff::Timestamp;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::{ToJSON, Type};
use serde_json::{Map, Value, json};

use super::condition::tag;
use crate::agenda::{HeldEvent, SyncState};
use crate::app::App;
use crate::http::Problem;
use crate::ids::{ClientSystemId, EventId};
use crate::json::{self, Beside, Document, Spelling, Synced};
use crate::profile::JsonNames;
use crate::ranges::{Item, ListedEvent};
use crate::reading;

/// An event as JSON.
#[derive(Clone, Debug)]
pub(in crate::api) struct EventAnswer(pub(in crate::api) Value);

/// A page of events as JSON.
#[derive(Clone, Debug)]
pub(in crate::api) struct EventPage(pub(in crate::api) Value);

/// When a holder is busy, as JSON.
#[derive(Clone, Debug)]
pub(in crate::api) struct BusyAnswer(pub(in crate::api) Value);

/// Keeps the place of a schema that stands in `schemas.yaml`: the generator drops what it does not know of.
pub(super) fn by_hand(registry: &mut Registry, name: &str) {
    registry.schemas.entry(name.to_owned()).or_insert_with(|| MetaSchema::new("object"));
}

/// Answers whose schema stands in `schemas.yaml`, under this name.
macro_rules! answers {
    ($($answer:ident $name:literal),*) => {
        $(impl Type for $answer {
            const IS_REQUIRED: bool = true;

            type RawValueType = Self;
            type RawElementValueType = Self;

            fn name() -> Cow<'static, str> {
                $name.into()
            }

            fn schema_ref() -> MetaSchemaRef {
                MetaSchemaRef::Reference($name.to_owned())
            }

            fn register(registry: &mut Registry) {
                by_hand(registry, $name);
            }

            fn as_raw_value(&self) -> Option<&Self::RawValueType> {
                Some(self)
            }

            fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self::RawElementValueType> + 'a> {
                Box::new(std::iter::once(self))
            }
        }

        impl ToJSON for $answer {
            fn to_json(&self) -> Option<Value> {
                Some(self.0.clone())
            }
        })*
    };
}

answers!(EventAnswer "CalendarEvent", EventPage "CalendarEventList", BusyAnswer "FreeBusy");

/// An event with its tag.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub(super) body: Value,
    pub(super) tag: String,
}

/// How a client system wants names to be spelled.
pub(in crate::api) fn spelling(app: &App, client: ClientSystemId) -> Spelling {
    match app.clients.get(client).map(|system| system.profile.chosen.json_names) {
        Some(JsonNames::Camel) => Spelling::Camel,
        Some(JsonNames::Snake) | None => Spelling::Snake,
    }
}

impl View {
    /// An event as it is told to a holder.
    ///
    /// # Errors
    /// When what is held of it can't be read any more: only damage leads there.
    pub(super) fn of(listed: &ListedEvent, spelling: Spelling) -> Result<Self, Problem> {
        let event = &listed.event;
        let document = reading::document(event.form, &event.event_data).map_err(Problem::internal)?;
        let series = event.public_id.as_str();
        let mut beside = Beside {
            id: series.to_owned(),
            client_reference: reference(event).map(|name| name.as_str().to_owned()),
            uid: format!("{series}@pasarela"),
            sequence: u32::try_from(event.revision.0.saturating_sub(1)).unwrap_or(u32::MAX),
            created_at: Some(event.created_at.to_string()),
            updated_at: Some(event.updated_at.to_string()),
            split_from: None,
            synced: listed.own.then(|| synced(event)),
            ..Beside::default()
        };
        let shown: Cow<'_, Document> = match (&listed.original, listed.instance()) {
            (Some(original), Some(name)) => {
                beside.id = format!("{series}_{name}");
                beside.occurrence = Some((document.original(original), series.to_owned()));
                Cow::Owned(document.occurrence(original))
            }
            _ => Cow::Borrowed(&document),
        };
        let mut body = shown.answer(&beside);
        let tag = tag(event.revision, &Value::Object(body.clone()).to_string());
        body.insert("etag".to_owned(), tag.clone().into());
        Ok(Self { body: json::spelled(Value::Object(body), spelling), tag })
    }
}

/// A line of a list.
///
/// # Errors
/// As [`View::of`].
pub(super) fn line(item: &Item, spelling: Spelling) -> Result<Value, Problem> {
    match item {
        Item::Event(listed) => View::of(listed, spelling).map(|view| view.body),
        Item::Gone { id, client_reference } => {
            let reference = client_reference.as_ref().map(EventId::as_str);
            let gone = json!({"id": id.as_str(), "client_reference": reference, "deleted": true});
            Ok(json::spelled(gone, spelling))
        }
    }
}

/// What is left to say of an event that is not held any more, and still in the calendar.
pub(super) fn going(id: &str, spelling: Spelling) -> Value {
    let mut body = Map::new();
    body.insert("id".to_owned(), id.into());
    body.insert("deleted".to_owned(), true.into());
    body.insert("sync".to_owned(), json!({"state": "pending"}));
    json::spelled(Value::Object(body), spelling)
}

/// What its client system calls an event; none where it gave no name.
fn reference(event: &HeldEvent) -> Option<&EventId> {
    Some(&event.event_id).filter(|name| name.as_str() != event.public_id.as_str())
}

fn synced(event: &HeldEvent) -> Synced {
    let state = match event.state {
        SyncState::Synced => "synced",
        SyncState::Pending => "pending",
        SyncState::Failed | SyncState::Unread => "failed",
        SyncState::NotLinked => "not_linked",
    };
    let standing = event.standing.as_ref();
    let hex = |hash: [u8; 32]| hash.iter().map(|byte| format!("{byte:02x}")).collect();
    Synced {
        state: state.to_owned(),
        provider: standing.map(|standing| standing.provider.as_str().to_owned()),
        external_id: standing.map(|standing| standing.external_id.clone()),
        last_synced_at: standing.and_then(|standing| standing.last_synced_at).map(|at: Timestamp| at.to_string()),
        hash: standing.and_then(|standing| standing.hash).map(hex),
        provider_reason: event.provider_reason.clone(),
        degradations: event.degradations.clone(),
    }
}
