//! An event that is being changed: when it happens as it should be, and what of the old one each part is made of.
//!
//! Only times and rules are worked out here, alike for both forms; what the parts say is moved over by `component` and
//! `document`.

use jiff::civil::DateTime;

use super::ReviseError;
use crate::calendar::{Event, Frequency, Override, Recurrence, RecurrenceId, Rule, RuleEnd, When};
use crate::ical;

/// What a part of the new event is made of: an override of the old one by its place there, or what it says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Series,
    Override(usize),
}

/// An event as it should be.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// Its times. What its parts say is still as it was.
    pub(super) event: Event,
    /// What the series is made of.
    pub(super) series: Source,
    /// What each of its overrides is made of.
    pub(super) overrides: Vec<Source>,
}

impl Shape {
    /// The event as it is.
    pub(super) fn of(event: &Event) -> Self {
        let overrides = (0..event.overrides.len()).map(Source::Override).collect();
        Self { event: event.clone(), series: Source::Series, overrides }
    }

    /// How it repeats.
    pub(super) fn recurrence(&mut self) -> &mut Recurrence {
        self.event.master.recurrence.get_or_insert_default()
    }

    /// The place of the override that replaces an occurrence.
    pub(super) fn place_of(&self, at: &When) -> Option<usize> {
        self.event.overrides.iter().position(|one| one.replaces.at.order() == at.order())
    }

    /// Takes an override away.
    pub(super) fn take(&mut self, place: usize) -> (Override, Source) {
        (self.event.overrides.remove(place), self.overrides.remove(place))
    }

    /// Adds an override at its place in the order.
    pub(super) fn add(&mut self, one: Override, made_of: Source) -> usize {
        let place = self.event.overrides.partition_point(|other| other.replaces.at.order() < one.replaces.at.order());
        self.event.overrides.insert(place, one);
        self.overrides.insert(place, made_of);
        place
    }

    /// Leaves out the overrides that are not wanted.
    pub(super) fn retain(&mut self, wanted: impl Fn(&Override) -> bool) {
        let kept = self.event.overrides.iter().map(&wanted).collect::<Vec<_>>();
        let mut keep = kept.iter();
        self.overrides.retain(|_| keep.next().is_some_and(|keep| *keep));
        self.event.overrides.retain(wanted);
    }

    /// Excludes an occurrence.
    pub(super) fn without(mut self, at: &When) -> Self {
        if let Some(place) = self.place_of(at) {
            let (one, made_of) = self.take(place);
            if one.replaces.and_later {
                self.hand_on(&one, made_of);
            }
        }
        let order = at.order();
        self.recurrence().dates.retain(|date| date.order() != order);
        if ical::gives(&self.event.master, at) {
            let dates = &mut self.recurrence().except_dates;
            let place = dates.partition_point(|date| date.order() < order);
            dates.insert(place, at.clone());
        }
        self.settled()
    }

    /// Makes an occurrence one that differs from its series, unless it is. Answers its place among the overrides.
    pub(super) fn alone(&mut self, at: &When) -> usize {
        if let Some(place) = self.place_of(at) {
            let one = self.event.overrides.get(place).filter(|one| one.replaces.and_later).cloned();
            if let (Some(one), Some(made_of)) = (one, self.overrides.get(place).copied()) {
                self.hand_on(&one, made_of);
                if let Some(one) = self.event.overrides.get_mut(place) {
                    one.replaces.and_later = false;
                }
            }
            return place;
        }
        let (details, made_of) = match self.ruling(at) {
            Some((ruling, made_of)) => (shifted(ruling, at).details, made_of),
            None => (self.event.master.clone(), self.series),
        };
        let span = if made_of == self.series { details.span.starting(at.clone()) } else { details.span.clone() };
        let details = crate::calendar::Details { span, recurrence: None, ..details };
        self.add(Override { replaces: RecurrenceId { at: at.clone(), and_later: false }, details }, made_of)
    }

    /// The override that speaks of an occurrence because it speaks of all later ones, too.
    pub(super) fn ruling(&self, at: &When) -> Option<(&Override, Source)> {
        let all = self.event.overrides.iter().zip(&self.overrides);
        let mut earlier = all.filter(|(one, _)| one.replaces.and_later && one.replaces.at.order() <= at.order());
        earlier.next_back().map(|(one, made_of)| (one, *made_of))
    }

    /// Lets what an override says of all later occurrences begin with the next one that has no override of its own.
    fn hand_on(&mut self, one: &Override, made_of: Source) {
        if let Some(next) = self.next(&one.replaces.at) {
            let one = shifted(one, &next);
            self.add(one, made_of);
        }
    }

    /// The first occurrence after a point that has no override of its own, before the next that rules all later ones.
    fn next(&self, at: &When) -> Option<When> {
        let master = &self.event.master;
        let repeats = master.recurrence.as_ref()?;
        let overrides = &self.event.overrides;
        let most = overrides.len() + repeats.except_dates.len() + 2;
        let ruled = repeats.rules.iter().flat_map(|rule| {
            let from = at.reading();
            ical::occurrences_from(rule, &master.span.start, from, most)
        });
        let mut points: Vec<When> = ruled.chain(repeats.dates.iter().cloned()).collect();
        points.sort_by_key(When::order);
        let end = overrides.iter().filter(|one| one.replaces.and_later && one.replaces.at.order() > at.order());
        let end: Option<DateTime> = end.map(|one| one.replaces.at.order()).min();
        let free = |point: &When| {
            let order = point.order();
            order > at.order() && end.is_none_or(|end| order < end) && self.place_of(point).is_none()
        };
        points.into_iter().find(|point| free(point) && ical::has_occurrence(&self.event, point))
    }

    /// Lets a series of which only the start is left stay one, so that its occurrence keeps its name.
    pub(super) fn settled(mut self) -> Self {
        if let Some(repeats) = self.event.master.recurrence.as_mut()
            && repeats.rules.is_empty()
            && repeats.dates.is_empty()
        {
            repeats.rules.push(Rule { end: RuleEnd::Count(1), ..Rule::every(Frequency::Daily) });
        }
        self
    }

    /// The occurrence that is meant.
    ///
    /// # Errors
    /// When the series has none there.
    pub(super) fn find(&self, name: crate::instances::Name) -> Result<When, ReviseError> {
        let at = name.in_series(&self.event.master.span.start);
        let at = at.filter(|at| ical::has_occurrence(&self.event, at));
        at.ok_or(ReviseError::NoSuchOccurrence(name))
    }
}

/// An override as it says the same of another occurrence.
pub(super) fn shifted(one: &Override, at: &When) -> Override {
    let span = &one.details.span;
    let by = span.start.reading().duration_since(one.replaces.at.reading());
    let reading = at.reading().checked_add(by).unwrap_or(at.reading());
    let mut details = one.details.clone();
    details.span = span.starting(span.start.at_reading(reading));
    Override { replaces: RecurrenceId { at: at.clone(), and_later: one.replaces.and_later }, details }
}
