//! Links as calendars hold them (RFC 5545 §3.3.13, RFC 3986).

/// A text that starts with a scheme, with what can't stand in a URI encoded; not checked further, because links are passed
/// on, not followed.
pub(in crate::ical) fn uri(text: &str) -> Option<String> {
    let (scheme, _) = text.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    if !is_scheme || text.contains(|c: char| c.is_control()) {
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
