//! A text that is edited line by line: what nobody touches stays as it came, byte for byte.
//!
//! Rule: an edit replaces whole properties, by lines that the one hand wrote which writes all ([`super::content_line`]).
//! Parameters that nobody knows, properties of other makers, folds, comments and zones stay. What is read is the same as
//! for everybody: which VEVENT is the series and which occurrence each of the others replaces, `parse` says.

mod component;
mod lines;
mod says;
mod times;

use std::cell::RefCell;
use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::DateTime;

use super::error::IcalError;
use super::limits::Limits;
use super::outline::Outline;
use super::parse::{self, Gathered};
use super::read;
use super::text::unescape;
use super::timezone::{self, Zones};
use crate::calendar::{When, Zone};

pub use component::Component;

/// The events of a text, and everything around them.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What stands before, between and behind the events; one more than there are events.
    around: Vec<String>,
    eol: &'static str,
    /// The names of its VTIMEZONEs, in lower case.
    zones: Vec<String>,
    series: Component,
    occurrences: BTreeMap<DateTime, Component>,
}

impl Sheet {
    /// Takes a text apart.
    ///
    /// # Errors
    /// As [`super::parse()`].
    pub fn of(text: &str, limits: &Limits) -> Result<Self, IcalError> {
        let outline = Outline::of(text, limits)?;
        let parts = parse::events(&outline)?;
        let notes = RefCell::new(Vec::new());
        let Gathered { series, occurrences, .. } = parse::gather(&outline, &parts, &notes)?;
        let eol = if text.contains("\r\n") {
            "\r\n"
        } else if text.contains('\n') {
            "\n"
        } else {
            "\r"
        };
        let of_line = |line: usize| parts.iter().find(|part| part.line == line);
        let component = |line: usize| of_line(line).map(|part| Component::of(text, &outline, part, eol));
        let first = series.as_ref().or(occurrences.first()).and_then(|source| component(source.line()));
        let missing = || IcalError::whole("the calendar has no VEVENT");
        let mut sheet = Self {
            around: around(text, &parts.iter().map(|part| part.range()).collect::<Vec<_>>()),
            eol,
            zones: zones(&outline),
            series: first.ok_or_else(missing)?,
            occurrences: BTreeMap::new(),
        };
        let Some(series) = series else { return Ok(sheet) };
        let zones = Zones::of(&outline, &notes);
        let details = read::series(&series, &zones)?.details;
        let mut newest: BTreeMap<DateTime, u32> = BTreeMap::new();
        for source in &occurrences {
            let order = read::occurrence(source, &zones, &details)?.replaces.at.order();
            let sequence = read::sequence(source);
            if newest.get(&order).is_none_or(|known| *known <= sequence)
                && let Some(component) = component(source.line())
            {
                newest.insert(order, sequence);
                sheet.occurrences.insert(order, component);
            }
        }
        Ok(sheet)
    }

    /// The VEVENT of the series, or of the one happening.
    pub fn series(&self) -> &Component {
        &self.series
    }

    /// The VEVENT that replaces an occurrence.
    pub fn occurrence(&self, at: &When) -> Option<&Component> {
        self.occurrences.get(&at.order())
    }

    /// The same calendar with these events in place of its own, and a VTIMEZONE for each zone that it had none for.
    pub fn with(&self, events: &[Component], zones: &[(Zone, Timestamp)]) -> String {
        let mut around = self.around.iter();
        let mut text = around.next().cloned().unwrap_or_default();
        for (zone, from) in zones {
            if !self.zones.contains(&zone.name().to_lowercase()) {
                text.push_str(&timezone::component(zone, *from).replace("\r\n", self.eol));
            }
        }
        for event in events {
            event.write(&mut text, self.eol);
        }
        text.extend(around.map(String::as_str));
        text
    }
}

/// What stands around these pieces of a text, each with the line end behind it.
fn around(text: &str, pieces: &[std::ops::Range<usize>]) -> Vec<String> {
    let mut around = Vec::with_capacity(pieces.len() + 1);
    let mut from = 0;
    for piece in pieces {
        around.push(text.get(from..piece.start).unwrap_or_default().to_owned());
        let behind = text.get(piece.end..).unwrap_or_default();
        from = piece.end + (behind.len() - behind.trim_start_matches(['\r', '\n']).len());
    }
    around.push(text.get(from..).unwrap_or_default().to_owned());
    around
}

fn zones(outline: &Outline<'_>) -> Vec<String> {
    let parts = outline.parts.iter().filter(|part| part.is("VTIMEZONE"));
    let names = parts.filter_map(|part| outline.property(part, "TZID", 0));
    names.map(|line| unescape(line.value()).trim().trim_matches('"').to_lowercase()).collect()
}
