//! Content lines: unfolding, splitting, folding.

/// One unfolded content line (RFC 5545 §3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The property's name, in upper case.
    pub(crate) name: String,
    /// Parameters: name in upper case, values without their quotes.
    pub(crate) parameters: Vec<(String, Vec<String>)>,
    /// The value as written, still escaped.
    pub(crate) value: String,
    /// The whole line, unfolded.
    pub(crate) raw: String,
}

impl Line {
    /// Splits one unfolded line; `None` when it has no name or no colon outside of quotes.
    pub(crate) fn read(raw: &str) -> Option<Self> {
        let colon = outside_quotes(raw, ':').next()?;
        let (head, value) = (raw.get(..colon)?, raw.get(colon + 1..)?);
        let mut parts = split_outside_quotes(head, ';').into_iter();
        let name = parts.next()?.to_ascii_uppercase();
        let token = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if !token(&name) {
            return None;
        }
        let parameters = parts.map(read_parameter).collect::<Option<Vec<_>>>()?;
        Some(Self { name, parameters, value: value.to_owned(), raw: raw.to_owned() })
    }

    /// The first value of a parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let (_, values) = self.parameters.iter().find(|(key, _)| key == name)?;
        values.first().map(String::as_str)
    }

    /// The value as text, its escapes resolved (RFC 5545 §3.3.11).
    pub(crate) fn text(&self) -> String {
        let mut text = String::with_capacity(self.value.len());
        let mut chars = self.value.chars();
        while let Some(c) = chars.next() {
            match (c, c == '\\') {
                (_, true) => match chars.next() {
                    Some('n' | 'N') => text.push('\n'),
                    Some(other) => text.push(other),
                    None => text.push('\\'),
                },
                (other, false) => text.push(other),
            }
        }
        text
    }
}

fn read_parameter(part: &str) -> Option<(String, Vec<String>)> {
    let (name, values) = part.split_once('=')?;
    let values = split_outside_quotes(values, ',');
    Some((name.to_ascii_uppercase(), values.iter().map(|value| value.trim_matches('"').to_owned()).collect()))
}

fn outside_quotes(text: &str, wanted: char) -> impl Iterator<Item = usize> {
    let mut quoted = false;
    text.char_indices().filter_map(move |(at, c)| {
        quoted ^= c == '"';
        (c == wanted && !quoted).then_some(at)
    })
}

fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for at in outside_quotes(text, separator).chain([text.len()]) {
        parts.extend(text.get(start..at));
        start = at + 1;
    }
    parts
}

/// The unfolded lines of a text, each with the number (from 1) of its first physical line. Takes CRLF and bare LF.
pub(super) fn unfold(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (number, physical) in text.trim_start_matches('\u{feff}').split('\n').enumerate() {
        let physical = physical.strip_suffix('\r').unwrap_or(physical);
        match (physical.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some((_, line))) => line.push_str(more),
            _ if physical.is_empty() => {}
            _ => lines.push((number + 1, physical.to_owned())),
        }
    }
    lines
}

/// Folds one line at 75 octets, never inside a character, each piece ending with CRLF.
pub(crate) fn fold(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + 2);
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > 75 {
            folded.push_str("\r\n ");
            octets = 1;
        }
        folded.push(c);
        octets += c.len_utf8();
    }
    folded.push_str("\r\n");
    folded
}

/// Escapes a text value.
pub(crate) fn escape_text(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace("\r\n", "\\n").replace('\n', "\\n")
}

/// Checks the bytes as the strictest servers do: CRLF after every line, at most 75 octets in each, no control characters.
///
/// # Errors
/// What is wrong, with the physical line's number.
pub(crate) fn strict_bytes(text: &str) -> Result<(), String> {
    let Some(body) = text.strip_suffix("\r\n") else {
        return Err("the last line does not end with CRLF".to_owned());
    };
    for (number, line) in body.split("\r\n").enumerate() {
        let number = number + 1;
        if line.is_empty() {
            return Err(format!("line {number} is empty"));
        }
        if line.contains(['\r', '\n']) {
            return Err(format!("line {number} ends with a bare CR or LF"));
        }
        if line.len() > 75 {
            return Err(format!("line {number} has {} octets, more than 75", line.len()));
        }
        if line.chars().any(|c| c.is_control() && c != '\t') {
            return Err(format!("line {number} holds a control character"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_parameters_may_hold_separators() {
        let line = Line::read("ATTENDEE;CN=\"Ana; y: co, sa\";ROLE=a,\"b\":mailto:a@b").expect("a line");
        assert_eq!(line.parameter("CN"), Some("Ana; y: co, sa"));
        assert_eq!(line.parameters[1].1, ["a", "b"]);
        assert_eq!(line.value, "mailto:a@b");
        for bad in ["", "SUMMARY", ":x", "A B:x", "A;B:x", "A;B=\"x:y"] {
            assert_eq!(Line::read(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn folding_keeps_characters_whole_and_unfolds_back() {
        let line = format!("SUMMARY:{}", "ñandú ✈ ".repeat(40));
        let folded = fold(&line);
        strict_bytes(&folded).expect("strict enough for ourselves");
        assert_eq!(unfold(&folded), vec![(1, line)]);
    }

    #[test]
    fn strictness_names_the_line() {
        for (bad, why) in [
            ("A:1\r\nB:2", "last line"),
            ("A:1\nB:2\r\n", "line 1 ends with a bare"),
            ("A:1\r\n\r\nB:2\r\n", "line 2 is empty"),
            ("A:1\r\nB:\u{7}\r\n", "line 2 holds a control"),
        ] {
            assert!(strict_bytes(bad).expect_err("not strict").contains(why), "{bad:?}");
        }
        assert!(strict_bytes(&format!("{}\r\n", "x".repeat(75))).is_ok());
        assert!(strict_bytes(&format!("{}\r\n", "x".repeat(76))).is_err());
    }

    #[test]
    fn text_escapes_go_both_ways() {
        let text = "a\\b; c, d\ne";
        let line = Line::read(&format!("SUMMARY:{}", escape_text(text))).expect("a line");
        assert_eq!(line.text(), text);
    }
}
