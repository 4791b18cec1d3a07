//! What is told of an event that Google can't hold whole, besides what [`crate::ical::said`] has for everybody.

use crate::quoted::Quoted;

pub(super) const FLOATING: &str = "a floating time is written in the calendar's time zone";
pub(super) const SKIPPED_HOUR: &str = "a series that starts in an hour that clocks skip is written an hour later";
pub(super) const WITHIN_DAY: &str =
    "the occurrences of a rule that repeats within a day are left out, except the first one";
pub(super) const EXCEPT_WITHIN_DAY: &str =
    "a rule of exceptions that repeats within a day is left out: occurrences that don't happen are shown";
pub(super) const AND_LATER: &str = "a change of one occurrence and all later ones is written to that one only";
pub(super) const CANCELLED: &str =
    "a cancelled event is written as confirmed and free, with \"Cancelado:\" before its title";
pub(super) const CONFIDENTIAL: &str = "a confidential event is written as a private one";
pub(super) const ONE_PRIVATE: &str = "one private occurrence makes the whole series private";
pub(super) const PRIORITY: &str = "the priority is left out";
pub(super) const CATEGORIES: &str = "categories are kept in a private property, where the person doesn't see them";
pub(super) const CATEGORIES_CUT: &str = "categories beyond 1024 bytes are left out";
pub(super) const HTML_ONLY: &str = "the HTML description is left out, and there is no plain one";
pub(super) const TITLE_CUT: &str = "the title is cut to 1024 characters";
pub(super) const DESCRIPTION_CUT: &str = "the description is cut to 8192 characters";
pub(super) const LOCATION_CUT: &str = "the location is cut to 1024 characters";
pub(super) const LINKS_CUT: &str = "links that don't fit in the description are left out";
pub(super) const REMINDER_AFTER: &str = "a reminder after the start is left out";
pub(super) const REMINDER_FAR: &str = "a reminder more than four weeks before is written four weeks before";
pub(super) const REMINDERS_CUT: &str = "only the five reminders closest to the start are written";
pub(super) const REMINDER_REPEATS: &str = "a reminder that comes again is written once";
pub(super) const REMINDER_TEXT: &str = "the text of a reminder is left out: the event's title is shown";
pub(super) const REMINDER_FIXED: &str =
    "a reminder at a fixed time is written as many minutes before each occurrence of the series";

/// A colour that CSS doesn't know.
pub(super) fn unknown_color(name: &str) -> String {
    format!("the colour {} is left out: it is not a name of CSS", Quoted(name))
}

/// A file inside the event.
pub(super) fn file(name: Option<&str>, bytes: usize) -> String {
    format!("attachment left out: {:#} has {bytes} bytes", Quoted(name.unwrap_or("a file")))
}

/// A property of another maker.
pub(super) fn property(name: &str) -> String {
    format!("property left out: {name}")
}
