//! What was sent, as an error may repeat it.
//!
//! Rule: whoever names in an error what came from outside names it through [`Quoted`]. A text may be a megabyte long and
//! hold somebody's appointment: enough of it to be found again is shown, and no more.

use std::fmt;

/// The first characters of what was sent, in quotes, for a message: at most [`Quoted::MOST`] of them, an ellipsis where
/// there were more, and nothing that would break the line it stands in. `{:#}` leaves the quotes out, for single words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quoted<'a>(pub &'a str);

impl Quoted<'_> {
    /// How many characters of what was sent are shown.
    pub const MOST: usize = 40;
}

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.0.chars().filter(|c| !c.is_control());
        let mut short: String = shown.by_ref().take(Self::MOST).collect();
        if shown.next().is_some() {
            short.truncate(short.trim_end().len());
            short.push('…');
        }
        if f.alternate() {
            return f.write_str(&short);
        }
        // As Rust writes it: quotes inside are told from those around, and marks that turn the direction are spelled.
        write!(f, "{short:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_the_beginning_is_shown() {
        let shown = |text: &str| Quoted(text).to_string();
        assert_eq!(shown("DTSTART"), "\"DTSTART\"");
        assert_eq!(shown(&"ñ".repeat(40)), format!("\"{}\"", "ñ".repeat(40)));
        assert_eq!(shown(&"ñ".repeat(300_000)), format!("\"{}…\"", "ñ".repeat(40)));
        assert_eq!(shown(&format!("{} the end", "x".repeat(39))), format!("\"{}…\"", "x".repeat(39)));
        assert_eq!(shown(""), "\"\"");
        assert_eq!(format!("{:#}", Quoted(&"x".repeat(41))), format!("{}…", "x".repeat(40)));
    }

    #[test]
    fn nothing_breaks_out_of_the_quotes() {
        assert_eq!(Quoted("a\r\nb\0\"c\"\u{202e}").to_string(), "\"ab\\\"c\\\"\\u{202e}\"");
    }
}
