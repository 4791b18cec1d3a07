//! One time that an event happens.

use std::sync::Arc;

use jiff::Timestamp;

use super::Name;
use crate::calendar::{Details, Event, Particulars, Span, Status, When};

/// One time that an event happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// The start that it had in its series; none of an event that does not repeat.
    pub original: Option<When>,
    /// When it happens.
    pub span: Span,
    /// Its first instant, in the zone that was asked for.
    pub from: Timestamp,
    /// The first instant behind it; the same as its first where it has no length.
    pub to: Timestamp,
    /// Which of the event's overrides says what it is; none where it is as the series.
    pub change: Option<usize>,
}

impl Instance {
    /// What it is called within its series; none of an event that does not repeat.
    pub fn name(&self) -> Option<Name> {
        self.original.as_ref().map(Name::of)
    }

    /// What there is to say about it. `event` is the one that it is an instance of.
    pub fn particulars<'e>(&self, event: &'e Event) -> &'e Arc<Particulars> {
        let change = self.change.and_then(|at| event.overrides.get(at));
        change.map_or(&event.master.particulars, |change| &change.details.particulars)
    }

    /// All about it, as of a happening of its own.
    pub fn details(&self, event: &Event) -> Details {
        let particulars = Arc::clone(self.particulars(event));
        Details { span: self.span.clone(), recurrence: None, particulars }
    }

    /// Whether it was called off.
    pub fn is_called_off(&self, event: &Event) -> bool {
        self.particulars(event).status == Some(Status::Cancelled)
    }
}
