//! Texts as iCalendar writes them (RFC 5545 §3.3.11).

use std::borrow::Cow;

/// A text with what has a meaning in iCalendar escaped, and without what can't be written.
pub(in crate::ical) fn escape(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| writable(c) && !matches!(c, '\\' | ';' | ',')) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            c if writable(c) => escaped.push(c),
            _ => {}
        }
    }
    Cow::Owned(escaped)
}

/// Whether a character can stand in a line: no control but the tab (RFC 5545 §3.1), and none that XML can't hold, in
/// which servers hand calendars out (XML 1.0 §2.2).
pub(in crate::ical) fn writable(c: char) -> bool {
    (!c.is_control() || c == '\t') && !matches!(c, '\u{fffe}' | '\u{ffff}')
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

/// The words behind an escaped text, for people to read. A backslash before a letter that it doesn't escape is one
/// (`C:\docs`), and `\r\n`, as some scripts write it, is one line end.
pub(in crate::ical) fn words(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let next = after.chars().next();
        match next {
            Some('n' | 'N') => plain.push('\n'),
            Some('r' | 'R') if matches!(after.get(1..3), Some("\\n" | "\\N")) => {}
            Some(letter) if letter.is_alphanumeric() => plain.extend(['\\', letter]),
            Some(other) => plain.push(other),
            None => plain.push('\\'),
        }
        rest = after.get(next.map_or(0, char::len_utf8)..).unwrap_or_default();
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// The texts of a list, which commas separate where they are not escaped.
pub(in crate::ical) fn list(text: &str) -> Vec<&str> {
    let mut escaped = false;
    let separates = |c: char| {
        let separates = c == ',' && !escaped;
        escaped = c == '\\' && !escaped;
        separates
    };
    text.split(separates).collect()
}

/// A text without what no calendar can show: control characters go, line ends become LF, white space at both ends goes.
pub fn clean(text: &str) -> String {
    let text = text.trim();
    let shown = |c: char| writable(c) || c == '\n';
    if text.chars().all(shown) {
        return text.to_owned();
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| shown(*c)).collect::<String>().trim().to_owned()
}
