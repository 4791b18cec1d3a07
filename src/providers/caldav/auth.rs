//! Shows a server who we are: Basic without being asked, Digest once it was asked for.
//!
//! Basic goes first because some servers never ask (Yahoo sends no `WWW-Authenticate`), and because it saves a round
//! trip; the connection is encrypted. What a server asked for is remembered for the following calls of the session.

use std::sync::Arc;

use data_encoding::BASE64;
use digest_auth::{Algorithm, AuthContext, Charset, HttpMethod, Qop, WwwAuthenticateHeader};
use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderValue, Method};

use crate::guarded::Guarded;
use crate::secret::{ExposeSecret, SecretString};

/// Credentials, and the way in which the server wants them.
pub(super) struct Auth {
    username: String,
    password: SecretString,
    scheme: Guarded<Scheme>,
    blots: Blots,
}

/// What must not be read in a server's words, should it repeat what it was sent: the credentials in each form that they
/// are likely to come back in.
#[derive(Clone, Debug, Default)]
pub(super) struct Blots(Arc<[SecretString]>);

/// Shorter passwords would turn every other word into a blot, and hide nothing that can't be guessed.
const SHORTEST_BLOT: usize = 4;

impl Blots {
    fn of(username: &str, password: &str) -> Self {
        let form: String = url::form_urlencoded::byte_serialize(password.as_bytes()).collect();
        let xml = quick_xml::escape::escape(password).into_owned();
        let json = serde_json::to_string(password).unwrap_or_default().trim_matches('"').to_owned();
        let basic = BASE64.encode(format!("{username}:{password}").as_bytes());
        let mut forms = vec![password.to_owned(), form.replace('+', "%20"), form, xml, json, basic];
        forms.retain(|form| form.len() >= SHORTEST_BLOT);
        // The longest first: a password may be a part of its own escaped form.
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        Self(forms.into_iter().map(SecretString::from).collect())
    }

    /// The text without the credentials.
    pub(super) fn over(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret.expose_secret(), "…"))
    }
}

enum Scheme {
    Basic,
    /// The last challenge; it counts how often its nonce was used.
    Digest(Box<WwwAuthenticateHeader>),
}

/// The credentials can't be written in a header.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the user name or the challenge holds characters that can't be sent")]
pub(super) struct Unsendable;

impl Auth {
    /// Basic until a challenge says otherwise.
    pub(super) fn new(username: String, password: SecretString) -> Self {
        let blots = Blots::of(&username, password.expose_secret());
        Self { username, password, scheme: Guarded::new(Scheme::Basic), blots }
    }

    /// What must not be read in the server's words.
    pub(super) fn blots(&self) -> Blots {
        self.blots.clone()
    }

    /// The `Authorization` header for one call.
    pub(super) fn header(&self, method: &Method, path: &str, body: &[u8]) -> Result<HeaderValue, Unsendable> {
        let mut scheme = self.scheme.lock();
        let text = match &mut *scheme {
            Scheme::Basic => self.basic(),
            Scheme::Digest(challenge) => self.digest(challenge, method, path, body)?,
        };
        let mut value = HeaderValue::try_from(text).map_err(|_| Unsendable)?;
        value.set_sensitive(true);
        Ok(value)
    }

    fn basic(&self) -> String {
        let pair = format!("{}:{}", self.username, self.password.expose_secret());
        format!("Basic {}", BASE64.encode(pair.as_bytes()))
    }

    fn digest(
        &self,
        challenge: &mut WwwAuthenticateHeader,
        method: &Method,
        path: &str,
        body: &[u8],
    ) -> Result<String, Unsendable> {
        let method = HttpMethod(method.as_str().into());
        let password = self.password.expose_secret();
        let context = AuthContext::new_with_method(self.username.as_str(), password, path, Some(body), method);
        challenge.respond(&context).map(|answer| answer.to_header_string()).map_err(|_| Unsendable)
    }

    /// Takes in the challenges of a 401, and says whether the next try will differ from the last.
    pub(super) fn challenged(&self, headers: &HeaderMap) -> NextTry {
        let offered = challenges(headers);
        let digest = offered.iter().find_map(as_digest);
        let mut scheme = self.scheme.lock();
        let (next, scheme_now) = match (&*scheme, digest) {
            (Scheme::Basic, None) => return NextTry::IsTheSame,
            (Scheme::Basic, Some(challenge)) => (NextTry::Differs, Scheme::Digest(Box::new(challenge))),
            (Scheme::Digest(_), None) => (NextTry::Differs, Scheme::Basic),
            (Scheme::Digest(_), Some(challenge)) => {
                // Only the nonce was too old; without that word the credentials themselves are refused.
                let next = if challenge.stale { NextTry::Differs } else { NextTry::IsTheSame };
                (next, Scheme::Digest(Box::new(challenge)))
            }
        };
        *scheme = scheme_now;
        next
    }
}

/// Whether there is a point in answering a 401 with another try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NextTry {
    /// Another scheme, or a fresh nonce.
    Differs,
    /// The same credentials in the same way.
    IsTheSame,
}

/// One challenge of a `WWW-Authenticate` header.
#[derive(Debug, PartialEq, Eq)]
struct Challenge {
    /// In lower case.
    scheme: String,
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
fn challenges(headers: &HeaderMap) -> Vec<Challenge> {
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
fn as_digest(challenge: &Challenge) -> Option<WwwAuthenticateHeader> {
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

    fn auth() -> Auth {
        Auth::new("Mufasa".to_owned(), SecretString::from("Circle Of Life"))
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

    #[test]
    fn basic_goes_first_and_digest_follows_a_challenge() {
        let auth = auth();
        let basic = auth.header(&Method::GET, "/", b"").unwrap();
        assert_eq!(basic, "Basic TXVmYXNhOkNpcmNsZSBPZiBMaWZl");
        assert!(basic.is_sensitive());
        assert_eq!(auth.challenged(&headers(&["Basic realm=x"])), NextTry::IsTheSame);
        assert_eq!(
            auth.challenged(&headers(&["Basic realm=x, DIGEST Realm=\"r\", nonce=\"n\", qop=\"auth,auth-int\""])),
            NextTry::Differs
        );
        let digest = auth.header(&Method::GET, "/a", b"").unwrap().to_str().unwrap().to_owned();
        assert!(digest.starts_with("Digest username=\"Mufasa\", realm=\"r\", nonce=\"n\", uri=\"/a\""), "{digest}");
        assert!(digest.contains("qop=auth,") && digest.contains("nc=00000001"), "{digest}");
        let again = auth.header(&Method::GET, "/a", b"").unwrap().to_str().unwrap().to_owned();
        assert!(again.contains("nc=00000002"), "{again}");
        assert_eq!(auth.challenged(&headers(&["Basic realm=x"])), NextTry::Differs);
        assert_eq!(auth.header(&Method::GET, "/", b"").unwrap(), basic);
    }

    #[test]
    fn a_digest_that_we_cannot_answer_is_passed_over() {
        let challenges = ["Digest realm=\"r\", nonce=\"n\", algorithm=SHA-9999", "Digest realm=\"r\"", "Digest"];
        for challenge in challenges {
            assert_eq!(auth().challenged(&headers(&[challenge])), NextTry::IsTheSame, "{challenge}");
        }
        assert_eq!(auth().challenged(&headers(&["Digest realm=\"Señor\", nonce=\"n\""])), NextTry::Differs);
        let two = ["Digest realm=r, nonce=n, algorithm=SHA-9999", "Digest realm=r, nonce=m, algorithm=SHA-256"];
        assert_eq!(auth().challenged(&headers(&two)), NextTry::Differs);
    }

    /// RFC 2617, section 3.5, but for the client's nonce, which is ours: so only RFC 2069's form can be compared.
    #[test]
    fn a_digest_without_quality_is_the_one_of_rfc_2069() {
        let auth = auth();
        let challenge = "Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"";
        assert_eq!(auth.challenged(&headers(&[challenge])), NextTry::Differs);
        let header = auth.header(&Method::GET, "/dir/index.html", b"").unwrap();
        assert!(header.to_str().unwrap().contains("response=\"670fd8c2df070c60b045671b8b24ff02\""), "{header:?}");
    }
}
