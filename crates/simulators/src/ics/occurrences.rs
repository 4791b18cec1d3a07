//! The occurrences of an event in a window, for pages that show an agenda to a person.
//!
//! Covers RRULE, RDATE, EXDATE and overrides. Of a rule that cannot be read (nothing repeats within a day) only the first occurrence is shown.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Component, When, duration_seconds};
use crate::recurrence::{Mark, Rule, Series};

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

/// The starts until `until`; with a rule that cannot be read, as if there were none.
fn starts(event: &Component, first: &When, until: Timestamp, local: &TimeZone) -> Vec<When> {
    let zone = first.zone(local);
    let begins = if first.is_date() { Mark::Day(first.civil().date()) } else { Mark::At(first.instant(local)) };
    let mut series = Series::starting(begins, zone.clone());
    series.rules.extend(event.value("RRULE").and_then(|rule| Rule::read(rule).ok()));
    let all = |name: &'static str| event.lines.iter().filter(move |line| line.name == name).flat_map(When::read_all);
    let mark = |when: When| match when {
        When::Date(day) if first.is_date() => Mark::Day(day),
        other => Mark::At(other.instant(local)),
    };
    series.dates.extend(all("RDATE").map(mark));
    series.not_dates.extend(all("EXDATE").map(mark));
    series.marks(until).into_iter().map(|mark| first.at(zone.to_datetime(mark.instant(&zone)))).collect()
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
        assert_eq!(shown("DTSTART:20261102T100000\nRRULE:FREQ=HOURLY"), ["1102T10"]);
    }

    #[test]
    fn positions_are_known_and_an_end_without_a_zone_is_on_the_clock_of_the_start() {
        let firsts = shown("DTSTART:20261102T100000\nRRULE:FREQ=MONTHLY;BYSETPOS=1;BYDAY=MO");
        assert_eq!(firsts, ["1102T10", "1207T10", "0104T10"]);
        let clock = "DTSTART;TZID=Europe/Madrid:20261102T100000\nRRULE:FREQ=DAILY;UNTIL=20261104T100000";
        assert_eq!(shown(clock), ["1102T10", "1103T10", "1104T10"]);
        assert_eq!(
            shown(&clock.replace(
                "T100000\nRRULE:FREQ=DAILY;UNTIL=20261104T100000",
                "T230000\nRRULE:FREQ=DAILY;UNTIL=20261103"
            )),
            ["1102T23", "1103T23"]
        );
    }
}
