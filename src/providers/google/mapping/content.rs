//! The body of one Google event: a single happening, a series, or an occurrence that differs.

use serde_json::{Map, Value};

use crate::calendar::{Class, Details, Override, Span, Status};
use crate::ical;

use super::{Context, color, guests, links, point, private, reminders, said, settle, text};

/// What a body needs besides the details.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a> {
    pub(super) context: &'a Context<'a>,
    /// `visibility`.
    pub(super) visibility: &'static str,
    /// Whether the body is that of a series.
    pub(super) repeats: bool,
}

/// Everything but `recurrence`.
pub(super) fn body(told: &mut Vec<String>, details: &Details, span: &Span, frame: &Frame<'_>) -> Map<String, Value> {
    let span = settle::real_span(span);
    let span = Span { end: settle::real(&ical::lasting_end(told, &span)), start: span.start };
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| drop(body.insert(name.to_owned(), value));
    put("start", point::start_or_end(&span.start));
    put("end", point::start_or_end(&span.end));
    put("summary", text::title(told, details).into());
    if let Some(description) = text::description(told, details, frame.context.people) {
        put("description", description.into());
    }
    if let Some(guests) = guests::attendees(details, frame.context.people) {
        put("attendees", guests);
    }
    if let Some(location) = text::location(told, details) {
        put("location", location.into());
    }
    if let Some(source) = links::source(details) {
        put("source", source);
    }
    if let Some(color) = color_id(told, details) {
        put("colorId", color.into());
    }
    let (status, transparency) = state(told, details);
    put("status", status.into());
    put("transparency", transparency.into());
    put("visibility", frame.visibility.into());
    put("sequence", details.sequence.into());
    let happening = reminders::Happening { span: &span, zone: frame.context.zone, repeats: frame.repeats };
    put("reminders", reminders::overrides(told, details, &happening));
    put("extendedProperties", private::properties(told, details, frame.context));
    body
}

/// `status` and `transparency`. What was called off stays to be seen: `cancelled` would delete it.
fn state(told: &mut Vec<String>, details: &Details) -> (&'static str, &'static str) {
    if details.priority.is_some() {
        told.push(said::PRIORITY.to_owned());
    }
    let free = if details.free { "transparent" } else { "opaque" };
    match details.status {
        Some(Status::Cancelled) => {
            told.push(said::CANCELLED.to_owned());
            ("confirmed", "transparent")
        }
        Some(Status::Tentative) => ("tentative", free),
        Some(Status::Confirmed) | None => ("confirmed", free),
    }
}

fn color_id(told: &mut Vec<String>, details: &Details) -> Option<&'static str> {
    let name = details.color.as_deref()?;
    let nearest = color::nearest(name);
    if nearest.is_none() {
        told.push(said::unknown_color(name));
    }
    nearest
}

/// `visibility` of a series and all its occurrences. Google makes the whole series private when one occurrence is, and
/// public again when the series is written: so it is the same for all of them. PUBLIC is the calendar's default, as it
/// is in iCalendar (RFC 5545 §3.8.1.3): Google's `public` would show the event's content also to those with whom the
/// person shares only when they are busy.
pub(super) fn visibility(told: &mut Vec<String>, series: &Details, changed: &[&Override]) -> &'static str {
    let is_private = |class: Option<Class>| matches!(class, Some(Class::Private | Class::Confidential));
    let classes = || std::iter::once(series.class).chain(changed.iter().map(|one| one.details.class));
    if classes().any(|class| class == Some(Class::Confidential)) {
        told.push(said::CONFIDENTIAL.to_owned());
    }
    if !classes().any(is_private) {
        return "default";
    }
    if !classes().all(is_private) {
        told.push(said::ONE_PRIVATE.to_owned());
    }
    "private"
}
