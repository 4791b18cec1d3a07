//! A shape of an event that came as iCalendar, into its text: the lines of its components are edited, and no more.

use jiff::Timestamp;

use super::shape::{Shape, Source};
use crate::calendar::{Details, Event, Override, When, Zone};
use crate::ical::{Component, Sheet};

/// What each part says as JSON tells it, before and after an edit. Only what differs between the two is edited.
pub(super) struct Says {
    pub(super) series: (Details, Details),
    /// Of each override of the shape.
    pub(super) overrides: Vec<(Details, Details)>,
}

/// The text of an event that was read as `old`, edited.
pub(super) struct Edit<'e> {
    pub(super) sheet: &'e Sheet,
    pub(super) old: &'e Event,
    pub(super) shape: &'e Shape,
    /// What is said otherwise; none where only times are edited.
    pub(super) said: Option<&'e Says>,
    /// The UID that it begins with, where it is a new event.
    pub(super) uid: Option<&'e str>,
}

impl Edit<'_> {
    /// The edited text.
    pub(super) fn text(&self) -> String {
        let mut components = vec![self.series()];
        for (place, (one, made_of)) in self.shape.event.overrides.iter().zip(&self.shape.overrides).enumerate() {
            let said = self.said.and_then(|said| said.overrides.get(place));
            components.extend(self.occurrence(one, *made_of, said));
        }
        self.sheet.with(&components, &self.new_zones())
    }

    fn series(&self) -> Component {
        let Self { shape, old, .. } = self;
        let source = self.made_of(shape.series);
        let mut component = source.clone();
        let now = &shape.event.master;
        let (was, recurrence) = match shape.series {
            Source::Series => (&old.master, old.master.recurrence.as_ref()),
            Source::Override(_) => (self.was(shape.series), None),
        };
        if shape.series != Source::Series {
            component.set_replaces(&was.span, None);
        }
        component.set_recurrence(&was.span, recurrence, now.recurrence.as_ref());
        component.set_span(&was.span, &now.span);
        if let Some(Says { series: (was, is), .. }) = self.said {
            component.say(was, is);
        }
        self.ended(source, component)
    }

    /// An occurrence that differs; none where the text says it in another way already.
    fn occurrence(&self, one: &Override, made_of: Source, said: Option<&(Details, Details)>) -> Option<Component> {
        let known = match made_of {
            Source::Override(place) => self.old.overrides.get(place),
            Source::Series => None,
        };
        let own = known.and_then(|known| self.sheet.occurrence(&known.replaces.at));
        let same = |said: &(Details, Details)| said.0.particulars == said.1.particulars;
        // A date that is a period says it, as long as it stands there.
        let stays = own.is_none() && known.is_some_and(|known| known == one) && !self.dates_change();
        if stays && said.is_none_or(|said| same(said) || self.is_said(said)) {
            return None;
        }
        let plain = self.sheet.series();
        let mut component = own.unwrap_or(plain).clone();
        let before = if own.is_none() { &self.old.master } else { self.was(made_of) };
        if own.is_none() {
            component.set_recurrence(&before.span, None, None);
        }
        if own.is_none() || known.is_none_or(|known| known.replaces != one.replaces) {
            component.set_replaces(&before.span, Some(&one.replaces));
        }
        component.set_span(&before.span, &one.details.span);
        if let Some((was, is)) = said {
            component.say(was, is);
        }
        Some(self.ended(own.unwrap_or(plain), component))
    }

    /// Whether the series says the same otherwise.
    fn is_said(&self, (was, is): &(Details, Details)) -> bool {
        self.said.is_some_and(|said| {
            said.series.0.particulars == was.particulars && said.series.1.particulars == is.particulars
        })
    }

    fn dates_change(&self) -> bool {
        let dates = |details: &Details| details.recurrence.as_ref().map(|repeats| repeats.dates.clone());
        dates(&self.old.master) != dates(&self.shape.event.master)
    }

    /// Counts a change, and gives a new event its name.
    fn ended(&self, before: &Component, mut component: Component) -> Component {
        if let Some(uid) = self.uid {
            component.begin_as(uid);
        } else if component != *before {
            component.count_change();
        }
        component
    }

    fn made_of(&self, source: Source) -> &Component {
        let at = match source {
            Source::Series => None,
            Source::Override(place) => self.old.overrides.get(place).map(|one| &one.replaces.at),
        };
        at.and_then(|at| self.sheet.occurrence(at)).unwrap_or(self.sheet.series())
    }

    fn was(&self, source: Source) -> &Details {
        match source {
            Source::Series => &self.old.master,
            Source::Override(place) => self.old.overrides.get(place).map_or(&self.old.master, |one| &one.details),
        }
    }

    /// The zones that the text has no need of so far, each with the first instant that it is needed for.
    fn new_zones(&self) -> Vec<(Zone, Timestamp)> {
        let known: Vec<String> = zones(self.old).into_iter().map(|(zone, _)| zone.name().to_owned()).collect();
        zones(&self.shape.event).into_iter().filter(|(zone, _)| !known.iter().any(|name| name == zone.name())).collect()
    }
}

/// Every zone of an event with its first instant.
fn zones(event: &Event) -> Vec<(Zone, Timestamp)> {
    let mut zones: Vec<(Zone, Timestamp)> = Vec::new();
    let spans = std::iter::once(&event.master).chain(event.overrides.iter().map(|one| &one.details));
    for when in spans.flat_map(|details| [&details.span.start, &details.span.end]) {
        if let (When::Zoned { zone, .. }, Some(at)) = (when, when.instant()) {
            match zones.iter_mut().find(|(known, _)| known == zone) {
                Some((_, first)) => *first = at.min(*first),
                None => zones.push((zone.clone(), at)),
            }
        }
    }
    zones
}
