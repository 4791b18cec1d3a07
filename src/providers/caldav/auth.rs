//! Shows a server who we are, in the way in which it asks for that.
//!
//! Until a server has asked, nothing is shown: Basic hands over the password itself, and who asks for Digest must never see it
//! so. What a server asked for is remembered with the link. Where nobody asks (Yahoo sends no `WWW-Authenticate`, others hide
//! what they have), it is Basic; the connection is encrypted.

use std::sync::Arc;

use data_encoding::BASE64;
use digest_auth::{AuthContext, HttpMethod, WwwAuthenticateHeader};
use http::{HeaderMap, HeaderValue, Method};
use serde::{Deserialize, Serialize};

use super::challenges::{Challenge, as_digest, challenges};
use crate::guarded::Guarded;
use crate::secret::{ExposeSecret, SecretString};

/// Credentials, and the way in which the server wants them.
pub(super) struct Auth {
    username: String,
    password: SecretString,
    way: Guarded<Way>,
    blots: Blots,
}

/// How a server wants to be shown who we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// User name and password as they are (RFC 7617).
    Basic,
    /// A proof that one knows the password (RFC 7616).
    Digest,
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

/// What is shown with the next call.
enum Way {
    /// Nothing: nobody has asked.
    Unasked,
    Basic,
    /// A proof for the last challenge, which counts how often its nonce was used; nothing, where none came yet.
    Digest(Option<Box<WwwAuthenticateHeader>>),
}

/// The credentials can't be written in a header.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the user name or the challenge holds characters that can't be sent")]
pub(super) struct Unsendable;

impl Auth {
    /// Credentials for a server that is known to ask for `scheme`, or of which nothing is known.
    pub(super) fn new(username: String, password: SecretString, scheme: Option<Scheme>) -> Self {
        let blots = Blots::of(&username, password.expose_secret());
        let way = match scheme {
            None => Way::Unasked,
            Some(Scheme::Basic) => Way::Basic,
            Some(Scheme::Digest) => Way::Digest(None),
        };
        Self { username, password, way: Guarded::new(way), blots }
    }

    /// How the server wants to be shown them, as far as that is known.
    pub(super) fn scheme(&self) -> Option<Scheme> {
        match &*self.way.lock() {
            Way::Unasked => None,
            Way::Basic => Some(Scheme::Basic),
            Way::Digest(_) => Some(Scheme::Digest),
        }
    }

    /// Whether there is something to show: otherwise somebody has to ask first.
    pub(super) fn is_ready(&self) -> bool {
        !matches!(&*self.way.lock(), Way::Unasked | Way::Digest(None))
    }

    /// Takes it for a server that does not ask, where it has not asked.
    pub(super) fn assume_basic(&self) {
        let mut way = self.way.lock();
        if matches!(*way, Way::Unasked) {
            *way = Way::Basic;
        }
    }

    /// What must not be read in the server's words.
    pub(super) fn blots(&self) -> Blots {
        self.blots.clone()
    }

    /// The `Authorization` header for one call; none as long as there is nothing to answer.
    pub(super) fn header(&self, method: &Method, path: &str, body: &[u8]) -> Result<Option<HeaderValue>, Unsendable> {
        let mut way = self.way.lock();
        let text = match &mut *way {
            Way::Unasked | Way::Digest(None) => return Ok(None),
            Way::Basic => self.basic(),
            Way::Digest(Some(challenge)) => self.digest(challenge, method, path, body)?,
        };
        let mut value = HeaderValue::try_from(text).map_err(|_| Unsendable)?;
        value.set_sensitive(true);
        Ok(Some(value))
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

    /// Takes in the challenges of a 401, and says whether the next try will differ from the last. Who asked for a proof
    /// gets no password where others may read along (`encrypted`).
    pub(super) fn challenged(&self, headers: &HeaderMap, encrypted: bool) -> NextTry {
        let offered = challenges(headers);
        let digest = offered.iter().find_map(as_digest).map(Box::new);
        let wants_proof = |challenge: &Challenge| challenge.scheme == "digest";
        let takes_basic = !offered.iter().any(wants_proof) || offered.iter().any(|other| other.scheme == "basic");
        let mut way = self.way.lock();
        let (next, way_now) = match (&*way, digest) {
            (Way::Basic, None) => return NextTry::IsTheSame,
            // A proof that we can't make, and nothing else.
            (_, None) if !takes_basic => return NextTry::IsTheSame,
            (Way::Digest(_), None) if !encrypted => return NextTry::IsTheSame,
            (Way::Unasked | Way::Digest(_), None) => (NextTry::Differs, Way::Basic),
            (Way::Digest(Some(_)), Some(challenge)) => {
                // Only the nonce was too old; without that word the credentials themselves are refused.
                let next = if challenge.stale { NextTry::Differs } else { NextTry::IsTheSame };
                (next, Way::Digest(Some(challenge)))
            }
            (_, Some(challenge)) => (NextTry::Differs, Way::Digest(Some(challenge))),
        };
        *way = way_now;
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

#[cfg(test)]
mod tests {
    use http::header::WWW_AUTHENTICATE;

    use super::*;

    fn headers(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        headers
    }

    fn auth() -> Auth {
        Auth::new("Mufasa".to_owned(), SecretString::from("Circle Of Life"), None)
    }

    fn shown(auth: &Auth) -> Option<String> {
        let header = auth.header(&Method::GET, "/a", b"").unwrap();
        header.map(|header| {
            assert!(header.is_sensitive());
            header.to_str().unwrap().to_owned()
        })
    }

    const BASIC: &str = "Basic TXVmYXNhOkNpcmNsZSBPZiBMaWZl";
    const DIGEST: &str = "DIGEST Realm=\"r\", nonce=\"n\", qop=\"auth,auth-int\"";

    #[test]
    fn nothing_is_shown_before_somebody_asks_and_then_what_is_asked_for() {
        let table: [(&[&str], Scheme); 6] = [
            (&["Basic realm=x"], Scheme::Basic),
            (&[DIGEST], Scheme::Digest),
            (&["Basic realm=x", DIGEST], Scheme::Digest),
            (&["Basic realm=x, DIGEST realm=r, nonce=n"], Scheme::Digest),
            // Yahoo asks without a word, and what we can't do is no reason to give up.
            (&[], Scheme::Basic),
            (&["Negotiate"], Scheme::Basic),
        ];
        for (lines, scheme) in table {
            let auth = auth();
            assert_eq!((auth.scheme(), shown(&auth)), (None, None), "{lines:?}");
            assert_eq!(auth.challenged(&headers(lines), false), NextTry::Differs, "{lines:?}");
            assert_eq!(auth.scheme(), Some(scheme), "{lines:?}");
            assert_eq!(shown(&auth).as_deref() == Some(BASIC), scheme == Scheme::Basic, "{lines:?}");
        }
    }

    #[test]
    fn what_is_remembered_is_shown_at_once_and_a_proof_once_there_is_a_challenge() {
        let known = |scheme| Auth::new("Mufasa".to_owned(), SecretString::from("Circle Of Life"), Some(scheme));
        let basic = known(Scheme::Basic);
        assert_eq!(shown(&basic).as_deref(), Some(BASIC));
        assert_eq!(basic.challenged(&headers(&["Basic realm=x"]), true), NextTry::IsTheSame);
        let digest = known(Scheme::Digest);
        assert_eq!((digest.scheme(), shown(&digest)), (Some(Scheme::Digest), None));
        assert_eq!(digest.challenged(&headers(&[DIGEST]), false), NextTry::Differs);
        let first = shown(&digest).unwrap();
        assert!(first.starts_with("Digest username=\"Mufasa\", realm=\"r\", nonce=\"n\", uri=\"/a\""), "{first}");
        assert!(first.contains("qop=auth,") && first.contains("nc=00000001"), "{first}");
        let again = shown(&digest).unwrap();
        assert!(again.contains("nc=00000002"), "{again}");
        assert_eq!(digest.challenged(&headers(&[DIGEST]), false), NextTry::IsTheSame, "it refuses the credentials");
        assert_eq!(
            digest.challenged(&headers(&[DIGEST, "Digest realm=r, nonce=m, stale=true"]), false),
            NextTry::IsTheSame
        );
        assert_eq!(digest.challenged(&headers(&["Digest realm=r, nonce=m, stale=true"]), false), NextTry::Differs);
    }

    #[test]
    fn who_asked_for_a_proof_gets_the_password_only_over_an_encrypted_connection() {
        for first in [None, Some(Scheme::Digest)] {
            let auth = Auth::new("Mufasa".to_owned(), SecretString::from("Circle Of Life"), first);
            auth.challenged(&headers(&[DIGEST]), false);
            assert_eq!(auth.challenged(&headers(&["Basic realm=x"]), false), NextTry::IsTheSame);
            assert_ne!(shown(&auth).as_deref(), Some(BASIC));
            assert_eq!(auth.challenged(&headers(&["Basic realm=x"]), true), NextTry::Differs);
            assert_eq!(shown(&auth).as_deref(), Some(BASIC));
        }
        let auth = auth();
        auth.challenged(&headers(&[DIGEST]), false);
        auth.assume_basic();
        assert_eq!(auth.scheme(), Some(Scheme::Digest));
    }

    #[test]
    fn a_digest_that_we_cannot_answer_is_passed_over() {
        let challenges = ["Digest realm=\"r\", nonce=\"n\", algorithm=SHA-9999", "Digest realm=\"r\"", "Digest"];
        for challenge in challenges {
            let auth = auth();
            assert_eq!(auth.challenged(&headers(&[challenge]), true), NextTry::IsTheSame, "{challenge}");
            assert_eq!(shown(&auth), None, "who asks for a proof alone gets no password: {challenge}");
            assert_eq!(auth.challenged(&headers(&[challenge, "Basic realm=x"]), true), NextTry::Differs, "{challenge}");
            assert_eq!(auth.scheme(), Some(Scheme::Basic), "{challenge}");
        }
        let auth = auth();
        auth.challenged(&headers(&["Digest realm=\"Señor\", nonce=\"n\""]), true);
        assert_eq!(auth.scheme(), Some(Scheme::Digest));
        let two = ["Digest realm=r, nonce=n, algorithm=SHA-9999", "Digest realm=r, nonce=m, algorithm=SHA-256"];
        let auth = self::auth();
        auth.challenged(&headers(&two), true);
        assert_eq!(auth.scheme(), Some(Scheme::Digest));
    }

    /// RFC 2617, section 3.5, but for the client's nonce, which is ours: so only RFC 2069's form can be compared.
    #[test]
    fn a_digest_without_quality_is_the_one_of_rfc_2069() {
        let auth = auth();
        let challenge = "Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"";
        assert_eq!(auth.challenged(&headers(&[challenge]), true), NextTry::Differs);
        let header = auth.header(&Method::GET, "/dir/index.html", b"").unwrap().unwrap();
        assert!(header.to_str().unwrap().contains("response=\"670fd8c2df070c60b045671b8b24ff02\""), "{header:?}");
    }
}
