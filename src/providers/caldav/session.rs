//! Calls with credentials: who may see them and how, how a 401 is answered, where a redirect may lead.
//!
//! No call sleeps (who opened the account may have brought patience along, which is the socket's), and no write is repeated on its own: a lost answer is the caller's to resolve. A read on a kept
//! connection that the server had closed is repeated once.

use http::header::{AUTHORIZATION, CONNECTION, LOCATION};
use http::{HeaderMap, HeaderValue, Request};
use url::{Host, Url};

use super::Login;
use super::auth::{Auth, Blots, NextTry, Scheme};
use super::quirks::Profile;
use super::requests::{self, Call};
use super::responses::{self, Member};
use super::words;
use super::xml::XmlError;
use crate::guarded::Guarded;
use crate::outbound::{Outbound, OutboundError};

/// An answer, with the place that gave it.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) url: Url,
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    pub(super) blots: Blots,
}

const MAX_REDIRECTS: usize = 5;

/// Nothing, a proof, one for a fresh nonce, and once more: whoever still says 401 means it.
const MAX_TRIES: usize = 4;

/// More than [`words::words`] reads, so that no half of a secret is left at its end.
const READ_FOR_WORDS: usize = 8 << 10;

impl Answer {
    /// What the server says, in one line, without our credentials.
    pub(super) fn words(&self) -> String {
        let head = String::from_utf8_lossy(self.body.get(..READ_FOR_WORDS).unwrap_or(&self.body));
        words::words(self.status, self.blots.over(&head).as_bytes())
    }

    /// Whether the account has no room for more.
    pub(super) fn is_about_room(&self) -> bool {
        words::is_about_room(self.status, &self.body)
    }

    /// Its members, where it is a multistatus of few.
    pub(super) fn members(&self) -> Result<Vec<Member>, XmlError> {
        responses::multistatus(&self.url, &self.body)
    }

    /// Its members one by one, where it is a multistatus.
    pub(super) fn each_member(&self, visit: impl FnMut(Member) -> Result<(), XmlError>) -> Result<(), XmlError> {
        responses::each_member(&self.url, &self.body, visit)
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Trouble {
    /// The call itself failed.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
    /// The server sends us to a place that must not see the password, or in circles. Nothing was carried out.
    #[error("{0}")]
    Strayed(String),
}

/// How often a 401 that asks for nothing new is answered with the same credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Insist {
    /// Not at all: a person is typing, and servers lock accounts.
    Never,
    /// Once: these credentials worked before, and servers have moods.
    Once,
}

/// Writes down how a server wants to be shown the credentials, for the next session.
pub(super) type Remember<'k> = Box<dyn Fn(Scheme) + Send + Sync + 'k>;

/// Credentials at one server.
pub(super) struct Session<'k> {
    outbound: Outbound,
    auth: Auth,
    trust: Trust,
    insist: Insist,
    /// What was written down, and how to do that.
    remembered: Guarded<Option<Scheme>>,
    remember: Remember<'k>,
}

impl<'k> Session<'k> {
    /// Credentials that worked before, for the server of `home`. Sends nothing.
    pub(super) fn opened(outbound: Outbound, login: Login, home: &Url, remember: Remember<'k>) -> Self {
        let remembered = Guarded::new(login.scheme);
        let auth = Auth::new(login.username, login.password, login.scheme.or(Profile::of(home).scheme));
        Self { outbound, auth, trust: Trust::of(home), insist: Insist::Once, remembered, remember }
    }

    /// Credentials as a person just gave them, or as they were just tried. Sends nothing.
    pub(super) fn of_login(outbound: &Outbound, login: &Login, home: &Url) -> Self {
        let remember = Box::new(|_| ());
        Self { insist: Insist::Never, ..Self::opened(outbound.clone(), login.clone(), home, remember) }
    }

    /// How the server wants to be shown the credentials, as far as it has said so.
    pub(super) fn scheme(&self) -> Option<Scheme> {
        self.auth.scheme()
    }

    /// Takes it for a server that does not ask, where it has not asked.
    pub(super) fn assume_basic(&self) {
        self.auth.assume_basic();
    }

    /// Makes a call and follows redirects, with method and body kept whatever the status says.
    pub(super) fn ask(&self, call: &Call) -> Result<Answer, Trouble> {
        let mut url = call.url.clone();
        for _ in 0..=MAX_REDIRECTS {
            self.trust.check(&url)?;
            let answer = self.authorized(call, &url)?;
            match next_place(&answer) {
                Some(next) => url = next,
                None => return Ok(answer),
            }
        }
        Err(Trouble::Strayed(format!("{} redirects more than {MAX_REDIRECTS} times", place(&call.url))))
    }

    /// Whether the credentials may be shown at `url`.
    pub(super) fn trusts(&self, url: &Url) -> bool {
        self.trust.check(url).is_ok()
    }

    fn authorized(&self, call: &Call, url: &Url) -> Result<Answer, Trouble> {
        let mut insists = self.insist == Insist::Once;
        if !self.auth.is_ready() && (insists || !call.is_read()) {
            self.sound(url)?;
        }
        for _ in 1..MAX_TRIES {
            let answer = self.once(call, url)?;
            if answer.status != 401 {
                self.note();
                return Ok(answer);
            }
            match self.auth.challenged(&answer.headers, url.scheme() == "https") {
                NextTry::Differs => {}
                NextTry::IsTheSame if insists => insists = false,
                NextTry::IsTheSame => return Ok(answer),
            }
        }
        self.once(call, url)
    }

    /// Asks without credentials how the server wants to be shown them. Not with the call itself: what a server says to
    /// nobody in particular about a calendar tells nothing about it, and a write whose answer is lost should have been one.
    fn sound(&self, url: &Url) -> Result<(), Trouble> {
        let answer = self.once(&requests::find_principal(url), url)?;
        if answer.status == 401 {
            self.auth.challenged(&answer.headers, url.scheme() == "https");
        }
        self.auth.assume_basic();
        Ok(())
    }

    /// Has what was learned written down.
    fn note(&self) {
        let known = self.auth.scheme();
        let mut remembered = self.remembered.lock();
        if let Some(scheme) = known.filter(|_| *remembered != known) {
            (self.remember)(scheme);
            *remembered = known;
        }
    }

    fn once(&self, call: &Call, url: &Url) -> Result<Answer, Trouble> {
        match self.outbound.send(self.request(call, url)?) {
            Err(OutboundError::Broken(_)) if call.is_read() => self.outbound.send(self.request(call, url)?),
            outcome => outcome,
        }
        .map(|response| {
            let (head, body) = response.into_parts();
            Answer {
                url: url.clone(),
                status: head.status.as_u16(),
                headers: head.headers,
                body,
                blots: self.auth.blots(),
            }
        })
        .map_err(Trouble::Outbound)
    }

    fn request(&self, call: &Call, url: &Url) -> Result<Request<Vec<u8>>, Trouble> {
        let unsendable = |what: &dyn ToString| Trouble::Strayed(what.to_string());
        let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let credentials = self.auth.header(&call.method, &path, &call.body).map_err(|error| unsendable(&error))?;
        let mut request = Request::builder().method(call.method.clone()).uri(url.as_str());
        if let Some(headers) = request.headers_mut() {
            headers.extend(call.headers.iter().cloned());
            headers.extend(credentials.map(|credentials| (AUTHORIZATION, credentials)));
            if !Profile::of(url).keeps_connections {
                headers.insert(CONNECTION, HeaderValue::from_static("close"));
            }
        }
        request.body(call.body.clone()).map_err(|error| unsendable(&error))
    }
}

/// Where a redirect leads; none where the answer is none.
fn next_place(answer: &Answer) -> Option<Url> {
    if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = answer.headers.get(LOCATION)?.to_str().ok()?;
    let mut next = responses::resolve(&answer.url, location)?;
    next.set_fragment(None);
    // A user name in a redirect would be sent as if it were ours.
    let _ = next.set_username("");
    let _ = next.set_password(None);
    Some(next)
}

/// Which places may see the credentials that were given for one.
struct Trust {
    home: Url,
    profile: &'static Profile,
}

impl Trust {
    fn of(home: &Url) -> Self {
        Self { home: home.clone(), profile: Profile::of(home) }
    }

    fn check(&self, to: &Url) -> Result<(), Trouble> {
        if self.allows(to) {
            return Ok(());
        }
        Err(Trouble::Strayed(format!(
            "{} leads to {}, which is another site; the password goes there only if you give that address yourself",
            place(&self.home),
            place(to)
        )))
    }

    /// The same server; else, over HTTPS, a host of the same preset or of the same registrable domain.
    fn allows(&self, to: &Url) -> bool {
        let home = &self.home;
        if home.origin() == to.origin() {
            return true;
        }
        if to.scheme() != "https" {
            return false;
        }
        match (home.host(), to.host()) {
            (Some(Host::Domain(ours)), Some(Host::Domain(theirs))) => {
                let same_site = registrable(ours).is_some_and(|site| registrable(theirs) == Some(site));
                ours == theirs || self.profile.covers(theirs) || (same_site && !self.profile.is_closed())
            }
            // Numbers have no sites.
            (ours, theirs) => ours == theirs,
        }
    }
}

fn registrable(host: &str) -> Option<&str> {
    psl::domain_str(host.strip_suffix('.').unwrap_or(host))
}

/// A URL for people: without a query, which might hold a secret.
pub(super) fn place(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(home: &str, to: &str) -> bool {
        Trust::of(&Url::parse(home).unwrap()).allows(&Url::parse(to).unwrap())
    }

    #[test]
    fn credentials_stay_on_one_site() {
        let cases = [
            ("https://example.org/", "https://example.org/dav/", true),
            ("https://example.org/", "https://dav.example.org/", true),
            ("https://example.org/", "https://example.org:8443/", true),
            ("https://example.org/", "http://example.org/", false),
            ("https://example.org/", "https://example.com/", false),
            ("https://example.org/", "https://example.org.evil.com/", false),
            ("https://ana.github.io/", "https://eve.github.io/", false),
            ("https://ana.co.uk/", "https://eve.co.uk/", false),
            ("https://caldav.icloud.com/", "https://p42-caldav.icloud.com/17/", true),
            ("https://p42-caldav.icloud.com/", "https://caldav.icloud.com/", true),
            ("https://caldav.icloud.com/", "https://www.icloud.com/", false),
            ("https://caldav.icloud.com/", "https://p42-caldav.icloud.com.evil.com/", false),
            ("http://127.0.0.1:5232/", "http://127.0.0.1:5232/a/", true),
            ("http://127.0.0.1:5232/", "http://127.0.0.1:5233/", false),
            ("http://127.0.0.1:5232/", "http://localhost:5232/", false),
            ("http://radicale.lan:5232/", "https://radicale.lan/", true),
            ("https://192.0.2.1/", "https://192.0.2.1:8443/", true),
            ("https://192.0.2.1/", "https://192.0.2.2/", false),
        ];
        for (home, to, expected) in cases {
            assert_eq!(allows(home, to), expected, "{home} to {to}");
        }
    }
}
