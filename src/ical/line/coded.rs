//! Values in quoted-printable (RFC 2045 §6.7), as vCalendar 1.0 had them and phones and older scripts still write them,
//! and texts in base64.

use data_encoding::BASE64;

use crate::ical::charset;
use crate::ical::text::escape;

/// What a coded value says, escaped as a text in iCalendar is.
pub(super) struct Decoded {
    pub(super) text: String,
    /// Its charset was not named, or not truly, and it is no UTF-8.
    pub(super) guessed: bool,
}

/// Whether the parameters of a line say that its value is in quoted-printable.
pub(super) fn is_quoted_printable(line: &str) -> bool {
    says(line, "QUOTED-PRINTABLE")
}

/// Whether they say that it is in base64.
pub(super) fn is_base64(line: &str) -> bool {
    says(line, "BASE64")
}

fn says(line: &str, coding: &str) -> bool {
    let head = line.split(':').next().unwrap_or_default();
    head.contains(';') && head.to_ascii_uppercase().contains(coding)
}

/// Whether a line can be a part of something in base64.
pub(super) fn are_base64(line: &str) -> bool {
    let text = line.trim();
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}

/// Reads quoted-printable. What is not coded is text already; what looks like an escape and is none stays. A line feed
/// behind an `=` is a fold, which is a soft line break or cuts an escape in two.
pub(super) fn quoted_printable(value: &str, named: Option<&str>) -> Decoded {
    let mut decoded = Decoded { text: String::with_capacity(value.len()), guessed: false };
    let mut bytes = Vec::new();
    let mut rest = value;
    while let Some(next) = rest.chars().next() {
        let broken = rest.strip_prefix("=\n");
        let cut = broken.filter(|after| is_cut(&bytes, after)).and_then(digits);
        if let Some((byte, after)) = escaped(rest).or(cut) {
            bytes.push(byte);
            rest = after;
        } else if let Some(after) = broken {
            rest = after;
        } else {
            decoded.take(&mut bytes, named);
            decoded.text.push(next);
            rest = rest.get(next.len_utf8()..).unwrap_or_default();
        }
    }
    decoded.take(&mut bytes, named);
    decoded
}

/// The byte of an escape (`=` and two digits), and what follows it.
fn escaped(text: &str) -> Option<(u8, &str)> {
    digits(text.strip_prefix('=')?)
}

/// The byte of two hexadecimal digits, and what follows them.
fn digits(text: &str) -> Option<(u8, &str)> {
    let (two, after) = text.split_at_checked(2)?;
    let are_digits = two.bytes().all(|byte| byte.is_ascii_hexdigit());
    u8::from_str_radix(two, 16).ok().filter(|_| are_digits).map(|byte| (byte, after))
}

/// Whether a fold behind an `=` cut an escape in two, whose digits `after` begins with; `before` are the bytes just before.
///
/// Encoders break lines between escapes, so what looks like digits is text that a soft line break stands before, unless
/// it is what nothing but an escape can be: `=` itself, a line end, or a byte that makes a letter with those around it.
fn is_cut(before: &[u8], after: &str) -> bool {
    let Some((first, mut rest)) = digits(after).filter(|_| !after.starts_with(|c: char| c.is_ascii_lowercase())) else {
        return false;
    };
    if first.is_ascii() {
        return matches!(first, b'=' | b'\r' | b'\n');
    }
    let mut run = before.to_vec();
    run.push(first);
    while let Some((byte, after)) = escaped(rest).or_else(|| digits(rest.strip_prefix("=\n")?)) {
        run.push(byte);
        rest = after;
    }
    std::str::from_utf8(&run).is_ok()
}

/// Reads a text in base64; none when it is none.
pub(super) fn base64(value: &str, named: Option<&str>) -> Option<Decoded> {
    let signs: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    let mut bytes = BASE64.decode(signs.as_bytes()).ok()?;
    let mut decoded = Decoded { text: String::new(), guessed: false };
    decoded.take(&mut bytes, named);
    Some(decoded)
}

impl Decoded {
    fn take(&mut self, bytes: &mut Vec<u8>, named: Option<&str>) {
        if bytes.is_empty() {
            return;
        }
        let (text, guessed) = charset::read(bytes, named);
        self.text.push_str(&escape(&text.replace("\r\n", "\n").replace('\r', "\n")));
        self.guessed |= guessed;
        bytes.clear();
    }
}
