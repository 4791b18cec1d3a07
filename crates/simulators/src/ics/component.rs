//! The tree of components.

use super::line::{Line, unfold};

/// One component: `VCALENDAR`, `VEVENT`, …
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Component {
    /// Its name, in upper case.
    pub(crate) name: String,
    /// Its own lines, without `BEGIN` and `END`.
    pub(crate) lines: Vec<Line>,
    /// What is nested in it.
    pub(crate) children: Vec<Component>,
}

/// Why a text is not iCalendar.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: {why}")]
pub(crate) struct NotICalendar {
    /// Number of the physical line, from 1.
    pub(crate) line: usize,
    /// What is wrong there.
    pub(crate) why: &'static str,
}

impl Component {
    /// Reads a text that holds exactly one component, a `VCALENDAR`.
    pub(crate) fn read(text: &str) -> Result<Self, NotICalendar> {
        let mut open: Vec<Component> = Vec::new();
        let mut whole = None;
        let mut last = 1;
        for (number, raw) in unfold(text) {
            last = number;
            let wrong = |why| NotICalendar { line: number, why };
            if whole.is_some() {
                return Err(wrong("something follows the end of the calendar"));
            }
            let line = Line::read(&raw).ok_or_else(|| wrong("not a content line"))?;
            match line.name.as_str() {
                "BEGIN" => open.push(Component { name: line.value.to_ascii_uppercase(), ..Component::default() }),
                "END" => {
                    let done = open.pop().filter(|open| line.value.eq_ignore_ascii_case(&open.name));
                    let done = done.ok_or_else(|| wrong("END of something that is not open"))?;
                    match open.last_mut() {
                        Some(parent) => parent.children.push(done),
                        None => whole = Some(done),
                    }
                }
                _ => open.last_mut().ok_or_else(|| wrong("a property outside of a calendar"))?.lines.push(line),
            }
        }
        match whole {
            Some(whole) if whole.name == "VCALENDAR" => Ok(whole),
            Some(_) => Err(NotICalendar { line: 1, why: "not a VCALENDAR" }),
            None => Err(NotICalendar { line: last, why: "the calendar does not end" }),
        }
    }

    /// The first line of this name.
    pub(crate) fn line(&self, name: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.name == name)
    }

    /// How many lines have this name.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.lines.iter().filter(|line| line.name == name).count()
    }

    /// The value of the first line of this name, as written.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.line(name).map(|line| line.value.as_str())
    }

    /// The nested components of this name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Component> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Writes it back, lines folded and ended with CRLF.
    pub(crate) fn write(&self) -> String {
        let mut text = format!("BEGIN:{}\r\n", self.name);
        text.extend(self.lines.iter().map(|line| super::fold(&line.raw)));
        text.extend(self.children.iter().map(Component::write));
        text.push_str(&format!("END:{}\r\n", self.name));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_back() {
        let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let calendar = Component::read(text).expect("a calendar");
        assert_eq!(calendar.write(), text);
        assert_eq!(calendar.all("VEVENT").count(), 1);
        assert_eq!(Component::read(&text.replace("\r\n", "\n")), Ok(calendar));
    }

    #[test]
    fn broken_nesting_is_told_with_its_line() {
        for (bad, line) in [
            ("hello", 1),
            ("", 1),
            ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n", 3),
            ("BEGIN:VCALENDAR\nVERSION:2.0\n", 2),
            ("BEGIN:VEVENT\nEND:VEVENT\n", 1),
            ("BEGIN:VCALENDAR\nEND:VCALENDAR\nX:1\n", 3),
        ] {
            assert_eq!(Component::read(bad).expect_err("broken").line, line, "{bad:?}");
        }
    }
}
