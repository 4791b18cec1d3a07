//! A shape of an event, as a document.

use std::sync::Arc;

use super::shape::{Shape, Source};
use crate::calendar::Span;
use crate::json::{Document, Repeats};

/// The document of a shape of the event that `old` is the document of: what its parts say stays.
pub(super) fn shaped(old: &Document, shape: &Shape) -> Document {
    let mut document = part(old, shape.series, &shape.event.master.span);
    document.uid.clone_from(&old.uid);
    document.repeats = shape.event.master.recurrence.as_ref().map(|recurrence| {
        let all = shape.event.overrides.iter().zip(&shape.overrides);
        let overrides = all.map(|(one, made_of)| (one.replaces.at.clone(), part(old, *made_of, &one.details.span)));
        Repeats { recurrence: recurrence.clone(), overrides: overrides.collect() }
    });
    document
}

/// A part of an event at another time.
fn part(old: &Document, made_of: Source, span: &Span) -> Document {
    let own = source(old, made_of);
    Document { uid: None, time: own.time.at(span), said: Arc::clone(&own.said), repeats: None }
}

/// What a part is made of.
pub(super) fn source(old: &Document, made_of: Source) -> &Document {
    let place = match made_of {
        Source::Series => None,
        Source::Override(place) => Some(place),
    };
    let own = place.and_then(|place| old.repeats.as_ref()?.overrides.get(place));
    own.map_or(old, |(_, document)| document)
}

/// The same without changed occurrences that say what their series says.
pub(super) fn plain(document: &Document) -> Document {
    let mut plain = document.clone();
    if let Some(repeats) = &mut plain.repeats {
        repeats
            .overrides
            .retain(|(at, one)| one.said != document.said || one.time.span != document.time.span.starting(at.clone()));
    }
    plain
}
