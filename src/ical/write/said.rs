//! What is said of an event that a calendar can't hold whole, where more than one kind of calendar has to say it: the
//! client system reads the same words whoever keeps the event.

/// An end at the start is refused by some, so a minute is added.
pub const NO_LENGTH: &str = "an event without length is written with one minute";

/// People are not written as guests: they would be mailed.
pub const PEOPLE_AS_TEXT: &str = "organizer and attendees are written as text in the description";

/// One of the two long texts has to go.
pub const NO_HTML: &str = "the HTML description is left out, the plain one is written";

/// A property that can't be written so that every calendar reads it.
pub(in crate::ical) fn left_out(name: &str) -> String {
    format!("{name} is left out: no calendar could read it")
}
