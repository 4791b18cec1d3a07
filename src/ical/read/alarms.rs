//! VALARM. A reminder that can't be understood is left out with a note: it is no reason to lose the appointment.

use calcard::icalendar::{
    ICalendarAction, ICalendarComponent, ICalendarComponentType, ICalendarParameterName, ICalendarParameterValue,
    ICalendarProperty, ICalendarRelated, ICalendarValue,
};

use super::source::{Source, value_text};
use crate::calendar::{Alarm, AlarmKind, Edge, Trigger};
use crate::ical::broken;
use crate::ical::length::Length;
use crate::ical::limits::MAX_ALARMS;
use crate::ical::line::Line;
use crate::ical::text::clean;
use crate::ical::written::Written;

/// The farthest that a reminder can be from its event, in seconds: a year and a day.
const FARTHEST: i64 = 366 * 86_400;

/// All reminders, in order, each once.
pub(in crate::ical) fn read(source: &Source<'_>) -> Vec<Alarm> {
    let mut alarms = Vec::new();
    let kind = ICalendarComponentType::VAlarm;
    for (component, lines) in source.inner(&kind).zip(source.inner_lines(&kind)) {
        match alarm(component, &lines) {
            Ok(alarm) => {
                if alarm.as_ref().is_some_and(|alarm| alarm.repeat.is_none()) && says(&lines, "REPEAT") {
                    source.note("a reminder comes once: how it repeats is not understood");
                }
                alarms.extend(alarm);
            }
            Err(why) => source.note(format!("a reminder is left out: {why}")),
        }
    }
    alarms.sort();
    alarms.dedup();
    if alarms.len() > MAX_ALARMS {
        source.note(format!("only the first {MAX_ALARMS} reminders are kept"));
        alarms.truncate(MAX_ALARMS);
    }
    alarms
}

/// One reminder; none where the component only says that there shall be none.
fn alarm(component: &ICalendarComponent, lines: &[&Line<'_>]) -> Result<Option<Alarm>, String> {
    let first = |name| component.entries.iter().find(|entry| entry.name == name);
    let kind = match first(ICalendarProperty::Action).and_then(|entry| entry.values.first()) {
        Some(ICalendarValue::Action(ICalendarAction::Audio)) => AlarmKind::Audio,
        Some(ICalendarValue::Action(ICalendarAction::Email)) => AlarmKind::Email,
        Some(ICalendarValue::Action(ICalendarAction::Display)) | None => AlarmKind::Display,
        // Apple: "no default reminder, please".
        Some(ICalendarValue::Text(none)) if none.trim().eq_ignore_ascii_case("NONE") => return Ok(None),
        Some(_) => return Err("calendars don't know its ACTION".to_owned()),
    };
    if broken::at(lines.iter().copied()).is_some() {
        return Err("a value in it is broken over several lines".to_owned());
    }
    let trigger = value_of(lines, "TRIGGER").ok_or("it has no TRIGGER")?;
    let related = first(ICalendarProperty::Trigger).and_then(|entry| entry.parameter(&ICalendarParameterName::Related));
    let edge = match related {
        None | Some(ICalendarParameterValue::Related(ICalendarRelated::Start)) => Some(Edge::Start),
        Some(ICalendarParameterValue::Related(ICalendarRelated::End)) => Some(Edge::End),
        Some(_) => None,
    };
    let trigger = edge.and_then(|edge| trigger_of(&trigger, edge)).ok_or("its TRIGGER is not understood")?;
    let text = first(ICalendarProperty::Description)
        .and_then(|entry| entry.values.first())
        .and_then(value_text)
        .map(|text| clean(&text))
        .filter(|text| !text.is_empty());
    let repeat = value_of(lines, "REPEAT").zip(value_of(lines, "DURATION"));
    let repeat = repeat.and_then(|(times, pause)| repeat_of(&times, &pause));
    Ok(Some(Alarm { kind, trigger, text, repeat }))
}

fn says(lines: &[&Line<'_>], name: &str) -> bool {
    lines.iter().any(|line| line.name().eq_ignore_ascii_case(name))
}

/// The value of the first line of that name that has one.
fn value_of(lines: &[&Line<'_>], name: &str) -> Option<String> {
    let named = lines.iter().filter(|line| line.name().eq_ignore_ascii_case(name));
    named.map(|line| line.value().trim().to_owned()).find(|value| !value.is_empty())
}

/// A length of time, or without VALUE=DATE-TIME too a time.
fn trigger_of(text: &str, edge: Edge) -> Option<Trigger> {
    match Length::read_or_none(text) {
        Ok(length) => {
            let seconds = length.seconds();
            (seconds.abs() <= FARTHEST).then_some(Trigger::Relative { edge, seconds })
        }
        Err(_) => Written::read(text).ok()?.instant().map(Trigger::At),
    }
}

fn repeat_of(times: &str, pause: &str) -> Option<(u32, i64)> {
    let digits = times.bytes().all(|byte| byte.is_ascii_digit());
    let times = times.parse().ok().filter(|times| digits && (1..=100).contains(times))?;
    let pause = Length::read(pause).ok()?.seconds();
    (60..=FARTHEST).contains(&pause).then_some((times, pause))
}
