//! One VEVENT as calcard reads it, with the way back to the lines it came from.

use std::borrow::Cow;
use std::cell::RefCell;

use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarParameterName,
    ICalendarParameterValue, ICalendarProperty, ICalendarValue, Uri,
};
use calcard::{Entry, Parser};

use crate::ical::error::IcalError;
use crate::ical::line::{Line, Mended};
use crate::ical::outline::{Outline, Part};
use crate::ical::text::{clean, unescape, words};
use crate::quoted::Quoted;

/// What is said about one text; a broken one could fill pages.
const MAX_NOTES: usize = 100;

/// One VEVENT of a text.
pub(in crate::ical) struct Source<'a> {
    outline: &'a Outline<'a>,
    part: &'a Part<'a>,
    read: ICalendar,
    notes: &'a RefCell<Vec<String>>,
}

/// One property of it, as calcard reads it and as it stands in the text.
#[derive(Clone, Copy)]
pub(in crate::ical) struct Property<'s> {
    pub(in crate::ical) entry: &'s ICalendarEntry,
    line: Option<&'s Line<'s>>,
}

impl<'a> Source<'a> {
    /// # Errors
    /// When calcard can't make anything of it.
    pub(in crate::ical) fn read(
        outline: &'a Outline<'a>,
        part: &'a Part<'a>,
        notes: &'a RefCell<Vec<String>>,
    ) -> Result<Self, IcalError> {
        match Parser::new(&outline.mended(part)).entry() {
            Entry::ICalendar(read) if !read.components.is_empty() => {
                let source = Self { outline, part, read, notes };
                source.note_mended();
                Ok(source)
            }
            _ => Err(IcalError::line(part.line, "this VEVENT can't be read")),
        }
    }

    /// The line that it begins in, from 1.
    pub(in crate::ical) fn line(&self) -> usize {
        self.part.line
    }

    /// Says what had to be put right before anything could be read.
    fn note_mended(&self) {
        for line in self.outline.lines(self.part) {
            let Mended { joined, quoted, charset } = line.mended;
            let upper = line.name().to_ascii_uppercase();
            let name = Quoted(&upper);
            if line.stray {
                let (number, text) = (line.number, Quoted(line.whole()));
                self.note(format!("line {number} is left out: {text} is no property"));
            }
            if joined {
                self.note(format!("{name:#} is broken over several lines: they are put together"));
            }
            // Ornaments of makers are written anew as they were meant.
            if quoted && !upper.starts_with("X-") {
                self.note(format!("a parameter of {name:#} lacks its quotes: it is read whole"));
            }
            if charset {
                self.note(format!("{name:#} is not in the charset that it should be in: it is read as Windows-1252"));
            }
        }
    }

    /// All properties of that name.
    pub(in crate::ical) fn all(&self, name: ICalendarProperty) -> impl Iterator<Item = Property<'_>> {
        let entries = self.read.components.first().map(|event| event.entries.as_slice()).unwrap_or_default();
        let named = name.as_str().to_owned();
        // Both walks are made once, side by side: there may be tens of thousands of one name.
        let mut lines = self.lines().filter(move |line| line.has_rest() && line.is(&named));
        entries.iter().filter(move |entry| entry.name == name).map(move |entry| Property { entry, line: lines.next() })
    }

    /// The first property of that name that says anything.
    pub(in crate::ical) fn first(&self, name: ICalendarProperty) -> Option<Property<'_>> {
        self.all(name).find(|property| !property.entry.values.is_empty())
    }

    /// The first property of that name that says anything, in words; none when there is none.
    pub(in crate::ical) fn text(&self, name: &str) -> Option<String> {
        self.named(name).map(|line| clean(&words(line.value()))).find(|text| !text.is_empty())
    }

    /// The lines of the component itself of that name.
    pub(in crate::ical) fn named(&self, name: &str) -> impl Iterator<Item = &Line<'a>> {
        self.lines().filter(move |line| line.is(name))
    }

    /// Components inside, of that kind.
    pub(in crate::ical) fn inner(&self, kind: &ICalendarComponentType) -> impl Iterator<Item = &ICalendarComponent> {
        self.read.components.iter().skip(1).filter(move |inner| inner.component_type == *kind)
    }

    /// The lines of the components inside of that kind, in their order.
    pub(in crate::ical) fn inner_lines(&self, kind: &ICalendarComponentType) -> Vec<Vec<&Line<'a>>> {
        self.outline.inner_lines(self.part, kind.as_str())
    }

    /// Kinds of the components inside.
    pub(in crate::ical) fn inner_kinds(&self) -> impl Iterator<Item = &ICalendarComponentType> {
        self.read.components.iter().skip(1).map(|inner| &inner.component_type)
    }

    /// The UID.
    pub(in crate::ical) fn uid(&self) -> Option<String> {
        self.outline.uid(self.part)
    }

    /// What the calendar around it says of itself under that name.
    pub(in crate::ical) fn of_calendar(&self, name: &str) -> Option<String> {
        self.outline.of_calendar(self.part, name).map(|line| clean(&unescape(line.value())))
    }

    /// The value of a property as it stands in the text, unfolded.
    pub(in crate::ical) fn raw<'s>(&self, property: Property<'s>) -> &'s str {
        property.line.map(Line::value).unwrap_or_default()
    }

    /// The lines of the component itself.
    pub(in crate::ical) fn lines(&self) -> impl Iterator<Item = &Line<'a>> {
        self.outline.own_lines(self.part)
    }

    /// An error about a property.
    pub(in crate::ical) fn wrong(&self, property: Property<'_>, reason: impl Into<String>) -> IcalError {
        let line = property.line.map_or(self.part.line, |line| line.number);
        IcalError::property(line, property.entry.name.as_str(), reason)
    }

    /// An error about a property that is missing.
    pub(in crate::ical) fn missing(&self, name: &ICalendarProperty, reason: impl Into<String>) -> IcalError {
        IcalError::property(self.part.line, name.as_str(), reason)
    }

    /// Keeps in mind that something was repaired or left out.
    pub(in crate::ical) fn note(&self, what: impl Into<String>) {
        let what = what.into();
        let mut notes = self.notes.borrow_mut();
        match notes.len() {
            ..MAX_NOTES if !notes.contains(&what) => notes.push(what),
            MAX_NOTES => notes.push("more was repaired or left out than is told here".to_owned()),
            _ => {}
        }
    }
}

impl<'s> Property<'s> {
    /// Its first value as a text.
    pub(in crate::ical) fn text(&self) -> Option<String> {
        self.entry.values.first().and_then(value_text).map(|text| clean(&text))
    }

    /// What follows its name in the text, parameters and all.
    pub(in crate::ical) fn rest(&self) -> &'s str {
        self.line.map(Line::rest).unwrap_or_default()
    }

    /// A parameter as a text.
    pub(in crate::ical) fn parameter(&self, name: &ICalendarParameterName) -> Option<&'s str> {
        self.entry.parameter(name).and_then(ICalendarParameterValue::as_text)
    }
}

/// A value as a text, whatever calcard took it for.
pub(in crate::ical) fn value_text(value: &ICalendarValue) -> Option<Cow<'_, str>> {
    match value {
        ICalendarValue::Text(text) | ICalendarValue::Uri(Uri::Location(text)) => Some(Cow::Borrowed(text)),
        ICalendarValue::Integer(number) => Some(Cow::Owned(number.to_string())),
        ICalendarValue::Float(number) => Some(Cow::Owned(number.to_string())),
        ICalendarValue::Boolean(yes) => Some(Cow::Borrowed(if *yes { "TRUE" } else { "FALSE" })),
        _ => None,
    }
}
