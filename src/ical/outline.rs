//! The skeleton of a text: its content lines with their numbers, and which components they make up.
//!
//! This pass is strict where reading is lenient: a text whose BEGINs and ENDs don't match was cut or damaged, and
//! reading half of it would lose the other half. It also keeps the numbers of lines, which calcard doesn't.

use std::borrow::Cow;
use std::ops::Range;

use super::error::IcalError;
use super::limits::{Limits, MAX_DEPTH, MIN_BYTES_PER_LINE};
use super::text::{clean, unescape};

/// One content line (RFC 5545 §3.1), folds still inside.
#[derive(Clone, Copy, Debug)]
pub(in crate::ical) struct Line<'a> {
    /// Its number in the text, from 1; of a folded line, the number of the first part.
    pub(in crate::ical) number: usize,
    start: usize,
    raw: &'a str,
    name: &'a str,
    /// How many components it stands in; a BEGIN and an END stand in none.
    depth: usize,
}

impl<'a> Line<'a> {
    fn of(number: usize, start: usize, raw: &'a str) -> Self {
        let end = raw.bytes().position(|byte| matches!(byte, b':' | b';')).unwrap_or(raw.len());
        Self { number, start, raw, name: raw.get(..end).unwrap_or_default().trim(), depth: 0 }
    }

    /// The name of the property.
    pub(in crate::ical) fn name(&self) -> &'a str {
        self.name
    }

    /// Whether it has a name that a property can have, and a value.
    pub(in crate::ical) fn is_property(&self) -> bool {
        let is_name = self.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        is_name && !self.name.is_empty() && self.raw.contains(':')
    }

    /// Whether there is anything but a name; calcard skips lines that are nothing but one.
    fn has_rest(&self) -> bool {
        self.raw.contains([':', ';'])
    }

    /// Everything after the name, unfolded: `;PARAM=x:value`.
    pub(in crate::ical) fn rest(&self) -> Cow<'a, str> {
        let start = self.raw.find([':', ';']).unwrap_or(self.raw.len());
        unfold(self.raw.get(start..).unwrap_or_default())
    }

    /// All of it, unfolded.
    pub(in crate::ical) fn whole(&self) -> Cow<'a, str> {
        unfold(self.raw)
    }

    /// What stands after the first colon that is not in quotes, unfolded.
    pub(in crate::ical) fn value(&self) -> Cow<'a, str> {
        let mut quoted = false;
        let colon = self.raw.find(|c| {
            quoted ^= c == '"';
            c == ':' && !quoted
        });
        unfold(colon.and_then(|at| self.raw.get(at + 1..)).unwrap_or_default())
    }
}

fn unfold(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\n') {
        return Cow::Borrowed(raw);
    }
    let mut parts = raw.split('\n');
    let mut text = parts.next().unwrap_or_default().trim_end_matches('\r').to_owned();
    for part in parts {
        text.push_str(part.get(1..).unwrap_or_default().trim_end_matches('\r'));
    }
    Cow::Owned(text)
}

/// A component that stands directly in a calendar.
#[derive(Clone, Debug)]
pub(in crate::ical) struct Part<'a> {
    /// What follows its BEGIN.
    pub(in crate::ical) kind: &'a str,
    /// The line of its BEGIN.
    pub(in crate::ical) line: usize,
    /// All of it, from BEGIN to END.
    pub(in crate::ical) text: &'a str,
    start: usize,
    lines: Range<usize>,
}

impl Part<'_> {
    /// Whether it is of this kind.
    pub(in crate::ical) fn is(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }
}

/// The skeleton of a text.
pub(in crate::ical) struct Outline<'a> {
    lines: Vec<Line<'a>>,
    /// Where the lines of each calendar begin.
    calendars: Vec<usize>,
    /// The components that stand directly in a calendar, in order.
    pub(in crate::ical) parts: Vec<Part<'a>>,
}

impl<'a> Outline<'a> {
    /// # Errors
    /// When the text is over a limit or is not one or more whole calendars.
    pub(in crate::ical) fn of(text: &'a str, limits: &Limits) -> Result<Self, IcalError> {
        if text.len() > limits.max_bytes {
            let (is, max) = (text.len(), limits.max_bytes);
            return Err(IcalError::whole(format!("the text has {is} bytes; {max} are accepted")));
        }
        let max_lines = limits.max_bytes / MIN_BYTES_PER_LINE;
        let (lines, calendars, parts, open) = (Vec::with_capacity(64), Vec::new(), Vec::new(), Vec::new());
        let mut scan = Scan { text, max_lines, lines, calendars, parts, open };
        for line in content_lines(text) {
            scan.take(line)?;
        }
        scan.finish()
    }

    /// All lines of a component, those of components inside it included.
    pub(in crate::ical) fn lines(&self, part: &Part<'_>) -> &[Line<'a>] {
        self.lines.get(part.lines.clone()).unwrap_or_default()
    }

    /// The lines of a component itself, without those of components inside it.
    pub(in crate::ical) fn own_lines(&self, part: &Part<'_>) -> impl Iterator<Item = &Line<'a>> {
        // The calendar, and the component.
        self.lines(part).iter().filter(|line| line.depth == 2)
    }

    /// The line of a name that stands in the calendar itself in which a component stands.
    pub(in crate::ical) fn of_calendar(&self, part: &Part<'_>, name: &str) -> Option<&Line<'a>> {
        let nth = self.calendars.partition_point(|start| *start <= part.lines.start);
        let from = *self.calendars.get(nth.checked_sub(1)?)?;
        let to = self.calendars.get(nth).copied().unwrap_or(self.lines.len());
        let own = self.lines.get(from..to)?.iter().filter(|line| line.depth == 1);
        own.filter(|line| line.has_rest()).find(|line| line.name().eq_ignore_ascii_case(name))
    }

    /// Whether anything in the text repeats.
    pub(in crate::ical) fn repeats(&self) -> bool {
        let mut events = self.parts.iter().filter(|part| part.is("VEVENT"));
        events.any(|part| ["RRULE", "RDATE"].iter().any(|name| self.property(part, name, 0).is_some()))
    }

    /// The lines of each component of that kind inside a component, without those of others inside it.
    pub(in crate::ical) fn inner_lines(&self, part: &Part<'_>, kind: &str) -> Vec<Vec<&Line<'a>>> {
        let lines = self.lines(part);
        let is_begin = |line: &Line<'_>| line.name.eq_ignore_ascii_case("BEGIN");
        let begins =
            lines.iter().enumerate().filter(|(_, line)| is_begin(line) && self::kind(line).eq_ignore_ascii_case(kind));
        let own = begins.map(|(at, _)| {
            let mut open = 1;
            let inside = lines.iter().skip(at + 1).take_while(move |line| {
                open += i32::from(is_begin(line)) - i32::from(line.name.eq_ignore_ascii_case("END"));
                open > 0
            });
            let inside: Vec<_> = inside.filter(|line| line.depth > 0).collect();
            let depth = inside.first().map_or(0, |line| line.depth);
            inside.into_iter().filter(|line| line.depth == depth).collect()
        });
        own.collect()
    }

    /// The UID of an event; none when it has none, or an empty one.
    pub(in crate::ical) fn uid(&self, part: &Part<'_>) -> Option<String> {
        let value = self.property(part, "UID", 0)?.value();
        Some(clean(&unescape(&value))).filter(|uid| !uid.is_empty())
    }

    /// The n-th line (from 0) of a component that has this name.
    pub(in crate::ical) fn property(&self, part: &Part<'_>, name: &str, nth: usize) -> Option<&Line<'a>> {
        self.own_lines(part).filter(|line| line.has_rest() && line.name().eq_ignore_ascii_case(name)).nth(nth)
    }
}

/// The content lines of a text. A byte order mark, empty lines and any mix of LF and CRLF are fine.
fn content_lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut number = 1;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
            let (end, physical) = line_end(rest);
            let line = Line::of(number, start, rest.get(..end)?.trim_end_matches(['\r', '\n']));
            start += end;
            number += physical;
            if !line.raw.is_empty() {
                return Some(line);
            }
        }
    })
}

/// Where the first content line of a text ends, and how many lines of the text it takes: one that starts with white
/// space continues the one before.
fn line_end(text: &str) -> (usize, usize) {
    let mut end = 0;
    let mut physical = 0;
    while let Some(rest) = text.get(end..).filter(|rest| !rest.is_empty()) {
        if physical > 0 && !rest.starts_with([' ', '\t']) {
            break;
        }
        end += rest.find('\n').map_or(rest.len(), |at| at + 1);
        physical += 1;
    }
    (end, physical)
}

/// The pass over the lines.
struct Scan<'a> {
    text: &'a str,
    max_lines: usize,
    lines: Vec<Line<'a>>,
    calendars: Vec<usize>,
    parts: Vec<Part<'a>>,
    open: Vec<(&'a str, usize)>,
}

impl<'a> Scan<'a> {
    fn take(&mut self, line: Line<'a>) -> Result<(), IcalError> {
        if self.lines.len() >= self.max_lines {
            return Err(IcalError::line(line.number, format!("the text has more than {} lines", self.max_lines)));
        }
        self.lines.push(line);
        if line.name.eq_ignore_ascii_case("BEGIN") {
            self.begin(line)
        } else if line.name.eq_ignore_ascii_case("END") {
            self.end(line)
        } else if self.open.is_empty() {
            Err(IcalError::line(line.number, "this is not iCalendar: BEGIN:VCALENDAR was expected here"))
        } else {
            if let Some(line) = self.lines.last_mut() {
                line.depth = self.open.len();
            }
            Ok(())
        }
    }

    fn begin(&mut self, line: Line<'a>) -> Result<(), IcalError> {
        let kind = kind(&line);
        match self.open.len() {
            0 if !kind.eq_ignore_ascii_case("VCALENDAR") => {
                let reason = format!("{kind} stands outside of a calendar: BEGIN:VCALENDAR was expected here");
                return Err(IcalError::property(line.number, "BEGIN", reason));
            }
            0 => self.calendars.push(self.lines.len() - 1),
            1 => {
                let from = self.lines.len() - 1;
                self.parts.push(Part { kind, line: line.number, text: "", start: line.start, lines: from..from });
            }
            MAX_DEPTH.. => {
                let reason = format!("more than {MAX_DEPTH} components stand inside each other");
                return Err(IcalError::property(line.number, "BEGIN", reason));
            }
            _ => {}
        }
        self.open.push((kind, line.number));
        Ok(())
    }

    fn end(&mut self, line: Line<'a>) -> Result<(), IcalError> {
        let kind = kind(&line);
        match self.open.pop() {
            Some((open, _)) if open.eq_ignore_ascii_case(kind) => {}
            Some((open, begun)) => {
                let reason = format!("END:{kind} ends nothing here: {open} of line {begun} is still open");
                return Err(IcalError::property(line.number, "END", reason));
            }
            None => return Err(IcalError::property(line.number, "END", format!("END:{kind} has no BEGIN"))),
        }
        if self.open.len() == 1
            && let Some(part) = self.parts.last_mut()
        {
            part.lines.end = self.lines.len();
            part.text = self.text.get(part.start..line.start + line.raw.len()).unwrap_or_default();
        }
        Ok(())
    }

    fn finish(self) -> Result<Outline<'a>, IcalError> {
        match (self.open.last(), self.lines.is_empty()) {
            (Some((open, line)), _) => {
                let reason = format!("the text ends before END:{open}; it was cut short");
                Err(IcalError::property(*line, "BEGIN", reason))
            }
            (None, true) => Err(IcalError::whole("the text is empty")),
            (None, false) => Ok(Outline { lines: self.lines, calendars: self.calendars, parts: self.parts }),
        }
    }
}

/// What a BEGIN or END names.
fn kind<'a>(line: &Line<'a>) -> &'a str {
    line.raw.split_once(':').map_or("", |(_, kind)| kind.trim())
}
