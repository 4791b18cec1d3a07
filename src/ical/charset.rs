//! Bytes into text.
//!
//! iCalendar is UTF-8 (RFC 5545 §3.1.4), and what is valid UTF-8 is read as that whatever it is called: no other text
//! looks like it by chance, and servers name charsets by habit. Else the charset that is named counts.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::quoted::Quoted;

/// Why bytes are no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    /// No charset is named, and it is not UTF-8.
    #[error("it is not UTF-8, and no charset is named in its Content-Type")]
    NotUtf8,
    /// A charset is named that nobody knows.
    #[error("it is not UTF-8, and its charset {0} is not known")]
    UnknownCharset(String),
    /// It is not what it is called.
    #[error("it is not {0}, as it is called")]
    Not(&'static str),
}

/// The text of an iCalendar stream: bytes, and the charset that they are said to be in. A byte order mark counts before
/// both. Lines that are folded inside of a character are unfolded first, as §3.1 says: simple writers fold octets.
///
/// # Errors
/// When they are no text in the charset, or in none.
pub fn decode<'b>(bytes: &'b [u8], named: Option<&str>) -> Result<Cow<'b, str>, NotText> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let bytes = bytes.get(mark..).unwrap_or_default();
        return if encoding == UTF_8 { in_utf8(bytes).ok_or(NotText::NotUtf8) } else { known(bytes, encoding) };
    }
    let encoding = named.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    if let Some(wide) = encoding.filter(|encoding| is_wide(encoding)) {
        return known(bytes, wide);
    }
    if let Some(text) = in_utf8(bytes) {
        return Ok(text);
    }
    match (named, encoding) {
        (None, _) => Err(NotText::NotUtf8),
        (Some(label), None) => Err(NotText::UnknownCharset(Quoted(label).to_string())),
        (Some(_), Some(encoding)) if encoding == UTF_8 => Err(NotText::Not(encoding.name())),
        (Some(_), Some(encoding)) => known(bytes, encoding),
    }
}

/// UTF-16, which has zeros where UTF-8 has none, and would pass for it.
fn is_wide(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

fn in_utf8(bytes: &[u8]) -> Option<Cow<'_, str>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(Cow::Borrowed(text)),
        Err(_) => String::from_utf8(unfold(bytes)).ok().map(Cow::Owned),
    }
}

fn known<'b>(bytes: &'b [u8], encoding: &'static Encoding) -> Result<Cow<'b, str>, NotText> {
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok(text);
    }
    let unfolded = if is_wide(encoding) { bytes.to_vec() } else { unfold(bytes) };
    let text = encoding.decode_without_bom_handling_and_without_replacement(&unfolded);
    text.map(|text| Cow::Owned(text.into_owned())).ok_or(NotText::Not(encoding.name()))
}

/// Bytes without the line ends that white space follows.
fn unfold(bytes: &[u8]) -> Vec<u8> {
    let mut unfolded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let (line, next) = rest.split_at_checked(end + 1).unwrap_or((rest, &[]));
        let is_folded = matches!(next.first(), Some(b' ' | b'\t'));
        match line.strip_suffix(b"\n") {
            Some(line) if is_folded => unfolded.extend(line.strip_suffix(b"\r").unwrap_or(line)),
            _ => unfolded.extend(line),
        }
        rest = if is_folded { next.get(1..).unwrap_or_default() } else { next };
    }
    unfolded.extend(rest);
    unfolded
}

/// The text behind a few bytes of one, which are in the charset that is named, else in UTF-8, else in Windows-1252, whose
/// every byte is a letter; and whether that last was needed.
pub(in crate::ical) fn read(bytes: &[u8], named: Option<&str>) -> (String, bool) {
    let named = named.and_then(|label| Encoding::for_label(label.as_bytes()));
    let text = named
        .into_iter()
        .chain([UTF_8])
        .find_map(|encoding| encoding.decode_without_bom_handling_and_without_replacement(bytes).map(Cow::into_owned));
    match text {
        Some(text) => (text, false),
        None => (WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(), true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_what_they_are_before_they_are_what_they_are_called() {
        let latin = "Reuni\u{f3}n".chars().map(|c| u32::from(c) as u8).collect::<Vec<_>>();
        let wide = |bom: &[u8], bytes: fn(u16) -> [u8; 2]| {
            let units = "é€".encode_utf16().flat_map(bytes);
            bom.iter().copied().chain(units).collect::<Vec<_>>()
        };
        type Row<'r> = (&'r [u8], Option<&'r str>, Result<&'r str, NotText>);
        let table: [Row<'_>; 14] = [
            ("Reunión".as_bytes(), None, Ok("Reunión")),
            ("Reunión".as_bytes(), Some("ISO-8859-1"), Ok("Reunión")),
            ("Reunión".as_bytes(), Some("nobody-knows"), Ok("Reunión")),
            (&latin, Some("iso-8859-1"), Ok("Reunión")),
            (&latin, Some(" Windows-1252 "), Ok("Reunión")),
            (&latin, None, Err(NotText::NotUtf8)),
            (&latin, Some("utf-8"), Err(NotText::Not("UTF-8"))),
            (&latin, Some("nobody-knows"), Err(NotText::UnknownCharset("\"nobody-knows\"".to_owned()))),
            (b"\xef\xbb\xbfa", None, Ok("a")),
            (&wide(b"\xff\xfe", u16::to_le_bytes), None, Ok("é€")),
            (&wide(b"\xfe\xff", u16::to_be_bytes), Some("utf-8"), Ok("é€")),
            (&wide(b"", u16::to_le_bytes), Some("utf-16le"), Ok("é€")),
            (b"\xff\xfe\x00", None, Err(NotText::Not("UTF-16LE"))),
            (b"\xc3\r\n \xb3", None, Ok("ó")),
        ];
        for (bytes, named, text) in table {
            assert_eq!(decode(bytes, named).as_deref(), text.as_deref(), "{bytes:?} {named:?}");
        }
    }

    #[test]
    fn only_folds_are_taken_out() {
        assert_eq!(unfold(b"a\r\n b\n\tc\r\nd\n\ne\r\n "), b"abc\r\nd\n\ne");
    }
}
