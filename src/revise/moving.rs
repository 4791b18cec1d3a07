//! A series whose first occurrence is moved, and with it all of them.
//!
//! Rule: every occurrence moves by as much as the first one, by the clock. An occurrence that has a time of its own keeps
//! it; what was excluded or changed stays so, under its new original start. Where the rules give no occurrence as much
//! later (the second Tuesday of a month became the second Wednesday), it is the nearest one.

use jiff::SignedDuration;

use super::shape::Shape;
use crate::calendar::{Details, Frequency, Recurrence, Span, When};
use crate::ical::{self, occurrences_from, rule_moved};

impl Shape {
    /// Lets the first occurrence happen then, and all others accordingly.
    pub(super) fn move_to(&mut self, span: Span) {
        let old = self.event.master.clone();
        self.event.master.span = span.clone();
        let (from, to) = (&old.span.start, &span.start);
        if let Some(repeats) = &old.recurrence {
            let moved = |point: &When| to.at_reading(along(point, from, to));
            self.event.master.recurrence = Some(Recurrence {
                rules: repeats.rules.iter().map(|rule| rule_moved(rule, from, to)).collect(),
                except_rules: repeats.except_rules.iter().map(|rule| rule_moved(rule, from, to)).collect(),
                dates: repeats.dates.iter().map(moved).collect(),
                except_dates: Vec::new(),
            });
            let except = repeats.except_dates.iter().map(|at| self.new_name(&old, at)).collect();
            self.recurrence().except_dates = sorted(except);
        }
        let names: Vec<When> = self.event.overrides.iter().map(|one| self.new_name(&old, &one.replaces.at)).collect();
        for (one, at) in self.event.overrides.iter_mut().zip(names) {
            let own = &one.details.span;
            let length = if own.length() == old.span.length() { span.length() } else { own.length() };
            let same_end = |start: When| as_long(&span, length, start);
            one.details.span = if own.start.order() == one.replaces.at.order() {
                same_end(at.clone())
            } else if length == own.length() {
                own.clone()
            } else {
                let start = own.start.clone();
                start
                    .reading()
                    .checked_add(length)
                    .map_or_else(|_| own.clone(), |end| Span { end: start.at_reading(end), start })
            };
            one.replaces.at = at;
        }
        self.drop_homeless();
    }

    /// Leaves out changes and exclusions of occurrences that are none of the series.
    pub(super) fn drop_homeless(&mut self) {
        let master = self.event.master.clone();
        let mut last = None;
        let overrides = std::mem::take(&mut self.overrides);
        let all = std::mem::take(&mut self.event.overrides).into_iter().zip(overrides);
        for (one, made_of) in all {
            let order = one.replaces.at.order();
            if last != Some(order) && master.recurrence.is_some() && ical::gives(&master, &one.replaces.at) {
                last = Some(order);
                self.event.overrides.push(one);
                self.overrides.push(made_of);
            }
        }
    }

    /// What an occurrence of the series as it was is called in it as it is now.
    fn new_name(&self, old: &Details, at: &When) -> When {
        let new = &self.event.master;
        let (from, to) = (&old.span.start, &new.span.start);
        let point = to.at_reading(along(at, from, to));
        if !ical::gives(old, at) || ical::gives(new, &point) {
            return point;
        }
        let rules = new.recurrence.iter().flat_map(|repeats| &repeats.rules);
        let rare = rules.filter(|rule| matches!(rule.frequency, Frequency::Monthly | Frequency::Yearly));
        let from = point.reading().checked_sub(NEAR).unwrap_or(point.reading());
        let far = |other: &When| other.reading().duration_since(point.reading()).abs();
        let near = rare.flat_map(|rule| occurrences_from(rule, to, from, 32)).filter(|other| far(other) <= NEAR);
        near.min_by_key(far).unwrap_or(point)
    }
}

/// How far an occurrence is at most from where it would have moved: a weekday of a month, by a week.
const NEAR: SignedDuration = SignedDuration::from_hours(8 * 24);

/// A clock reading that is moved as much as the start of its series was.
fn along(point: &When, from: &When, to: &When) -> jiff::civil::DateTime {
    let by = to.reading().duration_since(from.reading());
    point.reading().checked_add(by).unwrap_or(point.reading())
}

/// A span of that length from `start` on, with the clocks of `like`.
fn as_long(like: &Span, length: SignedDuration, start: When) -> Span {
    if length == like.length() {
        return like.starting(start);
    }
    let end = start.reading().checked_add(length).map_or_else(|_| start.clone(), |end| start.at_reading(end));
    Span { end, start }
}

fn sorted(mut points: Vec<When>) -> Vec<When> {
    points.sort_by_key(When::order);
    points.dedup_by_key(|point| point.order());
    points
}
