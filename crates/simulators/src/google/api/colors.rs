//! `colors`: the palettes.

use serde_json::{Map, Value, json};

use super::call::Reply;

/// Calendars: id, background, foreground.
pub(super) const CALENDAR: [(&str, &str, &str); 24] = [
    ("1", "#ac725e", "#1d1d1d"),
    ("2", "#d06b64", "#1d1d1d"),
    ("3", "#f83a22", "#1d1d1d"),
    ("4", "#fa573c", "#1d1d1d"),
    ("5", "#ff7537", "#1d1d1d"),
    ("6", "#ffad46", "#1d1d1d"),
    ("7", "#42d692", "#1d1d1d"),
    ("8", "#16a765", "#1d1d1d"),
    ("9", "#7bd148", "#1d1d1d"),
    ("10", "#b3dc6c", "#1d1d1d"),
    ("11", "#fbe983", "#1d1d1d"),
    ("12", "#fad165", "#1d1d1d"),
    ("13", "#92e1c0", "#1d1d1d"),
    ("14", "#9fe1e7", "#1d1d1d"),
    ("15", "#9fc6e7", "#1d1d1d"),
    ("16", "#4986e7", "#1d1d1d"),
    ("17", "#9a9cff", "#1d1d1d"),
    ("18", "#b99aff", "#1d1d1d"),
    ("19", "#c2c2c2", "#1d1d1d"),
    ("20", "#cabdbf", "#1d1d1d"),
    ("21", "#cca6ac", "#1d1d1d"),
    ("22", "#f691b2", "#1d1d1d"),
    ("23", "#cd74e6", "#1d1d1d"),
    ("24", "#a47ae2", "#1d1d1d"),
];

/// Events.
pub(super) const EVENT: [(&str, &str, &str); 11] = [
    ("1", "#a4bdfc", "#1d1d1d"),
    ("2", "#7ae7bf", "#1d1d1d"),
    ("3", "#dbadff", "#1d1d1d"),
    ("4", "#ff887c", "#1d1d1d"),
    ("5", "#fbd75b", "#1d1d1d"),
    ("6", "#ffb878", "#1d1d1d"),
    ("7", "#46d6db", "#1d1d1d"),
    ("8", "#e1e1e1", "#1d1d1d"),
    ("9", "#5484ed", "#1d1d1d"),
    ("10", "#51b749", "#1d1d1d"),
    ("11", "#dc2127", "#1d1d1d"),
];

pub(super) fn get() -> Reply {
    let palette = |colors: &[(&str, &str, &str)]| -> Map<String, Value> {
        let one = |(id, back, front): &(&str, &str, &str)| {
            ((*id).to_owned(), json!({ "background": back, "foreground": front }))
        };
        colors.iter().map(one).collect()
    };
    Reply::ok(json!({
        "kind": "calendar#colors",
        "updated": "2012-02-14T00:00:00.000Z",
        "calendar": palette(&CALENDAR),
        "event": palette(&EVENT),
    }))
}
