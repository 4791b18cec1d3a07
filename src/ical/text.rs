//! Texts as iCalendar writes them (RFC 5545 §3.3.11), parameters (§3.2), and lines of 75 octets (§3.1).

use std::borrow::Cow;

/// A text with what has a meaning in iCalendar escaped.
pub(in crate::ical) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', ';', ',', '\n']) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            c => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

/// The text behind an escaped one.
pub(in crate::ical) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => plain.push('\n'),
                Some(other) => plain.push(other),
                None => plain.push('\\'),
            },
            c => plain.push(c),
        }
    }
    Cow::Owned(plain)
}

/// A text without what no calendar can show: control characters go, line ends become LF, white space at both ends goes.
pub(in crate::ical) fn clean(text: &str) -> String {
    let text = text.trim();
    if !text.contains(|c: char| c.is_control() && c != '\n' && c != '\t') {
        return text.to_owned();
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect::<String>().trim().to_owned()
}

/// A parameter's value, in quotes where it needs them. Quotes and line ends can't stand in one (RFC 6868 has a way,
/// few readers do): they become what looks like them.
pub(in crate::ical) fn parameter(value: &str) -> Cow<'_, str> {
    let plain = |c: char| !matches!(c, ':' | ';' | ',' | '"' | '^' | '\\') && !c.is_control();
    if value.chars().all(plain) && value.trim() == value {
        return Cow::Borrowed(value);
    }
    let quoted = value.trim().replace('"', "'").replace('\n', " ");
    Cow::Owned(format!("\"{}\"", quoted.chars().filter(|c| !c.is_control()).collect::<String>()))
}

/// Text made of content lines: CRLF, folded at 75 octets, never inside a character.
pub(in crate::ical) struct Lines(String);

impl Lines {
    const OCTETS: usize = 75;

    pub(in crate::ical) fn new() -> Self {
        Self(String::with_capacity(2_048))
    }

    /// Adds a content line made of parts.
    pub(in crate::ical) fn push(&mut self, parts: &[&str]) {
        let mut room = Self::OCTETS;
        for part in parts {
            room = self.fold(part, room);
        }
        self.0.push_str("\r\n");
    }

    /// Adds lines that are folded already and end in CRLF.
    pub(in crate::ical) fn push_folded(&mut self, lines: &str) {
        self.0.push_str(lines);
    }

    fn fold(&mut self, mut part: &str, mut room: usize) -> usize {
        while part.len() > room {
            let mut cut = room;
            while !part.is_char_boundary(cut) {
                cut -= 1;
            }
            let (head, tail) = part.split_at_checked(cut).unwrap_or((part, ""));
            self.0.push_str(head);
            self.0.push_str("\r\n ");
            part = tail;
            room = Self::OCTETS - 1;
        }
        self.0.push_str(part);
        room - part.len()
    }

    pub(in crate::ical) fn finish(self) -> String {
        self.0
    }
}
