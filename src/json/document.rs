//! A whole event as JSON has it, apart from spelling.

use std::sync::Arc;

use super::defaults::Defaults;
use super::fields::Fields;
use super::invalid::Invalid;
use super::said::Said;
use super::time::Time;
use crate::calendar::{Recurrence, When};

/// A whole event: what a client says of one, settled. Its text is what is kept of a JSON event.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The UID of an event that came as iCalendar; JSON has none of its own.
    pub uid: Option<String>,
    /// When it is; of a series, the first occurrence.
    pub time: Time,
    /// The rest. Occurrences that differ in nothing of it share it.
    pub said: Arc<Said>,
    /// How it repeats; none for a single happening and for an occurrence.
    pub repeats: Option<Repeats>,
}

/// How an event repeats, and which occurrences differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Repeats {
    /// Rules and dates.
    pub recurrence: Recurrence,
    /// The occurrences that differ, in order of the starts that they would have had.
    pub overrides: Vec<(When, Document)>,
}

impl Document {
    /// Reads what a body says besides how it repeats, over the document before where there is one.
    ///
    /// # Errors
    /// When it can't be read.
    pub(super) fn happening(fields: &Fields<'_>, before: Option<&Self>, defaults: &Defaults) -> Result<Self, Invalid> {
        let time = Time::read(fields, before.map(|document| &document.time), defaults)?;
        let mut said = before.map_or_else(Arc::default, |document| Arc::clone(&document.said));
        if Said::is_touched(fields) {
            Arc::make_mut(&mut said).take(fields)?;
        }
        let uid = before.and_then(|document| document.uid.clone());
        Ok(Self { uid, time, said, repeats: None })
    }

    /// Whether it is a series.
    pub fn is_series(&self) -> bool {
        self.repeats.is_some()
    }
}
