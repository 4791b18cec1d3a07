//! Addresses on the web, as operators and client systems write them.
//!
//! Rule: an address that is taken holds no credentials, which would reach logs and headers. Whether it may be called is for the
//! ways out to say.

use url::{Host, Url};

/// An absolute http(s) URL with a host, and without credentials, which would reach logs and headers.
pub fn web_address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let fine = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none();
    fine.then_some(url)
}

/// The origin of a site, as browsers write it. It is put into a policy (CSP) as it stands, where `;`, `,`, spaces and `*`
/// have a meaning of their own.
pub fn origin(text: &str) -> Option<String> {
    let url = web_address(text).filter(|url| url.path() == "/" && url.query().is_none())?;
    let plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | ':' | '[' | ']');
    let fine = (url.scheme() == "https" || is_loopback(&url)) && url.host_str()?.chars().all(plain);
    fine.then(|| url.origin().ascii_serialization())
}

/// Whether a URL leads to this machine, whatever the network says: an address of loopback, or the name `localhost`.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_with_a_password_or_of_another_kind_is_none() {
        for good in ["https://a.example/events?x=y", "http://10.0.0.1:8080", "https://[::1]/"] {
            assert!(web_address(good).is_some(), "{good}");
        }
        for bad in
            ["", "a.example", "ftp://a.example", "https://u@a.example", "https://u:p@a.example", "https://a.example/#x"]
        {
            assert!(web_address(bad).is_none(), "{bad}");
        }
    }
}
