//! Links as people write them.

use crate::ical::uri::{scheme, uri};

/// A link that calendars take.
pub(super) struct Link {
    /// With its scheme, and with what can't stand in a URI encoded.
    pub(super) uri: String,
    /// Whether the scheme is ours: `www.example.org` is a page of the web and nothing else.
    pub(super) is_guessed: bool,
}

/// Reads a link; none when it is none. It is not checked further: links are passed on, not followed.
pub(super) fn read(text: &str) -> Option<Link> {
    if text.contains(|c: char| c.is_control()) {
        return None;
    }
    let is_guessed = !has_scheme(text);
    if !is_guessed {
        return Some(Link { uri: uri(text)?, is_guessed });
    }
    let text = is_on_the_web(text).then(|| text.strip_prefix("//").unwrap_or(text))?;
    Some(Link { uri: uri(&format!("https://{text}"))?, is_guessed })
}

/// Whether a text begins with a scheme. A host with a port is none: schemes have no dots as a rule, and ports are numbers.
fn has_scheme(text: &str) -> bool {
    scheme(text).is_some_and(|(scheme, rest)| !(scheme.contains('.') && rest.starts_with(|c: char| c.is_ascii_digit())))
}

/// Whether a text without a scheme begins with the name of a host, and is one word.
fn is_on_the_web(text: &str) -> bool {
    let text = text.strip_prefix("//").unwrap_or(text);
    let host = text.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let top = labels.last().is_some_and(|top| top.len() >= 2 && top.chars().all(char::is_alphabetic));
    labels.len() >= 2 && labels.iter().all(is_label) && top && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_alone_is_a_page_of_the_web() {
        let shown = |text: &str| read(text).map(|link| (link.uri, link.is_guessed));
        for (text, uri) in [
            ("www.example.org", "https://www.example.org"),
            ("www.example.org/citas?id=1#a", "https://www.example.org/citas?id=1#a"),
            ("example.org:8443/x", "https://example.org:8443/x"),
            ("//example.org/x", "https://example.org/x"),
            ("clínica.ec", "https://cl%C3%ADnica.ec"),
        ] {
            assert_eq!(shown(text), Some((uri.to_owned(), true)), "{text}");
        }
        for uri in ["https://example.org/a,b", "HTTP://example.org", "mailto:a@b.ec", "tel:+593", "x-app.y:z"] {
            assert_eq!(shown(uri), Some((uri.to_owned(), false)));
        }
        for text in ["", "ver la web", "www.example.org o llamar", "1.5", "a@b.ec", "/citas/1", "casa", ".ec", "a..b"] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
