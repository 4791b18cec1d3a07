//! What a server asks for in `WWW-Authenticate`, read. Pure.

use digest_auth::{Algorithm, Charset, Qop, WwwAuthenticateHeader};
use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;

/// One challenge of a `WWW-Authenticate` header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Challenge {
    /// In lower case.
    pub(super) scheme: String,
    /// Names in lower case.
    parameters: Vec<(String, String)>,
}

impl Challenge {
    fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// All challenges, in order. A server may send several headers, or several challenges in one (RFC 9110, section
/// 11.6.1): commas stand both between challenges and between parameters, so a word followed by a word begins anew.
pub(super) fn challenges(headers: &HeaderMap) -> Vec<Challenge> {
    let mut found: Vec<Challenge> = Vec::new();
    for header in headers.get_all(WWW_AUTHENTICATE) {
        let text = String::from_utf8_lossy(header.as_bytes());
        let mut new_header = true;
        for part in outside_quotes(&text) {
            let (scheme, parameter) = scheme_and_parameter(part, new_header);
            if let Some(scheme) = scheme {
                found.push(Challenge { scheme: scheme.to_ascii_lowercase(), parameters: Vec::new() });
            }
            if let (Some((name, value)), Some(challenge)) = (parameter.split_once('='), found.last_mut()) {
                challenge.parameters.push((name.trim().to_ascii_lowercase(), unquoted(value.trim())));
            }
            new_header = false;
        }
    }
    found
}

/// `Digest realm="x"` begins a challenge, `realm="x"` goes on with one, `Negotiate` begins one without parameters.
fn scheme_and_parameter(part: &str, first: bool) -> (Option<&str>, &str) {
    match part.split_once(char::is_whitespace) {
        Some((word, rest)) if !word.contains('=') && !rest.trim_start().starts_with('=') => (Some(word), rest.trim()),
        None if first || !part.contains('=') => (Some(part), ""),
        _ => (None, part),
    }
}

/// The parts between commas that are not inside of quotes.
fn outside_quotes(text: &str) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    let parts = text.split(move |character| {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => return true,
            _ => {}
        }
        false
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

fn unquoted(text: &str) -> String {
    let Some(inner) = text.strip_prefix('"').map(|rest| rest.strip_suffix('"').unwrap_or(rest)) else {
        return text.to_owned();
    };
    let mut plain = String::new();
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        plain.extend(if character == '\\' { characters.next() } else { Some(character) });
    }
    plain
}

/// A Digest challenge that we can answer. Built field by field: the crate's own parser cuts a text at counts of
/// characters, and would panic on a realm outside of ASCII.
pub(super) fn as_digest(challenge: &Challenge) -> Option<WwwAuthenticateHeader> {
    if challenge.scheme != "digest" {
        return None;
    }
    let algorithm: Algorithm = match challenge.get("algorithm") {
        Some(name) => name.parse().ok()?,
        None => Algorithm::default(),
    };
    let is_true = |name| challenge.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    Some(WwwAuthenticateHeader {
        domain: None,
        realm: challenge.get("realm")?.to_owned(),
        nonce: challenge.get("nonce")?.to_owned(),
        opaque: challenge.get("opaque").map(str::to_owned),
        stale: is_true("stale"),
        algorithm,
        qop: qualities(challenge)?,
        userhash: is_true("userhash"),
        charset: Charset::UTF8,
        nc: 0,
    })
}

/// `auth` where it is offered. None where only unknown ones are.
fn qualities(challenge: &Challenge) -> Option<Option<Vec<Qop>>> {
    let Some(offered) = challenge.get("qop") else { return Some(None) };
    let known: Vec<Qop> = offered.split(',').filter_map(|name| name.trim().parse().ok()).collect();
    match () {
        () if known.contains(&Qop::AUTH) => Some(Some(vec![Qop::AUTH])),
        () if known.is_empty() => None,
        () => Some(Some(known)),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        headers
    }

    fn schemes(lines: &[&str]) -> Vec<String> {
        challenges(&headers(lines)).into_iter().map(|challenge| challenge.scheme).collect()
    }

    #[test]
    fn several_challenges_are_read_from_one_header_or_many() {
        assert_eq!(schemes(&["X-MobileMe-AuthToken realm=\"a, b\", basic realm=\"Newcastle\""]).len(), 2);
        assert_eq!(schemes(&["Basic realm=x", "digest realm=\"r\",nonce=\"n\""]), ["basic", "digest"]);
        assert_eq!(
            schemes(&["Negotiate, NTLM , Basic realm=\"\\\"quoted, text\\\"\""]),
            ["negotiate", "ntlm", "basic"]
        );
        assert_eq!(schemes(&["Negotiate"]), ["negotiate"]);
        assert!(schemes(&[]).is_empty());
    }
}
