//! Lines that are added to a text.

use super::super::content_line::{ContentLine, Head, Lines};
use crate::calendar::{When, Zone};
use crate::ical::stamp::compact;

/// A line as it stands in a text whose lines end in `eol`.
pub(super) fn folded(line: &str, eol: &str) -> String {
    let mut lines = Lines::new();
    lines.push_text(line);
    let text = lines.finish();
    if eol == "\r\n" { text } else { text.replace("\r\n", eol) }
}

/// How a text names a zone, where that is not its name in the database.
#[derive(Clone, Debug, Default)]
pub(super) struct Named(Option<(Zone, String)>);

impl Named {
    /// As in this line, whose point was read as `when`.
    pub(super) fn by(line: Option<&str>, when: &When) -> Self {
        let When::Zoned { zone, .. } = when else { return Self::default() };
        let name =
            line.and_then(|line| line.split_once(';')?.1.split([';', ':']).find_map(|part| part.strip_prefix("TZID=")));
        let plain = |name: &&str| {
            !name.is_empty()
                && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+' | ' ' | '.'))
        };
        Self(name.filter(plain).map(|name| (zone.clone(), name.to_owned())))
    }

    /// A line that gives a point in time.
    pub(super) fn line(&self, head: Head, when: &When) -> ContentLine {
        match (when, &self.0) {
            (When::Zoned { zone, .. }, Some((known, name))) if zone == known => {
                head.parameter("TZID", name).written(&compact(when))
            }
            _ => head.when(when),
        }
    }
}
