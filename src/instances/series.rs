//! The instances of an event in a range.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Instance, Range, range};
use crate::calendar::{Event, Override, Recurrence, Span, Status, When, Zone};
use crate::ical;

/// An event has more instances in a range than whoever asks takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are more than {most} instances")]
pub struct TooMany {
    /// So many are taken.
    pub most: usize,
}

/// More than any two clocks in the world differ, and more than any clock is ever changed.
pub(super) const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_hours(48);

/// The instances of an event in a range, those that begin first at first, for a person in `zone`.
///
/// # Errors
/// When a series has more than `most`.
pub fn in_range(event: &Event, zone: &Zone, range: Range, most: usize) -> Result<Vec<Instance>, TooMany> {
    if !repeats(event) {
        return Ok(alone(event, zone).filter(|one| range.meets(one.from, one.to)).into_iter().collect());
    }
    let series = Series::of(event, zone);
    let mut found = Vec::new();
    for instance in series.changed(range).chain(series.unchanged(range)) {
        if found.len() == most {
            return Err(TooMany { most });
        }
        found.push(instance);
    }
    found.sort_by_key(|one| (one.from, one.original.as_ref().map(When::order)));
    Ok(found)
}

/// Whether an event happens in a range at all, for a person in `zone`.
pub fn happens_in(event: &Event, zone: &Zone, range: Range) -> bool {
    if !repeats(event) {
        return alone(event, zone).is_some_and(|one| range.meets(one.from, one.to));
    }
    let series = Series::of(event, zone);
    series.changed(range).chain(series.unchanged(range)).next().is_some()
}

/// The first instants of an event and behind it, for a person in `zone`; of a series, those of its start.
pub fn span(event: &Event, zone: &Zone) -> (Timestamp, Timestamp) {
    edges(&event.master.span, zone)
}

/// Whether an event is a series.
pub(super) fn repeats(event: &Event) -> bool {
    event.master.recurrence.is_some() || !event.overrides.is_empty()
}

/// The one instance of an event that does not repeat.
pub(super) fn alone(event: &Event, zone: &Zone) -> Option<Instance> {
    let span = event.master.span.clone();
    let (from, to) = edges(&span, zone);
    (!repeats(event)).then_some(Instance { original: None, span, from, to, change: None })
}

fn edges(span: &Span, zone: &Zone) -> (Timestamp, Timestamp) {
    range::edges(span, |at| range::instant(at, zone))
}

/// A series, made ready to be asked.
pub(super) struct Series<'e> {
    event: &'e Event,
    zone: &'e Zone,
    recurrence: Option<&'e Recurrence>,
    /// Which override speaks of a point.
    changes: BTreeMap<DateTime, usize>,
    /// Those that speak of all later points, too.
    and_later: Vec<(DateTime, &'e Override, usize)>,
}

impl<'e> Series<'e> {
    pub(super) fn of(event: &'e Event, zone: &'e Zone) -> Self {
        let all = event.overrides.iter().enumerate();
        let changes = all.clone().map(|(at, one)| (one.replaces.at.order(), at)).collect();
        let later = all.filter(|(_, one)| one.replaces.and_later);
        let mut and_later: Vec<_> = later.map(|(at, one)| (one.replaces.at.order(), one, at)).collect();
        and_later.sort_by_key(|(order, ..)| *order);
        Self { event, zone, recurrence: event.master.recurrence.as_ref(), changes, and_later }
    }

    /// The instances that an override speaks of alone.
    fn changed(&self, range: Range) -> impl Iterator<Item = Instance> {
        let all = self.event.overrides.iter().enumerate();
        let on = all.filter(|(_, one)| one.details.status != Some(Status::Cancelled));
        on.map(|(at, one)| self.override_alone(at, one)).filter(move |one| range.meets(one.from, one.to))
    }

    /// What happens at the point that an override speaks of.
    pub(super) fn override_alone(&self, at: usize, one: &Override) -> Instance {
        self.instance(one.replaces.at.clone(), one.details.span.clone(), Some(at))
    }

    /// The instances that the rules and dates give, as far as no override speaks of them alone. Each once.
    fn unchanged(&self, range: Range) -> impl Iterator<Item = Instance> {
        let window = self.window(range);
        let points = self.points(window);
        let except = self.excepted(window);
        let mut seen = BTreeSet::new();
        points.filter_map(move |point| {
            let order = point.order();
            let counts = !self.changes.contains_key(&order) && !self.is_excepted(&except, order);
            let happens = counts.then(|| self.happening(point)).flatten()?;
            (range.meets(happens.from, happens.to) && seen.insert(order)).then_some(happens)
        })
    }

    /// All points that the series has between two readings of its clock; some may come twice.
    fn points(&self, (from, to): (DateTime, DateTime)) -> impl Iterator<Item = When> {
        let start = &self.event.master.span.start;
        let recurrence = self.recurrence;
        let rules = recurrence.into_iter().flat_map(|recurrence| &recurrence.rules);
        let dates = recurrence.into_iter().flat_map(|recurrence| &recurrence.dates);
        let single = std::iter::once(start).chain(dates).filter(move |point| {
            let reading = point.reading();
            from <= reading && reading <= to
        });
        let ruled = rules.flat_map(move |rule| ical::occurrences_between(rule, start, from, to));
        single.cloned().chain(ruled)
    }

    /// What rules of exceptions take between two readings of the clock.
    pub(super) fn excepted(&self, (from, to): (DateTime, DateTime)) -> BTreeSet<DateTime> {
        let start = &self.event.master.span.start;
        let rules = self.recurrence.into_iter().flat_map(|recurrence| &recurrence.except_rules);
        rules.flat_map(|rule| ical::occurrences_between(rule, start, from, to)).map(|point| point.order()).collect()
    }

    pub(super) fn is_excepted(&self, ruled: &BTreeSet<DateTime>, order: DateTime) -> bool {
        let dates = self.recurrence.map(|recurrence| recurrence.except_dates.as_slice()).unwrap_or_default();
        ruled.contains(&order) || dates.binary_search_by_key(&order, When::order).is_ok()
    }

    /// The readings of the series' clock between which all points lie that may happen in a range.
    fn window(&self, range: Range) -> (DateTime, DateTime) {
        let own = length(&self.event.master.span);
        let (mut back, mut ahead) = (own, SignedDuration::ZERO);
        for (_, ruling, _) in &self.and_later {
            let shift = shift(ruling);
            back = back.max(shift.saturating_add(length(&ruling.details.span)));
            ahead = ahead.max(shift.checked_neg().unwrap_or(SignedDuration::MAX));
        }
        let from = self.clock(range.from()).checked_sub(back.saturating_add(CLOCKS_DIFFER));
        let to = self.clock(range.to()).checked_add(ahead.saturating_add(CLOCKS_DIFFER));
        (from.unwrap_or(DateTime::MIN), to.unwrap_or(DateTime::MAX))
    }

    /// What the clock of the series reads at an instant.
    fn clock(&self, at: Timestamp) -> DateTime {
        match &self.event.master.span.start {
            When::Zoned { zone, .. } => zone.rules().to_datetime(at),
            When::Utc(_) => TimeZone::UTC.to_datetime(at),
            When::Date(_) | When::Floating(_) => self.zone.rules().to_datetime(at),
        }
    }

    /// The point of the series at this place, among those between two readings, whatever was changed or excepted there.
    pub(super) fn point(&self, order: DateTime, window: (DateTime, DateTime)) -> Option<When> {
        self.points(window).find(|point| point.order() == order)
    }

    /// What happens at a point: as the series says, or as the newest override says that speaks of all later ones, too.
    /// None where that calls them off.
    pub(super) fn happening(&self, point: When) -> Option<Instance> {
        let order = point.order();
        let before = self.and_later.partition_point(|(ruling, ..)| *ruling <= order);
        let Some((_, ruling, at)) = before.checked_sub(1).and_then(|last| self.and_later.get(last)) else {
            let span = moved(&self.event.master.span, point.clone());
            return Some(self.instance(point, span, None));
        };
        let details = &ruling.details;
        let reading = point.reading().checked_add(shift(ruling)).ok()?;
        let span = moved(&details.span, details.span.start.at_reading(reading));
        (details.status != Some(Status::Cancelled)).then(|| self.instance(point, span, Some(*at)))
    }

    fn instance(&self, original: When, span: Span, change: Option<usize>) -> Instance {
        let (from, to) = edges(&span, self.zone);
        Instance { original: Some(original), span, from, to, change }
    }
}

/// How much later the clock reads at a changed occurrence than at the one that it replaces.
pub(super) fn shift(changed: &Override) -> SignedDuration {
    changed.details.span.start.reading().duration_since(changed.replaces.at.reading())
}

pub(super) fn length(span: &Span) -> SignedDuration {
    span.end.order().duration_since(span.start.order()).abs()
}

/// A span as long as `span` from `start` on: by the clock where one clock shows both ends, else by time. A start in an hour that
/// clocks skip is what they show instead (RFC 5545 §3.3.5).
fn moved(span: &Span, start: When) -> Span {
    let start = match (&start, start.instant()) {
        (When::Zoned { zone, .. }, Some(at)) => When::Zoned { local: zone.rules().to_datetime(at), zone: zone.clone() },
        _ => start,
    };
    let end = match (&span.start, &span.end) {
        (When::Zoned { zone: one, .. }, When::Zoned { zone: other, .. }) if one != other => later(&start, length(span)),
        (When::Zoned { .. }, When::Utc(_)) | (When::Utc(_), When::Zoned { .. }) => later(&start, length(span)),
        (from, to) => {
            let by = to.reading().duration_since(from.reading());
            let end = start.at_reading(start.reading().checked_add(by).unwrap_or(DateTime::MAX));
            if end.order() < start.order() { later(&start, by) } else { Some(end) }
        }
    };
    Span { end: end.unwrap_or_else(|| start.clone()), start }
}

fn later(start: &When, by: SignedDuration) -> Option<When> {
    start.instant().and_then(|at| at.checked_add(by).ok()).map(When::Utc)
}
