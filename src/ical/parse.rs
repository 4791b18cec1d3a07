//! A text into one event.

use std::cell::RefCell;
use std::collections::BTreeMap;

use jiff::civil::DateTime;

use super::error::IcalError;
use super::fingerprint::fingerprint;
use super::limits::Limits;
use super::outline::{Outline, Part};
use super::read::{self, Series, Source};
use super::timezone::Zones;
use crate::calendar::{Details, Event, Override, RecurrenceId, Span};

/// A text that was understood.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The iCalendar UID.
    pub uid: String,
    /// The content.
    pub event: Event,
    /// SHA-256 of the normalised content: equal when a calendar would show the same.
    pub fingerprint: [u8; 32],
    /// What had to be repaired or left out to read the text, in words for who sent it; empty for a good one.
    pub notes: Vec<String>,
}

/// Reads one event: a VEVENT, or a master with the overrides of the same UID.
///
/// # Errors
/// When the text is not iCalendar, is over a limit, or is not exactly one event.
pub fn parse(text: &str, limits: &Limits) -> Result<Draft, IcalError> {
    let outline = Outline::of(text, limits)?;
    let parts = events(&outline)?;
    if parts.len() > limits.max_overrides + 1 {
        let reason = format!("the series has more than {} changed occurrences", limits.max_overrides);
        return Err(IcalError::whole(reason));
    }
    let notes = RefCell::new(Vec::new());
    let event = one_event(&outline, &parts, &notes)?;
    Ok(Draft { uid: event.uid.clone(), fingerprint: fingerprint(&event), event, notes: notes.into_inner() })
}

/// The VEVENTs of a text.
///
/// # Errors
/// When there are none.
pub(super) fn events<'o, 'a>(outline: &'o Outline<'a>) -> Result<Vec<&'o Part<'a>>, IcalError> {
    let parts: Vec<_> = outline.parts.iter().filter(|part| part.is("VEVENT")).collect();
    if !parts.is_empty() {
        return Ok(parts);
    }
    Err(match outline.parts.iter().find(|part| !part.is("VTIMEZONE")) {
        Some(other) => IcalError::property(other.line, "BEGIN", format!("there is a {}, but no VEVENT", other.kind)),
        None => IcalError::whole("the calendar has no VEVENT"),
    })
}

fn one_event<'a>(
    outline: &'a Outline<'a>,
    parts: &[&'a Part<'a>],
    notes: &'a RefCell<Vec<String>>,
) -> Result<Event, IcalError> {
    let zones = Zones::of(outline, notes);
    let Gathered { uid, series, occurrences } = gather(outline, parts, notes)?;
    match (series, occurrences.as_slice()) {
        (Some(series), occurrences) => {
            let series = read::series(&series, &zones)?;
            let overrides = overrides(&series, occurrences, &zones)?;
            Ok(Event { uid, master: series.details, overrides })
        }
        // A changed occurrence that came without its series is an appointment all the same.
        (None, [occurrence]) => {
            let master = read::alone(occurrence, &zones)?;
            Ok(Event { uid, master, overrides: Vec::new() })
        }
        (None, occurrences) => {
            let reason = "there are changed occurrences, but not the series that they belong to";
            Err(occurrences
                .first()
                .map_or_else(|| IcalError::whole(reason), |first| read::not_an_occurrence(first, reason)))
        }
    }
}

/// The VEVENTs of one event.
struct Gathered<'a> {
    uid: String,
    series: Option<Source<'a>>,
    occurrences: Vec<Source<'a>>,
}

fn gather<'a>(
    outline: &'a Outline<'a>,
    parts: &[&'a Part<'a>],
    notes: &'a RefCell<Vec<String>>,
) -> Result<Gathered<'a>, IcalError> {
    let mut gathered = Gathered { uid: String::new(), series: None, occurrences: Vec::new() };
    for (nth, part) in parts.iter().enumerate() {
        let source = Source::read(outline, part, notes)?;
        let uid = read::uid(&source)?;
        if nth > 0 && uid != gathered.uid {
            return Err(read::not_the_uid(&source, "the text holds more than one event: this UID is another one"));
        }
        gathered.uid = uid;
        if read::is_occurrence(&source) {
            gathered.occurrences.push(source);
        } else if gathered.series.is_some() {
            let reason = "the text holds two events of one UID, and neither is an occurrence of the other";
            return Err(read::not_the_uid(&source, reason));
        } else {
            gathered.series = Some(source);
        }
    }
    Ok(gathered)
}

/// The changed occurrences in order. Of two that replace the same one the newer counts: the higher SEQUENCE, else the
/// later in the text; and either counts before a mere period.
fn overrides(series: &Series, occurrences: &[Source<'_>], zones: &Zones<'_>) -> Result<Vec<Override>, IcalError> {
    let mut overrides = Vec::with_capacity(occurrences.len());
    for source in occurrences {
        overrides.push(read::occurrence(source, zones, &series.details)?);
    }
    overrides.sort_by_key(|one| (one.replaces.at.order(), one.details.sequence));
    let mut newest: BTreeMap<DateTime, Override> = BTreeMap::new();
    newest.extend(overrides.into_iter().map(|one| (one.replaces.at.order(), one)));
    for period in &series.periods {
        newest.entry(period.start.order()).or_insert_with(|| lasting(&series.details, period));
    }
    Ok(newest.into_values().collect())
}

/// The occurrence of a series that has this span. CalDAV servers refuse periods among the dates of a series
/// (Radicale's vobject), and what they mean is an occurrence that lasts longer or shorter.
fn lasting(series: &Details, period: &Span) -> Override {
    let replaces = RecurrenceId { at: period.start.clone(), and_later: false };
    Override { replaces, details: Details { span: period.clone(), recurrence: None, ..series.clone() } }
}
