mod extras;
mod fingerprints;
mod fixtures;
mod floating;
mod fuzz;
mod happening;
mod multiplied;
mod odd;
mod places;
mod properties;
mod refusals;
mod repairs;
mod slips;
mod splitting;
mod values;
mod words;
mod writing;

use super::*;
use crate::calendar::People;
use crate::placement::RemoteKey;

pub(super) fn read(text: &str) -> Result<Draft, IcalError> {
    parse(text, &Limits::default())
}

/// A calendar with one event: the lines of `body` besides UID.
pub(super) fn event(body: &str) -> String {
    format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a@b\n{body}\nEND:VEVENT\nEND:VCALENDAR\n")
}

pub(super) fn key() -> RemoteKey {
    RemoteKey::from_text("psr0")
}

/// What is written for a text, lines unfolded, ends of lines LF.
pub(super) fn rewritten(text: &str) -> String {
    let draft = read(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    unfolded(&write(&draft.event, &key(), "id", People::AsText).unwrap().text)
}

pub(super) fn unfolded(text: &str) -> String {
    text.replace("\r\n ", "").replace("\r\n", "\n")
}

/// The lines of the first VEVENT that start with one of these names.
pub(super) fn lines(text: &str, names: &[&str]) -> Vec<String> {
    let events = text.split_once("BEGIN:VEVENT").expect("an event").1;
    let named = |line: &&str| {
        names.iter().any(|name| line.starts_with(&format!("{name}:")) || line.starts_with(&format!("{name};")))
    };
    events.lines().filter(named).map(str::to_owned).collect()
}
