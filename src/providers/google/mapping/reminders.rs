//! Reminders: at most five, each so many minutes before the start, on the screen or by mail to the person.

use jiff::Timestamp;
use jiff::civil::Time;
use serde_json::{Value, json};

use crate::calendar::{Alarm, AlarmKind, Details, Edge, Span, Trigger, When, Zone};

use super::said;

/// The most that Google takes.
const MOST: usize = 5;

/// The earliest that Google takes, in minutes: four weeks.
const EARLIEST: i64 = 40_320;

/// When an event happens, for its reminders.
pub(super) struct Happening<'a> {
    /// As it is written.
    pub(super) span: &'a Span,
    /// The calendar's zone: a whole day begins there at midnight.
    pub(super) zone: &'a Zone,
    /// Whether there are more occurrences like it.
    pub(super) repeats: bool,
}

/// `reminders`: always explicit, or Google adds the calendar's own.
pub(super) fn overrides(told: &mut Vec<String>, details: &Details, happening: &Happening<'_>) -> Value {
    let mut reminders = Vec::new();
    for alarm in &details.alarms {
        let Some(minutes) = minutes(told, alarm, happening) else {
            told.push(said::REMINDER_AFTER.to_owned());
            continue;
        };
        tell_rest(told, alarm, &details.summary);
        reminders.push((minutes, if alarm.kind == AlarmKind::Email { "email" } else { "popup" }));
    }
    reminders.sort_unstable();
    reminders.dedup();
    if reminders.len() > MOST {
        told.push(said::REMINDERS_CUT.to_owned());
        reminders.truncate(MOST);
    }
    let overrides: Vec<Value> =
        reminders.into_iter().map(|(minutes, method)| json!({ "method": method, "minutes": minutes })).collect();
    json!({ "useDefault": false, "overrides": overrides })
}

fn tell_rest(told: &mut Vec<String>, alarm: &Alarm, title: &str) {
    if alarm.repeat.is_some() {
        told.push(said::REMINDER_REPEATS.to_owned());
    }
    if alarm.text.as_deref().is_some_and(|text| text != title) {
        told.push(said::REMINDER_TEXT.to_owned());
    }
}

/// Minutes before the start, none after it. What is no whole minute comes rather early than late.
fn minutes(told: &mut Vec<String>, alarm: &Alarm, happening: &Happening<'_>) -> Option<i64> {
    let start = begins(&happening.span.start, happening.zone)?;
    let before = match alarm.trigger {
        Trigger::Relative { edge: Edge::Start, seconds } => seconds.checked_neg()?,
        Trigger::Relative { edge: Edge::End, seconds } => {
            let length = begins(&happening.span.end, happening.zone)?.as_second().checked_sub(start.as_second())?;
            seconds.checked_add(length)?.checked_neg()?
        }
        Trigger::At(at) => {
            if happening.repeats {
                told.push(said::REMINDER_FIXED.to_owned());
            }
            start.as_second().checked_sub(at.as_second())?
        }
    };
    let minutes = (before >= 0).then(|| before / 60 + i64::from(before % 60 > 0))?;
    if minutes > EARLIEST {
        told.push(said::REMINDER_FAR.to_owned());
    }
    Some(minutes.min(EARLIEST))
}

fn begins(when: &When, zone: &Zone) -> Option<Timestamp> {
    match when {
        When::Date(date) => zone.instant(date.to_datetime(Time::midnight())),
        other => other.instant(),
    }
}
