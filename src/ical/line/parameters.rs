//! Parameters (RFC 5545 §3.2) as they were meant. A value with a comma, a semicolon or a colon has to stand in quotes;
//! `CN=Pérez, Juan` is what senders write all the same, and can only mean one name.

use std::borrow::Cow;

use super::{coded, names};

/// Parameters whose values are words of people: one value each, however many commas are in it.
const WORDS: [&str; 9] =
    ["CN", "DIR-NAME", "EMAIL", "FILENAME", "LABEL", "X-ADDRESS", "X-FILENAME", "X-RESPONSE-COMMENT", "X-TITLE"];

/// What addresses begin with.
const SCHEMES: [&str; 14] =
    ["callto", "cid", "data", "file", "ftp", "geo", "http", "https", "invalid", "mailto", "sip", "tel", "urn", "xmpp"];

/// What follows the name of a line, put right.
pub(super) struct Mend {
    pub(super) rest: String,
    pub(super) quoted: bool,
    pub(super) charset: bool,
}

/// Whether `text`, which goes on with parameters, gets to the colon that ends them; `quoted` is whether it begins inside of
/// quotes, and becomes whether it ends there.
pub(super) fn ends(text: &str, quoted: &mut bool) -> bool {
    text.bytes().any(|byte| {
        *quoted ^= byte == b'"';
        byte == b':' && !*quoted
    })
}

/// Whether a text has an address in it: one with a known scheme, or of mail.
pub(super) fn has_address(text: &str) -> bool {
    let mut from_here = text.match_indices(':').map(|(at, _)| text.get(at + 1..).unwrap_or_default());
    text.contains('@') || begins_address(text.trim()) || from_here.any(begins_address)
}

/// Where the value of a property begins: at the colon that is not in quotes. Of an address that has a known scheme, at the
/// colon before the scheme: `;CN=Dra: Vera:mailto:vera@example.org`. Quotes that are never closed are none.
pub(super) fn colon(name: &str, rest: &str) -> Option<usize> {
    if !rest.starts_with(';') {
        return rest.starts_with(':').then_some(0);
    }
    outside(name, rest, true).or_else(|| outside(name, rest, false))
}

fn outside(name: &str, rest: &str, quotes: bool) -> Option<usize> {
    let address = names::is_address(name);
    let mut first = None;
    for (at, sign) in bare(rest, quotes) {
        if sign == ':' && (!address || begins_address(rest.get(at + 1..).unwrap_or_default())) {
            return Some(at);
        }
        if sign == ':' {
            first.get_or_insert(at);
        }
    }
    first
}

fn begins_address(text: &str) -> bool {
    let scheme = text.get(..9).unwrap_or(text).split_once(':').map_or("", |(scheme, _)| scheme);
    SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known))
}

/// The signs of a text that stand neither in quotes nor behind a backslash, with their places.
fn bare(text: &str, quotes: bool) -> impl Iterator<Item = (usize, char)> {
    let mut signs = text.char_indices();
    let mut quoted = false;
    std::iter::from_fn(move || {
        loop {
            let (at, sign) = signs.next()?;
            match sign {
                '\\' => {
                    signs.next();
                }
                '"' if quotes => quoted = !quoted,
                sign if !quoted => return Some((at, sign)),
                _ => {}
            }
        }
    })
}

/// One parameter as it is written; without a value where there is only a name.
struct Parameter<'t> {
    name: &'t str,
    value: Option<Cow<'t, str>>,
}

impl Parameter<'_> {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    fn are_words(&self) -> bool {
        WORDS.iter().any(|words| self.is(words))
    }

    /// Quotes words that need it.
    fn quote(&mut self, quotes: bool) -> bool {
        let fixed = self.value.as_deref().filter(|_| self.are_words()).and_then(|value| in_quotes(value, quotes));
        let is_fixed = fixed.is_some();
        if let Some(fixed) = fixed {
            self.value = Some(Cow::Owned(fixed));
        }
        is_fixed
    }
}

/// `rest` as it was meant, where that is another way to write it.
pub(super) fn mend(name: &str, rest: &str) -> Option<Mend> {
    let closed = outside(name, rest, true);
    let quotes = closed.is_some() || rest.matches('"').count().is_multiple_of(2);
    let at = closed.or_else(|| outside(name, rest, false));
    let (head, value) = rest.split_at_checked(at.unwrap_or(rest.len()))?;
    let mut parameters = read(head, quotes);
    // All of them, and then whether there was any.
    let quoted = parameters.iter_mut().filter_map(|one| one.quote(quotes).then_some(())).count() > 0;
    let decoded = decoded(name, &mut parameters, value.strip_prefix(':').unwrap_or_default());
    if !quoted && decoded.is_none() {
        return None;
    }
    let mut mended = String::with_capacity(rest.len() + 8);
    for Parameter { name, value } in &parameters {
        mended.extend([";", name]);
        mended.extend(value.iter().flat_map(|value| ["=", value]));
    }
    let charset = decoded.as_ref().is_some_and(|decoded| decoded.guessed);
    match &decoded {
        Some(decoded) => mended.extend([":", &decoded.text]),
        None => mended.push_str(value),
    }
    Some(Mend { rest: mended, quoted, charset })
}

/// What a coded value says; the parameters that say how it is coded are taken out.
fn decoded(name: &str, parameters: &mut Vec<Parameter<'_>>, value: &str) -> Option<coded::Decoded> {
    let says = |one: &Parameter<'_>, coding: &str| {
        let value = one.value.as_deref().map(|value| value.trim().trim_matches('"'));
        one.is("ENCODING") && value.is_some_and(|value| value.eq_ignore_ascii_case(coding))
            || one.value.is_none() && one.is(coding)
    };
    let charset = parameters.iter().find(|one| one.is("CHARSET")).and_then(|one| one.value.as_deref());
    let charset = charset.map(|text| text.trim().trim_matches('"'));
    let decoded = if parameters.iter().any(|one| says(one, "QUOTED-PRINTABLE")) {
        coded::quoted_printable(value, charset)
    } else if names::is_text(name) && parameters.iter().any(|one| says(one, "BASE64") || says(one, "B")) {
        coded::base64(value, charset)?
    } else {
        return None;
    };
    let codes = |one: &Parameter<'_>| {
        let is_bare = one.value.is_none() && (one.is("QUOTED-PRINTABLE") || one.is("BASE64"));
        is_bare || one.is("ENCODING") || one.is("CHARSET")
    };
    parameters.retain(|one| !codes(one));
    Some(decoded)
}

/// The parameters of `;A=b;C="d"`. What follows a semicolon and is none goes on with the words before it.
fn read(head: &str, quotes: bool) -> Vec<Parameter<'_>> {
    let mut parameters: Vec<Parameter<'_>> = Vec::new();
    for piece in pieces(head, quotes) {
        let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let is_name = |name: &&str| !name.is_empty() && name.chars().all(legal);
        let (name, value) = piece.split_once('=').map_or((piece, None), |(name, value)| (name, Some(value)));
        let name = Some(name.trim()).filter(is_name);
        let is_bare =
            value.is_none() && name.is_some_and(|name| names::BARE.iter().any(|word| name.eq_ignore_ascii_case(word)));
        match (name, parameters.last_mut().filter(|last| last.are_words())) {
            (Some(name), _) if value.is_some() || is_bare => {
                parameters.push(Parameter { name, value: value.map(Cow::Borrowed) });
            }
            (_, Some(Parameter { value: Some(words), .. })) if !piece.trim().is_empty() => {
                words.to_mut().push(';');
                words.to_mut().push_str(piece);
            }
            (Some(name), _) => parameters.push(Parameter { name, value: None }),
            _ => {}
        }
    }
    parameters
}

/// The text between the semicolons.
fn pieces(head: &str, quotes: bool) -> Vec<&str> {
    let cuts = bare(head, quotes).filter(|(_, sign)| *sign == ';').map(|(at, _)| at);
    let cuts: Vec<usize> = cuts.chain([head.len()]).collect();
    cuts.windows(2).filter_map(|cut| head.get(cut.first()? + 1..*cut.last()?)).collect()
}

/// Words in quotes, where they have what needs them; quotes inside become what looks like them.
fn in_quotes(value: &str, quotes: bool) -> Option<String> {
    let value = value.trim();
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    if quotes && inner.is_some_and(|inner| !bare(inner, false).any(|(_, sign)| sign == '"')) {
        return None;
    }
    let separated = value.contains([',', ';', ':']);
    if !separated && (quotes || !value.contains('"')) {
        return None;
    }
    let plain = value.trim_matches('"').replace('"', "'");
    let plain = plain.replace("\\,", ",").replace("\\;", ";").replace("\\:", ":");
    Some(format!("\"{plain}\""))
}
