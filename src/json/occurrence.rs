//! One occurrence of a series as a document of its own.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::document::Document;
use super::fields::{Field, Fields};
use super::invalid::Invalid;
use super::names;
use super::said::Said;
use super::time::FIELDS;
use crate::calendar::When;

impl Document {
    /// The start that an occurrence has in its series, as answers write it.
    pub fn original(&self, at: &When) -> String {
        super::instants::written(at, self.time.clock.as_ref())
    }

    /// The occurrence that the series has at that point (of the kind and on the clock of its start): changed where it
    /// differs. Whether the series has one there is not asked.
    #[must_use]
    pub fn occurrence(&self, at: &When) -> Self {
        let mut overrides = self.repeats.iter().flat_map(|repeats| &repeats.overrides);
        let changed = overrides.find(|(one, _)| one.order() == at.order());
        changed.map_or_else(|| self.occurrence_at(at), |(_, document)| document.clone())
    }

    /// What this occurrence says where its series said what `was` says and says what `is` says from now on: what it changed
    /// stays, and the rest follows its series.
    ///
    /// # Errors
    /// When both together can't be.
    pub fn following(&self, was: &Self, is: &Self) -> Result<Arc<Said>, Invalid> {
        if self.said == was.said {
            return Ok(Arc::clone(&is.said));
        }
        if was.said == is.said {
            return Ok(Arc::clone(&self.said));
        }
        let change = Value::Object(difference(&was.plain_fields(), &self.plain_fields()));
        let mut said = Arc::clone(&is.said);
        Arc::make_mut(&mut said).take(&Fields::of(&Field::whole(&change), names::EVENT)?)?;
        Ok(said)
    }

    /// What the series has there where nothing differs.
    pub(super) fn occurrence_at(&self, at: &When) -> Self {
        Self { uid: None, time: self.time.begun_at(at), said: Arc::clone(&self.said), repeats: None }
    }

    /// The fields of what all occurrences have in common: those of time and repetition are not among them.
    pub(super) fn plain_fields(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        self.said.write(&mut fields);
        fields
    }

    /// The change that makes this occurrence out of the one that its series would have there, whose other fields are `base`.
    pub(super) fn differs(&self, plain: &Self, base: &Map<String, Value>) -> Map<String, Value> {
        let mut change = Map::new();
        if !Arc::ptr_eq(&self.said, &plain.said) {
            let own = self.plain_fields();
            change = difference(base, &own);
        }
        let (mut before, mut now) = (Map::new(), Map::new());
        plain.time.write(&mut before);
        self.time.write(&mut now);
        let mut when = difference(&before, &now);
        if self.time.is_all_day() != plain.time.is_all_day() {
            // Another kind of time is said whole; of what it replaces nothing is to be taken back.
            when.retain(|_, value| !value.is_null());
            when.insert("all_day".to_owned(), self.time.is_all_day().into());
        }
        debug_assert!(when.keys().all(|name| FIELDS.contains(&name.as_str())), "only fields of time");
        change.extend(when);
        change
    }
}

/// The merge patch that makes one object out of another (RFC 7396): what is gone is null.
fn difference(before: &Map<String, Value>, now: &Map<String, Value>) -> Map<String, Value> {
    let gone = before.keys().filter(|name| !now.contains_key(*name)).map(|name| (name.clone(), Value::Null));
    let other = now.iter().filter(|(name, value)| before.get(*name) != Some(*value));
    let other = other.map(|(name, value)| (name.clone(), told(name, before.get(name), value)));
    gone.chain(other).collect()
}

/// The organizer is changed member by member, so what is no more said of them is taken back.
fn told(name: &str, before: Option<&Value>, now: &Value) -> Value {
    match (name, before, now) {
        ("organizer", Some(Value::Object(before)), Value::Object(now)) => Value::Object(difference(before, now)),
        _ => now.clone(),
    }
}
