//! One content line (RFC 5545 §3.1), as it was meant.
//!
//! Rule: words that were sent are read, or it is said that they are not. Folds are taken out before anything else is
//! looked at; what a sender forgot to escape, to quote or to fold is put right where it has one meaning, and the line
//! remembers that ([`Mended`]). What has none stays as it came: whoever reads it decides.

mod coded;
mod names;
mod parameters;
mod tail;

use std::borrow::Cow;

pub(in crate::ical) use names::{is_property, is_upper};
pub(in crate::ical) use tail::Tail;

/// What was put right in a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::ical) struct Mended {
    /// It was broken over several lines that were not folded.
    pub(in crate::ical) joined: bool,
    /// A parameter had a comma, a semicolon or a colon and no quotes.
    pub(in crate::ical) quoted: bool,
    /// Its bytes were no UTF-8 and no charset was named that they are: taken as Windows-1252.
    pub(in crate::ical) charset: bool,
}

/// One content line, folds taken out.
#[derive(Clone, Debug)]
pub(in crate::ical) struct Line<'a> {
    /// Its number in the text, from 1; of a folded line, the number of the first part.
    pub(in crate::ical) number: usize,
    /// Where it begins in the text, and where it ends, without what ends it.
    pub(in crate::ical) start: usize,
    pub(in crate::ical) end: usize,
    /// How many components it stands in; a BEGIN and an END stand in none.
    pub(in crate::ical) depth: usize,
    /// What was put right in it.
    pub(in crate::ical) mended: Mended,
    /// It is no property, and continues none.
    pub(in crate::ical) stray: bool,
    /// What follows it is stray, and may have been meant as its end.
    pub(in crate::ical) broken: bool,
    text: Cow<'a, str>,
    name: usize,
}

impl<'a> Line<'a> {
    /// A line of a text from its `start`; `raw` is all of it with its folds, which `eol` ends.
    pub(in crate::ical) fn of(number: usize, start: usize, raw: &'a str, eol: char) -> Self {
        let text = unfold(raw, eol, coded::is_quoted_printable(raw));
        let name = name_of(&text);
        let end = start + raw.len();
        Self { number, start, end, depth: 0, mended: Mended::default(), stray: false, broken: false, text, name }
    }

    /// The name of the property.
    pub(in crate::ical) fn name(&self) -> &str {
        self.text.get(..self.name).unwrap_or_default().trim()
    }

    /// Whether it has this name, in any case.
    pub(in crate::ical) fn is(&self, name: &str) -> bool {
        self.name().eq_ignore_ascii_case(name)
    }

    /// Whether there is anything but a name.
    pub(in crate::ical) fn has_rest(&self) -> bool {
        self.name < self.text.len()
    }

    /// Everything after the name: `;PARAM=x:value`.
    pub(in crate::ical) fn rest(&self) -> &str {
        self.text.get(self.name..).unwrap_or_default()
    }

    /// All of it.
    pub(in crate::ical) fn whole(&self) -> &str {
        &self.text
    }

    /// What stands after the colon that ends the name and the parameters.
    pub(in crate::ical) fn value(&self) -> &str {
        let rest = self.rest();
        parameters::colon(self.name(), rest).and_then(|at| rest.get(at + 1..)).unwrap_or_default()
    }

    /// Whether it has the shape of a property: a name that one can have, and a colon.
    pub(in crate::ical) fn is_shaped(&self) -> bool {
        let is_name = self.name().chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        is_name && !self.name().is_empty() && self.text.contains(':')
    }

    /// Whether there is a value, be it an empty one.
    pub(in crate::ical) fn has_value(&self) -> bool {
        parameters::colon(self.name(), self.rest()).is_some()
    }

    /// What a BEGIN or END names.
    pub(in crate::ical) fn kind(&self) -> &str {
        self.text.split_once(':').map_or("", |(_, kind)| kind.trim())
    }

    /// Puts right what a line can't hold by the standard and what has one meaning.
    pub(in crate::ical) fn mend(&mut self) {
        self.put_right();
        if self.text.contains('\n') {
            self.text = Cow::Owned(self.text.replace("=\n", ""));
        }
    }

    fn put_right(&mut self) {
        if !self.rest().starts_with(';') || names::is_of_time(self.name()) {
            return;
        }
        let Some(mend) = parameters::mend(self.name(), self.rest()) else { return };
        self.mended.quoted |= mend.quoted;
        self.mended.charset |= mend.charset;
        self.text = Cow::Owned(format!("{}{}", self.name(), mend.rest));
        self.name = name_of(&self.text);
    }

    /// Puts more text at its end.
    fn append(&mut self, more: &str) {
        self.text.to_mut().push_str(more);
    }
}

fn name_of(text: &str) -> usize {
    text.bytes().position(|byte| matches!(byte, b':' | b';')).unwrap_or(text.len())
}

/// A line without its folds. In quoted-printable a line that ends in `=` goes on with the next (RFC 2045 §6.7), and the
/// fold behind it is no second break: which of the two it was stays to be seen, so a line feed is kept there.
fn unfold(raw: &str, eol: char, is_coded: bool) -> Cow<'_, str> {
    if !raw.contains(eol) {
        return Cow::Borrowed(raw);
    }
    let mut parts = raw.split(eol);
    let mut text = parts.next().unwrap_or_default().trim_end_matches('\r').to_owned();
    for part in parts {
        let part = part.get(1..).unwrap_or_default().trim_end_matches('\r');
        if is_coded && text.ends_with('=') {
            text.push('\n');
        }
        text.push_str(part);
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests;
