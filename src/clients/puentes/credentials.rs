//! Where a request may carry `phone_number` and `secure_key`: the headers before all, else the query (GET, DELETE), else
//! the body (POST, PUT, DELETE), which is JSON or a form. Each of the two is looked for by itself, so that the key can
//! travel in a header and the phone elsewhere.

use std::borrow::Cow;

use http::{HeaderMap, Uri};
use serde::Deserialize;

/// The header of the phone number.
const PHONE_HEADER: &str = "X-Phone-Number";
/// The header of the key.
const KEY_HEADER: &str = "X-Secure-Key";

/// What a caller is told whose key is missing or wrong.
pub const HOW_TO_PROVE: &str = "secure_key is missing or is not the key of phone_number as sent. Send both in the body (POST, PUT; \
                                JSON or a form), in the query (GET, DELETE), or anywhere in the headers X-Phone-Number and \
                                X-Secure-Key.";
/// What a caller is told who is to wait; for how long is said after it.
pub const TOO_MANY_WRONG: &str = "Too many wrong keys came for this phone number, or from this address, and this one is wrong, \
                                  too. The right key is taken at any time.";
/// How to prove it, for programs (RFC 9110 §11.6.1).
pub const CHALLENGE: &str = "SecureKey realm=\"pasarela\"";

/// What was found so far. Never shown: the key is a secret.
#[derive(Default)]
pub struct Found<'a> {
    /// The phone number as it was sent: what the holder is named by.
    pub name: Option<Cow<'a, str>>,
    /// The key.
    pub key: Option<Cow<'a, str>>,
}

impl<'a> Found<'a> {
    /// Looks into the headers.
    pub fn in_headers(headers: &'a HeaderMap) -> Self {
        Self { name: single(headers, PHONE_HEADER), key: single(headers, KEY_HEADER) }
    }

    /// Whether nothing is missing.
    pub fn complete(&self) -> bool {
        self.name.is_some() && self.key.is_some()
    }

    /// Looks into the query for what is missing.
    pub fn or_in_query(mut self, uri: &Uri) -> Self {
        if self.complete() {
            return self;
        }
        self.fill(Pairs::read(uri.query().unwrap_or_default().as_bytes()));
        self
    }

    /// Looks into a body that is a form for what is missing.
    pub fn or_in_form(mut self, body: &[u8]) -> Self {
        if !self.complete() {
            self.fill(Pairs::read(body));
        }
        self
    }

    fn fill(&mut self, pairs: Pairs) {
        self.name = self.name.take().or(pairs.phone.map(Cow::Owned));
        self.key = self.key.take().or(pairs.key.map(Cow::Owned));
    }

    /// Looks into the JSON body for what is missing. A body that can't be read holds nothing; the error says why.
    ///
    /// # Errors
    /// When something was missing and the body is not a JSON object with two texts.
    pub fn or_in_body(mut self, body: &'a [u8]) -> (Self, Option<serde_json::Error>) {
        if self.complete() || body.is_empty() {
            return (self, None);
        }
        match serde_json::from_slice::<InBody<'a>>(body) {
            Ok(found) => {
                self.name = self.name.or(found.phone_number);
                self.key = self.key.or(found.secure_key);
                (self, None)
            }
            Err(error) => (self, Some(error)),
        }
    }
}

/// The header's value. One that stands twice says nothing for sure: none.
fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<Cow<'a, str>> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => std::str::from_utf8(value.as_bytes()).ok().map(Cow::Borrowed),
        _ => None,
    }
}

/// What stands in a query, or in a form, which is written alike.
#[derive(Default)]
struct Pairs {
    phone: Option<String>,
    key: Option<String>,
}

impl Pairs {
    /// What stands twice says nothing for sure: none.
    fn read(pairs: &[u8]) -> Self {
        let (mut found, mut phones, mut keys) = (Self::default(), 0, 0);
        for (name, value) in url::form_urlencoded::parse(pairs) {
            match &*name {
                "phone_number" => {
                    phones += 1;
                    found.phone = (phones == 1).then(|| value.into_owned());
                }
                "secure_key" => {
                    keys += 1;
                    found.key = (keys == 1).then(|| value.into_owned());
                }
                _ => {}
            }
        }
        found
    }
}

#[derive(Deserialize)]
struct InBody<'a> {
    #[serde(borrow, default)]
    phone_number: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    secure_key: Option<Cow<'a, str>>,
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn found(headers: &[(&'static str, &str)], query: &str, body: &str) -> (Option<String>, Option<String>) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let uri: Uri = format!("/link?{query}").parse().unwrap();
        let (found, _) = Found::in_headers(&map).or_in_query(&uri).or_in_body(body.as_bytes());
        (found.name.map(Cow::into_owned), found.key.map(Cow::into_owned))
    }

    fn pair(phone: &str, key: &str) -> (Option<String>, Option<String>) {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        (some(phone), some(key))
    }

    #[test]
    fn headers_come_before_query_and_body() {
        let headers = [("x-phone-number", "1"), ("x-secure-key", "a")];
        assert_eq!(found(&headers, "phone_number=2&secure_key=b", "{}"), pair("1", "a"));
        assert_eq!(found(&headers[1..], "phone_number=2&secure_key=b", "{}"), pair("2", "a"));
        assert_eq!(found(&headers[..1], "", r#"{"secure_key":"c"}"#), pair("1", "c"));
        assert_eq!(found(&[], "", r#"{"phone_number":"3","event_data":"x","secure_key":"c"}"#), pair("3", "c"));
    }

    #[test]
    fn what_is_said_twice_is_not_said() {
        assert_eq!(found(&[("x-phone-number", "1"), ("x-phone-number", "2")], "", ""), pair("", ""));
        assert_eq!(found(&[], "phone_number=1&phone_number=2&secure_key=a", ""), pair("", "a"));
        assert_eq!(found(&[], "secure_key=a&secure_key=a&secure_key=a", ""), pair("", ""));
        assert_eq!(found(&[], "", r#"{"phone_number":"1","phone_number":"2"}"#), pair("", ""));
    }

    #[test]
    fn a_form_is_read_as_a_query_is() {
        let in_form = |body: &str| {
            let headers =
                HeaderMap::from_iter([(http::HeaderName::from_static("x-secure-key"), HeaderValue::from_static("h"))]);
            let headed = Found::in_headers(&headers).or_in_form(body.as_bytes());
            assert_eq!(headed.key.as_deref(), Some("h"), "the header wins");
            let found = Found::default().or_in_form(body.as_bytes());
            (found.name.map(Cow::into_owned), found.key.map(Cow::into_owned))
        };
        assert_eq!(in_form("phone_number=%2B593&event_data=x&secure_key=a"), pair("+593", "a"));
        assert_eq!(in_form("phone_number=+593&secure_key=a"), pair(" 593", "a"));
        assert_eq!(in_form("phone_number=1&phone_number=2&secure_key=a"), pair("", "a"));
        assert_eq!(in_form("{\"phone_number\":\"1\"}"), pair("", ""));
    }

    #[test]
    fn escapes_are_read_wherever_they_stand() {
        assert_eq!(found(&[], "phone_number=%2B593&secure_key=a", ""), pair("+593", "a"));
        assert_eq!(found(&[], "phone_number=+593&secure_key=a", ""), pair(" 593", "a"));
        assert_eq!(found(&[], "", r#"{"phone_number":"\u002b593","secure_key":"a"}"#), pair("+593", "a"));
    }

    #[test]
    fn a_body_that_is_no_object_with_texts_holds_nothing() {
        for body in
            ["", "{", "[]", "null", "7", r#"{"phone_number":593,"secure_key":"a"}"#, "phone_number=1&secure_key=a"]
        {
            assert_eq!(found(&[], "", body), pair("", ""), "{body}");
        }
    }
}
