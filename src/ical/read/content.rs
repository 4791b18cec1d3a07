//! What a VEVENT says besides when: its texts, its state, its links.

use std::sync::Arc;

use calcard::icalendar::{
    ICalendarClassification, ICalendarParameterName, ICalendarProperty, ICalendarStatus, ICalendarTransparency,
    ICalendarValue, Uri,
};
use jiff::Timestamp;

use super::source::{Property, Source, value_text};
use super::{alarms, color, extras, left_out, link, people};
use crate::calendar::{
    Attachment, AttachmentData, Class, Conference, Details, Geo, Particulars, Recurrence, Span, Status,
};
use crate::ical::text::{clean, list, words};
use crate::ical::written::Written;
use crate::quoted::Quoted;

/// Reads all of it.
pub(in crate::ical) fn read(source: &Source<'_>, span: Span, recurrence: Option<Recurrence>) -> Details {
    let (organizer, attendees) = people::read(source);
    let html = html(source);
    left_out::note(source);
    let particulars = Particulars {
        summary: source.text("SUMMARY").unwrap_or_default(),
        description: source.text("DESCRIPTION"),
        html,
        location: source.text("LOCATION"),
        geo: geo(source),
        url: url(source),
        status: status(source),
        free: free(source),
        class: class(source),
        categories: categories(source),
        color: color::read(source),
        priority: priority(source),
        organizer,
        attendees,
        alarms: alarms::read(source),
        attachments: source.all(ICalendarProperty::Attach).filter_map(|at| attachment(source, at)).collect(),
        conferences: source.all(ICalendarProperty::Conference).filter_map(|at| conference(source, at)).collect(),
        sequence: sequence(source),
        created: stamp(source, ICalendarProperty::Created),
        last_modified: stamp(source, ICalendarProperty::LastModified),
        stamp: stamp(source, ICalendarProperty::Dtstamp),
        extras: extras::read(source),
    };
    Details { span, recurrence, particulars: Arc::new(particulars) }
}

fn value<'s>(source: &'s Source<'_>, name: ICalendarProperty) -> Option<&'s ICalendarValue> {
    source.first(name)?.entry.values.first()
}

fn status(source: &Source<'_>) -> Option<Status> {
    match value(source, ICalendarProperty::Status)? {
        ICalendarValue::Status(ICalendarStatus::Tentative) => Some(Status::Tentative),
        ICalendarValue::Status(ICalendarStatus::Confirmed) => Some(Status::Confirmed),
        ICalendarValue::Status(ICalendarStatus::Cancelled) => Some(Status::Cancelled),
        // One L, as some scripts and the rest of America write.
        ICalendarValue::Text(text) if text.trim().eq_ignore_ascii_case("CANCELED") => Some(Status::Cancelled),
        other => {
            let text = value_text(other).unwrap_or_default();
            source.note(format!("STATUS is left out: {} is no state of an event", Quoted(text.trim())));
            None
        }
    }
}

/// TRANSP; where that is silent, what Outlook calls free.
fn free(source: &Source<'_>) -> bool {
    let unknown = match value(source, ICalendarProperty::Transp) {
        Some(ICalendarValue::Transparency(transparency)) => {
            return *transparency == ICalendarTransparency::Transparent;
        }
        other => other.and_then(value_text),
    };
    if let Some(text) = unknown {
        source.note(format!("TRANSP is left out: {} is neither free nor busy", Quoted(text.trim())));
    }
    source.lines().any(|line| line.is("X-MICROSOFT-CDO-BUSYSTATUS") && line.value().trim().eq_ignore_ascii_case("FREE"))
}

/// CLASS; a class that is not known is to be treated as private (RFC 5545 §3.8.1.3).
fn class(source: &Source<'_>) -> Option<Class> {
    match value(source, ICalendarProperty::Class)? {
        ICalendarValue::Classification(ICalendarClassification::Public) => Some(Class::Public),
        ICalendarValue::Classification(ICalendarClassification::Confidential) => Some(Class::Confidential),
        ICalendarValue::Classification(ICalendarClassification::Private) => Some(Class::Private),
        other => {
            let text = value_text(other).unwrap_or_default();
            source.note(format!("CLASS {} is not known: the event is taken for private", Quoted(text.trim())));
            Some(Class::Private)
        }
    }
}

fn categories(source: &Source<'_>) -> Vec<String> {
    let texts = source.named("CATEGORIES").flat_map(|line| list(line.value()));
    let texts = texts.map(|text| clean(&words(text))).filter(|text| !text.is_empty());
    let mut categories: Vec<String> = texts.collect();
    categories.sort();
    categories.dedup();
    categories
}

/// PRIORITY; where that is silent, Outlook's importance: high, normal, low (RFC 5545 §3.8.1.9 has the numbers).
fn priority(source: &Source<'_>) -> Option<u8> {
    if let Some(ICalendarValue::Integer(number)) = value(source, ICalendarProperty::Priority) {
        if !(0..=9).contains(number) {
            source.note(format!("PRIORITY is left out: {number} is not from 1 to 9"));
        }
        return u8::try_from(*number).ok().filter(|number| (1..=9).contains(number));
    }
    if let Some(text) = source.text("PRIORITY") {
        source.note(format!("PRIORITY is left out: {} is not from 1 to 9", Quoted(&text)));
    }
    let line = source.lines().find(|line| line.name().eq_ignore_ascii_case("X-MICROSOFT-CDO-IMPORTANCE"))?;
    match line.value().trim() {
        "2" => Some(1),
        "0" => Some(9),
        _ => None,
    }
}

fn geo(source: &Source<'_>) -> Option<Geo> {
    let property = source.first(ICalendarProperty::Geo)?;
    let numbers: Vec<f64> =
        property.entry.values.iter().filter_map(value_text).filter_map(|n| n.parse().ok()).collect();
    let [latitude, longitude] = numbers[..] else {
        source.note("GEO is left out: it is not a latitude and a longitude");
        return None;
    };
    let on_globe = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
    if !on_globe {
        source.note("GEO is left out: it is not on the globe");
    }
    on_globe.then_some(Geo { latitude, longitude })
}

/// The long text as HTML: X-ALT-DESC, or STYLED-DESCRIPTION (RFC 9073 §6.5).
fn html(source: &Source<'_>) -> Option<String> {
    let mut html = None;
    for line in source.lines().filter(|line| line.is("X-ALT-DESC") || line.is("STYLED-DESCRIPTION")) {
        let text = Some(clean(&words(line.value()))).filter(|text| !text.is_empty());
        if html.is_none() && line.rest().to_ascii_lowercase().contains("text/html") {
            html = text;
        } else if text.is_some() {
            let upper = line.name().to_ascii_uppercase();
            source.note(format!("{upper} is left out: it is not HTML, or there is another"));
        }
    }
    html
}

/// URL: a page about the event.
fn url(source: &Source<'_>) -> Option<String> {
    let text = source.text("URL")?;
    let link = link::read(&text);
    match &link {
        None => source.note(format!("URL is left out: {} is no link", Quoted(&text))),
        Some(link) if link.is_guessed => source.note("URL has no scheme: it is taken for a page of the web"),
        Some(_) => {}
    }
    link.map(|link| link.uri)
}

fn attachment(source: &Source<'_>, property: Property<'_>) -> Option<Attachment> {
    let inline =
        property.parameter(&ICalendarParameterName::Value).is_some_and(|value| value.eq_ignore_ascii_case("BINARY"));
    let data = match property.entry.values.first()? {
        ICalendarValue::Binary(bytes) => AttachmentData::Inline(bytes.clone()),
        ICalendarValue::Uri(Uri::Data(data)) => AttachmentData::Inline(data.data.clone()),
        ICalendarValue::Text(text) | ICalendarValue::Uri(Uri::Location(text)) if inline => {
            AttachmentData::Inline(text.clone().into_bytes())
        }
        value => match value_text(value).and_then(|text| link::read(&clean(&text))) {
            Some(link) => AttachmentData::Uri(link.uri),
            None => {
                source.note("an ATTACH is left out: it is neither a link nor a file");
                return None;
            }
        },
    };
    let name = label(property, &ICalendarParameterName::Filename)
        .or_else(|| label(property, &ICalendarParameterName::Other("X-FILENAME".to_owned())));
    let media_type = property.parameter(&ICalendarParameterName::Fmttype).filter(|text| is_media_type(text));
    Some(Attachment { data, media_type: media_type.map(str::to_ascii_lowercase), name })
}

/// A parameter that people read, on one line and without what parameters can't hold in every reader's eyes.
fn label(property: Property<'_>, name: &ICalendarParameterName) -> Option<String> {
    let text = property.parameter(name)?.replace('"', "'").replace(['\\', '^'], "");
    let text = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    Some(text.collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty())
}

/// `type/subtype` (RFC 6838 §4.2).
fn is_media_type(text: &str) -> bool {
    let name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c));
    text.split_once('/').is_some_and(|(kind, subtype)| name(kind) && name(subtype))
}

fn conference(source: &Source<'_>, property: Property<'_>) -> Option<Conference> {
    let text = property.text().filter(|text| !text.is_empty())?;
    let Some(link::Link { uri, .. }) = link::read(&text) else {
        source.note(format!("a CONFERENCE is left out: {} is no link", Quoted(&text)));
        return None;
    };
    let label = label(property, &ICalendarParameterName::Label);
    let features = property.entry.parameters(&ICalendarParameterName::Feature);
    let mut features: Vec<String> = features
        .filter_map(|feature| feature.as_text())
        .map(str::to_ascii_uppercase)
        .filter(|feature| feature.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
        .collect();
    features.sort();
    features.dedup();
    Some(Conference { uri, label, features })
}

pub(super) fn sequence(source: &Source<'_>) -> u32 {
    match value(source, ICalendarProperty::Sequence) {
        // Servers keep it in 32 signed bits.
        Some(ICalendarValue::Integer(number)) => {
            u32::try_from((*number).clamp(0, i64::from(i32::MAX))).unwrap_or_default()
        }
        _ => 0,
    }
}

/// When something was made or changed: an instant, in UTC where nothing says otherwise, or nothing. It never matters
/// enough to refuse an event.
fn stamp(source: &Source<'_>, name: ICalendarProperty) -> Option<Timestamp> {
    let text = source.raw(source.first(name.clone())?);
    match Written::of_any_year(text) {
        Ok(written) => Written::read(text).ok().and(written.in_utc().instant()),
        Err(reason) => {
            source.note(format!("{} is left out: {reason}", name.as_str()));
            None
        }
    }
}
