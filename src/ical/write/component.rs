//! One VEVENT.

use data_encoding::BASE64;
use jiff::{Timestamp, ToSpan as _};

use super::parts::{before, class_word, duration, status_word, when};
use super::{guests, said};
use crate::calendar::{
    Alarm, AlarmKind, Attachment, AttachmentData, Conference, Details, Edge, Recurrence, RecurrenceId, Span, Trigger,
    When,
};
use crate::ical::limits::MAX_INLINE_ATTACHMENT;
use crate::ical::rule;
use crate::ical::stamp::{compact, compact_utc};
use crate::ical::text::{Lines, escape, parameter};

/// The names that every component of an object carries.
pub(super) struct Names<'a> {
    pub(super) uid: String,
    pub(super) event_id: &'a str,
}

/// Writes a series or a single happening, or an occurrence that differs from its series.
pub(super) fn write(
    lines: &mut Lines,
    degradations: &mut Vec<String>,
    names: &Names<'_>,
    (details, replaces): (&Details, Option<&RecurrenceId>),
) {
    lines.push(&["BEGIN:VEVENT"]);
    lines.push(&["UID:", &names.uid]);
    if let Some(replaces) = replaces {
        let range = if replaces.and_later { ";RANGE=THISANDFUTURE" } else { "" };
        lines.push(&["RECURRENCE-ID", range, &before(&replaces.at), &compact(&replaces.at)]);
    }
    stamps(lines, details);
    when(lines, "DTSTART", &details.span.start);
    when(lines, "DTEND", &lasting_end(degradations, &details.span));
    details.recurrence.iter().flat_map(recurrence_lines).for_each(|line| lines.push(&[&line]));
    texts(lines, degradations, details);
    state(lines, details);
    links(lines, degradations, details);
    for extra in &details.extras {
        lines.push(&[&extra.name, &extra.rest]);
    }
    lines.push(&["X-PASARELA-UID:", &escape(names.event_id)]);
    alarms(lines, degradations, details);
    lines.push(&["END:VEVENT"]);
}

/// When the source made and changed it. DTSTAMP must be there and must not depend on when we write: without a time of
/// the source's it is a fixed one.
fn stamps(lines: &mut Lines, details: &Details) {
    let stamp = details.last_modified.or(details.stamp).or(details.created).unwrap_or(Timestamp::UNIX_EPOCH);
    lines.push(&["DTSTAMP:", &compact_utc(stamp)]);
    lines.push(&["SEQUENCE:", &details.sequence.to_string()]);
    for (name, at) in [("CREATED:", details.created), ("LAST-MODIFIED:", details.last_modified)] {
        if let Some(at) = at {
            lines.push(&[name, &compact_utc(at)]);
        }
    }
}

/// How a series repeats as content lines, unfolded: `RRULE:…`, `EXRULE:…`, `RDATE…`, `EXDATE…`, a value each.
pub fn recurrence_lines(repeats: &Recurrence) -> Vec<String> {
    let rules = [("RRULE:", &repeats.rules), ("EXRULE:", &repeats.except_rules)];
    let rules =
        rules.into_iter().flat_map(|(name, rules)| rules.iter().map(move |one| format!("{name}{}", rule::write(one))));
    let dates = [("RDATE", &repeats.dates), ("EXDATE", &repeats.except_dates)];
    let dates = dates
        .into_iter()
        .flat_map(|(name, dates)| dates.iter().map(move |date| format!("{name}{}{}", before(date), compact(date))));
    rules.chain(dates).collect()
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

fn texts(lines: &mut Lines, degradations: &mut Vec<String>, details: &Details) {
    lines.push(&["SUMMARY:", &escape(&details.summary)]);
    let description = guests::description(details);
    if let Some(text) = &description {
        lines.push(&["DESCRIPTION:", &escape(text)]);
    }
    let people = description != details.description;
    if people {
        degradations.push(said::PEOPLE_AS_TEXT.to_owned());
    }
    match &details.html {
        Some(html) if !people => lines.push(&["X-ALT-DESC;FMTTYPE=text/html:", &escape(html)]),
        // Of the two a calendar shows the HTML, which would hide the people at the end of the other.
        Some(_) => degradations.push(said::NO_HTML.to_owned()),
        None => {}
    }
    if let Some(location) = &details.location {
        lines.push(&["LOCATION:", &escape(location)]);
    }
    if let Some(geo) = details.geo {
        lines.push(&[&format!("GEO:{};{}", geo.latitude, geo.longitude)]);
    }
}

fn state(lines: &mut Lines, details: &Details) {
    if let Some(status) = details.status {
        lines.push(&["STATUS:", status_word(status)]);
    }
    lines.push(&["TRANSP:", if details.free { "TRANSPARENT" } else { "OPAQUE" }]);
    if let Some(class) = details.class {
        lines.push(&["CLASS:", class_word(class)]);
    }
    if !details.categories.is_empty() {
        let categories: Vec<_> = details.categories.iter().map(|text| escape(text)).collect();
        lines.push(&["CATEGORIES:", &categories.join(",")]);
    }
    if let Some(priority) = details.priority {
        lines.push(&["PRIORITY:", &priority.to_string()]);
    }
    if let Some(color) = &details.color {
        lines.push(&["COLOR:", color]);
    }
}

fn links(lines: &mut Lines, degradations: &mut Vec<String>, details: &Details) {
    if let Some(url) = &details.url {
        lines.push(&["URL:", url]);
    }
    for Conference { uri, label, features } in &details.conferences {
        let features = if features.is_empty() { String::new() } else { format!(";FEATURE={}", features.join(",")) };
        let label = label.as_ref().map(|label| format!(";LABEL={}", parameter(label))).unwrap_or_default();
        lines.push(&["CONFERENCE;VALUE=URI", &features, &label, ":", uri]);
    }
    details.attachments.iter().for_each(|one| attachment(lines, degradations, one));
}

fn attachment(lines: &mut Lines, degradations: &mut Vec<String>, one: &Attachment) {
    let Attachment { data, media_type, name } = one;
    let media_type = media_type.as_ref().map(|text| format!(";FMTTYPE={}", parameter(text))).unwrap_or_default();
    let file = name.as_ref().map(|text| format!(";FILENAME={}", parameter(text))).unwrap_or_default();
    match data {
        AttachmentData::Uri(uri) => lines.push(&["ATTACH", &media_type, &file, ":", uri]),
        AttachmentData::Inline(bytes) if bytes.len() <= MAX_INLINE_ATTACHMENT => {
            let kind = ";ENCODING=BASE64;VALUE=BINARY:";
            lines.push(&["ATTACH", &media_type, &file, kind, &BASE64.encode(bytes)]);
        }
        AttachmentData::Inline(bytes) => {
            let name = name.as_deref().unwrap_or("a file");
            degradations.push(format!("attachment left out: {name} has {} bytes", bytes.len()));
        }
    }
}

/// The reminders as they are written: none mails anybody, and each has the text that it needs. In order of that, so that
/// the same reminders make the same bytes.
fn alarms(lines: &mut Lines, degradations: &mut Vec<String>, details: &Details) {
    if details.alarms.iter().any(|alarm| alarm.kind == AlarmKind::Email) {
        degradations.push("a reminder by mail is written as one on the screen".to_owned());
    }
    let mut alarms: Vec<Alarm> = details.alarms.iter().map(|alarm| on_screen(alarm, &details.summary)).collect();
    alarms.sort();
    alarms.dedup();
    alarms.iter().for_each(|one| alarm(lines, one));
}

fn on_screen(alarm: &Alarm, summary: &str) -> Alarm {
    if alarm.kind == AlarmKind::Audio {
        return Alarm { text: None, ..alarm.clone() };
    }
    let summary = if summary.is_empty() { "Recordatorio" } else { summary };
    let text = alarm.text.as_deref().unwrap_or(summary).to_owned();
    Alarm { kind: AlarmKind::Display, text: Some(text), ..alarm.clone() }
}

fn alarm(lines: &mut Lines, alarm: &Alarm) {
    lines.push(&["BEGIN:VALARM"]);
    lines.push(&["ACTION:", if alarm.kind == AlarmKind::Audio { "AUDIO" } else { "DISPLAY" }]);
    if let Some(text) = &alarm.text {
        lines.push(&["DESCRIPTION:", &escape(text)]);
    }
    match alarm.trigger {
        Trigger::Relative { edge: Edge::Start, seconds } => lines.push(&["TRIGGER:", &duration(seconds)]),
        Trigger::Relative { edge: Edge::End, seconds } => lines.push(&["TRIGGER;RELATED=END:", &duration(seconds)]),
        Trigger::At(at) => lines.push(&["TRIGGER;VALUE=DATE-TIME:", &compact(&When::Utc(at))]),
    }
    if let Some((times, pause)) = alarm.repeat {
        lines.push(&["REPEAT:", &times.to_string()]);
        lines.push(&["DURATION:", &duration(pause)]);
    }
    lines.push(&["END:VALARM"]);
}
