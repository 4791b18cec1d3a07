//! How a line goes on when the next one is no property: senders that don't fold break texts where their line ends are.

use super::{Line, coded, names, parameters, unfold};

/// What the end of a line is, for what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ical) enum Tail {
    /// That of a text: what follows is its next line.
    Text,
    /// That of parameters without a value yet, perhaps inside of quotes, or without the address that the value has to be:
    /// what follows goes on with them.
    Parameters { quoted: bool },
    /// That of bytes in base64: more of them go on with it.
    Base64,
    /// That of anything else: nothing goes on with it.
    Closed,
}

impl Tail {
    /// The end of `line`.
    pub(in crate::ical) fn of(line: &Line<'_>) -> Self {
        let (name, rest) = (line.name(), line.rest());
        let mut quoted = false;
        if !rest.starts_with(';') || names::is_of_time(name) {
            return Self::behind(name);
        }
        let ended = parameters::ends(rest, &mut quoted);
        match ended {
            true if coded::is_base64(rest) => Self::Base64,
            true if !names::is_address(name) || parameters::has_address(rest) => Self::behind(name),
            _ => Self::Parameters { quoted },
        }
    }

    /// The end of a value.
    fn behind(name: &str) -> Self {
        if names::is_text(name) { Self::Text } else { Self::Closed }
    }

    /// Whether `line` says that the next one goes on with it, whatever that looks like: it ends in the soft line break of
    /// quoted-printable.
    pub(in crate::ical) fn is_soft(line: &Line<'_>) -> bool {
        line.whole().ends_with('=') && coded::is_quoted_printable(line.whole())
    }

    /// Lets `line`, which ends in a soft line break, go on with `raw`, which `eol` folds.
    pub(in crate::ical) fn join_soft(line: &mut Line<'_>, raw: &str, eol: char) {
        line.text.to_mut().pop();
        line.append(&unfold(raw, eol, true));
    }

    /// Lets `line`, which ends like this, go on with what is no property; false where nothing can.
    pub(in crate::ical) fn join(&mut self, line: &mut Line<'_>, more: &str) -> bool {
        match self {
            Self::Text => {
                next_line(line, more.trim());
            }
            Self::Parameters { quoted } => {
                line.append(" ");
                line.append(more.trim());
                line.mended.joined = true;
                let ended = parameters::ends(more, quoted);
                if ended && !names::is_address(line.name()) || parameters::has_address(more) {
                    *self = Self::behind(line.name());
                }
            }
            Self::Base64 if coded::are_base64(more) => line.append(more.trim()),
            Self::Base64 | Self::Closed => return false,
        }
        true
    }
}

/// The next line of a text, behind an escaped line end.
fn next_line(line: &mut Line<'_>, more: &str) {
    let text = line.text.to_mut();
    text.truncate(text.trim_end().len());
    // A backslash at the very end would take the one of the line end for its own.
    let slashes = text.len() - text.trim_end_matches('\\').len();
    if !slashes.is_multiple_of(2) {
        text.push('\\');
    }
    text.push_str("\\n");
    text.push_str(more);
    line.mended.joined = true;
}
