//! VALARM. A reminder that can't be understood is left out with a note: it is no reason to lose the appointment.

use calcard::icalendar::{
    ICalendarAction, ICalendarComponent, ICalendarComponentType, ICalendarDuration, ICalendarEntry,
    ICalendarParameterName, ICalendarParameterValue, ICalendarProperty, ICalendarRelated, ICalendarValue,
};

use super::source::{Source, value_text};
use super::span::seconds;
use crate::calendar::{Alarm, AlarmKind, Edge, Trigger};
use crate::ical::limits::MAX_ALARMS;
use crate::ical::text::clean;
use crate::ical::written::Written;

/// The farthest that a reminder can be from its event, in seconds: a year and a day.
const FARTHEST: i64 = 366 * 86_400;

/// All reminders, in order, each once.
pub(in crate::ical) fn read(source: &Source<'_>) -> Vec<Alarm> {
    let mut alarms = Vec::new();
    for component in source.inner(&ICalendarComponentType::VAlarm) {
        match alarm(component) {
            Ok(alarm) => alarms.extend(alarm),
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
fn alarm(component: &ICalendarComponent) -> Result<Option<Alarm>, String> {
    let first = |name| component.entries.iter().find(|entry| entry.name == name);
    let kind = match first(ICalendarProperty::Action).and_then(|entry| entry.values.first()) {
        Some(ICalendarValue::Action(ICalendarAction::Audio)) => AlarmKind::Audio,
        Some(ICalendarValue::Action(ICalendarAction::Email)) => AlarmKind::Email,
        Some(ICalendarValue::Action(ICalendarAction::Display)) | None => AlarmKind::Display,
        // Apple: "no default reminder, please".
        Some(ICalendarValue::Text(none)) if none.trim().eq_ignore_ascii_case("NONE") => return Ok(None),
        Some(_) => return Err("calendars don't know its ACTION".to_owned()),
    };
    let trigger = first(ICalendarProperty::Trigger).ok_or("it has no TRIGGER")?;
    let trigger = trigger_of(trigger).ok_or("its TRIGGER is not understood")?;
    let text = first(ICalendarProperty::Description)
        .and_then(|entry| entry.values.first())
        .and_then(value_text)
        .map(|text| clean(&text))
        .filter(|text| !text.is_empty());
    let times = first(ICalendarProperty::Repeat).and_then(|entry| entry.values.first());
    let pause = first(ICalendarProperty::Duration).and_then(|entry| entry.values.first());
    let repeat = match (times, pause) {
        (Some(ICalendarValue::Integer(times)), Some(ICalendarValue::Duration(pause))) => repeat(*times, pause),
        _ => None,
    };
    Ok(Some(Alarm { kind, trigger, text, repeat }))
}

fn trigger_of(entry: &ICalendarEntry) -> Option<Trigger> {
    match entry.values.first()? {
        ICalendarValue::Duration(duration) => {
            let seconds = if duration.neg { -seconds(duration) } else { seconds(duration) };
            let related = entry.parameter(&ICalendarParameterName::Related);
            let edge = match related {
                Some(ICalendarParameterValue::Related(ICalendarRelated::End)) => Edge::End,
                _ => Edge::Start,
            };
            (seconds.abs() <= FARTHEST).then_some(Trigger::Relative { edge, seconds })
        }
        ICalendarValue::PartialDateTime(value) => Written::of(value).ok()?.instant().map(Trigger::At),
        ICalendarValue::Text(text) => {
            // Without VALUE=DATE-TIME an absolute trigger is taken for a duration first.
            let mut value = calcard::common::PartialDateTime::default();
            let is_time = value.parse_timestamp(&mut text.as_bytes().iter().peekable(), true);
            is_time.then(|| Written::of(&value).ok()?.instant().map(Trigger::At)).flatten()
        }
        _ => None,
    }
}

fn repeat(times: i64, pause: &ICalendarDuration) -> Option<(u32, i64)> {
    let pause = if pause.neg { 0 } else { seconds(pause) };
    let times = u32::try_from(times).ok().filter(|times| (1..=100).contains(times))?;
    (60..=FARTHEST).contains(&pause).then_some((times, pause))
}
