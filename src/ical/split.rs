//! A calendar of many events into one text for each.
//!
//! Only the outline is read: an event that can't be understood comes out as well, so that whoever reads it next can
//! name it; a text that was cut does not come out at all.

use std::borrow::Cow;
use std::collections::HashMap;

use super::error::IcalError;
use super::limits::{Limits, MAX_SPLIT};
use super::line::Line;
use super::outline::{Outline, Part};
use super::read::OWN_ZONE;
use super::text::unescape;

/// One event of a calendar of many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its UID; none where it has none.
    pub uid: Option<String>,
    /// The line on which it begins, from 1.
    pub line: usize,
    /// It alone, as a calendar of its own with the VTIMEZONEs that it uses.
    pub text: String,
}

/// VTIMEZONEs of one text. Each is compared with the zones that each event names.
const MAX_KINDS_OF_ZONE: usize = 200;

/// Reads a calendar with any number of events: each UID apart, in the order of the text. Whether each can be read is not
/// checked, and one that has no UID is apart from all others. A calendar without events gives none.
///
/// # Errors
/// When the text as a whole is not a complete calendar, or its events together are far more than it.
pub fn split(text: &str, limits: &Limits) -> Result<Vec<Piece>, IcalError> {
    let outline = Outline::of(text, limits)?;
    let mut events: Vec<(Option<String>, Vec<&Part<'_>>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for part in outline.parts.iter().filter(|part| part.is("VEVENT")) {
        let uid = outline.uid(part);
        let next = events.len();
        let place = uid.clone().map_or(next, |uid| *places.entry(uid).or_insert(next));
        match events.get_mut(place) {
            Some((_, parts)) => parts.push(part),
            None => events.push((uid, vec![part])),
        }
    }
    let zones = zones(&outline);
    if zones.len() > MAX_KINDS_OF_ZONE {
        return Err(IcalError::whole(format!("it has more than {MAX_KINDS_OF_ZONE} VTIMEZONEs")));
    }
    let (mut pieces, mut bytes) = (Vec::with_capacity(events.len()), 0);
    for (uid, parts) in events {
        let text = calendar(&outline, &zones, &parts);
        bytes += text.len();
        if bytes > MAX_SPLIT {
            let most = MAX_SPLIT >> 20;
            return Err(IcalError::whole(format!(
                "its events, each with the VTIMEZONEs that it names, take more than {most} MiB"
            )));
        }
        pieces.push(Piece { uid, line: parts.first().map_or(0, |part| part.line), text });
    }
    Ok(pieces)
}

/// The VTIMEZONEs of a text with their names in lower case.
fn zones<'o, 'a>(outline: &'o Outline<'a>) -> Vec<(String, &'o Part<'a>)> {
    let parts = outline.parts.iter().filter(|part| part.is("VTIMEZONE"));
    parts
        .filter_map(|part| {
            let name = outline.property(part, "TZID", 0)?.value();
            Some((unescape(name).trim().trim_matches('"').to_lowercase(), part))
        })
        .collect()
}

/// The text of one event.
fn calendar(outline: &Outline<'_>, zones: &[(String, &Part<'_>)], parts: &[&Part<'_>]) -> String {
    let mut used: Vec<&Part<'_>> = Vec::new();
    for zone in parts.iter().flat_map(|part| zones_of(outline, zones, part)) {
        if !used.iter().any(|known| std::ptr::eq(*known, zone)) {
            used.push(zone);
        }
    }
    let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Pasarela//1.0//ES\r\n".to_owned();
    for line in parts.first().into_iter().flat_map(|part| own_zone(outline, part)) {
        text.push_str(line.whole());
        text.push_str("\r\n");
    }
    for part in used.iter().chain(parts) {
        // Where lines end in CR alone there is no LF at all; among others they need one.
        let lines =
            if part.text.contains('\n') { Cow::Borrowed(part.text) } else { part.text.replace('\r', "\r\n").into() };
        text.push_str(&lines);
        text.push_str("\r\n");
    }
    text.push_str("END:VCALENDAR\r\n");
    text
}

/// The zone of the calendar that an event stands in: its times without a zone are meant there.
fn own_zone<'o, 'a>(outline: &'o Outline<'a>, part: &Part<'_>) -> Option<&'o Line<'a>> {
    OWN_ZONE.iter().find_map(|name| outline.of_calendar(part, name))
}

/// The VTIMEZONEs that the properties of an event name, or its calendar as its own.
fn zones_of<'z, 'a>(
    outline: &Outline<'_>,
    zones: &'z [(String, &'z Part<'a>)],
    part: &Part<'_>,
) -> impl Iterator<Item = &'z Part<'a>> {
    let lines = outline.lines(part).iter().map(|line| line.rest()).filter(|rest| rest.starts_with(';'));
    let own = own_zone(outline, part).map(|line| unescape(line.value().trim()).to_lowercase());
    let named: Vec<String> = lines
        .filter_map(|rest| {
            let lower = rest.to_lowercase();
            let (_, name) = lower.split_once("tzid=")?;
            Some(unescape(name.trim_start_matches('"')).into_owned())
        })
        .chain(own)
        .collect();
    // A name ends in a quote, a colon or a semicolon, and may have colons in it: compared from its start.
    zones
        .iter()
        .filter(move |(name, _)| named.iter().any(|text| text.starts_with(name.as_str())))
        .map(|(_, part)| *part)
}
