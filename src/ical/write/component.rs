//! One VEVENT.

use jiff::{Timestamp, ToSpan as _};

use super::parts::{class_word, status_word};
use super::{guests, links, said};
use crate::calendar::{
    Alarm, AlarmKind, Attendance, Details, Edge, People, Person, Recurrence, RecurrenceId, Span, Trigger, When,
};
use crate::ical::content_line::{ContentLine, Head, Lines};
use crate::ical::limits::MAX_REMINDER_TITLE;

/// What every component of an object has in common.
pub(super) struct Common<'a> {
    pub(super) uid: &'a str,
    /// The client's own name for the event, where that is kept beside.
    pub(super) event_id: Option<&'a str>,
    pub(super) people: People,
}

/// Writes a series or a single happening, or an occurrence that differs from its series.
pub(super) fn write(
    lines: &mut Lines,
    degradations: &mut Vec<String>,
    common: &Common<'_>,
    (details, replaces): (&Details, Option<&RecurrenceId>),
) {
    lines.push(&ContentLine::begin("VEVENT"));
    lines.push(&Head::of("UID").text(common.uid));
    if let Some(replaces) = replaces {
        let range = if replaces.and_later { "THISANDFUTURE" } else { "" };
        lines.push(&Head::of("RECURRENCE-ID").parameter("RANGE", range).when(&replaces.at));
    }
    stamps(lines, details);
    lines.push(&Head::of("DTSTART").when(&details.span.start));
    match common.people {
        People::AsSaid => lines.push(&Head::of("DTEND").when(&details.span.end)),
        People::AsText | People::AsGuests => {
            lines.push(&Head::of("DTEND").when(&lasting_end(degradations, &details.span)));
        }
    }
    details.recurrence.iter().flat_map(repetition).for_each(|line| lines.push(&line));
    let parted = guests::parted(details, common.people);
    texts(lines, degradations, details, &parted.text);
    state(lines, details);
    guests::lines(&parted.guests, common.people).iter().for_each(|line| lines.push(line));
    links::write(lines, degradations, details);
    if let Some(event_id) = common.event_id {
        lines.push(&Head::of("X-PASARELA-UID").text(event_id));
    }
    match common.people {
        People::AsSaid => details.alarms.iter().for_each(|one| alarm_as_said(lines, one, details)),
        People::AsText | People::AsGuests => alarms(lines, degradations, details),
    }
    lines.push(&ContentLine::end("VEVENT"));
}

/// When the source made and changed it. DTSTAMP must be there and must not depend on when we write: without a time of
/// the source's it is a fixed one.
fn stamps(lines: &mut Lines, details: &Details) {
    let stamp = details.last_modified.or(details.stamp).or(details.created).unwrap_or(Timestamp::UNIX_EPOCH);
    lines.push(&Head::of("DTSTAMP").instant(stamp));
    lines.push(&Head::of("SEQUENCE").number(details.sequence));
    for (name, at) in [("CREATED", details.created), ("LAST-MODIFIED", details.last_modified)] {
        if let Some(at) = at {
            lines.push(&Head::of(name).instant(at));
        }
    }
}

/// How a series repeats as content lines, unfolded: `RRULE:…`, `EXRULE:…`, `RDATE…`, `EXDATE…`, a value each.
pub fn recurrence_lines(repeats: &Recurrence) -> Vec<String> {
    repetition(repeats).map(ContentLine::into_text).collect()
}

fn repetition(repeats: &Recurrence) -> impl Iterator<Item = ContentLine> {
    let rules = [("RRULE", &repeats.rules), ("EXRULE", &repeats.except_rules)];
    let rules = rules.into_iter().flat_map(|(name, rules)| rules.iter().map(move |one| Head::of(name).rule(one)));
    let dates = [("RDATE", &repeats.dates), ("EXDATE", &repeats.except_dates)];
    let dates = dates.into_iter().flat_map(|(name, dates)| dates.iter().map(move |date| Head::of(name).when(date)));
    rules.chain(dates)
}

/// The end as it is written: after the start. Cyrus and Google refuse an end at the start, iCloud one that is missing,
/// so what has no length gets the least that every calendar shows, and that is said.
pub fn lasting_end(degradations: &mut Vec<String>, span: &Span) -> When {
    let lasts = match (&span.start, &span.end) {
        (When::Zoned { local, zone }, When::Zoned { local: end, zone: end_zone }) if zone == end_zone => end > local,
        (start, end) => end.order() > start.order(),
    };
    if lasts {
        return span.end.clone();
    }
    degradations.push(said::NO_LENGTH.to_owned());
    let reading = span.start.reading();
    span.start.at_reading(reading.checked_add(1.minute()).unwrap_or(reading))
}

pub(super) fn texts(
    lines: &mut Lines,
    degradations: &mut Vec<String>,
    details: &Details,
    people: &(Option<&Person>, Vec<&Attendance>),
) {
    lines.push(&Head::of("SUMMARY").text(&details.summary));
    let description = guests::description(details, people);
    if let Some(text) = &description {
        lines.push(&Head::of("DESCRIPTION").text(text));
    }
    let people = description != details.description;
    if people {
        degradations.push(said::PEOPLE_AS_TEXT.to_owned());
    }
    match &details.html {
        Some(html) if !people => lines.push(&Head::of("X-ALT-DESC").parameter("FMTTYPE", "text/html").text(html)),
        // Of the two a calendar shows the HTML, which would hide the people at the end of the other.
        Some(_) => degradations.push(said::NO_HTML.to_owned()),
        None => {}
    }
    if let Some(location) = &details.location {
        lines.push(&Head::of("LOCATION").text(location));
    }
    if let Some(geo) = details.geo {
        lines.push(&Head::of("GEO").geo(geo));
    }
}

pub(super) fn state(lines: &mut Lines, details: &Details) {
    if let Some(status) = details.status {
        lines.push(&Head::of("STATUS").word(status_word(status)));
    }
    lines.push(&Head::of("TRANSP").word(if details.free { "TRANSPARENT" } else { "OPAQUE" }));
    if let Some(class) = details.class {
        lines.push(&Head::of("CLASS").word(class_word(class)));
    }
    if !details.categories.is_empty() {
        lines.push(&Head::of("CATEGORIES").texts(&details.categories));
    }
    if let Some(priority) = details.priority {
        lines.push(&Head::of("PRIORITY").number(priority.into()));
    }
    if let Some(color) = &details.color {
        lines.push(&Head::of("COLOR").text(color));
    }
}

/// The reminders as they are written: none mails anybody, and each has the text that it needs. In order of that, so that
/// the same reminders make the same bytes.
fn alarms(lines: &mut Lines, degradations: &mut Vec<String>, details: &Details) {
    if details.alarms.iter().any(|alarm| alarm.kind == AlarmKind::Email) {
        degradations.push("a reminder by mail is written as one on the screen".to_owned());
    }
    let title = if details.summary.is_empty() { "Recordatorio" } else { &details.summary };
    let end = title.char_indices().nth(MAX_REMINDER_TITLE).map_or(title.len(), |(at, _)| at);
    let title = title.get(..end).unwrap_or(title);
    let mut alarms: Vec<Alarm> = details.alarms.iter().map(|alarm| on_screen(alarm, title)).collect();
    alarms.sort();
    alarms.dedup();
    alarms.iter().for_each(|one| alarm(lines, one));
}

fn on_screen(alarm: &Alarm, title: &str) -> Alarm {
    if alarm.kind == AlarmKind::Audio {
        return Alarm { text: None, ..alarm.clone() };
    }
    let text = alarm.text.as_deref().unwrap_or(title).to_owned();
    Alarm { kind: AlarmKind::Display, text: Some(text), ..alarm.clone() }
}

fn alarm(lines: &mut Lines, alarm: &Alarm) {
    lines.push(&ContentLine::begin("VALARM"));
    lines.push(&Head::of("ACTION").word(if alarm.kind == AlarmKind::Audio { "AUDIO" } else { "DISPLAY" }));
    if let Some(text) = &alarm.text {
        lines.push(&Head::of("DESCRIPTION").text(text));
    }
    when(lines, alarm);
    lines.push(&ContentLine::end("VALARM"));
}

/// A reminder as the source said it. One by mail needs a subject and somebody whom it goes to (RFC 5545 §3.6.6).
pub(super) fn alarm_as_said(lines: &mut Lines, alarm: &Alarm, details: &Details) {
    lines.push(&ContentLine::begin("VALARM"));
    let action = match alarm.kind {
        AlarmKind::Audio => "AUDIO",
        AlarmKind::Display => "DISPLAY",
        AlarmKind::Email => "EMAIL",
    };
    lines.push(&Head::of("ACTION").word(action));
    if let Some(text) = &alarm.text {
        lines.push(&Head::of("DESCRIPTION").text(text));
    } else if alarm.kind != AlarmKind::Audio {
        lines.push(&Head::of("DESCRIPTION").text(""));
    }
    if alarm.kind == AlarmKind::Email {
        lines.push(&Head::of("SUMMARY").text(&details.summary));
        let to = details.organizer.clone().filter(|who| guests::is_email(&who.address));
        let to = to.unwrap_or_else(|| Person { name: None, address: String::new() });
        guests::found(Head::of("ATTENDEE"), &to).iter().for_each(|line| lines.push(line));
    }
    when(lines, alarm);
    lines.push(&ContentLine::end("VALARM"));
}

/// When a reminder comes, and how often.
fn when(lines: &mut Lines, alarm: &Alarm) {
    lines.push(&match alarm.trigger {
        Trigger::Relative { edge: Edge::Start, seconds } => Head::of("TRIGGER").duration(seconds),
        Trigger::Relative { edge: Edge::End, seconds } => {
            Head::of("TRIGGER").parameter("RELATED", "END").duration(seconds)
        }
        Trigger::At(at) => Head::of("TRIGGER").typed_instant(at),
    });
    if let Some((times, pause)) = alarm.repeat {
        lines.push(&Head::of("REPEAT").number(times));
        lines.push(&Head::of("DURATION").duration(pause));
    }
}
