//! The skeleton of a text: its content lines with their numbers, and which components they make up.
//!
//! This pass is strict where reading is lenient: a text whose BEGINs and ENDs don't match was cut or damaged, and
//! reading half of it would lose the other half. It also keeps the numbers of lines, which calcard doesn't, and puts
//! together again what was broken over several of them inside of events.

use std::ops::Range;

use super::broken;
use super::error::IcalError;
use super::limits::{Limits, MAX_DEPTH, MIN_BYTES_PER_LINE};
use super::line::{Line, Tail, is_property};
use super::text::{clean, unescape};
use crate::quoted::Quoted;

/// A component that stands directly in a calendar.
#[derive(Clone, Debug)]
pub(in crate::ical) struct Part<'a> {
    /// What follows its BEGIN.
    pub(in crate::ical) kind: String,
    /// The line of its BEGIN.
    pub(in crate::ical) line: usize,
    /// All of it as it came, from BEGIN to END.
    pub(in crate::ical) text: &'a str,
    start: usize,
    lines: Range<usize>,
}

impl Part<'_> {
    /// Whether it is of this kind.
    pub(in crate::ical) fn is(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }

    /// Where it stands in the text, from BEGIN to END.
    pub(in crate::ical) fn range(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
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
        // Where there is no LF at all, lines end in CR.
        let eol = if text.contains('\n') { '\n' } else { '\r' };
        let (lines, calendars, parts, open) = (Vec::with_capacity(64), Vec::new(), Vec::new(), Vec::new());
        let mut scan = Scan { text, max_lines, lines, calendars, parts, open, eol, tail: None };
        for line in content_lines(text, eol) {
            scan.take(line)?;
        }
        scan.finish()
    }

    /// All lines of a component, those of components inside it included.
    pub(in crate::ical) fn lines(&self, part: &Part<'_>) -> &[Line<'a>] {
        self.lines.get(part.lines.clone()).unwrap_or_default()
    }

    /// The lines of a component itself, without those of components inside it and what is no property.
    pub(in crate::ical) fn own_lines(&self, part: &Part<'_>) -> impl Iterator<Item = &Line<'a>> {
        // The calendar, and the component.
        self.lines(part).iter().filter(|line| line.depth == 2 && !line.stray)
    }

    /// All of a component as it was meant: one line each, nothing that is no property.
    pub(in crate::ical) fn mended(&self, part: &Part<'_>) -> String {
        let mut text = String::with_capacity(part.text.len() + 64);
        for line in self.lines(part).iter().filter(|line| !line.stray) {
            text.extend([line.whole(), "\r\n"]);
        }
        text
    }

    /// The line of a name that stands in the calendar itself in which a component stands.
    pub(in crate::ical) fn of_calendar(&self, part: &Part<'_>, name: &str) -> Option<&Line<'a>> {
        let nth = self.calendars.partition_point(|start| *start <= part.lines.start);
        let from = *self.calendars.get(nth.checked_sub(1)?)?;
        let to = self.calendars.get(nth).copied().unwrap_or(self.lines.len());
        let own = self.lines.get(from..to)?.iter().filter(|line| line.depth == 1);
        own.filter(|line| line.has_rest()).find(|line| line.is(name))
    }

    /// Whether anything in the text repeats.
    pub(in crate::ical) fn repeats(&self) -> bool {
        let mut events = self.parts.iter().filter(|part| part.is("VEVENT"));
        events.any(|part| ["RRULE", "RDATE"].iter().any(|name| self.property(part, name, 0).is_some()))
    }

    /// The lines of each component of that kind inside a component, without those of others inside it.
    pub(in crate::ical) fn inner_lines(&self, part: &Part<'_>, kind: &str) -> Vec<Vec<&Line<'a>>> {
        let lines = self.lines(part);
        let is_begin = |line: &Line<'_>| line.is("BEGIN");
        let begins =
            lines.iter().enumerate().filter(|(_, line)| is_begin(line) && line.kind().eq_ignore_ascii_case(kind));
        let own = begins.map(|(at, _)| {
            let mut open = 1;
            let inside = lines.iter().skip(at + 1).take_while(move |line| {
                open += i32::from(is_begin(line)) - i32::from(line.is("END"));
                open > 0
            });
            let inside: Vec<_> = inside.filter(|line| line.depth > 0 && !line.stray).collect();
            let depth = inside.first().map_or(0, |line| line.depth);
            inside.into_iter().filter(|line| line.depth == depth).collect()
        });
        own.collect()
    }

    /// The UID of an event; none when it has none, or an empty one.
    pub(in crate::ical) fn uid(&self, part: &Part<'_>) -> Option<String> {
        let value = self.property(part, "UID", 0)?.value();
        Some(clean(&unescape(value))).filter(|uid| !uid.is_empty())
    }

    /// The n-th line (from 0) of a component that has this name.
    pub(in crate::ical) fn property(&self, part: &Part<'_>, name: &str, nth: usize) -> Option<&Line<'a>> {
        self.own_lines(part).filter(|line| line.has_rest() && line.is(name)).nth(nth)
    }
}

/// The content lines of a text. A byte order mark, empty lines and any mix of LF and CRLF are fine.
fn content_lines(text: &str, eol: char) -> impl Iterator<Item = Line<'_>> {
    let mut start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut number = 1;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
            let (end, physical) = line_end(rest, eol);
            let raw = rest.get(..end)?.trim_end_matches(['\r', '\n']);
            let line = (!raw.is_empty()).then(|| Line::of(number, start, raw, eol));
            start += end;
            number += physical;
            if line.is_some() {
                return line;
            }
        }
    })
}

/// Where the first content line of a text ends, and how many lines of the text it takes: one that starts with white
/// space continues the one before.
fn line_end(text: &str, eol: char) -> (usize, usize) {
    let mut end = 0;
    let mut physical = 0;
    while let Some(rest) = text.get(end..).filter(|rest| !rest.is_empty()) {
        if physical > 0 && !rest.starts_with([' ', '\t']) {
            break;
        }
        end += rest.find(eol).map_or(rest.len(), |at| at + 1);
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
    /// The components that are not ended yet, with the lines of their BEGINs.
    open: Vec<usize>,
    /// What its lines end in.
    eol: char,
    /// How the last line ends, where somebody asked.
    tail: Option<Tail>,
}

impl<'a> Scan<'a> {
    fn take(&mut self, mut line: Line<'a>) -> Result<(), IcalError> {
        if self.lines.len() >= self.max_lines {
            return Err(IcalError::line(line.number, format!("the text has more than {} lines", self.max_lines)));
        }
        if line.is("BEGIN") {
            return self.begin(line);
        }
        if line.is("END") {
            return self.end(line);
        }
        if self.open.is_empty() {
            return Err(IcalError::line(line.number, "this is not iCalendar: BEGIN:VCALENDAR was expected here"));
        }
        let stray = self.is_in_event() && !is_property(line.whole());
        if self.is_in_event() && self.join(&line, stray) {
            return Ok(());
        }
        if stray && !line.is_shaped() {
            self.mark_broken(&line);
        }
        self.tail = None;
        line.depth = self.open.len();
        line.stray = stray;
        self.lines.push(line);
        Ok(())
    }

    fn is_in_event(&self) -> bool {
        self.open.get(1).is_some_and(|line| self.kind_of(*line).eq_ignore_ascii_case("VEVENT"))
    }

    /// Lets the line before go on with this one, where it says that it does or this one is `stray`, which is no property.
    fn join(&mut self, line: &Line<'a>, stray: bool) -> bool {
        let open = self.open.len();
        let Some(before) = self.lines.last_mut().filter(|before| before.depth == open && !before.stray) else {
            return false;
        };
        if Tail::is_soft(before) {
            Tail::join_soft(before, self.text.get(line.start..line.end).unwrap_or_default(), self.eol);
            return true;
        }
        stray && self.tail.get_or_insert_with(|| Tail::of(before)).join(before, line.whole())
    }

    /// Marks the last line where `line`, which is no property, was perhaps meant to be a part of it.
    fn mark_broken(&mut self, line: &Line<'a>) {
        let open = self.open.len();
        if let Some(before) = self.lines.last_mut().filter(|before| before.depth == open && !before.stray) {
            before.broken = broken::goes_on(before, line);
        }
    }

    fn begin(&mut self, line: Line<'a>) -> Result<(), IcalError> {
        let kind = line.kind();
        match self.open.len() {
            0 if !kind.eq_ignore_ascii_case("VCALENDAR") => {
                let reason =
                    format!("{:#} stands outside of a calendar: BEGIN:VCALENDAR was expected here", Quoted(kind));
                return Err(IcalError::property(line.number, "BEGIN", reason));
            }
            0 => self.calendars.push(self.lines.len()),
            1 => {
                let from = self.lines.len();
                let (kind, start) = (kind.to_owned(), line.start);
                self.parts.push(Part { kind, line: line.number, text: "", start, lines: from..from });
            }
            MAX_DEPTH.. => {
                let reason = format!("more than {MAX_DEPTH} components stand inside each other");
                return Err(IcalError::property(line.number, "BEGIN", reason));
            }
            _ => {}
        }
        self.open.push(self.lines.len());
        self.lines.push(line);
        Ok(())
    }

    fn end(&mut self, line: Line<'a>) -> Result<(), IcalError> {
        let kind = line.kind();
        match self.open.pop().and_then(|open| self.lines.get(open)) {
            Some(open) if open.kind().eq_ignore_ascii_case(kind) => {}
            Some(open) => {
                let (what, begun) = (Quoted(open.kind()), open.number);
                let reason =
                    format!("END:{:#} ends nothing here: {what:#} of line {begun} is still open", Quoted(kind));
                return Err(IcalError::property(line.number, "END", reason));
            }
            None => {
                let reason = format!("END:{:#} has no BEGIN", Quoted(kind));
                return Err(IcalError::property(line.number, "END", reason));
            }
        }
        let end = line.end;
        self.lines.push(line);
        if self.open.len() == 1
            && let Some(part) = self.parts.last_mut()
        {
            part.lines.end = self.lines.len();
            part.text = self.text.get(part.start..end).unwrap_or_default();
        }
        Ok(())
    }

    fn kind_of(&self, line: usize) -> &str {
        self.lines.get(line).map(Line::kind).unwrap_or_default()
    }

    fn finish(mut self) -> Result<Outline<'a>, IcalError> {
        if let Some(open) = self.open.last().and_then(|open| self.lines.get(*open)) {
            let reason = format!("the text ends before END:{:#}; it was cut short", Quoted(open.kind()));
            return Err(IcalError::property(open.number, "BEGIN", reason));
        }
        if self.lines.is_empty() {
            return Err(IcalError::whole("the text is empty"));
        }
        for part in self.parts.iter().filter(|part| part.is("VEVENT")) {
            self.lines.get_mut(part.lines.clone()).unwrap_or_default().iter_mut().for_each(Line::mend);
        }
        Ok(Outline { lines: self.lines, calendars: self.calendars, parts: self.parts })
    }
}
