//! Content lines as they are written (RFC 5545 §3.1): the only way to make one.
//!
//! Rule: what the grammar forbids can't be said. Names and parameters are tokens, parameters are quoted and encoded where
//! they have to be (RFC 6868), each kind of value has its own way in, which also says its `VALUE` where that is not the
//! property's own, and no control character gets through. What can't be written so makes no line, and whoever asked
//! leaves it out and says so.

use data_encoding::BASE64;
use jiff::Timestamp;
use jiff::tz::Offset;

use super::rule;
use super::stamp::{compact, compact_utc};
use super::text::{escape, writable};
use super::uri::uri;
use crate::calendar::{Geo, Rule, When};

/// The name of a property and its parameters, waiting for the value.
#[derive(Debug)]
pub(in crate::ical) struct Head {
    name: String,
    parameters: String,
}

impl Head {
    /// A property of ours.
    pub(in crate::ical) fn of(name: &'static str) -> Self {
        Self { name: name.to_owned(), parameters: String::new() }
    }

    /// A property by a name that came from elsewhere; none when no property can have it.
    pub(in crate::ical) fn named(name: &str) -> Option<Self> {
        is_token(name).then(|| Self { name: name.to_owned(), parameters: String::new() })
    }

    /// Adds a parameter; one that says nothing, or has no name that a parameter can have, is none.
    pub(in crate::ical) fn parameter(mut self, name: &str, value: &str) -> Self {
        let value = value.trim();
        if is_token(name) && !value.is_empty() {
            self.parameters.extend([";", name, "=", &parameter(value)]);
        }
        self
    }

    /// Adds a parameter of words.
    pub(in crate::ical) fn words(mut self, name: &'static str, words: &[String]) -> Self {
        let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| is_token(word)).collect();
        if !words.is_empty() {
            self.parameters.extend([";", name, "=", &words.join(",")]);
        }
        self
    }

    /// TEXT (§3.3.11).
    pub(in crate::ical) fn text(self, text: &str) -> ContentLine {
        self.ended(&escape(text))
    }

    /// Several TEXTs.
    pub(in crate::ical) fn texts(self, texts: &[String]) -> ContentLine {
        let texts: Vec<_> = texts.iter().map(|text| escape(text)).collect();
        self.ended(&texts.join(","))
    }

    /// One of the words that the property knows.
    pub(in crate::ical) fn word(self, word: &'static str) -> ContentLine {
        self.ended(word)
    }

    /// INTEGER (§3.3.8).
    pub(in crate::ical) fn number(self, number: u32) -> ContentLine {
        self.ended(&number.to_string())
    }

    /// Two FLOATs (§3.8.1.6).
    pub(in crate::ical) fn geo(self, geo: Geo) -> ContentLine {
        self.ended(&format!("{};{}", geo.latitude, geo.longitude))
    }

    /// A URI (§3.3.13) where the property holds nothing else.
    pub(in crate::ical) fn uri(self, text: &str) -> Option<ContentLine> {
        let uri = uri(text)?;
        Some(self.ended(&uri))
    }

    /// CAL-ADDRESS (§3.3.3) of somebody who has an e-mail address. It stands as it is, also where it is not ASCII: that is how
    /// everybody writes and reads it.
    pub(in crate::ical) fn mailto(self, address: &str) -> Option<ContentLine> {
        address.chars().all(|c| writable(c) && c != '\t').then(|| self.ended(&format!("mailto:{address}")))
    }

    /// A URI where the property may hold something else, or would be taken for a text.
    pub(in crate::ical) fn typed_uri(mut self, text: &str) -> Option<ContentLine> {
        self.parameters.insert_str(0, ";VALUE=URI");
        self.uri(text)
    }

    /// DATE, or DATE-TIME with what says where its clock hangs (§3.3.4, §3.3.5).
    pub(in crate::ical) fn when(mut self, when: &When) -> ContentLine {
        match when {
            When::Date(_) => self.parameters.push_str(";VALUE=DATE"),
            When::Zoned { zone, .. } => self = self.parameter("TZID", zone.name()),
            When::Floating(_) | When::Utc(_) => {}
        }
        self.ended(&compact(when))
    }

    /// What is written already in the way that the property has, such as a point in time.
    pub(in crate::ical) fn written(self, value: &str) -> ContentLine {
        self.ended(value)
    }

    /// DATE-TIME in UTC.
    pub(in crate::ical) fn instant(self, at: Timestamp) -> ContentLine {
        self.ended(&compact_utc(at))
    }

    /// The same where the property would be taken for something else.
    pub(in crate::ical) fn typed_instant(mut self, at: Timestamp) -> ContentLine {
        self.parameters.push_str(";VALUE=DATE-TIME");
        self.instant(at)
    }

    /// DURATION (§3.3.6), in seconds.
    pub(in crate::ical) fn duration(self, seconds: i64) -> ContentLine {
        self.ended(&duration(seconds))
    }

    /// The same where the property would be taken for a text.
    pub(in crate::ical) fn typed_duration(mut self, seconds: i64) -> ContentLine {
        self.parameters.insert_str(0, ";VALUE=DURATION");
        self.duration(seconds)
    }

    /// RECUR (§3.3.10).
    pub(in crate::ical) fn rule(self, rule: &Rule) -> ContentLine {
        self.ended(&rule::write(rule))
    }

    /// UTC-OFFSET (§3.3.14); with seconds where a zone's time was that of its sun.
    pub(in crate::ical) fn offset(self, offset: Offset) -> ContentLine {
        let sign = if offset.seconds() < 0 { '-' } else { '+' };
        let all = offset.seconds().abs();
        let (hours, minutes, seconds) = (all / 3_600, all / 60 % 60, all % 60);
        let seconds = if seconds == 0 { String::new() } else { format!("{seconds:02}") };
        self.ended(&format!("{sign}{hours:02}{minutes:02}{seconds}"))
    }

    /// BINARY (§3.3.1).
    pub(in crate::ical) fn binary(mut self, bytes: &[u8]) -> ContentLine {
        self.parameters.push_str(";ENCODING=BASE64;VALUE=BINARY");
        self.ended(&BASE64.encode(bytes))
    }

    fn ended(self, value: &str) -> ContentLine {
        let Self { name, parameters } = self;
        ContentLine(format!("{name}{parameters}:{value}"))
    }
}

/// One content line, not folded.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ical) struct ContentLine(String);

impl ContentLine {
    /// The beginning of a component.
    pub(in crate::ical) fn begin(component: &'static str) -> Self {
        Self(format!("BEGIN:{component}"))
    }

    /// Its end.
    pub(in crate::ical) fn end(component: &'static str) -> Self {
        Self(format!("END:{component}"))
    }

    /// Its text.
    pub(in crate::ical) fn into_text(self) -> String {
        self.0
    }

    /// What follows the name: `;PARAM=x:value`.
    pub(in crate::ical) fn rest(&self) -> &str {
        self.0.find([';', ':']).and_then(|at| self.0.get(at..)).unwrap_or_default()
    }
}

/// `iana-token`, `x-name` (§3.1).
pub(in crate::ical) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// A parameter's value (§3.2), in quotes unless it is plain; quotes, carets and line ends as RFC 6868 has them.
fn parameter(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, ':' | ';' | ',' | '"' | '^' | '\\');
    if value.chars().all(is_plain) {
        return value.to_owned();
    }
    let mut quoted = String::with_capacity(value.len() + 8);
    quoted.push('"');
    for c in value.chars() {
        match c {
            '"' => quoted.push_str("^'"),
            '^' => quoted.push_str("^^"),
            '\n' => quoted.push_str("^n"),
            c if writable(c) => quoted.push(c),
            _ => {}
        }
    }
    quoted.push('"');
    quoted
}

fn duration(seconds: i64) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let all = seconds.unsigned_abs();
    let (days, clock) = (all / 86_400, all % 86_400);
    let (hours, minutes, seconds) = (clock / 3_600, clock / 60 % 60, clock % 60);
    if all == 0 {
        return "PT0S".to_owned();
    }
    let mut text = format!("{sign}P");
    if days > 0 {
        text.push_str(&format!("{days}D"));
    }
    if clock > 0 {
        text.push('T');
    }
    for (number, unit) in [(hours, 'H'), (minutes, 'M'), (seconds, 'S')] {
        if number > 0 {
            text.push_str(&format!("{number}{unit}"));
        }
    }
    text
}

/// Text made of content lines: CRLF, folded at 75 octets, never inside a character.
pub(in crate::ical) struct Lines(String);

impl Lines {
    const OCTETS: usize = 75;

    pub(in crate::ical) fn new() -> Self {
        Self(String::with_capacity(2_048))
    }

    /// Adds a content line.
    pub(in crate::ical) fn push(&mut self, line: &ContentLine) {
        self.push_text(&line.0);
    }

    /// Adds a line that is one already.
    pub(in crate::ical) fn push_text(&mut self, line: &str) {
        let mut rest = line;
        let mut room = Self::OCTETS;
        while rest.len() > room {
            let mut cut = room;
            while !rest.is_char_boundary(cut) {
                cut -= 1;
            }
            let (head, tail) = rest.split_at_checked(cut).unwrap_or((rest, ""));
            self.0.push_str(head);
            self.0.push_str("\r\n ");
            rest = tail;
            room = Self::OCTETS - 1;
        }
        self.0.push_str(rest);
        self.0.push_str("\r\n");
    }

    /// Adds lines that are folded already and end in CRLF.
    pub(in crate::ical) fn push_folded(&mut self, lines: &str) {
        self.0.push_str(lines);
    }

    /// Bytes so far.
    pub(in crate::ical) fn len(&self) -> usize {
        self.0.len()
    }

    pub(in crate::ical) fn finish(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests;
