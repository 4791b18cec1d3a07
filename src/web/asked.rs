//! What a handler is asked with, read within limits.

use std::net::IpAddr;

use poem::Request;
use poem::http::{HeaderMap, header};
use url::form_urlencoded;

use super::{Language, Site, Trouble};
use crate::http::{Asker, Loads, read_within, throw_away};
use crate::linking::browser::BrowserSession;
use crate::secret::SecretString;

/// The largest query and the largest form. The longest that is ever sent by a page of ours has some hundred bytes, and a
/// code of Google's at most 256.
const LIMIT: usize = 8 << 10;

/// What a handler is asked with. No `Debug`: the fields are codes and tickets.
pub(super) struct Asked {
    /// The path.
    pub(super) path: String,
    /// Who sent the request.
    pub(super) asker: Asker,
    /// What the browser keeps of its session; perhaps of one that is over.
    pub(super) token: Option<SecretString>,
    /// What the browser calls itself.
    pub(super) user_agent: String,
    fields: Vec<(String, String)>,
}

impl Asked {
    /// What an address was read with: its query.
    pub(super) fn by_query(request: &Request, site: &Site) -> Self {
        let query = within(request.uri().query());
        Self::of(request, site, query.as_bytes())
    }

    /// What a form sent.
    ///
    /// # Errors
    /// [`Trouble::Foreign`] when another site sent it; [`Trouble::Unreadable`].
    pub(super) async fn by_form(request: &mut Request, site: &Site) -> Result<Self, Trouble> {
        let body = request.take_body();
        if !is_ours(request.headers(), &site.origin) {
            throw_away(request.headers(), body).await;
            return Err(Trouble::Foreign);
        }
        let held = site.keys.unproven.body();
        let body = read_within(LIMIT, request.headers(), body, Some(&held)).await;
        body.map(|body| Self::of(request, site, &body)).map_err(|_| Trouble::Unreadable)
    }

    fn of(request: &Request, site: &Site, encoded: &[u8]) -> Self {
        let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Self {
            path: request.uri().path().to_owned(),
            asker: site.keys.asker(request),
            token: site.cookie.read(request.headers()),
            user_agent: agent.unwrap_or_default().to_owned(),
            fields: form_urlencoded::parse(encoded).into_owned().collect(),
        }
    }

    /// The session of who asks.
    ///
    /// # Errors
    /// [`Trouble::Expired`] when there is none.
    pub(super) fn session(&self, site: &Site) -> Result<BrowserSession, Trouble> {
        let token = self.token.as_ref().ok_or(Trouble::Expired)?;
        site.app.linking.session(token)?.ok_or(Trouble::Expired)
    }

    /// Whether a person opens it, perhaps in a frame of those who may frame our pages. What a page of another site has a
    /// browser load otherwise begins nothing.
    pub(super) fn is_opened(&self, site: &Site) -> bool {
        match self.asker.loads {
            Loads::Itself => true,
            Loads::Frame => !site.app.config.server.frame_ancestors.is_empty(),
            Loads::Part => false,
        }
    }

    /// Where it came from, as what one household has in common.
    pub(super) fn household(&self) -> IpAddr {
        self.asker.household()
    }

    /// A field that is there and not empty.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let mut named = self.fields.iter().filter(|(given, _)| given == name);
        named.next().map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The same as a secret.
    pub(super) fn secret(&self, name: &str) -> Option<SecretString> {
        self.field(name).map(SecretString::from)
    }

    /// The language that the person chose with this very request.
    pub(super) fn language(&self) -> Option<Language> {
        self.field("lang").and_then(Language::from_code)
    }
}

/// A query that is longer than any of ours is none.
fn within(query: Option<&str>) -> &str {
    query.filter(|query| query.len() <= LIMIT).unwrap_or_default()
}

/// Whether a form was sent from a page of ours. Browsers say so in `Sec-Fetch-Site`; older ones in `Origin`, which is
/// `null` here because our pages send no referrer. Programs say neither, and prove with a ticket that they may.
fn is_ours(headers: &HeaderMap, origin: &str) -> bool {
    match (headers.get("sec-fetch-site"), headers.get(header::ORIGIN)) {
        (Some(site), _) => matches!(site.as_bytes(), b"same-origin" | b"none"),
        (None, Some(sender)) => sender == "null" || sender == origin,
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    #[test]
    fn a_form_of_another_site_is_known() {
        let table: [(&[(&'static str, &'static str)], bool); 8] = [
            (&[], true),
            (&[("sec-fetch-site", "same-origin"), ("origin", "null")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "cross-site"), ("origin", "https://a.example")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("origin", "null")], true),
            (&[("origin", "https://a.example")], true),
            (&[("origin", "https://b.example")], false),
        ];
        for (lines, expected) in table {
            let lines =
                lines.iter().map(|(name, value)| ((*name).try_into().unwrap(), HeaderValue::from_static(value)));
            assert_eq!(
                is_ours(&lines.clone().collect(), "https://a.example"),
                expected,
                "{:?}",
                lines.collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn fields_are_decoded_and_empty_ones_are_none() {
        let asked = |encoded: &str| {
            let fields = form_urlencoded::parse(encoded.as_bytes()).into_owned().collect();
            let asker = Asker { address: [127, 0, 0, 1].into(), loads: Loads::Itself };
            Asked { path: "/x".to_owned(), asker, token: None, user_agent: String::new(), fields }
        };
        let read = asked("state=a%2Fb&code=&state=c&lang=pt");
        assert_eq!((read.field("state"), read.field("code"), read.field("error")), (Some("a/b"), None, None));
        assert_eq!(read.language(), Some(Language::Pt));
        assert_eq!((within(Some("a=b")), within(Some(&"s".repeat(LIMIT + 1))), within(None)), ("a=b", "", ""));
    }
}
