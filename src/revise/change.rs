//! A merge patch over a document.

use super::ReviseError;
use super::document::{shaped, source};
use super::shape::Shape;
use crate::calendar::{Span, When};
use crate::json::{Defaults, Document, MergePatch};

/// What becomes of occurrences that differ or are excluded, where all are changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Exceptions {
    /// They keep what they changed, under the original start that they have from now on.
    #[default]
    Keep,
    /// They become what the series says, excluded ones as well.
    Reset,
}

/// A merge patch.
#[derive(Clone, Debug)]
pub struct Patch<'c> {
    /// What shall be otherwise.
    pub change: &'c MergePatch,
    /// What becomes of exceptions.
    pub exceptions: Exceptions,
    /// What holds where neither the patch nor the event says it.
    pub defaults: Defaults,
}

/// A document that was changed, and what its parts are made of.
pub(super) struct Changed {
    pub(super) document: Document,
    pub(super) shape: Shape,
}

/// Changes all of an event. The times of the patch are those of the occurrence `at`, where one is named, else those of the
/// first.
///
/// # Errors
/// When the patch can't be read, or makes it no event.
pub(super) fn all(
    (document, shape): (&Document, &Shape),
    patch: &Patch<'_>,
    at: Option<&When>,
) -> Result<Changed, ReviseError> {
    let mut shape = shape.clone();
    if patch.exceptions == Exceptions::Reset && shape.event.master.recurrence.is_some() {
        shape.retain(|_| false);
        shape.recurrence().except_dates.clear();
    }
    let own = document.time.span.clone();
    let span = at.map_or_else(|| own.clone(), |at| own.starting(at.clone()));
    let before = Document { time: document.time.at(&span), repeats: None, ..document.clone() };
    let after = patch.change.of_happening(&before, &patch.defaults)?;
    if after.time.span != span {
        shape.move_to(moved(&own, &span, &after.time.span));
    }
    let mut changed = shaped(document, &shape);
    changed.uid.clone_from(&after.uid);
    changed.time = after.time.at(&shape.event.master.span);
    changed.said.clone_from(&after.said);
    if let Some(repeats) = &mut changed.repeats {
        for ((_, one), made_of) in repeats.overrides.iter_mut().zip(&shape.overrides) {
            one.said = source(document, *made_of).following(&before, &after)?;
        }
    }
    if let Some(at) = at {
        named(&mut changed, &mut shape, patch, &moved_point(at, &span, &after.time.span))?;
    }
    if patch.change.says_repetition()? {
        changed.repeats = patch.change.of_repetition(&changed, &patch.defaults)?;
        shape = reshaped(&changed, &shape);
    }
    Ok(Changed { document: changed, shape })
}

/// The occurrence that the patch was said of, which is now called `at`: where it differs from its series, it is changed as
/// well, or whoever looked at it would not see what they said.
fn named(changed: &mut Document, shape: &mut Shape, patch: &Patch<'_>, at: &When) -> Result<(), ReviseError> {
    let overrides = changed.repeats.iter_mut().flat_map(|repeats| &mut repeats.overrides);
    let Some((_, one)) = overrides.into_iter().find(|(other, _)| other.order() == at.order()) else { return Ok(()) };
    *one = patch.change.of_happening(one, &patch.defaults)?;
    let place = shape.place_of(at).and_then(|place| shape.event.overrides.get_mut(place));
    if let Some(own) = place {
        own.details.span = one.time.span.clone();
    }
    Ok(())
}

/// What an occurrence is called once it, told as `was`, happens as `is` says.
fn moved_point(at: &When, was: &Span, is: &Span) -> When {
    if was.start == is.start { at.clone() } else { is.start.clone() }
}

/// When the first occurrence happens if another one, which was told as `was`, happens as `is` says.
fn moved(first: &Span, was: &Span, is: &Span) -> Span {
    let by = is.start.reading().duration_since(was.start.reading());
    let reading = first.start.reading().checked_add(by).unwrap_or(first.start.reading());
    is.starting(is.start.at_reading(reading))
}

/// The shape of a document whose repetition was changed after that of `before`.
fn reshaped(changed: &Document, before: &Shape) -> Shape {
    let event = changed.event();
    let made_of = |at: &When| {
        let place = before.place_of(at)?;
        Some((before.event.overrides.get(place)?, *before.overrides.get(place)?))
    };
    let mut shape = Shape { event, series: before.series, overrides: Vec::new() };
    for one in &mut shape.event.overrides {
        let known = made_of(&one.replaces.at);
        one.replaces.and_later = known.is_some_and(|(known, _)| known.replaces.and_later);
        shape.overrides.push(known.map_or(before.series, |(_, made_of)| made_of));
    }
    shape
}

/// Changes one occurrence. None where that changes nothing.
///
/// # Errors
/// When the patch can't be read, or makes it no occurrence.
pub(super) fn one(
    (document, shape): (&Document, &Shape),
    patch: &Patch<'_>,
    at: &When,
) -> Result<Option<Changed>, ReviseError> {
    let mut shape = shape.clone();
    let place = shape.alone(at);
    let mut changed = shaped(document, &shape);
    let Some((_, one)) = changed.repeats.as_mut().and_then(|repeats| repeats.overrides.get_mut(place)) else {
        return Ok(None);
    };
    let after = patch.change.of_occurrence(one, &patch.defaults)?;
    if after == *one {
        return Ok(None);
    }
    *one = after;
    if let Some(own) = shape.event.overrides.get_mut(place) {
        own.details.span = one.time.span.clone();
    }
    Ok(Some(Changed { document: changed, shape }))
}
