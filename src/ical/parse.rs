//! A text into one event.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::DateTime;

use super::error::IcalError;
use super::fingerprint::fingerprint;
use super::given::Given;
use super::limits::Limits;
use super::outline::{Outline, Part};
use super::read::{self, Series, Source};
use super::stamp::compact;
use super::timezone::Zones;
use crate::calendar::{Details, Event, Override, RecurrenceId, Span, Status, When};
use crate::quoted::Quoted;

/// A text that was understood.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The iCalendar UID; none where the text has none: then who sent it says what the event is called.
    pub uid: Option<String>,
    /// The line of the text that the event begins in, from 1.
    pub line: usize,
    /// The content.
    pub event: Event,
    /// SHA-256 of the normalised content: equal when a calendar would show the same.
    pub fingerprint: [u8; 32],
    /// What had to be repaired or left out to read the text, in words for who sent it; empty for a good one.
    pub notes: Vec<String>,
}

impl Draft {
    /// What the event is called: as who sent it says, else its UID.
    ///
    /// # Errors
    /// When it has no name at all: without one nobody can say later which event a change is about.
    pub fn name<'d>(&'d self, given: Option<&'d str>) -> Result<&'d str, IcalError> {
        let missing = || IcalError::property(self.line, "UID", "the event has no UID, and no event_id came with it");
        given.or(self.uid.as_deref()).ok_or_else(missing)
    }
}

/// Reads one event: a VEVENT, or a master with its overrides. Those that have a UID have the same.
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
    let (uid, event) = one_event(&outline, &parts, &notes)?;
    let line = parts.first().map_or(1, |part| part.line);
    Ok(Draft { uid, line, fingerprint: fingerprint(&event), event, notes: notes.into_inner() })
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
        Some(other) => {
            IcalError::property(other.line, "BEGIN", format!("there is a {:#}, but no VEVENT", Quoted(&other.kind)))
        }
        None => IcalError::whole("the calendar has no VEVENT"),
    })
}

fn one_event<'a>(
    outline: &'a Outline<'a>,
    parts: &[&'a Part<'a>],
    notes: &'a RefCell<Vec<String>>,
) -> Result<(Option<String>, Event), IcalError> {
    let zones = Zones::of(outline, notes);
    let Gathered { uid, series, replaced, occurrences } = gather(outline, parts, notes)?;
    match (series, occurrences.as_slice()) {
        (Some(source), occurrences) => {
            let mut series = read::series(&source, &zones)?;
            let overrides = overrides(&series, occurrences, &zones)?;
            let kept = once(&source, &mut series.details, overrides, replaced);
            let overrides = with_periods(&series, kept);
            Ok((uid, Event { master: series.details, overrides }))
        }
        // A changed occurrence that came without its series is an appointment all the same.
        (None, [occurrence]) => {
            let master = read::alone(occurrence, &zones)?;
            Ok((uid, Event { master, overrides: Vec::new() }))
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
pub(super) struct Gathered<'a> {
    uid: Option<String>,
    /// The series, or the one happening.
    pub(super) series: Option<Source<'a>>,
    /// An older version of the series stood beside it.
    replaced: bool,
    /// Occurrences that differ.
    pub(super) occurrences: Vec<Source<'a>>,
}

/// Which of the VEVENTs of a text is what.
///
/// # Errors
/// When they are of more than one event.
pub(super) fn gather<'a>(
    outline: &'a Outline<'a>,
    parts: &[&'a Part<'a>],
    notes: &'a RefCell<Vec<String>>,
) -> Result<Gathered<'a>, IcalError> {
    let mut gathered = Gathered { uid: None, series: None, replaced: false, occurrences: Vec::new() };
    for part in parts {
        let source = Source::read(outline, part, notes)?;
        let uid = source.uid();
        if gathered.uid.is_some() && uid.is_some() && uid != gathered.uid {
            return Err(read::not_the_uid(&source, "the text holds more than one event: this UID is another one"));
        }
        gathered.uid = gathered.uid.take().or(uid);
        if read::is_occurrence(&source) {
            gathered.occurrences.push(source);
        } else {
            gathered.take_series(source)?;
        }
    }
    Ok(gathered)
}

impl<'a> Gathered<'a> {
    /// Of two versions of a series the one with the higher SEQUENCE counts.
    fn take_series(&mut self, source: Source<'a>) -> Result<(), IcalError> {
        let newer = read::sequence(&source);
        let known = self.series.as_ref().map(read::sequence);
        if known == Some(newer) {
            let reason = "the text holds two events of one UID, and neither is an occurrence of the other";
            return Err(read::not_the_uid(&source, reason));
        }
        if let Some(known) = known {
            let newest = known.max(newer);
            source.note(format!("the text holds two versions of the event: the newer one (SEQUENCE {newest}) counts"));
            self.replaced = true;
        }
        if known.is_none_or(|known| known < newer) {
            self.series = Some(source);
        }
        Ok(())
    }
}

/// The changed occurrences in order. Of two that replace the same one the newer counts: the higher SEQUENCE, else the
/// later in the text.
fn overrides(series: &Series, occurrences: &[Source<'_>], zones: &Zones<'_>) -> Result<Vec<Override>, IcalError> {
    let given = Given::by(&series.details);
    let mut overrides = Vec::with_capacity(occurrences.len());
    for source in occurrences {
        let one = read::occurrence(source, zones, &series.details)?;
        let called_off = one.details.status == Some(Status::Cancelled);
        if called_off && !one.replaces.and_later && !given.has(&one.replaces.at) {
            source.note("a cancelled occurrence that the series does not have is left out");
            continue;
        }
        if !called_off && !given.has(&one.replaces.at) {
            let at = compact(&one.replaces.at);
            let reason = format!("the series has no occurrence at {at}, so nothing says which one is changed");
            return Err(read::not_an_occurrence(source, &reason));
        }
        overrides.push(one);
    }
    overrides.sort_by_key(|one| (one.replaces.at.order(), one.details.sequence));
    let newest: BTreeMap<DateTime, Override> =
        overrides.into_iter().map(|one| (one.replaces.at.order(), one)).collect();
    Ok(newest.into_values().collect())
}

/// An occurrence that is both excepted and changed has one meaning, in whatever calendar: it is changed. The standard
/// leaves it open (RFC 5545 §3.8.5.1), most clients keep a changed occurrence as an event of its own and show it, and an
/// appointment that is shown too much is seen, while one that is lost is not. Only what an older version of the series
/// says gives way to the newer one; and a rule of exceptions can't be told to spare one day.
fn once(source: &Source<'_>, series: &mut Details, mut overrides: Vec<Override>, replaced: bool) -> Vec<Override> {
    let sequence = series.sequence;
    let start = series.span.start.clone();
    let Some(repeats) = &mut series.recurrence else { return overrides };
    let ruled_out: Vec<Given<'_>> = repeats.except_rules.iter().map(|rule| Given::by_rule(rule, &start)).collect();
    let mut changed = BTreeSet::new();
    let excepted: BTreeSet<DateTime> = repeats.except_dates.iter().map(When::order).collect();
    overrides.retain(|one| {
        let (at, order) = (&one.replaces.at, one.replaces.at.order());
        if one.details.status == Some(Status::Cancelled) {
            return true;
        }
        if ruled_out.iter().any(|rule| rule.has(at)) {
            source.note("a changed occurrence is left out, because a rule of exceptions excludes it");
            return false;
        }
        if excepted.contains(&order) && replaced && one.details.sequence < sequence {
            source.note("a changed occurrence of the older version is left out: the newer one excludes it");
            return false;
        }
        if excepted.contains(&order) {
            source.note("an occurrence is both excluded and changed: the change is shown");
            changed.insert(order);
        }
        true
    });
    repeats.except_dates.retain(|except| !changed.contains(&except.order()));
    overrides
}

/// The changed occurrences, and those that are mere periods: a change counts before a period.
fn with_periods(series: &Series, changed: Vec<Override>) -> Vec<Override> {
    let mut all: BTreeMap<DateTime, Override> = changed.into_iter().map(|one| (one.replaces.at.order(), one)).collect();
    for period in &series.periods {
        all.entry(period.start.order()).or_insert_with(|| lasting(&series.details, period));
    }
    all.into_values().collect()
}

/// The occurrence of a series that has this span. CalDAV servers refuse periods among the dates of a series
/// (Radicale's vobject), and what they mean is an occurrence that lasts longer or shorter.
fn lasting(series: &Details, period: &Span) -> Override {
    let replaces = RecurrenceId { at: period.start.clone(), and_later: false };
    Override { replaces, details: Details { span: period.clone(), recurrence: None, ..series.clone() } }
}
