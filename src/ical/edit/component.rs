//! One VEVENT, as its lines.

use super::lines::folded;
use crate::ical::content_line::{ContentLine, Head};
use crate::ical::outline::{Outline, Part};

/// One VEVENT that is edited.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    items: Vec<Item>,
}

/// What stands in a VEVENT.
#[derive(Clone, Debug, PartialEq)]
enum Item {
    /// A line of its own: its name in upper case, all of it as it is meant, and as it stands in the text.
    Line { name: String, whole: String, raw: String },
    /// A component inside: its kind in upper case, and its text.
    Inner { kind: String, raw: String },
}

impl Component {
    pub(super) fn of(text: &str, outline: &Outline<'_>, part: &Part<'_>, eol: &str) -> Self {
        let lines = outline.lines(part);
        let ends = lines.iter().skip(1).map(|line| line.start).chain([part.range().end]);
        let mut items = Vec::with_capacity(lines.len());
        // BEGIN and END of the event itself are written anew.
        let inside = lines.len().saturating_sub(1);
        let mut open: Option<(String, String, usize)> = None;
        for (line, end) in lines.iter().zip(ends).take(inside).skip(1) {
            let raw = text.get(line.start..end).unwrap_or_default().trim_end_matches(['\r', '\n']);
            let raw = format!("{raw}{eol}");
            let (begins, ends) = (line.is("BEGIN"), line.is("END"));
            match open.take() {
                None if begins => open = Some((line.kind().to_ascii_uppercase(), raw, 1)),
                None => items.push(Item::Line {
                    name: line.name().to_ascii_uppercase(),
                    whole: line.whole().to_owned(),
                    raw,
                }),
                Some((kind, before, depth)) => {
                    let depth = depth + usize::from(begins) - usize::from(ends);
                    let raw = before + &raw;
                    if depth == 0 {
                        items.push(Item::Inner { kind, raw });
                    } else {
                        open = Some((kind, raw, depth));
                    }
                }
            }
        }
        Self { items }
    }

    pub(super) fn write(&self, text: &mut String, eol: &str) {
        text.extend(["BEGIN:VEVENT", eol]);
        for item in &self.items {
            match item {
                Item::Line { raw, .. } | Item::Inner { raw, .. } if raw.ends_with(eol) => text.push_str(raw),
                Item::Line { whole, .. } => text.push_str(&folded(whole, eol)),
                Item::Inner { raw, .. } => text.push_str(&raw.replace("\r\n", eol)),
            }
        }
        text.extend(["END:VEVENT", eol]);
    }

    /// The lines of a name, as they are meant.
    pub(super) fn lines<'c>(&'c self, name: &str) -> impl Iterator<Item = &'c str> {
        self.items.iter().filter_map(move |item| match item {
            Item::Line { name: known, whole, .. } if known == name => Some(whole.as_str()),
            _ => None,
        })
    }

    /// Puts these lines in the place of all that have that name. One that stands there already stays as it came.
    pub(super) fn set(&mut self, name: &str, lines: Vec<String>) {
        let is = |item: &Item| matches!(item, Item::Line { name: known, .. } if known == name);
        let mut known: Vec<Item> = self.items.iter().filter(|item| is(item)).cloned().collect();
        let inside = self.items.iter().position(|item| matches!(item, Item::Inner { .. }));
        let place = self.items.iter().position(is).or(inside).unwrap_or(self.items.len());
        self.items.retain(|item| !is(item));
        let lines = lines.into_iter().map(|whole| {
            let same = known.iter().position(|item| matches!(item, Item::Line { whole: known, .. } if *known == whole));
            match same {
                Some(same) => known.swap_remove(same),
                None => Item::Line { name: name.to_owned(), whole, raw: String::new() },
            }
        });
        let lines: Vec<Item> = lines.collect();
        self.items.splice(place..place, lines);
    }

    /// Adds a line behind those of its name.
    pub(super) fn add(&mut self, name: &str, line: String) {
        let last = self.items.iter().rposition(|item| matches!(item, Item::Line { name: known, .. } if known == name));
        let inside = self.items.iter().position(|item| matches!(item, Item::Inner { .. }));
        let place = last.map(|last| last + 1).or(inside).unwrap_or(self.items.len());
        self.items.insert(place, Item::Line { name: name.to_owned(), whole: line, raw: String::new() });
    }

    /// Puts these components, whose lines end in CRLF, in the place of all of that kind.
    pub(super) fn set_inner(&mut self, kind: &str, inner: Vec<String>) {
        self.items.retain(|item| !matches!(item, Item::Inner { kind: known, .. } if known == kind));
        self.items.extend(inner.into_iter().map(|raw| Item::Inner { kind: kind.to_owned(), raw }));
    }

    /// Takes lines away.
    pub(super) fn remove(&mut self, names: &[&str]) {
        self.items.retain(|item| !matches!(item, Item::Line { name, .. } if names.contains(&name.as_str())));
    }

    /// Gives the event another UID, as one that begins here.
    pub fn begin_as(&mut self, uid: &str) {
        self.set("UID", vec![Head::of("UID").text(uid).into_text()]);
        self.remove(&["SEQUENCE"]);
    }

    /// Counts a change (RFC 5545 §3.8.7.4).
    pub fn count_change(&mut self) {
        let before = self.lines("SEQUENCE").last().and_then(|line| line.rsplit(':').next()?.trim().parse::<u32>().ok());
        let line: ContentLine = Head::of("SEQUENCE").number(before.unwrap_or(0).saturating_add(1));
        self.set("SEQUENCE", vec![line.into_text()]);
    }
}
