//! The shapes of single values, told from text.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use jiff::SignedDuration;
use url::{Host, Url};

/// `5s`, `24h`, `1h 30m`.
pub(super) fn duration(text: &str) -> Option<Duration> {
    text.parse::<SignedDuration>().ok().and_then(|signed| Duration::try_from(signed).ok())
}

/// `10.0.0.0/8`, or one address. A network of everybody is none.
pub(super) fn network(text: &str) -> Option<IpNet> {
    let network = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))?;
    (network.prefix_len() > 0).then(|| network.trunc())
}

/// A host alone, in its canonical form: lower case, IPv6 in brackets.
pub(super) fn host(text: &str) -> Option<String> {
    Host::parse(text).ok().map(|host| host.to_string())
}

/// `host:port` in its canonical form: lower case, IPv6 in brackets.
pub(super) fn host_and_port(text: &str) -> Option<String> {
    let (host, port) = text.rsplit_once(':')?;
    let host = Host::parse(host).ok()?;
    let port = port.parse::<u16>().ok().filter(|port| *port > 0)?;
    Some(format!("{host}:{port}"))
}

/// An absolute http(s) URL with a host, and without credentials, which would reach logs and headers.
pub(super) fn web_address(text: &str) -> Option<Url> {
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
pub(super) fn origin(text: &str) -> Option<String> {
    let url = web_address(text).filter(|url| url.path() == "/" && url.query().is_none())?;
    let plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | ':' | '[' | ']');
    let fine = (url.scheme() == "https" || is_loopback(&url)) && url.host_str()?.chars().all(plain);
    fine.then(|| url.origin().ascii_serialization())
}

/// Whether a URL leads to this machine, whatever the network says: an address of loopback, or the name `localhost`.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}
