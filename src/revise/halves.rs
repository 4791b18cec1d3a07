//! A series that is cut in two: what happens before an occurrence, and from it on.
//!
//! Rule: together the halves have the occurrences that the series had, each half those of its side by their original
//! starts. What a rule leaves open is as in the start of its series, so the second half, which has another start, says
//! it; where no rule can say it (every third day, cut at a date that was added), it begins at an earlier point of the
//! rhythm, which is excluded.

use super::ReviseError;
use super::shape::{Shape, Source, shifted};
use crate::calendar::{Details, Recurrence, Rule, RuleEnd, When};
use crate::ical::{self, occurrences, previous_occurrence, rule_continued};

/// Exclusions that a half may begin with; more than a text may have.
const MOST_EXCLUDED: usize = 5_000;

/// Points of a rhythm that are tried as the beginning of a half before the start of the series itself.
const MOST_TRIED: usize = 8;

impl Shape {
    /// What happens before an occurrence that is not the first.
    pub(super) fn ended_before(mut self, at: &When) -> Self {
        let start = self.event.master.span.start.clone();
        let order = at.order();
        let is_before = |point: &When| point.order() < order;
        let repeats = self.recurrence();
        repeats.rules = repeats.rules.iter().filter_map(|rule| ended(rule, &start, at)).collect();
        repeats.dates.retain(is_before);
        repeats.except_dates.retain(is_before);
        // Dates may have been added before the start, which is none of this half then.
        if order <= start.order() && !repeats.dates.is_empty() {
            let first = repeats.dates.remove(0);
            repeats.except_rules.clear();
            self.event.master.span = self.event.master.span.starting(first);
        }
        self.retain(|one| is_before(&one.replaces.at));
        self.settled()
    }

    /// What happens from an occurrence on that is not the first.
    ///
    /// # Errors
    /// When the half would have to exclude too many.
    pub(super) fn begun_at(mut self, at: &When) -> Result<Self, ReviseError> {
        let ruling = self.ruling(at).map(|(one, made_of)| (one.clone(), made_of));
        let (start, repeats) = begun(&self.event.master, at)?;
        let order = at.order();
        self.event.master.span = self.event.master.span.starting(start);
        self.event.master.recurrence = Some(repeats);
        self.retain(|one| one.replaces.at.order() >= order);
        if let Some((one, made_of)) = ruling {
            self.rule_by(&one, made_of, at);
        }
        Ok(self.settled())
    }

    /// Makes what an override says of all later occurrences what the series says.
    fn rule_by(&mut self, one: &crate::calendar::Override, made_of: Source, at: &When) {
        if let Some(place) = self.place_of(at).filter(|_| one.replaces.at.order() == at.order()) {
            self.take(place);
        }
        let span = shifted(one, &self.event.master.span.start).details.span;
        let recurrence = self.event.master.recurrence.clone();
        let own = self.event.master.span.clone();
        self.event.master = Details { span: own, recurrence, ..one.details.clone() };
        self.series = made_of;
        self.move_to(span);
    }
}

/// A rule as it ends before a point; none when it gives nothing before.
fn ended(rule: &Rule, start: &When, at: &When) -> Option<Rule> {
    let last = previous_occurrence(rule, start, at)?;
    let end = match &rule.end {
        RuleEnd::Until(until) if until.order() < at.order() => rule.end.clone(),
        RuleEnd::Count(count) => {
            let many = occurrences(rule, start, Some(&last), usize::try_from(*count).unwrap_or(usize::MAX));
            let many = many.and_then(|all| u32::try_from(all.len()).ok());
            RuleEnd::Count(many.unwrap_or(*count))
        }
        // RFC 5545 §3.3.10: in UTC where the start has an instant.
        _ => RuleEnd::Until(last.instant().map_or(last, When::Utc)),
    };
    Some(Rule { end, ..rule.clone() })
}

/// Where the half from `at` on starts, and how it repeats.
fn begun(series: &Details, at: &When) -> Result<(When, Recurrence), ReviseError> {
    let start = &series.span.start;
    let nothing = Recurrence::default();
    let repeats = series.recurrence.as_ref().unwrap_or(&nothing);
    let mut from = Some(at.clone()).filter(|at| at.order() >= start.order());
    for _ in 0..MOST_TRIED {
        let Some(point) = from else { break };
        if let Some(begun) = begun_from(repeats, start, &point, at) {
            return begun.map(|repeats| (point, repeats));
        }
        let earlier = repeats.rules.iter().filter_map(|rule| previous_occurrence(rule, start, &point));
        from = earlier.max_by_key(When::order);
    }
    let whole = begun_from(repeats, start, start, at).unwrap_or(Err(ReviseError::TooManyExcluded));
    whole.map(|repeats| (start.clone(), repeats))
}

/// How a half repeats that has the occurrences from `at` on and starts at `from`; none when no rule can say it.
fn begun_from(repeats: &Recurrence, start: &When, from: &When, at: &When) -> Option<Result<Recurrence, ReviseError>> {
    // What is said to begin there would go on an hour later.
    if !is_shown(from) || from != start && ical::stands_for_skipped(from) {
        return None;
    }
    let go_on = |rules: &[Rule]| {
        let all = rules.iter().map(|rule| gone_on(rule, start, from)).collect::<Option<Vec<_>>>()?;
        Some(all.into_iter().flatten().collect::<Vec<Rule>>())
    };
    let (rules, except_rules) = (go_on(&repeats.rules)?, go_on(&repeats.except_rules)?);
    let is_after = |point: &&When| point.order() >= at.order();
    let dates = repeats.dates.iter().filter(is_after).filter(|date| date.order() != from.order()).cloned().collect();
    let mut except_dates = match excluded(&rules, from, at) {
        Ok(excluded) => excluded,
        Err(error) => return Some(Err(error)),
    };
    except_dates.extend(repeats.except_dates.iter().filter(is_after).cloned());
    Some(Ok(Recurrence { rules, except_rules, dates, except_dates }))
}

/// What a half that starts at `from` gives before `at`.
fn excluded(rules: &[Rule], from: &When, at: &When) -> Result<Vec<When>, ReviseError> {
    // A date that was added before the start is in this half as such.
    if from.order() >= at.order() {
        return Ok(Vec::new());
    }
    let mut excluded = vec![from.clone()];
    for rule in rules {
        let given = match rule.end {
            // A rule that counts comes to its end before or after.
            RuleEnd::Count(_) | RuleEnd::Until(_) | RuleEnd::Never => occurrences(rule, from, Some(at), MOST_EXCLUDED),
        };
        excluded.extend(given.ok_or(ReviseError::TooManyExcluded)?);
    }
    excluded.retain(|point| point.order() < at.order());
    excluded.sort_by_key(When::order);
    excluded.dedup_by_key(|point| point.order());
    if excluded.len() > MOST_EXCLUDED {
        return Err(ReviseError::TooManyExcluded);
    }
    Ok(excluded)
}

/// A rule of a series that starts at `start` as it goes on in one that starts at `from`: none when no rule can say it, and
/// none inside when it is over.
#[expect(clippy::option_option, reason = "not sayable, and over, are two things")]
fn gone_on(rule: &Rule, start: &When, from: &When) -> Option<Option<Rule>> {
    let mut going = rule_continued(rule, start.reading(), from.reading())?;
    match &rule.end {
        RuleEnd::Never => {}
        RuleEnd::Until(until) if until.order() < from.order() => return Some(None),
        RuleEnd::Until(_) => {}
        RuleEnd::Count(count) => {
            let most = usize::try_from(*count).unwrap_or(usize::MAX);
            let before = occurrences(rule, start, Some(from), most)?;
            let before = before.iter().filter(|point| point.order() < from.order()).count();
            match count.checked_sub(u32::try_from(before).ok()?) {
                None | Some(0) => return Some(None),
                Some(left) => going.end = RuleEnd::Count(left),
            }
        }
    }
    Some(Some(going))
}

/// Whether clocks show its reading: they skip an hour of some nights.
fn is_shown(point: &When) -> bool {
    let When::Zoned { local, zone } = point else { return true };
    zone.instant(*local).is_some_and(|at| zone.rules().to_datetime(at) == *local)
}
