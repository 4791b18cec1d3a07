//! What the browser keeps of its session.

use poem::http::{HeaderMap, header};

use crate::linking::browser::LIFE;
use crate::secret::{ExposeSecret, SecretString};

/// The cookies that the browser sent. Those that are no ASCII, which any neighbour under the same domain can plant, are
/// passed over, and keep nobody from reading the others.
pub(super) fn all(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).into_iter().flat_map(|value| value.as_bytes().split(|b| *b == b';'));
    lines.filter_map(|cookie| std::str::from_utf8(cookie).ok()?.trim().split_once('='))
}

/// The cookie of the session.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cookie {
    /// Whether it is for HTTPS alone.
    secure: bool,
}

impl Cookie {
    /// `secure`: people reach us over HTTPS. Then the name itself binds the cookie to this very host (RFC 6265bis,
    /// `__Host-`): no neighbour under the same domain can plant one.
    pub(super) fn new(secure: bool) -> Self {
        Self { secure }
    }

    fn name(self) -> &'static str {
        if self.secure { "__Host-pasarela_session" } else { "pasarela_session" }
    }

    /// What the browser sent of it.
    pub(super) fn read(self, headers: &HeaderMap) -> Option<SecretString> {
        all(headers).find(|(name, value)| *name == self.name() && !value.is_empty()).map(|(_, value)| value.into())
    }

    /// Tells the browser to keep this.
    pub(super) fn keep(self, token: &SecretString) -> String {
        self.set(token.expose_secret(), LIFE.as_secs())
    }

    /// Tells the browser to forget it.
    pub(super) fn forget(self) -> String {
        self.set("", 0)
    }

    /// `Lax`: a person who comes back from the provider, or by a link, has it; what another site sends has not.
    fn set(self, value: &str, seconds: i64) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}", self.name())
    }
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    #[test]
    fn scripts_never_see_it_other_sites_never_send_it_and_https_keeps_it_to_itself() {
        let token = SecretString::from("t0ken");
        let kept = "__Host-pasarela_session=t0ken; Path=/; Max-Age=7200; HttpOnly; SameSite=Lax; Secure";
        assert_eq!(Cookie::new(true).keep(&token), kept);
        let plain = "pasarela_session=t0ken; Path=/; Max-Age=7200; HttpOnly; SameSite=Lax";
        assert_eq!(Cookie::new(false).keep(&token), plain);
        assert_eq!(Cookie::new(false).forget(), "pasarela_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn only_the_cookie_of_that_very_name_is_read() {
        let read = |secure, line: &'static str| {
            let headers = [(header::COOKIE, HeaderValue::from_static(line))].into_iter().collect();
            Cookie::new(secure).read(&headers).map(|token| token.expose_secret().to_owned())
        };
        assert_eq!(read(false, "a=b; pasarela_session=x; c=d").as_deref(), Some("x"));
        assert_eq!(read(true, "pasarela_session=planted"), None);
        assert_eq!(read(true, "pasarela_session=planted; __Host-pasarela_session=x").as_deref(), Some("x"));
        assert_eq!(read(false, "pasarela_session="), None);
        assert_eq!(read(false, "my_pasarela_session=x"), None);
    }

    #[test]
    fn a_neighbour_s_cookie_that_is_no_ascii_keeps_nobody_out() {
        for line in [b"n=\xf1; pasarela_session=x".as_slice(), "n=ñ; pasarela_session=x".as_bytes()] {
            let headers = [(header::COOKIE, HeaderValue::from_bytes(line).unwrap())].into_iter().collect();
            let token = Cookie::new(false).read(&headers);
            assert_eq!(token.map(|token| token.expose_secret().to_owned()).as_deref(), Some("x"));
        }
    }
}
