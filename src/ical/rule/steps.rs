//! What a rule gives in each of its steps (RFC 5545 §3.3.10): a day, week, month or year is gone through day by day, and
//! every BY part keeps a day or drops it. In clock readings, as the whole of rules is.
//!
//! This answers in bounded time what an expansion can't: whether a rule gives a certain point, and whether it ever gives
//! any. Days of the calendar come again after 400 years, so what has not happened by then never does.
//!
//! Where the standard leaves two readings, the wider one is taken (BYWEEKNO without BYDAY means every day of the week):
//! nobody is refused for a reading that another calendar has.

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, Time};

use crate::calendar::{ByDay, Frequency, Rule};

/// A rule of days or more, with the start that fills in what it leaves open.
pub(super) struct Steps<'r> {
    rule: &'r Rule,
    start: DateTime,
    times: Vec<Time>,
}

impl<'r> Steps<'r> {
    pub(super) fn of(rule: &'r Rule, start: DateTime) -> Self {
        Self { rule, start, times: times(rule, start.time()) }
    }

    /// The first day of the step that a day lies in.
    pub(super) fn step_of(&self, day: Date) -> Date {
        match self.rule.frequency {
            Frequency::Yearly => day.first_of_year(),
            Frequency::Monthly => day.first_of_month(),
            Frequency::Weekly => {
                let back = day.weekday().since(self.rule.week_start.into());
                day.checked_sub(i64::from(back).days()).unwrap_or(day)
            }
            _ => day,
        }
    }

    /// How many steps lie between two days, the interval not counted.
    pub(super) fn between(&self, from: Date, to: Date) -> i64 {
        let (from, to) = (self.step_of(from), self.step_of(to));
        let years = i64::from(to.year()) - i64::from(from.year());
        match self.rule.frequency {
            Frequency::Yearly => years,
            Frequency::Monthly => years * 12 + i64::from(to.month()) - i64::from(from.month()),
            Frequency::Weekly => days_between(from, to) / 7,
            _ => days_between(from, to),
        }
    }

    /// The step so many steps later; none where counting ends.
    pub(super) fn later(&self, step: Date, steps: i64) -> Option<Date> {
        let span = match self.rule.frequency {
            Frequency::Yearly => jiff::Span::new().try_years(steps),
            Frequency::Monthly => jiff::Span::new().try_months(steps),
            Frequency::Weekly => jiff::Span::new().try_weeks(steps),
            _ => jiff::Span::new().try_days(steps),
        };
        step.checked_add(span.ok()?).ok()
    }

    /// What the step that begins on that day gives, in order, in the wider reading.
    pub(super) fn given(&self, step: Date) -> Vec<DateTime> {
        let all = self.set(step);
        if self.rule.by_set_position.is_empty() {
            return all;
        }
        let mut picked = self.picked(&all);
        if self.is_first_week(step) {
            picked.extend(self.picked(&self.since_start(all)));
        }
        in_order(picked)
    }

    /// What the step that begins on that day gives, in order, in the one reading that is expanded: positions in the first
    /// week are counted from the start on, as python-dateutil does it, and who follows it.
    pub(super) fn in_order(&self, step: Date) -> Vec<DateTime> {
        let all = self.set(step);
        if self.rule.by_set_position.is_empty() {
            return all;
        }
        let all = if self.is_first_week(step) { self.since_start(all) } else { all };
        in_order(self.picked(&all))
    }

    fn is_first_week(&self, step: Date) -> bool {
        self.rule.frequency == Frequency::Weekly && self.step_of(self.start.date()) == step
    }

    fn since_start(&self, all: Vec<DateTime>) -> Vec<DateTime> {
        all.into_iter().filter(|at| at.date() >= self.start.date()).collect()
    }

    /// What BYSETPOS chooses from, in order.
    fn set(&self, step: Date) -> Vec<DateTime> {
        let mut all = Vec::new();
        let mut day = step;
        for _ in 0..self.length(step) {
            if self.fits(day) {
                all.extend(self.times.iter().map(|time| day.to_datetime(*time)));
            }
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        all
    }

    fn picked(&self, all: &[DateTime]) -> Vec<DateTime> {
        let at = |position: &i16| {
            let places = usize::from(position.unsigned_abs());
            let index = if *position > 0 { places.checked_sub(1) } else { all.len().checked_sub(places) };
            all.get(index?).copied()
        };
        self.rule.by_set_position.iter().filter_map(at).collect()
    }

    fn length(&self, step: Date) -> i64 {
        match self.rule.frequency {
            Frequency::Yearly => step.days_in_year().into(),
            Frequency::Monthly => step.days_in_month().into(),
            Frequency::Weekly => 7,
            _ => 1,
        }
    }

    /// Whether the rule takes a day. What it leaves open is as in the start.
    fn fits(&self, day: Date) -> bool {
        let (rule, start) = (self.rule, self.start.date());
        let own = match rule.frequency {
            _ if says_days(rule) => true,
            Frequency::Yearly => {
                day.day() == start.day() && (!rule.by_month.is_empty() || day.month() == start.month())
            }
            Frequency::Monthly => day.day() == start.day(),
            Frequency::Weekly => day.weekday() == start.weekday(),
            _ => true,
        };
        own && keeps(rule, day)
    }
}

fn in_order(mut points: Vec<DateTime>) -> Vec<DateTime> {
    points.sort_unstable();
    points.dedup();
    points
}

/// Whether a rule says itself which days of a month, week or year it means.
pub(super) fn says_days(rule: &Rule) -> bool {
    let lists = [&rule.by_month_day, &rule.by_year_day, &rule.by_week_number];
    !rule.by_day.is_empty() || lists.iter().any(|list| !list.is_empty())
}

/// Whether all parts of a rule that speak of days keep this one.
pub(super) fn keeps(rule: &Rule, day: Date) -> bool {
    (rule.by_month.is_empty() || rule.by_month.contains(&day.month().into()))
        && counted(&rule.by_month_day, day.day().into(), day.days_in_month().into())
        && counted(&rule.by_year_day, day.day_of_year(), day.days_in_year())
        && (rule.by_day.is_empty() || rule.by_day.iter().any(|one| is_that_day(rule, day, one)))
        && (rule.by_week_number.is_empty() || in_week(rule, day))
}

/// Whether `at` of `length` is among the wanted, which may count from the end.
fn counted(wanted: &[i16], at: i16, length: i16) -> bool {
    wanted.is_empty() || wanted.contains(&at) || wanted.contains(&(at - length - 1))
}

/// Whether a day is, say, the last Sunday of its month, or in a rule of years without months of its year.
pub(super) fn is_that_day(rule: &Rule, day: Date, one: &ByDay) -> bool {
    let in_year = rule.frequency == Frequency::Yearly && rule.by_month.is_empty();
    let (at, length) =
        if in_year { (day.day_of_year(), day.days_in_year()) } else { (day.day().into(), day.days_in_month().into()) };
    let (nth, from_end) = ((at - 1) / 7 + 1, -((length - at) / 7 + 1));
    day.weekday() == one.weekday.into()
        && one.nth.is_none_or(|wanted| i16::from(wanted) == nth || i16::from(wanted) == from_end)
}

/// Weeks are numbered as in ISO 8601, but begin on WKST: week 1 is the first with at least four days of the year, and a
/// week is of the year that its middle lies in.
fn in_week(rule: &Rule, day: Date) -> bool {
    let since = i64::from(day.weekday().since(rule.week_start.into()));
    let Ok(middle) = day.checked_add((3 - since).days()) else { return false };
    let week = (middle.day_of_year() - 1) / 7 + 1;
    let rest = (middle.days_in_year() - middle.day_of_year()) / 7;
    counted(&rule.by_week_number, week, week + rest)
}

/// The times of a day on which the rule happens, in order; what it leaves open is as in the start.
fn times(rule: &Rule, start: Time) -> Vec<Time> {
    let or = |list: &[i16], own: i8| {
        if list.is_empty() { vec![own] } else { list.iter().filter_map(|n| i8::try_from(*n).ok()).collect() }
    };
    let mut times = Vec::new();
    for hour in or(&rule.by_hour, start.hour()) {
        for minute in or(&rule.by_minute, start.minute()) {
            for second in or(&rule.by_second, start.second()) {
                times.extend(Time::new(hour, minute, second.min(59), 0));
            }
        }
    }
    times.sort_unstable();
    times.dedup();
    times
}

pub(super) fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}
