//! Between an event and the fields of its form.

use icalendar::{Calendar, Component as _, Event, EventLike as _, Property};
use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, ToSpan};

use crate::ics::{Component, Line, When, escape_text};

/// Where new events take place.
const ZONE: &str = "America/Guayaquil";

/// What a person fills in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) title: String,
    pub(super) place: String,
    pub(super) notes: String,
    /// `2026-11-05T10:00`, as browsers send `datetime-local`.
    pub(super) start: String,
    /// The same; for whole days the last day counts.
    pub(super) end: String,
    pub(super) all_day: bool,
    /// A FREQ, or nothing.
    pub(super) repeat: String,
}

impl Form {
    /// From the fields that a browser sent.
    pub(super) fn read(fields: &[(String, String)]) -> Self {
        let field = |name: &str| {
            let found = fields.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.trim().replace("\r\n", "\n")).unwrap_or_default()
        };
        Self {
            title: field("title"),
            place: field("place"),
            notes: field("notes"),
            start: field("start"),
            end: field("end"),
            all_day: !field("all_day").is_empty(),
            repeat: field("repeat"),
        }
    }

    /// The fields of an event, for changing it; `None` when its text cannot be read.
    pub(super) fn of(event_data: &str) -> Option<Self> {
        let calendar = Component::read(event_data).ok()?;
        let event = master(&calendar)?;
        let text = |name: &str| event.line(name).map(Line::text).unwrap_or_default();
        let start = event.line("DTSTART").and_then(When::read)?;
        let end = event.line("DTEND").and_then(When::read).unwrap_or_else(|| start.clone());
        let mut last = end.civil();
        if end.is_date() && last > start.civil() {
            last = last.checked_sub(1.day()).unwrap_or(last);
        }
        let shown = |time: DateTime| time.strftime("%Y-%m-%dT%H:%M").to_string();
        Some(Self {
            title: text("SUMMARY"),
            place: text("LOCATION"),
            notes: text("DESCRIPTION"),
            start: shown(start.civil()),
            end: shown(last),
            all_day: start.is_date(),
            repeat: text("RRULE"),
        })
    }

    /// The two times, checked; the end of whole days is exclusive.
    fn times(&self) -> Result<(DateTime, DateTime), &'static str> {
        let time = |text: &str| DateTime::strptime("%Y-%m-%dT%H:%M", text.get(..16).unwrap_or(text)).ok();
        let day = |text: &str| Date::strptime("%Y-%m-%d", text.get(..10)?).ok();
        if self.title.is_empty() {
            return Err("Falta el título.");
        }
        let (start, end) = if self.all_day {
            let start = day(&self.start).ok_or("Falta la fecha en que empieza.")?;
            let end = day(&self.end).unwrap_or(start).checked_add(1.day()).map_err(|_| "Esa fecha no existe.")?;
            (start.at(0, 0, 0, 0), end.at(0, 0, 0, 0))
        } else {
            let start = time(&self.start).ok_or("Falta la hora en que empieza.")?;
            let hour_later = start.checked_add(1.hour()).map_err(|_| "Esa fecha no existe.")?;
            (start, time(&self.end).unwrap_or(hour_later))
        };
        if end > start { Ok((start, end)) } else { Err("Termina antes de empezar.") }
    }

    /// A new event's text.
    ///
    /// # Errors
    /// What the person should mend, in their words.
    pub(super) fn create(&self, uid: &str, now: Timestamp) -> Result<String, &'static str> {
        let (start, end) = self.times()?;
        let mut event = Event::with_uid(uid);
        event.summary(&self.title).add_property("DTSTAMP", stamp(now)).add_property("SEQUENCE", "0");
        if !self.place.is_empty() {
            event.location(&self.place);
        }
        if !self.notes.is_empty() {
            event.description(&self.notes);
        }
        event.append_property(time_property("DTSTART", start, self.all_day));
        event.append_property(time_property("DTEND", end, self.all_day));
        match self.repeat.as_str() {
            "" => {}
            "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY" => {
                event.add_property("RRULE", format!("FREQ={}", self.repeat));
            }
            _ => return Err("Esa repetición no se conoce."),
        }
        Ok(Calendar::new().push(event.done()).done().to_string())
    }

    /// An event's text with these fields. Times of a series stay as they are: its exceptions hang on them.
    ///
    /// # Errors
    /// What the person should mend, in their words.
    pub(super) fn change(&self, event_data: &str, now: Timestamp) -> Result<String, &'static str> {
        let (start, end) = self.times()?;
        let mut calendar = Component::read(event_data).map_err(|_| "El iCal no se puede leer: cámbialo como texto.")?;
        let event =
            calendar.children.iter_mut().find(|child| is_master(child)).ok_or("No hay ningún evento dentro.")?;
        let sequence = event.value("SEQUENCE").and_then(|text| text.parse::<u32>().ok()).unwrap_or(0);
        set_text(event, "SUMMARY", &self.title);
        set_text(event, "LOCATION", &self.place);
        set_text(event, "DESCRIPTION", &self.notes);
        set(event, "SEQUENCE", Some(format!("SEQUENCE:{}", sequence.saturating_add(1))));
        set(event, "DTSTAMP", Some(format!("DTSTAMP:{}", stamp(now))));
        let series = event.line("RRULE").is_some() || event.line("RDATE").is_some();
        if !series {
            let old = event.line("DTSTART").cloned();
            set(event, "DURATION", None);
            set(event, "DTSTART", Some(time_line("DTSTART", start, self.all_day, old.as_ref())));
            let old_end = event.line("DTEND").cloned().or(old);
            set(event, "DTEND", Some(time_line("DTEND", end, self.all_day, old_end.as_ref())));
        }
        Ok(calendar.write())
    }
}

fn is_master(component: &Component) -> bool {
    component.name == "VEVENT" && component.line("RECURRENCE-ID").is_none()
}

fn master(calendar: &Component) -> Option<&Component> {
    calendar.children.iter().find(|child| is_master(child))
}

/// A UTC time as iCalendar writes it.
pub(super) fn stamp(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// DTSTART or DTEND of a new event.
fn time_property(name: &str, time: DateTime, all_day: bool) -> Property {
    let mut property = Property::new(name, value(time, all_day));
    if all_day {
        property.add_parameter("VALUE", "DATE")
    } else {
        property.add_parameter("TZID", ZONE)
    };
    property.done()
}

fn value(time: DateTime, all_day: bool) -> String {
    time.strftime(if all_day { "%Y%m%d" } else { "%Y%m%dT%H%M%S" }).to_string()
}

/// DTSTART or DTEND of a changed event, in the zone it had.
fn time_line(name: &str, time: DateTime, all_day: bool, old: Option<&Line>) -> String {
    let value = value(time, all_day);
    match old.and_then(When::read) {
        _ if all_day => format!("{name};VALUE=DATE:{value}"),
        Some(When::Utc(_)) => format!("{name}:{value}Z"),
        Some(When::Floating(_)) => format!("{name}:{value}"),
        Some(When::Zoned(_, zone)) if zone.contains([':', ';', ',']) => format!("{name};TZID=\"{zone}\":{value}"),
        Some(When::Zoned(_, zone)) => format!("{name};TZID={zone}:{value}"),
        Some(When::Date(_)) | None => format!("{name};TZID={ZONE}:{value}"),
    }
}

fn set_text(event: &mut Component, name: &str, text: &str) {
    // An unchanged text keeps its line with all parameters.
    if event.line(name).is_none_or(|line| line.text() != text) {
        set(event, name, (!text.is_empty()).then(|| format!("{name}:{}", escape_text(text))));
    }
}

/// Replaces all lines of a name by one, or by none.
fn set(event: &mut Component, name: &str, line: Option<String>) {
    let at = event.lines.iter().position(|line| line.name == name).unwrap_or(event.lines.len());
    event.lines.retain(|line| line.name != name);
    if let Some(line) = line.as_deref().and_then(Line::read) {
        event.lines.insert(at.min(event.lines.len()), line);
    }
}
