//! What the clients were promised, and how a calendar differs from it.

use std::collections::BTreeMap;

use super::calendar::Object;
use super::clients::{Step, Work};

/// The revision that each event was last answered with; none for a deleted one.
#[derive(Clone, Debug, Default)]
pub(super) struct Promises(BTreeMap<u32, Option<u32>>);

/// One way in which a calendar is not as promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Difference {
    /// A live event has no object.
    Missing { event: u32 },
    /// Its object shows another revision.
    Stale { event: u32, promised: u32, found: u32 },
    /// It has more than one object.
    Doubled { event: u32, objects: usize },
    /// A deleted event still has an object.
    Leftover { event: u32 },
    /// An object that belongs to no event.
    Unknown { href: String, summary: String },
}

impl Difference {
    /// Whether it may pass by itself: a deletion that is still on its way.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self, Self::Leftover { .. })
    }
}

impl Promises {
    /// Every step of `work` has been answered with a 2xx.
    pub(super) fn keep(&mut self, work: &Work) {
        for step in work.steps() {
            match *step {
                Step::Create { event } => self.0.insert(event, Some(0)),
                Step::Change { event, revision } => self.0.insert(event, Some(revision)),
                Step::Delete { event } => self.0.insert(event, None),
            };
        }
    }

    /// How many events must stand in the calendar.
    pub(super) fn live(&self) -> usize {
        self.0.values().flatten().count()
    }

    /// The live events of one thread with their revisions.
    pub(super) fn live_of(&self, owner: impl Fn(u32) -> bool) -> Vec<(u32, u32)> {
        self.0
            .iter()
            .filter(|(event, _)| owner(**event))
            .filter_map(|(event, revision)| revision.map(|revision| (*event, revision)))
            .collect()
    }

    /// Everything in which `objects` are not as promised.
    pub(super) fn differences(&self, objects: &[Object]) -> Vec<Difference> {
        let mut found: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut differences = Vec::new();
        for object in objects {
            match read_summary(&object.summary) {
                Some((event, revision)) if self.0.contains_key(&event) => {
                    found.entry(event).or_default().push(revision);
                }
                _ => {
                    differences.push(Difference::Unknown { href: object.href.clone(), summary: object.summary.clone() })
                }
            }
        }
        for (&event, promised) in &self.0 {
            let revisions = found.get(&event).map_or(&[][..], Vec::as_slice);
            differences.extend(difference(event, *promised, revisions));
        }
        differences
    }
}

fn difference(event: u32, promised: Option<u32>, found: &[u32]) -> Option<Difference> {
    match (promised, found) {
        (Some(promised), [one]) if *one == promised => None,
        (Some(promised), [one]) => Some(Difference::Stale { event, promised, found: *one }),
        (Some(_), []) => Some(Difference::Missing { event }),
        (None, []) => None,
        (None, [_]) => Some(Difference::Leftover { event }),
        (_, several) => Some(Difference::Doubled { event, objects: several.len() }),
    }
}

/// The summary by which an object of an event is known, whatever the gateway calls it.
pub(super) fn summary(event: u32, revision: u32) -> String {
    format!("Crash event {event} revision {revision}")
}

fn read_summary(text: &str) -> Option<(u32, u32)> {
    let (event, revision) = text.strip_prefix("Crash event ")?.split_once(" revision ")?;
    Some((event.parse().ok()?, revision.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn promised(events: &[(u32, Option<u32>)]) -> Promises {
        Promises(events.iter().copied().collect())
    }

    fn objects(summaries: &[&str]) -> Vec<Object> {
        let object = |(n, text): (usize, &&str)| Object { href: format!("/c/{n}.ics"), summary: (*text).to_owned() };
        summaries.iter().enumerate().map(object).collect()
    }

    #[test]
    fn a_calendar_as_promised_shows_no_difference() {
        let promises = promised(&[(1, Some(0)), (2, Some(3)), (3, None)]);
        assert_eq!(promises.differences(&objects(&[&summary(2, 3), &summary(1, 0)])), []);
        assert_eq!(promises.live(), 2);
        assert_eq!(promises.live_of(|event| event > 1), [(2, 3)]);
    }

    #[test]
    fn every_kind_of_difference_is_found() {
        let one = promised(&[(1, Some(2))]);
        let gone = promised(&[(1, None)]);
        let (new, old) = (summary(1, 2), summary(1, 1));
        let cases: [(&Promises, &[&str], Difference); 6] = [
            (&one, &[], Difference::Missing { event: 1 }),
            (&one, &[&old], Difference::Stale { event: 1, promised: 2, found: 1 }),
            (&one, &[&new, &new], Difference::Doubled { event: 1, objects: 2 }),
            (&one, &[&new, &old], Difference::Doubled { event: 1, objects: 2 }),
            (&gone, &[&new], Difference::Leftover { event: 1 }),
            (&gone, &[&new, &old], Difference::Doubled { event: 1, objects: 2 }),
        ];
        for (promises, found, expected) in cases {
            assert_eq!(promises.differences(&objects(found)), [expected]);
        }
    }

    #[test]
    fn objects_of_no_event_are_found() {
        for text in ["Pasarela probe", "Crash event 9 revision 0", "Crash event x revision 0"] {
            let found = promised(&[(1, None)]).differences(&objects(&[text]));
            assert_eq!(found, [Difference::Unknown { href: "/c/0.ics".to_owned(), summary: text.to_owned() }]);
            assert!(!found[0].may_pass());
        }
    }
}
