//! The wall-clock times that a rule makes.
//!
//! Each period (a day, week, month or year) is gone through day by day, and every BY part either keeps a day or drops it: slower than
//! jumping from hit to hit, and much harder to get wrong.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};

use super::rule::{Every, Rule};

impl Rule {
    /// All times from `start` to the day of `horizon`, in order, without regard to COUNT and UNTIL.
    pub(super) fn times(&self, start: DateTime, horizon: Date) -> impl Iterator<Item = DateTime> {
        let mut step = 0;
        let periods = std::iter::from_fn(move || {
            let first = self.period(start.date(), step)?;
            step += 1;
            (first <= horizon).then_some(first)
        });
        periods.flat_map(move |first| self.in_period(first, start)).filter(move |time| *time >= start)
    }

    /// The first day of the period so many steps after that of `start`.
    fn period(&self, start: Date, step: i32) -> Option<Date> {
        let steps = i64::from(step.checked_mul(self.interval)?);
        let added = match self.every {
            Every::Day => start.checked_add(steps.days()),
            Every::Week => {
                let back = i64::from(start.weekday().since(self.week_start));
                start.checked_add((steps * 7 - back).days())
            }
            Every::Month => start.first_of_month().checked_add(steps.months()),
            Every::Year => start.first_of_year().checked_add(steps.years()),
        };
        added.ok()
    }

    fn in_period(&self, first: Date, start: DateTime) -> Vec<DateTime> {
        let days = match self.every {
            Every::Day => 1,
            Every::Week => 7,
            Every::Month => i64::from(first.days_in_month()),
            Every::Year => i64::from(first.days_in_year()),
        };
        let days = (0..days).filter_map(|day| first.checked_add(day.days()).ok());
        let days = days.filter(|day| self.has_day(*day, start.date()));
        let times = self.clock(start.time());
        let all: Vec<DateTime> =
            days.flat_map(|day| times.iter().map(move |time| day.to_datetime(*time)).collect::<Vec<_>>()).collect();
        if self.positions.is_empty() { all } else { self.at_positions(&all) }
    }

    /// The times of day, in order.
    fn clock(&self, start: Time) -> Vec<Time> {
        let or =
            |list: &[i32], own: i8| if list.is_empty() { vec![own] } else { list.iter().map(|n| *n as i8).collect() };
        let mut times = Vec::new();
        for hour in or(&self.hours, start.hour()) {
            for minute in or(&self.minutes, start.minute()) {
                for second in or(&self.seconds, start.second()) {
                    times.extend(Time::new(hour, minute, second, 0));
                }
            }
        }
        times.sort();
        times.dedup();
        times
    }

    fn at_positions(&self, all: &[DateTime]) -> Vec<DateTime> {
        let at = |position: &i32| {
            let places = usize::try_from(position.unsigned_abs()).ok()?;
            let index = if *position > 0 { places.checked_sub(1) } else { all.len().checked_sub(places) };
            all.get(index?).copied()
        };
        let mut picked: Vec<DateTime> = self.positions.iter().filter_map(at).collect();
        picked.sort();
        picked.dedup();
        picked
    }

    /// Does the rule take this day? What the rule leaves open is as in the first start.
    fn has_day(&self, day: Date, start: Date) -> bool {
        let open = self.weeks.is_empty() && self.year_days.is_empty() && self.month_days.is_empty();
        let open = open && self.weekdays.is_empty();
        if open {
            let fits = match self.every {
                Every::Day => true,
                Every::Week => day.weekday() == start.weekday(),
                Every::Month => day.day() == start.day(),
                Every::Year if self.months.is_empty() => (day.month(), day.day()) == (start.month(), start.day()),
                Every::Year => day.day() == start.day(),
            };
            return fits && self.has_month(day);
        }
        let week_only = !self.weeks.is_empty() && self.weekdays.is_empty();
        self.has_month(day)
            && self.has_week(day)
            && (!week_only || day.weekday() == start.weekday())
            && counted(&self.year_days, i32::from(day.day_of_year()), i32::from(day.days_in_year()))
            && counted(&self.month_days, i32::from(day.day()), i32::from(day.days_in_month()))
            && self.has_weekday(day)
    }

    fn has_month(&self, day: Date) -> bool {
        self.months.is_empty() || self.months.contains(&i32::from(day.month()))
    }

    fn has_weekday(&self, day: Date) -> bool {
        let in_year = self.every == Every::Year && self.months.is_empty();
        let (at, length) = if in_year {
            (i32::from(day.day_of_year()), i32::from(day.days_in_year()))
        } else {
            (i32::from(day.day()), i32::from(day.days_in_month()))
        };
        let (nth, from_end) = ((at - 1) / 7 + 1, -((length - at) / 7 + 1));
        let fits = |(wanted, weekday): &(i32, _)| {
            day.weekday() == *weekday && (*wanted == 0 || *wanted == nth || *wanted == from_end)
        };
        self.weekdays.is_empty() || self.weekdays.iter().any(fits)
    }

    /// Weeks are numbered as in ISO 8601, but begin at WKST: week 1 is the first with at least four days of the year.
    fn has_week(&self, day: Date) -> bool {
        if self.weeks.is_empty() {
            return true;
        }
        // The day of the week's middle tells to which year the week belongs.
        let middle = day.checked_add((3 - i64::from(day.weekday().since(self.week_start))).days());
        let Ok(middle) = middle else { return false };
        let week = (i32::from(middle.day_of_year()) - 1) / 7 + 1;
        let last = middle.last_of_year();
        let rest = (i32::from(last.day_of_year()) - i32::from(middle.day_of_year())) / 7;
        counted(&self.weeks, week, week + rest)
    }
}

/// Is `at` of `length` among the wanted, which may count from the end?
fn counted(wanted: &[i32], at: i32, length: i32) -> bool {
    wanted.is_empty() || wanted.contains(&at) || wanted.contains(&(at - length - 1))
}
