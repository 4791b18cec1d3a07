//! The names of an event's fields, and their two spellings.

use serde_json::{Map, Value};

use crate::quoted::Quoted;

/// How names are spelled in what goes out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spelling {
    /// `start_datetime`.
    #[default]
    Snake,
    /// `startDatetime`.
    Camel,
}

impl Spelling {
    /// The word for it in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Snake => "snake",
            Self::Camel => "camel",
        }
    }

    /// The spelling of that word.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Snake, Self::Camel].into_iter().find(|one| one.as_str() == word)
    }
}

/// A value with all names in it in this spelling. What is no name of ours (the points that overrides stand under) has no
/// underscore, and stays as it is.
pub fn spelled(value: Value, spelling: Spelling) -> Value {
    if spelling == Spelling::Snake {
        return value;
    }
    match value {
        Value::Object(object) => {
            let members = object.into_iter().map(|(name, value)| (camel(&name), spelled(value, spelling)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(|item| spelled(item, spelling)).collect()),
        other => other,
    }
}

fn camel(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    let mut after_line = false;
    for c in name.chars() {
        if c == '_' {
            after_line = true;
        } else if after_line {
            camel.extend(c.to_uppercase());
            after_line = false;
        } else {
            camel.push(c);
        }
    }
    camel
}

/// A name or a word as we spell it: `startDatetime`, `NEEDS-ACTION` and `needsAction` are names of ours in other spellings.
pub(super) fn snake(name: &str) -> String {
    let shouted = !name.chars().any(|c| c.is_ascii_lowercase());
    let mut snake = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        match c {
            '-' => snake.push('_'),
            c if c.is_ascii_uppercase() && !shouted => {
                snake.push('_');
                snake.push(c.to_ascii_lowercase());
            }
            c => snake.push(c.to_ascii_lowercase()),
        }
    }
    snake
}

/// What a field is to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// Clients write it.
    Said,
    /// Answers show it. Whoever sends an answer back with one thing changed is not made to take these out.
    Shown,
}

/// A field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name {
    pub(super) name: &'static str,
    /// Other words for it.
    pub(super) also: &'static [&'static str],
    pub(super) sort: Sort,
}

/// The fields of one kind of object.
pub(super) type Table = &'static [Name];

const fn said(name: &'static str) -> Name {
    Name { name, also: &[], sort: Sort::Said }
}

const fn said_or(name: &'static str, also: &'static [&'static str]) -> Name {
    Name { name, also, sort: Sort::Said }
}

const fn shown(name: &'static str) -> Name {
    Name { name, also: &[], sort: Sort::Shown }
}

/// Of an event.
pub(super) const EVENT: Table = &[
    said_or("name", &["display_name"]),
    said("description"),
    said("location"),
    said("locations"),
    said("url"),
    said("start_datetime"),
    said("end_datetime"),
    said("start_date"),
    said("end_date"),
    said("all_day"),
    said_or("timezone", &["time_zone"]),
    said_or("end_timezone", &["end_time_zone"]),
    said("status"),
    said("privacy"),
    said("show_as"),
    said("categories"),
    said("color"),
    said("priority"),
    said("geo"),
    said("organizer"),
    said("organizer_id"),
    said("organizer_email"),
    said("organizer_name"),
    said("attendees"),
    said("recurring"),
    said_or("recurrence", &["recurrence_config"]),
    said_or("reminders", &["alarms"]),
    said("attachments"),
    said("res_model"),
    said("res_id"),
    said("active"),
    said("created_by"),
    said("updated_by"),
    said("company_id"),
    said("client_reference"),
    shown("uid"),
    shown("id"),
    shown("etag"),
    shown("sequence"),
    shown("created_at"),
    shown("updated_at"),
    shown("sync"),
    shown("sync_provider"),
    shown("last_synced_at"),
    shown("sync_hash"),
    shown("external_id"),
    shown("recurrence_id"),
    shown("series_id"),
    shown("split_from"),
    shown("booking_id"),
    shown("is_virtual_instance"),
    shown("base_event_id"),
    shown("deleted"),
    shown("unsaid"),
];

/// Of an organizer.
pub(super) const ORGANIZER: Table = &[
    said_or("name", &["display_name"]),
    said("email"),
    said_or("user_id", &["id"]),
    said("phone"),
    said("partner_id"),
];

/// Of an attendee.
pub(super) const ATTENDEE: Table = &[
    said_or("name", &["display_name"]),
    said("email"),
    said("phone"),
    said("user_id"),
    said("partner_id"),
    said("state"),
    said("role"),
    said("resource"),
    shown("id"),
    shown("responded_at"),
    shown("comment"),
    shown("invitation_sent"),
    shown("invitation_sent_at"),
];

/// Of a reminder.
pub(super) const REMINDER: Table = &[
    said_or("method", &["type", "alarm_type"]),
    said("interval_value"),
    said("interval_unit"),
    said("to"),
    shown("id"),
    shown("triggered"),
    shown("triggered_at"),
];

/// Of a place to join from afar, or another way to meet.
pub(super) const PLACE: Table = &[said("kind"), said("uri"), said("label"), said("features")];

/// Of a point on the globe.
pub(super) const GEO: Table = &[said("latitude"), said("longitude")];

/// Of a file.
pub(super) const ATTACHMENT: Table = &[said("url"), said("name"), said("media_type")];

/// Of a repetition.
pub(super) const RECURRENCE: Table = &[
    said("rrule_type"),
    said("interval"),
    said("end_type"),
    said("count"),
    said("until"),
    said("weekdays"),
    said("month_by"),
    said("day_of_month"),
    said("week_of_month"),
    said_or("rules", &["rrule"]),
    said("except_rules"),
    said("dates"),
    said("except_dates"),
    said("overrides"),
];

/// The field that a name of a body means.
pub(super) fn find(table: Table, name: &str) -> Option<&'static Name> {
    let plain = |name: &str| table.iter().find(|one| one.name == name || one.also.contains(&name));
    plain(name).or_else(|| plain(&snake(name)))
}

/// What to say to who wrote a name that no field has.
pub(super) fn unknown(table: Table, name: &str) -> String {
    let snake = snake(name);
    let far = |known: &str| strsim::damerau_levenshtein(&snake, known);
    let near = table.iter().filter(|one| one.sort == Sort::Said).min_by_key(|one| far(one.name));
    let quoted = Quoted(name);
    match near.filter(|one| far(one.name) <= 2 + one.name.len() / 4) {
        Some(near) => format!("no field is called {quoted}; did you mean {}?", near.name),
        None => format!("no field is called {quoted}"),
    }
}
