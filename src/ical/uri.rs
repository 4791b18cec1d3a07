//! Links as calendars hold them (RFC 5545 §3.3.13, RFC 3986).

/// The scheme that a text begins with, and what follows its colon (RFC 3986 §3.1).
pub(in crate::ical) fn scheme(text: &str) -> Option<(&str, &str)> {
    text.split_once(':').filter(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

/// A text that starts with a scheme, with what can't stand in a URI encoded; not checked further, because links are passed
/// on, not followed.
pub fn uri(text: &str) -> Option<String> {
    scheme(text)?;
    if text.contains(|c: char| c.is_control()) {
        return None;
    }
    let mut uri = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}') {
            uri.push(c);
        } else {
            let mut octets = [0; 4];
            c.encode_utf8(&mut octets).bytes().for_each(|octet| uri.push_str(&format!("%{octet:02X}")));
        }
    }
    Some(uri)
}
