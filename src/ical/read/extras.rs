//! Properties of other makers that are passed on: what they say, not how it was spelled, so that they can be written anew.

use super::source::Source;
use crate::calendar::{Extra, ExtraValue};
use crate::ical::content_line::is_token;
use crate::ical::length::Length;
use crate::ical::text::{clean, unescape};
use crate::ical::uri::uri;

/// What a property holds.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Texts,
    Uri,
    Duration,
}

/// Properties that are passed on. What is not here is not written to a calendar: unknown properties may carry anything,
/// and servers choke on some.
const PASSED_ON: [(&str, Kind); 14] = [
    ("COMMENT", Kind::Text),
    ("CONTACT", Kind::Text),
    ("RESOURCES", Kind::Texts),
    ("X-APPLE-STRUCTURED-LOCATION", Kind::Uri),
    ("X-APPLE-TRAVEL-ADVISORY-BEHAVIOR", Kind::Text),
    ("X-APPLE-TRAVEL-DURATION", Kind::Duration),
    ("X-APPLE-TRAVEL-START", Kind::Uri),
    ("X-GOOGLE-CONFERENCE", Kind::Text),
    ("X-MICROSOFT-CDO-BUSYSTATUS", Kind::Text),
    ("X-MICROSOFT-CDO-IMPORTANCE", Kind::Text),
    ("X-MICROSOFT-CDO-INTENDEDSTATUS", Kind::Text),
    ("X-MICROSOFT-ONLINEMEETINGEXTERNALLINK", Kind::Text),
    ("X-MICROSOFT-SKYPETEAMSMEETINGURL", Kind::Text),
    ("X-PUENTES-REF", Kind::Text),
];

/// Of one event; more are a flood.
const MOST: usize = 50;

/// Parameters of one property; more are a flood.
const MOST_PARAMETERS: usize = 50;

/// Parameters that say how a value is spelled, or lean on what is not passed on.
const SPELLING: [&str; 4] = ["VALUE", "ENCODING", "CHARSET", "TZID"];

/// Whether properties of this name are passed on.
pub(super) fn are_passed_on(name: &str) -> bool {
    PASSED_ON.iter().any(|(known, _)| name.eq_ignore_ascii_case(known))
}

/// All of them, sorted, each once. One that says nothing is none; one that can't be understood is left out with a note.
pub(super) fn read(source: &Source<'_>) -> Vec<Extra> {
    let mut extras: Vec<Extra> = Vec::new();
    for line in source.lines() {
        let Some((name, kind)) = PASSED_ON.iter().find(|(name, _)| line.name().eq_ignore_ascii_case(name)) else {
            continue;
        };
        match extra(name, *kind, line.rest()) {
            Ok(Some(_)) if extras.len() >= MOST => {
                source.note(format!("only the first {MOST} such properties are kept: {name}"))
            }
            Ok(extra) => extras.extend(extra),
            Err(why) => source.note(format!("{name} is left out: {why}")),
        }
    }
    extras.sort();
    extras.dedup();
    extras
}

fn extra(name: &str, kind: Kind, rest: &str) -> Result<Option<Extra>, &'static str> {
    let (parameters, value) = apart(rest);
    if parameters.len() > MOST_PARAMETERS {
        return Err("it has too many parameters");
    }
    let has = |named: &str, is: &str| {
        parameters.iter().any(|(name, value)| name.eq_ignore_ascii_case(named) && value.eq_ignore_ascii_case(is))
    };
    if has("ENCODING", "QUOTED-PRINTABLE") || has("ENCODING", "BASE64") {
        return Err("its value is encoded");
    }
    let mut said: Vec<(String, String)> = Vec::new();
    for (name, value) in parameters {
        let says = is_token(&name) && !value.is_empty();
        let known = said.iter().any(|(other, _)| other.eq_ignore_ascii_case(&name));
        if says && !known && !SPELLING.iter().any(|spelling| name.eq_ignore_ascii_case(spelling)) {
            said.push((name, value));
        }
    }
    match value_of(kind, value) {
        Ok(value) => Ok(Some(Extra { name: name.to_owned(), parameters: said, value })),
        Err(_) if value.trim().is_empty() && said.is_empty() => Ok(None),
        Err(why) => Err(why),
    }
}

fn value_of(kind: Kind, value: &str) -> Result<ExtraValue, &'static str> {
    if value.trim().is_empty() {
        return Err("it has no value");
    }
    match kind {
        Kind::Text => match clean(&unescape(value)) {
            text if text.is_empty() => Err("it has no value"),
            text => Ok(ExtraValue::Texts(vec![text])),
        },
        Kind::Texts => {
            let texts: Vec<String> =
                list(value).map(|text| clean(&unescape(text))).filter(|text| !text.is_empty()).collect();
            if texts.is_empty() { Err("it has no value") } else { Ok(ExtraValue::Texts(texts)) }
        }
        Kind::Uri => uri(&clean(value)).map(ExtraValue::Uri).ok_or("its value is no link"),
        Kind::Duration => seconds(value).map(ExtraValue::Duration).ok_or("its value is no length"),
    }
}

/// The values of a list: apart at commas that are not escaped.
fn list(value: &str) -> impl Iterator<Item = &str> {
    let mut escaped = false;
    value.split(move |c| {
        let comma = c == ',' && !escaped;
        escaped = c == '\\' && !escaped;
        comma
    })
}

/// A length in seconds, no longer than any way takes.
fn seconds(value: &str) -> Option<i64> {
    Length::read(value).ok().map(Length::seconds).filter(|seconds| seconds.abs() <= 366 * 86_400)
}

/// The parameters of a property and its value, without the marks that only keep them apart. A piece that is no
/// parameter belongs to the one before, whose semicolon was not quoted.
fn apart(rest: &str) -> (Vec<(String, String)>, &str) {
    let mut parameters: Vec<(String, String)> = Vec::new();
    let mut left = rest;
    while let Some(after) = left.strip_prefix(';') {
        let end = piece(after);
        let (text, tail) = after.split_at_checked(end).unwrap_or((after, ""));
        left = tail;
        match (text.split_once('='), parameters.last_mut()) {
            (Some((name, value)), _) => parameters.push((name.trim().to_owned(), plain(value))),
            (None, Some((_, value))) if !text.trim().is_empty() => {
                value.push(';');
                value.push_str(&plain(text));
            }
            (None, _) => {}
        }
    }
    parameters.iter_mut().for_each(|(_, value)| *value = clean(value));
    (parameters, left.strip_prefix(':').unwrap_or_default())
}

/// Where a parameter ends: at a colon or semicolon that is neither quoted nor escaped.
fn piece(text: &str) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    let end = text.find(|c| {
        let ends = matches!(c, ';' | ':') && !quoted && !escaped;
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    end.unwrap_or(text.len())
}

/// The text behind a parameter's quotes and escapes: RFC 6868's, and the backslashes that many take from values.
fn plain(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        let decoded = match (c, chars.peek()) {
            ('^' | '\\', Some('n')) | ('\\', Some('N')) => Some('\n'),
            ('^', Some('\'')) => Some('"'),
            ('^', Some('^')) => Some('^'),
            ('\\', Some(next @ ('"' | '\\' | ',' | ';' | ':'))) => Some(*next),
            _ => None,
        };
        match decoded {
            Some(decoded) => {
                text.push(decoded);
                chars.next();
            }
            None if c == '"' => {}
            None => text.push(c),
        }
    }
    text
}
