//! The occurrences of an event in a window, for pages that show an agenda to a person.
//!
//! Covers what people use: daily, weekly by weekday, monthly by date or by the nth weekday, yearly by date, with INTERVAL, COUNT, UNTIL,
//! EXDATE, RDATE and overrides. Of a rule with other parts (BYSETPOS, BYHOUR, …) only the first occurrence is shown.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp, ToSpan};

use super::{Component, When, duration_seconds};

/// One time an event takes place.
#[derive(Clone, Debug)]
pub(crate) struct Occurrence<'a> {
    /// The component it is described by: the master or an override.
    pub(crate) event: &'a Component,
    /// When it starts.
    pub(crate) start: When,
    /// When it ends (exclusive for whole days).
    pub(crate) end: Timestamp,
    /// Is it one of a series?
    pub(crate) repeats: bool,
}

/// The occurrences that overlap `from..until`, by start. Cancelled ones are left out.
pub(crate) fn occurrences<'a>(
    calendar: &'a Component,
    from: Timestamp,
    until: Timestamp,
    local: &TimeZone,
) -> Vec<Occurrence<'a>> {
    let mut overrides: BTreeMap<Timestamp, &Component> = BTreeMap::new();
    for event in calendar.all("VEVENT") {
        if let Some(original) = event.line("RECURRENCE-ID").and_then(When::read) {
            overrides.insert(original.instant(local), event);
        }
    }
    let mut found = Vec::new();
    for event in calendar.all("VEVENT").filter(|event| event.line("RECURRENCE-ID").is_none()) {
        let Some(first) = event.line("DTSTART").and_then(When::read) else { continue };
        let repeats = event.line("RRULE").is_some() || event.line("RDATE").is_some();
        for start in starts(event, &first, until, local) {
            if !overrides.contains_key(&start.instant(local)) {
                found.extend(occurrence(event, start, repeats, local));
            }
        }
    }
    for event in overrides.values() {
        let start = event.line("DTSTART").and_then(When::read);
        found.extend(start.and_then(|start| occurrence(event, start, true, local)));
    }
    found.retain(|one| {
        one.end > from && one.start.instant(local) < until && one.event.value("STATUS") != Some("CANCELLED")
    });
    found.sort_by_key(|one| one.start.instant(local));
    found
}

fn occurrence<'a>(event: &'a Component, start: When, repeats: bool, local: &TimeZone) -> Option<Occurrence<'a>> {
    let length = length(event, local)?;
    let end = start.instant(local).saturating_add(length).unwrap_or(Timestamp::MAX);
    Some(Occurrence { event, start, end, repeats })
}

/// How long an event lasts: DTEND or DURATION; without either a day for whole days, nothing for times.
fn length(event: &Component, local: &TimeZone) -> Option<SignedDuration> {
    let start = event.line("DTSTART").and_then(When::read)?;
    if let Some(end) = event.line("DTEND").and_then(When::read) {
        return Some(end.instant(local).duration_since(start.instant(local)));
    }
    let day = if start.is_date() { 86_400 } else { 0 };
    Some(SignedDuration::from_secs(event.value("DURATION").and_then(duration_seconds).unwrap_or(day)))
}

fn starts(event: &Component, first: &When, until: Timestamp, local: &TimeZone) -> Vec<When> {
    let rule = event.value("RRULE").and_then(|rule| Rule::read(rule, first, local));
    let mut starts = match rule {
        Some(rule) => rule.starts(first, until, local),
        None => vec![first.clone()],
    };
    starts.extend(event.lines.iter().filter(|line| line.name == "RDATE").flat_map(When::read_all));
    let excluded: Vec<_> = event
        .lines
        .iter()
        .filter(|line| line.name == "EXDATE")
        .flat_map(When::read_all)
        .map(|when| when.instant(local))
        .collect();
    starts.retain(|start| !excluded.contains(&start.instant(local)));
    starts.sort_by_key(|start| start.instant(local));
    starts.dedup();
    starts
}

/// Never more occurrences of one event than this.
const MOST: usize = 2_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Every {
    Day,
    Week,
    Month,
    Year,
}

#[derive(Debug)]
struct Rule {
    every: Every,
    interval: i64,
    count: usize,
    last: Timestamp,
    /// Weekdays, each with its number in the month (0: every one).
    days: Vec<(i8, Weekday)>,
}

impl Rule {
    /// `None` for rules with parts that this file does not know.
    fn read(rule: &str, first: &When, local: &TimeZone) -> Option<Self> {
        let mut read = Self { every: Every::Day, interval: 1, count: MOST, last: Timestamp::MAX, days: Vec::new() };
        for part in rule.split(';') {
            let (name, value) = part.split_once('=')?;
            match name.to_ascii_uppercase().as_str() {
                "FREQ" => {
                    read.every = match value {
                        "DAILY" => Every::Day,
                        "WEEKLY" => Every::Week,
                        "MONTHLY" => Every::Month,
                        "YEARLY" => Every::Year,
                        _ => return None,
                    }
                }
                "INTERVAL" => read.interval = value.parse().ok().filter(|n| (1..=1000).contains(n))?,
                "COUNT" => read.count = value.parse::<usize>().ok()?.min(MOST),
                "UNTIL" => read.last = until(value, first, local)?,
                "BYDAY" => read.days = value.split(',').map(by_day).collect::<Option<_>>()?,
                "WKST" => {}
                _ => return None,
            }
        }
        (read.days.is_empty() || matches!(read.every, Every::Week | Every::Month)).then_some(read)
    }

    fn starts(&self, first: &When, until: Timestamp, local: &TimeZone) -> Vec<When> {
        let begin = first.civil();
        let mut starts = Vec::new();
        for step in 0..MOST as i64 {
            for time in self.candidates(begin, step * self.interval) {
                let start = first.at(time);
                let at = start.instant(local);
                if time < begin {
                    continue;
                }
                if at > self.last || at >= until || starts.len() >= self.count {
                    return starts;
                }
                starts.push(start);
            }
        }
        starts
    }

    /// The candidates of one step, in order; those before the first are for the caller to skip.
    fn candidates(&self, begin: DateTime, units: i64) -> Vec<DateTime> {
        let add = |span: Span| begin.checked_add(span).ok();
        let month_on_same_day = |time: DateTime| (time.day() == begin.day()).then_some(time);
        match self.every {
            Every::Day => add(units.days()).into_iter().collect(),
            Every::Week if self.days.is_empty() => add(units.weeks()).into_iter().collect(),
            Every::Week => {
                let monday = add((units * 7 - i64::from(begin.date().weekday().to_monday_zero_offset())).days());
                let day = |day: &Weekday| monday?.checked_add(i64::from(day.to_monday_zero_offset()).days()).ok();
                let mut days: Vec<_> = self.days.iter().filter_map(|(_, weekday)| day(weekday)).collect();
                days.sort();
                days
            }
            Every::Month if self.days.is_empty() => {
                add(units.months()).and_then(month_on_same_day).into_iter().collect()
            }
            Every::Month => {
                let Ok(month) = begin.date().first_of_month().checked_add(units.months()) else { return Vec::new() };
                let mut days: Vec<_> = self.days.iter().flat_map(|(nth, day)| in_month(month, *nth, *day)).collect();
                days.sort();
                days.into_iter().map(|date| date.to_datetime(begin.time())).collect()
            }
            Every::Year => add(units.years()).and_then(month_on_same_day).into_iter().collect(),
        }
    }
}

fn in_month(month: Date, nth: i8, day: Weekday) -> Vec<Date> {
    match nth {
        0 => (1..=5).filter_map(|nth| month.nth_weekday_of_month(nth, day).ok()).collect(),
        nth => month.nth_weekday_of_month(nth, day).into_iter().collect(),
    }
}

fn until(value: &str, first: &When, local: &TimeZone) -> Option<Timestamp> {
    let kind = if value.len() == 8 { ";VALUE=DATE" } else { "" };
    let when = When::read(&super::Line::read(&format!("UNTIL{kind}:{value}"))?)?;
    Some(match when {
        // The last day counts to its end, in the event's own zone.
        When::Date(date) => first.at(date.at(23, 59, 59, 0)).instant(local),
        other => other.instant(&first.zone(local)),
    })
}

fn by_day(value: &str) -> Option<(i8, Weekday)> {
    let (number, day) = value.split_at_checked(value.len().checked_sub(2)?)?;
    let day = match day {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    };
    let number = if number.is_empty() { 0 } else { number.parse().ok()? };
    Some((number, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(lines: &str) -> Vec<String> {
        let text = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n");
        let calendar = Component::read(&text).expect("a calendar");
        let from = "2026-11-01T00:00:00Z".parse().expect("an instant");
        let until = "2027-02-01T00:00:00Z".parse().expect("an instant");
        let zone = TimeZone::get("America/Guayaquil").expect("a zone");
        let found = occurrences(&calendar, from, until, &zone);
        found.iter().map(|one| one.start.civil().strftime("%m%dT%H").to_string()).collect()
    }

    #[test]
    fn a_weekly_class_skips_its_exception_and_keeps_its_hour() {
        let starts = shown(
            "DTSTART;TZID=Europe/Madrid:20261102T100000\nDTEND;TZID=Europe/Madrid:20261102T110000\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=5\nEXDATE;TZID=Europe/Madrid:20261104T100000",
        );
        assert_eq!(starts, ["1102T10", "1109T10", "1111T10", "1116T10"]);
    }

    #[test]
    fn until_and_interval_end_a_series() {
        assert_eq!(
            shown("DTSTART:20261105T100000Z\nRRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20261109T100000Z"),
            ["1105T10", "1107T10", "1109T10"]
        );
        assert_eq!(shown("DTSTART;VALUE=DATE:20261231\nRRULE:FREQ=MONTHLY;UNTIL=20270131"), ["1231T00", "0131T00"]);
    }

    #[test]
    fn months_have_nth_weekdays_and_skip_days_they_lack() {
        assert_eq!(shown("DTSTART:20261110T080000\nRRULE:FREQ=MONTHLY;BYDAY=2TU"), ["1110T08", "1208T08", "0112T08"]);
        assert_eq!(shown("DTSTART:20261031T230000\nRRULE:FREQ=MONTHLY"), ["1031T23", "1231T23"]);
    }

    #[test]
    fn an_override_replaces_its_occurrence_and_a_cancelled_one_is_gone() {
        let starts = shown(
            "UID:a\nDTSTART:20261102T100000Z\nDTEND:20261102T110000Z\nRRULE:FREQ=WEEKLY;COUNT=3\nEND:VEVENT\nBEGIN:VEVENT\nUID:a\nRECURRENCE-ID:20261109T100000Z\nDTSTART:20261110T150000Z\nDTEND:20261110T160000Z\nEND:VEVENT\nBEGIN:VEVENT\nUID:a\nRECURRENCE-ID:20261116T100000Z\nDTSTART:20261116T100000Z\nSTATUS:CANCELLED",
        );
        assert_eq!(starts, ["1102T10", "1110T15"]);
    }

    #[test]
    fn an_unknown_rule_shows_its_first_occurrence() {
        assert_eq!(shown("DTSTART:20261102T100000\nRRULE:FREQ=MONTHLY;BYSETPOS=1;BYDAY=MO"), ["1102T10"]);
    }
}
