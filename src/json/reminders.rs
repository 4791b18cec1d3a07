//! Who is reminded how long before, and by what.

use serde_json::{Value, json};

use super::fields::{Field, Fields};
use super::invalid::Invalid;
use super::names;
use super::unsaid::Unsaid;
use super::words::word;
use crate::calendar::{Alarm, AlarmKind, Edge, Trigger};

/// Reminders of one event.
const MAX_REMINDERS: usize = 100;

/// The farthest that a reminder can be from its event, in seconds: a year and a day, as for iCalendar.
const FARTHEST: i64 = 366 * 86_400;

/// A reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// By what.
    pub method: Method,
    /// How many units before the start.
    pub value: u32,
    /// Of what.
    pub unit: Unit,
    /// Who.
    pub to: To,
}

/// By what somebody is reminded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// By what shows the calendar.
    Notification,
    /// By mail.
    Email,
    /// By a short message.
    Sms,
}

/// What is counted before the start. Minutes and hours pass; days and weeks are those of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words say it")]
pub enum Unit {
    Minutes,
    Hours,
    Days,
    Weeks,
}

const METHODS: &[(&str, Method)] =
    &[("notification", Method::Notification), ("email", Method::Email), ("sms", Method::Sms)];

const UNITS: &[(&str, Unit)] = &[
    ("minutes", Unit::Minutes),
    ("hours", Unit::Hours),
    ("days", Unit::Days),
    ("weeks", Unit::Weeks),
    ("minute", Unit::Minutes),
    ("hour", Unit::Hours),
    ("day", Unit::Days),
    ("week", Unit::Weeks),
];

const RECIPIENTS: &[(&str, To)] = &[("organizer", To::Organizer), ("attendees", To::Attendees), ("all", To::All)];

impl Unit {
    fn seconds(self) -> i64 {
        match self {
            Self::Minutes => 60,
            Self::Hours => 3_600,
            Self::Days => 86_400,
            Self::Weeks => 604_800,
        }
    }
}

/// Who is reminded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// Whose event it is.
    Organizer,
    /// Those who are asked to come.
    Attendees,
    /// Both.
    All,
}

/// Reads the reminders: without a word a notification, 30 minutes before, to the organizer.
///
/// # Errors
/// When one can't be read.
pub(super) fn read(field: &Field<'_>) -> Result<Vec<Reminder>, Invalid> {
    field.items(MAX_REMINDERS)?.iter().map(reminder).collect()
}

fn reminder(field: &Field<'_>) -> Result<Reminder, Invalid> {
    let fields = Fields::of(field, names::REMINDER)?;
    let method = fields.given("method").map(|field| field.word(METHODS)).transpose()?.unwrap_or(Method::Notification);
    let unit = fields.given("interval_unit").map(|field| field.word(UNITS)).transpose()?.unwrap_or(Unit::Minutes);
    let most = u32::try_from(FARTHEST / unit.seconds()).unwrap_or(u32::MAX);
    let value = fields.given("interval_value").map(|field| field.number(0..=most)).transpose()?.unwrap_or(30);
    let to = fields.given("to").map(|field| field.word(RECIPIENTS)).transpose()?.unwrap_or(To::Organizer);
    Ok(Reminder { method, value, unit, to })
}

impl Reminder {
    pub(super) fn write(self) -> Value {
        json!({
            "method": word(METHODS, self.method), "interval_value": self.value,
            "interval_unit": word(UNITS, self.unit), "to": word(RECIPIENTS, self.to),
        })
    }

    /// The reminder that a calendar can show of it.
    pub(super) fn alarm(self) -> Option<Alarm> {
        let kind = match self.method {
            Method::Notification => AlarmKind::Display,
            Method::Email => AlarmKind::Email,
            Method::Sms => return None,
        };
        let seconds = -(i64::from(self.value) * self.unit.seconds());
        Some(Alarm { kind, trigger: Trigger::Relative { edge: Edge::Start, seconds }, text: None, repeat: None })
    }

    /// The reminder that an alarm is; what no reminder can say of it is told.
    pub(super) fn of(alarm: &Alarm, unsaid: &mut Vec<Unsaid>) -> Option<Self> {
        let before = match alarm.trigger {
            Trigger::Relative { edge: Edge::Start, seconds: seconds @ ..=0 } => seconds.checked_neg()?,
            Trigger::Relative { .. } | Trigger::At(_) => return told(unsaid, Unsaid::ReminderTime),
        };
        let units = [Unit::Weeks, Unit::Days, Unit::Hours, Unit::Minutes];
        let fits = |unit: &Unit| before % unit.seconds() == 0 && (before > 0 || *unit == Unit::Minutes);
        let Some(unit) = units.into_iter().find(fits) else { return told(unsaid, Unsaid::ReminderTime) };
        let method = if alarm.kind == AlarmKind::Email { Method::Email } else { Method::Notification };
        let lost = [
            (alarm.kind == AlarmKind::Audio, Unsaid::ReminderSound),
            (alarm.text.is_some(), Unsaid::ReminderText),
            (alarm.repeat.is_some(), Unsaid::ReminderRepeat),
        ];
        unsaid.extend(lost.into_iter().filter(|(is, _)| *is).map(|(_, what)| what));
        Some(Self { method, value: u32::try_from(before / unit.seconds()).ok()?, unit, to: To::Organizer })
    }
}

fn told<T>(unsaid: &mut Vec<Unsaid>, what: Unsaid) -> Option<T> {
    unsaid.push(what);
    None
}
