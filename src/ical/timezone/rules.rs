//! The rules that a text's own VTIMEZONE gives (RFC 5545 §3.6.5), as far as zones are described in practice: observances
//! with a yearly RRULE, with RDATEs, or with neither.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::calendar::{ByDay, Frequency, Rule, RuleEnd, When};
use crate::ical::broken;
use crate::ical::outline::{Outline, Part};
use crate::ical::rule;
use crate::ical::written::{Written, utc_offset};

/// Observances of one VTIMEZONE. Outlook sends two, histories run to some hundred.
const MAX_OBSERVANCES: usize = 200;

/// The rules of one VTIMEZONE.
#[derive(Debug)]
pub(in crate::ical) struct Rules(Vec<Observance>);

#[derive(Debug, Default)]
struct Observance {
    from: Option<i64>,
    to: Option<i64>,
    start: Option<DateTime>,
    rule: Option<Rule>,
    dates: Vec<DateTime>,
}

impl Rules {
    /// None when the VTIMEZONE says something that is not understood.
    pub(in crate::ical) fn read(outline: &Outline<'_>, part: &Part<'_>) -> Option<Self> {
        let mut observances: Vec<Observance> = Vec::new();
        if broken::at(outline.lines(part)).is_some() {
            return None;
        }
        for line in outline.lines(part) {
            let observance = observances.last_mut();
            let value = line.value();
            match (line.name().to_ascii_uppercase().as_str(), observance) {
                ("BEGIN", _) if !value.trim().eq_ignore_ascii_case("VTIMEZONE") => {
                    observances.push(Observance::default());
                }
                ("TZOFFSETFROM", Some(observance)) => observance.from = Some(utc_offset(value)?),
                ("TZOFFSETTO", Some(observance)) => observance.to = Some(utc_offset(value)?),
                ("DTSTART", Some(observance)) => observance.start = Some(reading(value)?),
                ("RDATE", Some(observance)) => {
                    for date in value.split(',') {
                        observance.dates.push(reading(date)?);
                    }
                }
                ("RRULE", Some(observance)) => {
                    // UNTIL is in UTC here (RFC 5545 §3.6.5), as if the start were.
                    let start = When::Utc(Timestamp::UNIX_EPOCH);
                    observance.rule = Some(rule::read(value, &start).ok()?.rule).filter(is_understood);
                    observance.rule.as_ref()?;
                }
                _ => {}
            }
        }
        let whole = observances.iter().all(|one| one.from.is_some() && one.to.is_some() && one.start.is_some());
        (whole && !observances.is_empty() && observances.len() <= MAX_OBSERVANCES).then_some(Self(observances))
    }

    /// Clocks that are always that many seconds from UTC; none where no clock can be.
    pub(super) fn fixed(offset: i64) -> Option<Self> {
        let start = DateTime::new(1601, 1, 1, 0, 0, 0, 0).ok();
        let always = Observance { from: Some(offset), to: Some(offset), start, ..Observance::default() };
        Some(Self(vec![always])).filter(|_| offset.abs() <= 18 * 3_600)
    }

    /// The instant of a clock reading: the first of two where clocks go back, with the offset before the gap where
    /// they jump (RFC 5545 §3.3.5).
    pub(in crate::ical) fn instant(&self, reading: DateTime) -> Option<Timestamp> {
        let local = TimeZone::UTC.to_timestamp(reading).ok()?.as_second();
        let mut offsets: Vec<i64> = self.0.iter().flat_map(|one| [one.from, one.to]).flatten().collect();
        offsets.sort_unstable_by_key(|offset| std::cmp::Reverse(*offset));
        let (earliest, latest) = (offsets.first()?, offsets.last()?);
        let fits = |offset: &&i64| self.offset_at(local - **offset) == Some(**offset);
        let offset = match offsets.iter().find(fits) {
            Some(offset) => *offset,
            None => self.offset_at(local - earliest.max(latest))?,
        };
        Timestamp::from_second(local - offset).ok()
    }

    /// The offset in force at an instant, both in seconds.
    pub(super) fn offset_at(&self, at: i64) -> Option<i64> {
        let latest =
            self.0.iter().filter_map(|one| Some((one.last_onset(at)?, one.to?))).max_by_key(|(onset, _)| *onset);
        let before = || self.0.iter().min_by_key(|one| one.start).and_then(|one| one.from);
        latest.map(|(_, to)| to).or_else(before)
    }

    /// The changes of the offset in (`from`, `to`], in order: instant and new offset.
    pub(super) fn changes(&self, from: i64, to: i64) -> Vec<(i64, i64)> {
        let mut onsets: Vec<(i64, i64)> = Vec::new();
        for one in &self.0 {
            let Some(offset) = one.to else { continue };
            onsets.extend(one.onsets(from, to).map(|onset| (onset, offset)));
        }
        onsets.sort_unstable();
        let mut offset = self.offset_at(from);
        onsets.retain(|(_, to)| offset.replace(*to) != Some(*to));
        onsets
    }
}

impl Observance {
    /// The latest onset up to an instant.
    fn last_onset(&self, at: i64) -> Option<i64> {
        let since = i64::from(self.start?.year());
        let near = i64::from(year_of(at)) + 1;
        let fixed = self.fixed().filter(|onset| *onset <= at).max();
        let rule = self.rule.as_ref().and_then(|rule| {
            // A rule that ended is asked for its last years only.
            let last = until(rule).map_or(near, |until| near.min(i64::from(year_of(until)) + 1));
            // Every yearly rule has an onset within ten years, or has none (29 February skips 1900).
            (since.max(last - 10)..=last)
                .rev()
                .find_map(|year| self.in_year(rule, year).filter(|onset| *onset <= at).max())
        });
        fixed.max(rule)
    }

    fn onsets(&self, from: i64, to: i64) -> impl Iterator<Item = i64> {
        let years = i64::from(year_of(from)) - 1..=i64::from(year_of(to)) + 1;
        let ruled = self.rule.iter().flat_map(move |rule| years.clone().flat_map(|year| self.in_year(rule, year)));
        let mut onsets: Vec<i64> = self.fixed().chain(ruled).filter(|onset| (from + 1..=to).contains(onset)).collect();
        onsets.sort_unstable();
        onsets.dedup();
        onsets.into_iter()
    }

    /// The onsets that are given one by one.
    fn fixed(&self) -> impl Iterator<Item = i64> {
        self.start.iter().chain(&self.dates).filter_map(|reading| self.onset(*reading))
    }

    /// When the clocks of the time before show this.
    fn onset(&self, reading: DateTime) -> Option<i64> {
        Some(TimeZone::UTC.to_timestamp(reading).ok()?.as_second() - self.from?)
    }

    fn in_year(&self, rule: &Rule, year: i64) -> impl Iterator<Item = i64> {
        let until = until(rule).unwrap_or(i64::MAX);
        let days = self.start.zip(i16::try_from(year).ok()).map(|(start, year)| (start, days_of(rule, year, start)));
        let (start, days) = days.map_or((DateTime::MAX, Vec::new()), |both| both);
        days.into_iter()
            .map(move |day| day.to_datetime(start.time()))
            .filter(move |reading| *reading >= start)
            .filter_map(|reading| self.onset(reading))
            .filter(move |onset| *onset <= until)
    }
}

fn until(rule: &Rule) -> Option<i64> {
    match &rule.end {
        RuleEnd::Until(When::Utc(until)) => Some(until.as_second()),
        _ => None,
    }
}

fn year_of(at: i64) -> i16 {
    Timestamp::from_second(at).map_or(0, |at| TimeZone::UTC.to_datetime(at).year())
}

/// The yearly rules that zones have.
fn is_understood(rule: &Rule) -> bool {
    let Rule { frequency, interval, end, by_day, by_year_day, by_week_number, by_month, .. } = rule;
    let by_month_if_day = by_day.is_empty() || !by_month.is_empty();
    *frequency == Frequency::Yearly
        && *interval == 1
        && !matches!(end, RuleEnd::Count(_))
        && by_month_if_day
        && by_year_day.is_empty()
        && by_week_number.is_empty()
}

/// The days of a year that a rule means.
fn days_of(rule: &Rule, year: i16, start: DateTime) -> Vec<Date> {
    let own_month = [i16::from(start.month())];
    let months = if rule.by_month.is_empty() { own_month.as_slice() } else { &rule.by_month };
    let mut days = Vec::new();
    for month in months {
        let Some(first) = i8::try_from(*month).ok().and_then(|month| Date::new(year, month, 1).ok()) else { continue };
        days.extend(days_of_month(rule, first, start.day()));
    }
    if rule.by_set_position.is_empty() {
        return days;
    }
    let at = |position: &i16| {
        let from_start = usize::try_from(*position - 1).ok();
        from_start.or_else(|| days.len().checked_sub(usize::from(position.unsigned_abs())))
    };
    rule.by_set_position.iter().filter_map(|position| days.get(at(position)?).copied()).collect()
}

fn days_of_month(rule: &Rule, first: Date, own_day: i8) -> Vec<Date> {
    let length = first.days_in_month();
    let by_month_day = |day: &i16| match *day {
        day @ 1.. => i8::try_from(day).ok(),
        day => i8::try_from(i16::from(length) + 1 + day).ok(),
    };
    let listed =
        |day: i8| rule.by_month_day.is_empty() || rule.by_month_day.iter().any(|one| by_month_day(one) == Some(day));
    let dated = |day: i8| first.checked_add((day - 1).days()).ok().filter(|_| (1..=length).contains(&day));
    match (rule.by_day.as_slice(), rule.by_month_day.as_slice()) {
        ([], []) => dated(own_day).into_iter().collect(),
        ([], listed) => listed.iter().filter_map(by_month_day).filter_map(dated).collect(),
        (days, _) => (1..=length)
            .filter(|day| listed(*day))
            .filter_map(dated)
            .filter(|date| days.iter().any(|day| is_that_day(*date, day)))
            .collect(),
    }
}

/// Whether a date is, say, the last Sunday of its month.
fn is_that_day(date: Date, day: &ByDay) -> bool {
    let from_start = (date.day() - 1) / 7 + 1;
    let from_end = (date.days_in_month() - date.day()) / 7 + 1;
    date.weekday() == day.weekday.into() && day.nth.is_none_or(|nth| nth == from_start || nth == -from_end)
}

/// A clock reading; rules may start in years that no event lies in (Outlook's in 1601).
fn reading(text: &str) -> Option<DateTime> {
    Written::of_any_year(text).ok().map(Written::reading)
}
