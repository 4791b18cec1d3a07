//! What a handler is asked with, read within limits.

use poem::Request;
use poem::http::{HeaderMap, header};
use url::form_urlencoded;

use super::{Language, Site, Trouble};
use crate::api;
use crate::secret::SecretString;

/// The largest query and the largest form. The longest that is ever sent by a page of ours has some hundred bytes, and a
/// code of Google's at most 256.
const LIMIT: usize = 8 << 10;

/// What a handler is asked with. No `Debug`: the fields are codes and tickets.
pub(super) struct Asked {
    /// The path.
    pub(super) path: String,
    fields: Vec<(String, String)>,
}

impl Asked {
    /// What an address was read with: its query.
    pub(super) fn by_query(request: &Request) -> Self {
        let query = request.uri().query().filter(|query| query.len() <= LIMIT).unwrap_or_default();
        Self::of(request, query.as_bytes())
    }

    /// What a form sent.
    ///
    /// # Errors
    /// [`Trouble::Foreign`] when another site sent it; [`Trouble::Unreadable`].
    pub(super) async fn by_form(request: &mut Request, site: &Site) -> Result<Self, Trouble> {
        let body = request.take_body();
        if !is_ours(request.headers(), &site.origin) {
            api::throw_away(request.headers(), body).await;
            return Err(Trouble::Foreign);
        }
        let body = api::read_within(LIMIT, request.headers(), body).await;
        body.map(|body| Self::of(request, &body)).map_err(|_| Trouble::Unreadable)
    }

    fn of(request: &Request, encoded: &[u8]) -> Self {
        let fields = form_urlencoded::parse(encoded).into_owned().collect();
        Self { path: request.uri().path().to_owned(), fields }
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
        let request = Request::builder().uri_str("/x?state=a%2Fb&code=&state=c&lang=pt").finish();
        let asked = Asked::by_query(&request);
        assert_eq!((asked.field("state"), asked.field("code"), asked.field("error")), (Some("a/b"), None, None));
        assert_eq!(asked.language(), Some(Language::Pt));
        let long = format!("/x?state={}", "s".repeat(LIMIT));
        assert_eq!(Asked::by_query(&Request::builder().uri_str(long).finish()).field("state"), None);
    }
}
