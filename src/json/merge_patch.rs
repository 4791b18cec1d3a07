//! What a client wants to be otherwise about an event (RFC 7396), taken apart: what is said of one occurrence, what is said
//! of all of them, and how they repeat.

use serde_json::Value;

use super::defaults::Defaults;
use super::document::{Document, Repeats};
use super::fields::{Field, Fields};
use super::invalid::Invalid;
use super::{names, repeats, strict};
use crate::calendar::When;
use crate::ical::Given;

/// A change whose names are all known.
#[derive(Clone, Debug)]
pub struct MergePatch(Value);

/// The fields that say how an event repeats.
const REPETITION: [&str; 2] = ["recurrence", "recurring"];

impl MergePatch {
    /// Reads a change.
    ///
    /// # Errors
    /// When it is no object of fields.
    pub fn read(text: &str) -> Result<Self, Invalid> {
        let value = strict::value(text)?;
        Fields::of(&Field::whole(&value), names::EVENT)?;
        Ok(Self(value))
    }

    /// Whether it says how the event repeats.
    ///
    /// # Errors
    /// As [`MergePatch::read`].
    pub fn says_repetition(&self) -> Result<bool, Invalid> {
        Ok(Fields::of(&Field::whole(&self.0), names::EVENT)?.any(&REPETITION))
    }

    /// One happening, changed in what all occurrences of it would have in common: how it repeats is not asked.
    ///
    /// # Errors
    /// When that makes it none.
    pub fn of_happening(&self, before: &Document, defaults: &Defaults) -> Result<Document, Invalid> {
        let fields = Fields::of(&Field::whole(&self.0), names::EVENT)?;
        Document::happening(&fields.without(&REPETITION), Some(before), defaults)
    }

    /// One occurrence, changed.
    ///
    /// # Errors
    /// When that makes it none, or only a series can be changed so.
    pub fn of_occurrence(&self, before: &Document, defaults: &Defaults) -> Result<Document, Invalid> {
        repeats::changed(&Field::whole(&self.0), before, defaults)
    }

    /// How an event repeats, changed; none where it repeats no more. MergePatchd occurrences that it has no longer go.
    ///
    /// # Errors
    /// When that can't be understood, or names an occurrence that is none.
    pub fn of_repetition(&self, before: &Document, defaults: &Defaults) -> Result<Option<Repeats>, Invalid> {
        let fields = Fields::of(&Field::whole(&self.0), names::EVENT)?;
        let read = |patch: &Fields<'_>, overrides: Vec<(When, Document)>| {
            let recurrence = before.repeats.as_ref().map(|repeats| repeats.recurrence.clone());
            let repeats = recurrence.map(|recurrence| Repeats { recurrence, overrides });
            repeats::read(patch, before, Some(&Document { repeats, ..before.clone() }), defaults)
        };
        let Some(was) = &before.repeats else { return read(&fields, Vec::new()) };
        // Which of the changed ones are left is known once the rules are.
        let alone = self.rules_alone();
        let rules = read(&Fields::of(&Field::whole(&alone), names::EVENT)?, Vec::new())?;
        let Some(rules) = rules else { return Ok(None) };
        let series = rules.series(before);
        let given = Given::by(&series);
        let left = was.overrides.iter().filter(|(at, _)| given.has(at)).cloned().collect();
        read(&fields, left)
    }

    /// The same with no occurrence changed.
    fn rules_alone(&self) -> Value {
        let mut value = self.0.clone();
        let members = value.as_object_mut().into_iter().flat_map(|fields| fields.values_mut());
        for object in members.filter_map(Value::as_object_mut) {
            object.remove("overrides");
        }
        value
    }
}
